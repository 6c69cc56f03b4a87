import { readdirSync, readFileSync } from 'node:fs';
import { providersByType } from '../../simulator/deploy/providers.ts';
import { describeFidelity } from '../../simulator/fidelity.ts';
import { Account } from '../../simulator/kernel/account.ts';
import { VirtualClock } from '../../simulator/kernel/clock.ts';
import { faultKinds } from '../../simulator/kernel/faults.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const files = (folder: string, extension: string): string[] =>
  readdirSync(new URL(`../../${folder}`, import.meta.url)).flatMap((name) => (name.endsWith(extension) ? [name.slice(0, -extension.length)] : []));

const ledger = describeFidelity();
const rowOf = (first: string): string => ledger.split('\n').find((line) => line.startsWith(`| ${first} |`)) ?? '';

test('docs/simulator-fidelity.md is what the code says; `node simulator/fidelity.ts` writes it', () => {
  expect(read('docs/simulator-fidelity.md')).toBe(ledger);
});

test('every service of the account has a page, and every page stands in the ledger', () => {
  const pages = files('docs/fidelity', '.md');
  const services = files('simulator/services', '.ts').filter((name) => name !== 'paging');
  expect(services.filter((name) => !pages.includes(name))).toEqual([]);
  for (const page of pages) {
    const [title = ''] = read(`docs/fidelity/${page}.md`).split('\n');
    expect(title).toMatch(/^# \S/u);
    expect(ledger).toContain(`#${title}\n`);
  }
});

test('the ledger names every property of every resource type, and the reason of each that has no effect', () => {
  expect(providersByType.size).toBeGreaterThan(40);
  for (const { type, modelled, recorded } of providersByType.values()) {
    const [, , active = '', inert = ''] = rowOf(`\`${type}\``).split(/(?<!\\)\|/u);
    for (const property of modelled) expect(active).toContain(`\`${property}\``);
    for (const [property, reason] of Object.entries(recorded)) {
      expect(inert).toContain(`\`${property}\``);
      expect(inert).toContain(reason.replaceAll('|', String.raw`\|`));
    }
  }
});

test('no property is both modelled and without effect, and every reason is a sentence', () => {
  for (const { type, modelled, recorded } of providersByType.values()) {
    expect({ type, both: modelled.filter((property) => Object.hasOwn(recorded, property)) }).toEqual({ type, both: [] });
    for (const reason of Object.values(recorded)) expect(reason).toMatch(/^[A-Z].*\.$/u);
  }
});

test('the ledger names every operation of every service', () => {
  const { services } = new Account({ clock: VirtualClock.detached(0) });
  for (const { sdkId, operations } of services) {
    const row = rowOf(sdkId);
    expect(row).not.toBe('');
    for (const operation of Object.keys(operations)) expect(row).toContain(`\`${operation}\``);
  }
});

test('the notes on the kernel name every kind of fault', () => {
  const notes = read('docs/fidelity/kernel.md');
  expect(faultKinds.filter((kind) => !notes.includes(`\`${kind}\``))).toEqual([]);
});

test('every test file that the pages name exists', () => {
  const tests = new Set(readdirSync(new URL('..', import.meta.url), { recursive: true, encoding: 'utf8' }).map((path) => path.split('/').at(-1)));
  const named = [...ledger.matchAll(/[\w-]+\.test\.ts/gu)].map(([name]) => name);
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((name) => !tests.has(name))).toEqual([]);
});
