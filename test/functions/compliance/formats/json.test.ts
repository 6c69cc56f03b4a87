import { formats } from '../../../../functions/compliance/formats/formats.ts';
import { complianceReportSchema } from '../../../../functions/compliance/report.ts';
import { eventfulSubject, subjectOf } from '../report/fixtures.ts';

test.each([['eventful', eventfulSubject()], ['quiet', subjectOf()]])('the report of an %s night is read back whole', (_night, subject) => {
  const text = [...formats.json.pieces(subject)].join('');
  expect(complianceReportSchema.parse(JSON.parse(text))).toEqual(subject.report);
});

test('a finding is a line', () => {
  const subject = eventfulSubject();
  const lines = [...formats.json.pieces(subject)].join('').split('\n');
  expect(lines).toHaveLength(subject.report.findings.length + 3);
});
