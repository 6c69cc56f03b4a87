import { existsSync, readFileSync } from 'node:fs';
import { parseRegistration } from '../functions/capacity/sale-request.ts';
import { loadConfig } from '../infra/config.ts';
import { scenariosFor } from '../rehearsal/scenarios.ts';
import { exampleSaleFile, readSaleFile } from '../rehearsal/sale-file.ts';

const root = new URL('../', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');
const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { scripts: Record<string, string> };

describe('README', () => {
  test('names scripts that exist', () => {
    const named = [...readme.matchAll(/npm run ([a-z:]+)/gu)].map(([, script]) => script ?? '');
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((script) => scripts[script] === undefined)).toEqual([]);
  });

  test('names scenarios that exist', () => {
    const scenarios = scenariosFor(readSaleFile(exampleSaleFile));
    const [, first = '', others = ''] = /--scenario (\S+)\s+# or ([a-z, -]+)/u.exec(readme) ?? [];
    const named = [first, ...others.split(', ').map((name) => name.trim())];
    expect(named.filter((name) => !scenarios.has(name))).toEqual([]);
  });

  test('links to files that exist', () => {
    const links = [...readme.matchAll(/\]\(([^)#]+)\)/gu)].map(([, link]) => link ?? '').filter((link) => !link.startsWith('http'));
    const paths = [...readme.matchAll(/`((?:config|docs)\/[\w./-]+)`/gu)].map(([, path]) => path ?? '');
    expect([...links, ...paths].filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
  });

  test('registers a sale that register-sale accepts', () => {
    const [, payload = ''] = /--payload '(\{[\s\S]*?\})' answer\.json/u.exec(readme) ?? [];
    const now = Date.parse('2026-12-01T00:00:00Z');
    const parsed = parseRegistration(JSON.parse(payload), loadConfig('production').capacity, now);
    expect(parsed).toMatchObject({ kind: 'parsed', saleId: 'soldes-hiver-2027' });
  });
});
