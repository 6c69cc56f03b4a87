import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../../', import.meta.url));

function run(...options: string[]) {
  return spawnSync(process.execPath, ['rehearsal/main.ts', ...options], { cwd: project, encoding: 'utf8' });
}

describe('npm start', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'webmarket-main-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function saleFile(content: string): string {
    const file = join(folder, 'sale.yaml');
    writeFileSync(file, content);
    return file;
  }

  test('--help tells the options and the scenarios', () => {
    const { status, stdout } = run('--help');
    expect(status).toBe(0);
    for (const word of ['--scenario', '--seed', '--sale', '--environment', '--out', 'capacity-shortage']) expect(stdout).toContain(word);
  });

  test.each([
    [['--scenario', 'nope'], 'Expected one of sale-day'],
    [['--seed', 'x'], '--seed x: expected a whole number'],
    [['--unknown'], "Unknown option '--unknown'"],
    [['--environment', 'nowhere'], 'nowhere.yaml'],
    [['--sale', '/nowhere/sale.yaml'], '/nowhere/sale.yaml cannot be read'],
  ])('%j rehearses nothing and says why', (options, message) => {
    const { status, stderr } = run(...options);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
  });

  test('a sale with wrong fields is refused, each field named', () => {
    const file = saleFile('id: Wrong Id\nname: x\nstartsAt: 2027-01-13T08:00\nendsAt: 2027-01-13T09:00\nfloor: -1\ncolour: red\n');
    const { status, stderr } = run('--sale', file);
    expect(status).toBe(2);
    for (const field of ['id', 'floor', 'colour']) expect(stderr).toContain(field);
  });

  test.each([
    ['startsAt: 2027-03-28T02:30\nendsAt: 2027-03-28T09:00', 'does not exist'],
    ['startsAt: 2027-01-13T08:00\nendsAt: 2027-01-13T07:00', 'endsAt'],
  ])('a sale at %j is refused', (times, message) => {
    const { status, stderr } = run('--sale', saleFile(`id: x\nname: x\n${times}\nfloor: 5\n`));
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
  });

  test('rehearses the operator’s own sale, and writes the report where it is told to', () => {
    const file = saleFile('id: mine\nname: Mine\nstartsAt: 2027-05-04T18:00\nendsAt: 2027-05-04T19:30\nfloor: 6\n');
    const { status, stdout } = run('--sale', file, '--out', join(folder, 'out'));
    expect(stdout).toContain('GO: mine is ready');
    expect(status).toBe(0);
    const report = JSON.parse(readFileSync(join(folder, 'out', 'report.json'), 'utf8')) as Record<string, unknown>;
    expect(Object.keys(report)).toEqual(
      expect.arrayContaining(['scenario', 'seed', 'virtualSeconds', 'wallSeconds', 'promises', 'calls', 'stateTransitions', 'lambdaInvocations', 'permissions', 'timeline']),
    );
  });
});
