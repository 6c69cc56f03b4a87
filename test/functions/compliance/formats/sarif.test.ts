import type { Log, Result } from 'sarif';
import { sarifPieces } from '../../../../functions/compliance/formats/sarif.ts';
import type { FormatSubject } from '../../../../functions/compliance/formats/format.ts';
import { severities } from '../../../../functions/compliance/finding.ts';
import { checkFacts, eventfulSubject, exceptionOf, findingOf, subjectOf } from '../report/fixtures.ts';

const logOf = (subject: FormatSubject): Log => JSON.parse([...sarifPieces(subject)].join('')) as Log;

function resultsOf(subject: FormatSubject): readonly Result[] {
  const { runs } = logOf(subject);
  expect(runs).toHaveLength(1);
  return runs[0]?.results ?? [];
}

test('one run, of the version that it says', () => {
  expect(logOf(subjectOf())).toMatchObject({ version: '2.1.0', $schema: expect.stringMatching(/sarif-schema-2\.1\.0\.json$/u) });
  expect(resultsOf(subjectOf())).toEqual([]);
});

test('a rule a check, and every result points at its own', () => {
  const rules = logOf(eventfulSubject()).runs[0]?.tool.driver.rules ?? [];
  expect(rules.map(({ id }) => id)).toEqual(checkFacts.map(({ id }) => id));
  for (const { ruleId, ruleIndex } of resultsOf(eventfulSubject())) expect(rules[ruleIndex ?? -1]?.id).toBe(ruleId);
});

test('a finding of a check that is no longer there has no index (3.27.6)', () => {
  expect(resultsOf(subjectOf({ findings: [findingOf({ checkId: 'SG99' })] }))).toMatchObject([{ ruleId: 'SG99', ruleIndex: -1 }]);
});

test.each(severities.map((severity) => [severity, { low: 'note', medium: 'warning', high: 'error', critical: 'error' }[severity]]))('%s is the level %s', (severity, level) => {
  expect(resultsOf(subjectOf({ findings: [findingOf({ severity })] }))).toMatchObject([{ kind: 'fail', level, baselineState: 'new' }]);
});

test('a kind other than fail has the level none (3.27.10)', () => {
  const results = resultsOf(eventfulSubject());
  expect(results.some(({ kind }) => kind !== 'fail')).toBe(true);
  for (const { kind, level } of results) expect(level === 'none').toBe(kind !== 'fail');
});

test('every result is told apart by the key of its finding, run after run', () => {
  const { report } = eventfulSubject();
  expect(resultsOf(eventfulSubject()).map(({ partialFingerprints }) => partialFingerprints?.['findingKey/v1'])).toEqual(
    [...report.findings, ...report.resolved].map(({ key }) => key),
  );
});

test('what is new, what was there and what is gone', () => {
  const states = resultsOf(eventfulSubject()).map(({ baselineState, properties }) => [baselineState, properties?.['status']]);
  expect(states.filter(([state]) => state === 'absent')).toHaveLength(1);
  expect(states).toEqual(expect.arrayContaining([['new', 'failed'], ['unchanged', 'handed-over'], ['unchanged', 'open']]));
});

test('an exception is an accepted suppression, with its reason', () => {
  const { owner, reason, expiresAt } = exceptionOf();
  const [result] = resultsOf(subjectOf({ findings: [findingOf({ status: 'excepted', exception: { owner, reason, expiresAt } })] }));
  expect(result?.suppressions).toEqual([{ kind: 'external', status: 'accepted', justification: `${owner}, until ${expiresAt}: ${reason}` }]);
});

test('a resource is a logical location: there is no file to point at', () => {
  expect(resultsOf(subjectOf({ findings: [findingOf()] }))[0]?.locations).toEqual([
    { logicalLocations: [{ name: 'sg-0a1b2c3d', fullyQualifiedName: '111122223333/eu-west-3/AWS::EC2::SecurityGroup/sg-0a1b2c3d', kind: 'resource' }] },
  ]);
});

test('a check that was not evaluated makes the run unsuccessful, and is named', () => {
  expect(logOf(subjectOf()).runs[0]?.invocations).toMatchObject([{ executionSuccessful: true, toolExecutionNotifications: [] }]);
  expect(logOf(eventfulSubject()).runs[0]?.invocations).toMatchObject([
    { executionSuccessful: false, toolExecutionNotifications: [{ level: 'error', associatedRule: { id: 'IAM8', index: 2 } }] },
  ]);
});
