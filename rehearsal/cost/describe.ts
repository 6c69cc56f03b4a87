import { styleText } from 'node:util';
import type { Amounts, BillLine } from './bill.ts';
import type { Statement } from './statement.ts';

/** Parts of a line that are shown; the statement in JSON has them all. */
const shownParts = 8;

const widths = { label: 42, amount: 14, usd: 12 } as const;

/** A statement as lines for a terminal. Colours come from `styleText`, which leaves them out where none are wanted. */
export function describeStatement(statement: Statement): string {
  const { prices, total, apart, additions, notReckoned, assumptions } = statement;
  return [
    heading(`What ${period(statement)} of the orchestrator costs`, `USD, ${prices.region}, prices of ${prices.asOf}, before taxes`),
    columns('', '', 'at list', 'after free'),
    ...describeLines(statement.lines),
    rule(),
    styleText('bold', columns('Total', '', usd(total.listUsd), usd(total.afterFreeUsd))),
    describeTarget(statement),
    describeLargest(statement),
    heading('Apart', `${apart.what}: it would be there without the orchestrator, with no free tier left`),
    ...apart.bill.lines.map((line) => describeLine(line, `${line.service}: ${line.title}`)),
    dim('  The events of the trail, its bucket and its log are not metered.'),
    ...(additions.length === 0 ? [] : [heading('What one more adds', 'once, against the same time without it'), ...additions.map(describeAddition)]),
    ...(notReckoned.length === 0 ? [] : [heading('Not reckoned'), ...notReckoned.map((type) => `  ${type}`)]),
    heading('How it is reckoned'),
    ...assumptions.flatMap((assumption) => wrap(assumption)),
    ...wrap(`Prices: ${prices.source}`),
    '',
  ].join('\n');
}

function period({ days, scenario }: Statement): string {
  return Math.abs(days - 30) < 0.01 ? 'a month' : `${days.toFixed(1)} days (${scenario})`;
}

function describeLines(lines: readonly BillLine[]): string[] {
  return [...Map.groupBy(lines, ({ service }) => service)].flatMap(([service, each]) => {
    const total = (member: keyof Amounts): string => usd(each.reduce((sum, line) => sum + line[member], 0));
    return [
      styleText('bold', columns(service, '', total('listUsd'), total('afterFreeUsd'))),
      ...each.flatMap((line) => [describeLine(line, `  ${line.title}`), ...describeParts(line)]),
    ];
  });
}

function describeLine(line: BillLine, label: string): string {
  const mark = line.certainties.includes('estimated') ? ' ~' : '';
  return columns(`${label}${mark}`, count(line.amount), usd(line.listUsd), usd(line.afterFreeUsd), line.unit);
}

function describeParts({ parts, amount }: BillLine): string[] {
  if (parts.length < 2) return [];
  const shown = parts.slice(0, shownParts);
  const rest = amount - shown.reduce((sum, part) => sum + part.amount, 0);
  return [
    ...shown.map((part) => dim(columns(`    ${part.what}`, count(part.amount), usd(part.listUsd), usd(part.afterFreeUsd)))),
    ...(parts.length > shownParts ? [dim(columns(`    … and ${parts.length - shownParts} more`, count(rest), '', ''))] : []),
  ];
}

function describeTarget({ target }: Statement): string {
  return `  Target, ${target.usd} USD a month: ${verdict(target.isHeldAtList)} at list price, ${verdict(target.isHeldAfterFree)} after the free tier that every account has without end`;
}

function verdict(isHeld: boolean): string {
  return isHeld ? styleText('green', '✔ under') : styleText('red', '✘ over');
}

/** What is worth looking at, should it cost too much. */
function describeLargest({ lines, total }: Statement): string {
  const largest = lines.toSorted((left, right) => right.listUsd - left.listUsd).slice(0, 3);
  const described = largest.map(({ service, title, listUsd }) => `${service} ${title.toLowerCase()} ${Math.round((listUsd / total.listUsd) * 100)} %`);
  return dim(`  Most of the list price: ${described.join(', ')}`);
}

function describeAddition({ what, scenario, listUsd, afterFreeUsd }: Statement['additions'][number]): string {
  return `${columns(what, '', usd(listUsd), usd(afterFreeUsd))}  ${dim(scenario)}`;
}

function columns(label: string, amount: string, list: string, afterFree: string, unit = ''): string {
  const numbers = `${amount.padStart(widths.amount)}${list.padStart(widths.usd)}${afterFree.padStart(widths.usd)}`;
  return `  ${label.padEnd(widths.label)}${numbers}${unit === '' ? '' : `  ${dim(unit)}`}`.trimEnd();
}

function rule(): string {
  return `  ${dim('─'.repeat(widths.label + widths.amount + 2 * widths.usd))}`;
}

/** What is less than a tenth of a cent, and not nothing, is said to be that. */
function usd(amount: number): string {
  if (amount !== 0 && Math.abs(amount) < 0.0005) return '< 0.001';
  return amount.toFixed(3);
}

function count(amount: number): string {
  if (amount !== 0 && Math.abs(amount) < 0.0001) return '< 0.0001';
  const digits = amount >= 100 || Number.isInteger(amount) ? 0 : amount >= 1 ? 1 : 4;
  return new Intl.NumberFormat('en', { maximumFractionDigits: digits }).format(amount);
}

function wrap(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length > 108) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.map((line, index) => dim(`  ${index === 0 ? '· ' : '  '}${line}`));
}

function heading(title: string, note?: string): string {
  return `\n${styleText('bold', title)}${note === undefined ? '' : ` ${dim(`(${note})`)}`}\n`;
}

function dim(text: string): string {
  return styleText('dim', text);
}
