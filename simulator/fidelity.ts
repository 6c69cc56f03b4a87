import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ResourceProvider } from './deploy/provider.ts';
import { providersByType } from './deploy/providers.ts';
import { Account } from './kernel/account.ts';
import { VirtualClock } from './kernel/clock.ts';

const pagesFolder = new URL('../docs/fidelity/', import.meta.url);
const ledgerFile = new URL('../docs/simulator-fidelity.md', import.meta.url);

const introduction = `# Fidelity of the simulated account

<!-- Written by \`node simulator/fidelity.ts\`, from the pages in docs/fidelity/ and from the code. Change those. -->

The simulated account is a deterministic AWS account in one process. The templates of the CDK app are deployed into it, and
the project's own handlers and state machines run in it, under the policies of those templates, through days of virtual time.
It is a simulator, not an emulator: nothing speaks HTTP, and only what this project needs of a service is there.

What it shows is worth as much as it resembles AWS. Four rules keep that honest:

1. What is not modelled throws and names itself, and no handler can swallow it: it ends the run.
2. What is accepted without effect is listed here, with the reason why that is harmless.
3. What AWS documents has its source on the page of its service. What AWS leaves open is drawn from the seed, or marked as decided.
4. Nothing knows the project: names, sizes and policies all come from the templates, and no scenario is hard-coded.

This document is one file so that it can be read from end to end; a test keeps it true to the code.
`;

/** The fidelity ledger as one Markdown document. */
export function describeFidelity(): string {
  const pages = readdirSync(pagesFolder).filter((name) => name.endsWith('.md')).toSorted();
  const services = pages.filter((name) => name !== 'kernel.md');
  return [
    introduction,
    readPage('kernel.md', 1),
    '## Services\n',
    ...services.map((name) => readPage(name, 2)),
    '## Resource types\n',
    'A property that is in neither column stops a deployment. A resource of a type that is not in the table gets an id and nothing else, and the deployment lists it.\n',
    describeResourceTypes(),
    '## Operations\n',
    'Any other operation throws.\n',
    describeOperations(),
  ].join('\n');
}

/** A page with its headings `levels` further down. */
function readPage(name: string, levels: number): string {
  const text = readFileSync(new URL(name, pagesFolder), 'utf8');
  return text.replaceAll(/^#/gmu, '#'.repeat(levels + 1));
}

function describeResourceTypes(): string {
  const rows = [...providersByType.values()]
    .toSorted((left, right) => compare(left.type, right.type))
    .map((provider) => [`\`${provider.type}\``, listOf(provider.modelled), describeRecorded(provider)]);
  return table(['type', 'modelled', 'accepted without effect'], rows);
}

/** Properties without effect, those of one reason together. */
function describeRecorded({ recorded }: ResourceProvider): string {
  const byReason = Map.groupBy(Object.entries(recorded), ([, reason]) => reason);
  return [...byReason].map(([reason, entries]) => `${listOf(entries.map(([property]) => property))}: ${reason}`).join('<br>');
}

function describeOperations(): string {
  const { services } = new Account({ clock: VirtualClock.detached(0) });
  const rows = services
    .toSorted((left, right) => compare(left.sdkId, right.sdkId))
    .map(({ sdkId, operations }) => [sdkId, listOf(Object.keys(operations)) || 'none']);
  return table(['service', 'operations'], rows);
}

function listOf(names: readonly string[]): string {
  return names.toSorted(compare).map((name) => `\`${name}\``).join(', ');
}

function compare(left: string, right: string): number {
  return left < right ? -1 : 1;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map(describeRow).join('');
}

function describeRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(ledgerFile, describeFidelity());
