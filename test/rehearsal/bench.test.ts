import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ComplianceFigures, growth, measureNight } from '../../rehearsal/bench/compliance.ts';
import { measure } from '../../rehearsal/bench/measure.ts';
import { type Night, playNight, total } from '../../rehearsal/bench/night.ts';

describe('the compliance part of the bench, at a twentieth of its size', () => {
  const folder = mkdtempSync(join(tmpdir(), 'webmarket-bench-test-'));
  let night: Night;
  beforeAll(async () => {
    night = await playNight(0.05, folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('the account has the sizes that were asked for', () => {
    const { securityGroups, rules } = night.figures;
    expect({ securityGroups, rules }).toEqual({ securityGroups: 500, rules: 5000 });
  });

  test('a look at the account makes the fewest calls possible', () => {
    const { calls } = night.figures;
    expect(Object.entries(calls).filter(([, { made, fewest }]) => made !== fewest)).toEqual([]);
    expect(calls['DescribeSecurityGroupRules']).toEqual({ made: 5, fewest: 5 });
    expect(total(calls, 'made')).toBeGreaterThan(30);
  });

  test('findings stay out of the states', () => {
    expect(night.figures.findings).toBeGreaterThan(500);
    expect(night.figures.largestStateBytes).toBeLessThan(262_144 / 10);
  });

  test('the run leaves the snapshot, what was judged, and every format', () => {
    expect(Object.keys(night.figures.storedBytes).toSorted()).toEqual([
      'findings-before.json.gz', 'findings.asff.jsonl', 'findings.csv', 'findings.ocsf.jsonl', 'findings.sarif', 'report.html', 'report.json', 'snapshot-before.json.gz',
    ]);
  });

  test('each function, replayed without the account, answers as it did there', () => {
    const { functions, peakMemoryMebibytes } = measureNight(night, folder);
    expect(Object.keys(functions)).toEqual(['ReadAccount', 'AssessAccount', 'ReportCompliance']);
    expect(Object.values(functions).every(({ cpuSeconds }) => cpuSeconds > 0)).toBe(true);
    expect(peakMemoryMebibytes).toBeGreaterThan(50);
  });

  test('a replay that answers otherwise is refused', () => {
    const [recording] = night.recordings;
    if (recording === undefined) throw new Error('Nothing was recorded.');
    expect(() => measure({ ...recording, result: '{}' }, folder)).toThrow(/^ReadAccount answered .* and not \{\}\.$/u);
  });

  test('a replay that asks for what was not recorded is refused', () => {
    const [recording] = night.recordings;
    if (recording === undefined) throw new Error('Nothing was recorded.');
    const exchanges = recording.exchanges.filter(({ operation }) => operation !== 'GetAccountSummary');
    expect(() => measure({ ...recording, exchanges }, folder)).toThrow(/No reply was recorded for IAM GetAccountSummary/u);
  });
});

describe('growth', () => {
  const of = (cpuSeconds: number): ComplianceFigures => {
    const functions = { ReadAccount: { cpuSeconds, startCpuSeconds: 1, memoryMebibytes: 1 } };
    const sizes = { securityGroups: 1, rules: 1, principals: 1, findings: 1 };
    return { ...sizes, virtualSeconds: 1, calls: {}, otherCalls: 0, storedBytes: {}, largestStateBytes: 1, cpuSeconds: 2, functions, peakMemoryMebibytes: 1 };
  };

  test('is told from the handlers, without what a cold start takes at any size', () => {
    expect(growth(of(4), of(2))).toBe(2);
  });
});
