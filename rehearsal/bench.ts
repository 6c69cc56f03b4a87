import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ComplianceFigures } from './bench/compliance.ts';
import type { Night } from './bench/night.ts';

/**
 * `npm run bench`: a month of rehearsal, and a nightly compliance run over a large account. `npm run bench month` and
 * `npm run bench compliance` measure one of them. Each part, and each function of the nightly run, has a process of its
 * own: none pays for the memory of another. This one loads nothing, as a process begins with the memory of its parent.
 */

const parts = ['month', 'compliance'] as const;

const [asked, share = '', nightFolder = ''] = process.argv.slice(2);
print(await run(asked));

async function run(part: string | undefined): Promise<object> {
  switch (part) {
    case undefined:
      return Object.assign({}, ...parts.map((one) => inProcess<object>(one))) as object;
    case 'month':
      return (await import('./bench/month.ts')).measureMonth();
    case 'compliance':
      return measureCompliance();
    case 'night':
      return (await import('./bench/night.ts')).playNight(Number(share), nightFolder);
    default:
      throw new Error(`The part "${part}" is unknown, expected one of ${parts.join(', ')}.`);
  }
}

async function measureCompliance() {
  const { growth, measureNight } = await import('./bench/compliance.ts');
  const measureShare = (size: number): ComplianceFigures => {
    const folder = mkdtempSync(join(tmpdir(), 'webmarket-bench-'));
    try {
      return measureNight(inProcess<Night>('night', String(size), folder), folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
  const [half, whole] = [measureShare(0.5), measureShare(1)];
  const counts = Object.values(whole.calls);
  return {
    complianceSeconds: whole.cpuSeconds,
    compliancePeakMemoryMebibytes: whole.peakMemoryMebibytes,
    complianceCallsMade: counts.reduce((sum, { made }) => sum + made, 0),
    complianceCallsFewest: counts.reduce((sum, { fewest }) => sum + fewest, 0),
    complianceGrowth: growth(whole, half),
    compliance: { whole, half },
  };
}

/** A part in a process of its own: gives what it prints. */
function inProcess<Figures>(...rest: readonly string[]): Figures {
  const { status, stdout } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), ...rest], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 64 * 1_048_576,
  });
  if (status !== 0) throw new Error(`The part ${rest.join(' ')} ended with ${status ?? 'a signal'}.`);
  return JSON.parse(stdout) as Figures;
}

function print(figures: object): void {
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
}
