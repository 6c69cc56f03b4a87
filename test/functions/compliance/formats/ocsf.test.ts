import { Ajv } from 'ajv';
import { resourceTypes, severities } from '../../../../functions/compliance/finding.ts';
import { ocsfPieces } from '../../../../functions/compliance/formats/ocsf.ts';
import type { FormatSubject } from '../../../../functions/compliance/formats/format.ts';
import { compileReport, findingStatuses } from '../../../../functions/compliance/report.ts';
import { eventfulSubject, findingOf, runBefore, subjectOf } from '../report/fixtures.ts';
import { complianceFindingSchema } from './ocsf-schema.ts';

const validate = new Ajv({ allErrors: true, strict: false }).compile(complianceFindingSchema);

interface Event {
  readonly activity_id: number;
  readonly type_uid: number;
  readonly class_uid: number;
  readonly status_id: number;
  readonly finding_info: { readonly uid: string };
  readonly compliance: { readonly status_id: number; readonly control: string };
  readonly metadata: { readonly uid: string };
  readonly time: number;
}

function eventsOf(subject: FormatSubject): Event[] {
  const lines = [...ocsfPieces(subject)].join('').split('\n');
  expect(lines.pop()).toBe('');
  return lines.map((line) => {
    const event = JSON.parse(line) as Event;
    expect(validate(event) ? [] : validate.errors).toEqual([]);
    return event;
  });
}

test.each([
  ['an eventful night', eventfulSubject()],
  ['a quiet night', subjectOf()],
  ['every type of resource', subjectOf({ findings: resourceTypes.map((type) => findingOf({ key: type, resource: { type, id: 'name' } })) })],
  ['every severity', subjectOf({ findings: severities.map((severity) => findingOf({ key: severity, severity })) })],
  ['every status', subjectOf({ findings: findingStatuses.map((status) => findingOf({ key: status, status })) })],
  ['a check that is no longer there', subjectOf({ findings: [findingOf({ checkId: 'SG99' })] })],
])('%s is a line an event, each of them a Compliance Finding', (_what, subject) => {
  const { report } = subject;
  const events = eventsOf(subject);
  expect(events).toHaveLength(report.findings.length + report.resolved.length + report.checks.length);
  expect(new Set(events.map(({ metadata }) => metadata.uid)).size).toBe(events.length);
  for (const event of events) expect(event.type_uid).toBe(event.class_uid * 100 + event.activity_id);
});

test('a finding is created, updated and closed under one uid', () => {
  const previous = compileReport(runBefore({ findings: [findingOf()] }), undefined);
  const activityOf = (subject: FormatSubject): number | undefined =>
    eventsOf(subject).find(({ finding_info: { uid } }) => uid === findingOf().key)?.activity_id;
  expect(activityOf(subjectOf({ findings: [findingOf()] }))).toBe(1);
  expect(activityOf(subjectOf({ findings: [findingOf()] }, previous))).toBe(2);
  expect(activityOf(subjectOf({ findings: [findingOf({ status: 'repaired' })] }, previous))).toBe(3);
  expect(activityOf(subjectOf({}, previous))).toBe(3);
});

test('the time of an event is that of the creation of its finding', () => {
  const previous = compileReport(runBefore({ findings: [findingOf()] }), undefined);
  expect(eventsOf(subjectOf({ findings: [findingOf()] }, previous))[0]?.time).toBe(Date.parse('2027-01-12T01:00:03.000Z'));
});

test('an exception suppresses, and the check fails all the same', () => {
  expect(eventsOf(subjectOf({ findings: [findingOf({ status: 'excepted' })] }))[0]).toMatchObject({ status_id: 3, compliance: { status_id: 3 } });
});

test('a check that was not evaluated is a warning, never a pass', () => {
  const results = eventsOf(eventfulSubject()).filter(({ finding_info: { uid } }) => uid.includes('/check/'));
  expect(results.map(({ compliance: { control, status_id: status } }) => [control.split(' ')[0], status])).toEqual([['SG1', 3], ['SG4', 3], ['IAM8', 2]]);
  expect(eventsOf(subjectOf()).map(({ compliance }) => compliance.status_id)).toEqual([1, 1, 1]);
});
