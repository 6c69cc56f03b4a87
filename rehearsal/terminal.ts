import { styleText } from 'node:util';
import { roleOf, unusedOfBusyRoles } from './promises/account.ts';
import type { RehearsalReport } from './report.ts';

/** Kinds of the timeline that a reader of the terminal wants; the report has them all. */
const shownKinds = [
  /^story\./u,
  /^(sale|surge|capacity|compliance|drill|lifecycle|reservations)\./u,
  /^alarm$/u,
  /^group\.floor$/u,
  /^auto-scaling\.(?!policy-executed|terminating)/u,
  /^(scheduler|eventbridge|lambda|sns)\./u,
];

const longStoryDays = 20;

/** A report as lines for a terminal. Colours come from `styleText`, which leaves them out where none are wanted. */
export function describeReport(report: RehearsalReport, file: string): string {
  return [
    heading('Timeline', 'Paris time'),
    ...describeTimeline(report),
    heading('Promises'),
    ...describePromises(report),
    heading('Permissions'),
    ...describePermissions(report),
    ...(report.unmodelled.length === 0 ? [] : [heading('Not modelled'), ...report.unmodelled.map((type) => `  ${type}`)]),
    '',
    describeFigures(report),
    `Report: ${file}`,
  ].join('\n');
}

/** Of a story of months, what scaling does every day would hide everything else. */
function isShown(kind: string, virtualSeconds: number): boolean {
  if (virtualSeconds > longStoryDays * 86_400 && kind.startsWith('auto-scaling.')) return false;
  return shownKinds.some((pattern) => pattern.test(kind));
}

function describeTimeline({ timeline, virtualSeconds }: RehearsalReport): string[] {
  const shown = timeline.filter(({ kind }) => isShown(kind, virtualSeconds));
  const hidden = timeline.length - shown.length;
  let day = '';
  const lines = shown.flatMap(({ at, kind, text }) => {
    const [date = '', time = ''] = at.split('T');
    const line = `  ${dim(time.slice(0, 8))}  ${mark(kind)} ${text.split('\n', 1)[0] ?? ''}`;
    if (date === day) return [line];
    day = date;
    return [`  ${styleText('bold', date)}`, line];
  });
  return hidden === 0 ? lines : [...lines, dim(`  … and ${hidden} steps of scaling policies and alarms, in the report`)];
}

function mark(kind: string): string {
  if (kind === 'story.step') return styleText('bold', '▸');
  if (kind === 'group.floor') return styleText('cyan', '⇕');
  if (kind === 'alarm' || /no-go|failed|blocked|unsuccessful|shortage|undone|still-there/u.test(kind)) return styleText('red', '!');
  if (/^(sale|surge|capacity|compliance|drill|lifecycle|reservations)\./u.test(kind)) return styleText('green', '✉');
  return dim('·');
}

function describePromises({ promises }: RehearsalReport): string[] {
  const width = Math.min(28, Math.max(...promises.map(({ figure }) => figure.length)));
  return promises.map(({ held, figure, statement, id }) => {
    const verdict = held ? styleText('green', '✔ kept  ') : styleText('red', '✘ broken');
    return `  ${verdict}  ${figure.padEnd(width)}  ${statement} ${dim(id)}`;
  });
}

function describePermissions({ permissions }: RehearsalReport): string[] {
  const { denied, demanded, idleRoles } = permissions;
  const unused = unusedOfBusyRoles(permissions);
  const byRole = [...Map.groupBy(unused, roleOf)].map(([role, each]) => `    ${role}: ${each.map((permission) => permission.slice(role.length + 2)).join(', ')}`);
  return [
    `  ${denied.length} missing${denied.length === 0 ? '' : ':'}`,
    ...denied.map((permission) => styleText('red', `    ${permission}`)),
    `  ${unused.length} granted to who acted, and not used in this scenario${unused.length === 0 ? '' : ':'}`,
    ...byRole.map(dim),
    dim(`  ${idleRoles.length} roles had nothing to do here; Step Functions demands ${demanded.length} for log delivery and tracing (docs/simulator-fidelity.md)`),
  ];
}

function describeFigures(report: RehearsalReport): string {
  const days = (report.virtualSeconds / 86_400).toFixed(1);
  const format = new Intl.NumberFormat('en');
  const count = (value: number): string => format.format(value);
  return `${days} days in ${report.wallSeconds} s: ${count(report.calls)} calls, ${count(report.stateTransitions)} state transitions, ${count(report.lambdaInvocations)} Lambda invocations.`;
}

function heading(title: string, note?: string): string {
  return `\n${styleText('bold', title)}${note === undefined ? '' : ` ${dim(`(${note})`)}`}\n`;
}

function dim(text: string): string {
  return styleText('dim', text);
}
