import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { stringify } from 'yaml';
import type { Exception } from '../../functions/compliance/exceptions.ts';
import { ConfigError } from '../../infra/config-error.ts';
import { PublishedExceptions } from '../../infra/constructs/published-exceptions.ts';
import { loadExceptions, parseExceptions } from '../../infra/exceptions.ts';
import { resourcesOf } from './synthesis.ts';

function exceptionOf(change: Partial<Exception> = {}): Exception {
  return {
    check: 'SG4',
    resource: 'sg-0123456789abcdef0',
    owner: 'network@webmarket.example',
    reason: 'A supplier migrates the terminals.',
    expiresAt: '2027-02-01T00:00:00Z',
    ...change,
  };
}

function problemsOf(text: string): readonly string[] {
  try {
    parseExceptions(text, 'exceptions.yaml');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, line, found, expected }) => `${line ?? 'nowhere'}: ${path}: found ${found}, expected ${expected}`);
  }
  return [];
}

describe('the file of exceptions', () => {
  test('is shipped empty', () => {
    expect(loadExceptions()).toEqual([]);
  });

  test('gives what it says, also what has expired', () => {
    const old = exceptionOf({ check: 'IAM5', resource: 'terminals', expiresAt: '2020-01-01T00:00:00Z' });
    expect(parseExceptions(stringify([exceptionOf(), old]), 'exceptions.yaml')).toEqual([exceptionOf(), old]);
  });

  test.each([
    ['a missing field', [{ ...exceptionOf(), owner: undefined }], 'nowhere: 0.owner: found nothing, expected a value of type string'],
    ['an unknown field', [{ ...exceptionOf(), until: 'tomorrow' }], '6: 0.until: found "tomorrow", expected no such field'],
    ['what is not the id of a check', [exceptionOf(), exceptionOf({ check: 'SSH' })], '6: 1.check: found "SSH", expected the id of a check such as SG4'],
    ['a date that is none', [exceptionOf({ expiresAt: 'next year' })], '5: 0.expiresAt: found "next year", expected an instant such as 2027-01-31T18:00:00+01:00'],
  ])('is refused for %s, with the line where there is one', (_what, exceptions, problem) => {
    expect(problemsOf(stringify(exceptions))).toEqual([problem]);
  });

  test('is refused when it is no list, or no YAML', () => {
    expect(problemsOf('check: SG4')).toEqual(['1: : found {"check":"SG4"}, expected a value of type array']);
    expect(problemsOf('- [')).toEqual([expect.stringContaining('expected valid YAML')]);
  });

  test('that cannot be read names the path that was tried', () => {
    expect(() => loadExceptions('/srv/exceptions.yaml')).toThrow('/srv/exceptions.yaml: found none');
  });
});

function publish(exceptions: readonly Exception[]): readonly { Name: string; Value: string }[] {
  const stack = new Stack(new App(), 'Stack');
  const { path } = new PublishedExceptions(stack, 'Exceptions', { environment: 'staging', exceptions });
  expect(path).toBe('/webmarket/staging/exceptions');
  return resourcesOf(Template.fromStack(stack), 'AWS::SSM::Parameter').map(({ Properties }) => Properties as { Name: string; Value: string });
}

describe('published exceptions', () => {
  test('of an empty file are one parameter with an empty list', () => {
    expect(publish([])).toMatchObject([{ Name: '/webmarket/staging/exceptions/1', Value: '[]' }]);
  });

  test('are all there, in order, in parameters that each fit the standard tier', () => {
    const all = Array.from({ length: 60 }, (_, index) => exceptionOf({ resource: `sg-${index}` }));
    const parameters = publish(all);
    expect(parameters.map(({ Name }) => Name)).toEqual(parameters.map((_, index) => `/webmarket/staging/exceptions/${index + 1}`));
    expect(parameters.length).toBeGreaterThan(1);
    expect(parameters.flatMap(({ Value }) => JSON.parse(Value) as unknown[])).toEqual(all);
    expect(Math.max(...parameters.map(({ Value }) => Buffer.byteLength(Value)))).toBeLessThanOrEqual(4096);
  });

  test('refuse one that fits no parameter, by its name', () => {
    expect(() => publish([exceptionOf({ reason: 'é'.repeat(2100) })])).toThrow(/the exception to SG4 for sg-0123456789abcdef0 has \d+ bytes, expected at most 4094/u);
  });
});
