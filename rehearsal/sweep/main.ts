import { availableParallelism } from 'node:os';
import { parseArgs, styleText } from 'node:util';
import { type FaultKind, faultKinds } from '../../simulator/kernel/faults.ts';
import { exampleSaleFile, readSaleFile } from '../sale-file.ts';
import { synthesise } from '../synthesis.ts';
import { describePosition, faultsAt, parsePosition, type Position } from './position.ts';
import { listPositions, runWithFault, type SweepRun, type Violation } from './run.ts';
import { runInWorkers } from './workers.ts';

const options = {
  seed: { type: 'string', default: '1' },
  environment: { type: 'string', default: 'production' },
  workers: { type: 'string', default: String(availableParallelism()) },
  position: { type: 'string' },
  fault: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

const help = `Sweeps faults over sale-day: one run for every call of a handler in a phase of the story, and every kind of fault.

Usage: npm run sweep -- [options]

  --position TEXT      replay one position only, as a sweep printed it
  --fault KIND         with --position: ${faultKinds.join(', ')}
  --seed NUMBER        (1)
  --environment NAME   the file of config/ to synthesise (production)
  --workers NUMBER     processes (one a core)

Exit code: 0 no invariant was broken, 1 one was, 2 nothing was swept.`;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({ options, strict: true });
  if (values.help) {
    print(help);
    return 0;
  }
  const seed = Number(values.seed);
  return values.position === undefined
    ? sweep(values.environment, seed, Number(values.workers))
    : replay(values.environment, seed, values.position, values.fault);
}

async function sweep(environment: string, seed: number, workers: number): Promise<number> {
  const startedAt = performance.now();
  const subject = { synthesis: synthesise(environment), sale: readSaleFile(exampleSaleFile), seed };
  const { positions, violations } = await listPositions(subject);
  const jobs = positions.flatMap((position) => faultsAt(position).map((fault) => ({ position, fault })));
  printPositions(positions, jobs.length);
  printViolations('without any fault', violations);

  const runs = await runInWorkers({ environment, seed, jobs, workers, onProgress: (done) => progress(done, jobs.length) });
  const broken = runs.filter((run) => run.violations.length > 0);
  for (const run of broken) printViolations(replayCommand(run, seed), run.violations);
  const struck = runs.filter(({ hasStruck }) => hasStruck).length;
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  print(`\n${runs.length} runs, ${struck} faults struck, ${broken.length + (violations.length > 0 ? 1 : 0)} runs with a broken invariant, ${seconds} s.`);
  return broken.length === 0 && violations.length === 0 && struck === runs.length ? 0 : 1;
}

async function replay(environment: string, seed: number, text: string, fault: string | undefined): Promise<number> {
  const position = parsePosition(text);
  const kind = faultKinds.find((each) => each === fault);
  if (position === undefined || kind === undefined) {
    process.stderr.write(`--position and --fault as a sweep printed them; --fault is one of ${faultKinds.join(', ')}.\n`);
    return 2;
  }
  const run = await runWithFault({ synthesis: synthesise(environment), sale: readSaleFile(exampleSaleFile), seed }, position, kind);
  print(run.hasStruck ? `The fault ${kind} struck at ${text}.` : `The story never came to ${text}.`);
  printViolations('in this run', run.violations);
  return run.violations.length === 0 && run.hasStruck ? 0 : 1;
}

function printPositions(positions: readonly Position[], runs: number): void {
  print(styleText('bold', `${positions.length} positions, ${runs} runs`));
  print('A position is a phase of the story, a function, an operation, and which call of that operation in one invocation.');
  print(`Kinds of fault: ${faultKinds.join(', ')}; a read has no effect, so the kinds that leave one behind are left out there.\n`);
  const byPhase = Map.groupBy(positions, ({ phase }) => phase);
  for (const [phase, inPhase] of byPhase) {
    const byCaller = Map.groupBy(inPhase, ({ caller }) => caller);
    const counts = [...byCaller].map(([caller, calls]) => `${caller.replace(/Function.*$/u, '').replace(/^Capacity/u, '')} ${calls.length}`);
    print(`  ${phase.padEnd(18)} ${String(inPhase.length).padStart(4)}  ${counts.join(', ')}`);
  }
  print('');
}

function printViolations(where: string, violations: readonly Violation[]): void {
  if (violations.length === 0) return;
  print(`${styleText('red', '✘')} ${where}`);
  for (const { invariant, what } of violations) print(`    ${invariant}: ${what}`);
}

function replayCommand({ position, fault }: SweepRun, seed: number): string {
  return `npm run sweep -- --seed ${seed} --position '${describePosition(position)}' --fault ${fault satisfies FaultKind}`;
}

function progress(done: number, total: number): void {
  if (done % 50 === 0 || done === total) process.stderr.write(`  ${done} of ${total} runs\n`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
