import { exceptionsFileSchema, expired, findException } from '../../../../functions/compliance/exceptions.ts';
import { exceptionOf, findingOf } from '../report/fixtures.ts';

const NOW = Date.parse('2027-01-13T01:00:00Z');

describe('findException', () => {
  it.each([
    ['the resource of the finding', {}, true],
    ['the key of the finding', { resource: 'SG4/sg-0a1b2c3d/sgr-1' }, true],
    ['another finding of the same resource', { resource: 'SG4/sg-0a1b2c3d/sgr-2' }, false],
    ['another resource', { resource: 'sg-0a1b2c3e' }, false],
    ['the beginning of its id', { resource: 'sg-0a1b2c3' }, false],
    ['another check', { check: 'SG5' }, false],
    ['a check whose id begins alike', { check: 'SG40' }, false],
    ['the resource until now', { expiresAt: '2027-01-13T01:00:00Z' }, false],
    ['the resource until a millisecond from now', { expiresAt: '2027-01-13T01:00:00.001Z' }, true],
    ['the resource until later today, by an offset', { expiresAt: '2027-01-13T02:30:00+01:00' }, true],
    ['the resource until earlier today, by an offset', { expiresAt: '2027-01-13T01:30:00+01:00' }, false],
  ])('an exception about %s', (_about, over, covers) => {
    const exception = exceptionOf(over);
    expect(findException(findingOf(), [exception], NOW)).toEqual(covers ? exception : undefined);
  });

  it('takes the one that lasts longest', () => {
    const short = exceptionOf({ expiresAt: '2027-01-14T00:00:00Z' });
    const long = exceptionOf({ resource: findingOf().key, expiresAt: '2027-01-14T00:30:00+01:00' });
    const longest = exceptionOf({ expiresAt: '2027-01-14T00:00:01Z' });
    expect(findException(findingOf(), [short, longest, long], NOW)).toBe(longest);
  });
});

test('expired: those whose end has come, the longest expired first', () => {
  const atNow = exceptionOf({ resource: 'sg-1', expiresAt: '2027-01-13T01:00:00Z' });
  const before = exceptionOf({ resource: 'sg-2', expiresAt: '2027-01-01T00:00:00Z' });
  const later = exceptionOf({ resource: 'sg-3', expiresAt: '2027-01-13T01:00:01Z' });
  expect(expired([later, atNow, before], NOW)).toEqual([before, atNow]);
});

describe('exceptionsFileSchema', () => {
  const problemsOf = (file: unknown): string[] =>
    (exceptionsFileSchema.safeParse(file).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);

  it('takes an empty list, and entries that have expired', () => {
    expect(problemsOf([])).toEqual([]);
    expect(problemsOf([exceptionOf({ expiresAt: '2020-01-01T00:00:00Z' })])).toEqual([]);
  });

  it('names every problem of the file at once', () => {
    const problems = problemsOf([
      exceptionOf({ check: 'sg4' }),
      exceptionOf({ resource: 'sg-*' }),
      exceptionOf({ owner: '  ' }),
      exceptionOf({ resource: 'sg-2', reason: 'because' }),
      exceptionOf({ resource: 'sg-3', expiresAt: '2027-02-01' }),
      { ...exceptionOf({ resource: 'sg-4' }), until: 'tomorrow' },
    ]);
    expect(problems).toEqual([
      expect.stringContaining('0.check: the id of a check such as SG4'),
      expect.stringContaining('1.resource: the exact id of one resource'),
      expect.stringContaining('2.owner: '),
      expect.stringContaining('3.reason: '),
      expect.stringContaining('4.expiresAt: an instant such as 2027-01-31T18:00:00+01:00'),
      expect.stringContaining('until'),
    ]);
  });

  it.each(['owner', 'reason', 'expiresAt', 'check', 'resource'] as const)('wants %s', (field) => {
    const { [field]: _left, ...rest } = exceptionOf();
    expect(problemsOf([rest])).toEqual([expect.stringContaining(`0.${field}`)]);
  });

  it('refuses a second entry about the same thing, and names the first', () => {
    const problems = problemsOf([exceptionOf(), exceptionOf({ check: 'SG5' }), exceptionOf({ owner: 'somebody else' })]);
    expect(problems).toEqual(['2.resource: no second exception for SG4 sg-0a1b2c3d: entry 0 is one']);
  });
});
