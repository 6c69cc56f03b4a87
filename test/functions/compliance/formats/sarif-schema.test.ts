import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { sarifPieces } from '../../../../functions/compliance/formats/sarif.ts';
import { eventfulSubject, findingOf, subjectOf } from '../report/fixtures.ts';

/** The published schema (JSON Schema draft 4, of which it uses what later drafts mean alike), out of Microsoft's package. */
const path = createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
const { id, $schema: _draft, ...schema } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;

// One of its patterns is none to the stricter grammar of regular expressions with the flag `u`.
const ajv = new Ajv({ strict: false, unicodeRegExp: false });
addFormats.default(ajv);
const validate = ajv.compile({ ...schema, $id: String(id) });

function problemsOf(log: unknown): unknown {
  return validate(log) ? [] : validate.errors;
}

test.each([
  ['an eventful night', eventfulSubject()],
  ['a quiet night', subjectOf()],
  ['a check that is no longer there', subjectOf({ findings: [findingOf({ checkId: 'SG99' })] })],
])('the report of %s is SARIF 2.1.0 to its published schema', (_what, subject) => {
  expect(problemsOf(JSON.parse([...sarifPieces(subject)].join('')))).toEqual([]);
});

test('the schema refuses what is none', () => {
  expect(problemsOf({ version: '2.1.0', runs: [{ tool: { driver: {} } }] })).not.toEqual([]);
});
