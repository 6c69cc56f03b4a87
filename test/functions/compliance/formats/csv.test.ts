import { csvPieces } from '../../../../functions/compliance/formats/csv.ts';
import type { FormatSubject } from '../../../../functions/compliance/formats/format.ts';
import { eventfulSubject, exceptionOf, findingOf, subjectOf } from '../report/fixtures.ts';

const csvOf = (subject: FormatSubject): string => [...csvPieces(subject)].join('');

/** A reader of RFC 4180 of our own: fields between commas, quotes doubled within quotes, lines that end in CRLF. */
function read(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (let match = field.exec(text); match !== null; match = field.exec(text)) {
    row.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === ',') continue;
    rows.push(row);
    row = [];
  }
  expect(row).toEqual([]);
  return rows;
}

function rowsOf(subject: FormatSubject): Record<string, string>[] {
  const [head = [], ...rows] = read(csvOf(subject));
  return rows.map((row) => {
    expect(row).toHaveLength(head.length);
    return Object.fromEntries(head.map((name, index) => [name, row[index] ?? '']));
  });
}

test('one finding a row, in the order of the report', () => {
  const subject = eventfulSubject();
  expect(rowsOf(subject).map(({ key }) => key)).toEqual(subject.report.findings.map(({ key }) => key));
});

test('more findings than are written at once are all there, under one head', () => {
  const findings = Array.from({ length: 123 }, (_, index) => findingOf({ key: `SG4/${index}` }));
  expect(new Set(rowsOf(subjectOf({ findings })).map(({ key }) => key)).size).toBe(123);
});

test('a night without findings is a head', () => {
  expect(read(csvOf(subjectOf()))).toHaveLength(1);
});

test.each(['a "policy", whole', 'two\nlines', 'two\r\nlines', 'two\rlines', '"', ' spaces '])('%j stays within its field', (message) => {
  expect(rowsOf(subjectOf({ findings: [findingOf({ message })] }))[0]?.['message']).toBe(message);
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '=HYPERLINK("http://x","y")'])('%j is text to a spreadsheet, wherever it stands', (text) => {
  const { owner, reason, expiresAt } = exceptionOf({ owner: text, reason: text });
  const finding = findingOf({
    message: text,
    key: text,
    resource: { type: 'AWS::IAM::User', id: text },
    exception: { owner, reason, expiresAt },
    repair: { repairId: text, outcome: text },
  });
  for (const row of rowsOf(subjectOf({ findings: [finding] }))) {
    for (const cell of Object.values(row)) expect(cell).not.toMatch(/^[=+\-@\t\r]/u);
    expect(row['resource_id']).toBe(`'${text}`);
  }
});
