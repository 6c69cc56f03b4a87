import { readFileSync } from 'node:fs';
import { adviceOptionSchema, adviceRequestSchema, adviceVerdicts } from '../../../functions/reservations/advice.ts';
import { describeAdvice } from '../../../functions/reservations/announcement.ts';
import { reservationSettingsSchema } from '../../../functions/reservations/settings.ts';
import { adviceOf } from './fixtures.ts';

const runbook = readFileSync(new URL('../../../docs/runbooks/reservations.md', import.meta.url), 'utf8');

/** First cells of the rows of a table, by its head. */
function firstCells(head: string): string[] {
  const [, table = ''] = runbook.split(`| ${head} |`);
  const lines = table.split('\n').slice(2);
  return lines.slice(0, lines.findIndex((line) => !line.startsWith('|'))).map((line) => line.split('|')[1]?.trim() ?? '');
}

test('the runbook explains every verdict and every refusal, and no other', () => {
  expect(firstCells('verdict | means | what to do')).toEqual(adviceVerdicts.map((verdict) => `\`${verdict}\``));
  expect(firstCells('refusal | means').toSorted()).toEqual(adviceOptionSchema.shape.refusal.unwrap().options.map((refusal) => `\`${refusal}\``).toSorted());
});

test('settings, message and links of the runbook exist, and the name that it starts an advice by is taken', () => {
  const { settled, ...others } = reservationSettingsSchema.shape;
  const settings = [...Object.keys(others), ...Object.keys(settled.shape).map((name) => `settled.${name}`), 'settled'];
  const named = [...runbook.matchAll(/`((?:settled|observation|seen|longest|least)\w*(?:\.\w+)?)`/gu)].map(([, name = '']) => name);
  expect(new Set(named)).toEqual(new Set(settings));
  expect(runbook).toContain(`\`${describeAdvice(adviceOf(), '').kind}\``);
  for (const [, anchor = ''] of runbook.matchAll(/\]\(#([^)]+)\)/gu)) expect(runbook.toLowerCase()).toContain(`\n## ${anchor}`);
  const [, name] = /--name (\S+) --input '\{\}'/u.exec(runbook) ?? [];
  expect(adviceRequestSchema.parse({ adviceId: name, startedAt: '2027-05-03T08:00:00.000Z' }).adviceId).toBe(name);
});
