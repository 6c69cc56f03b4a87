import { availableParallelism } from 'node:os';
import { parseArgs, styleText } from 'node:util';
import { type FaultKind, faultKinds } from '../../simulator/kernel/faults.ts';
import { exampleSaleFile, readSaleFile } from '../sale-file.ts';
import { describePosition, faultsAt, parsePosition, type Position } from './position.ts';
import { listPositions, runWithFault, type SweepRun, type Violation } from './run.ts';
import { sweepStories } from './stories.ts';
import { openSubject } from './subject.ts';
import { runInWorkers, type WorkerSetup } from './workers.ts';

const storyNames = [...sweepStories(readSaleFile(exampleSaleFile)).keys()];

const options = {
  story: { type: 'string' },
  seed: { type: 'string', default: '1' },
  environment: { type: 'string', default: 'production' },
  workers: { type: 'string', default: String(availableParallelism()) },
  position: { type: 'string' },
  fault: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

const help = `Sweeps faults over stories: one run for every call of a handler in a phase of the story, and every kind of fault.

Usage: npm run sweep -- [options]

  --story NAME         one story only: ${storyNames.join(', ')} (all)
  --position TEXT      with --story: replay one position only, as a sweep printed it
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
  const { story, environment, position, fault } = values;
  if (story !== undefined && !storyNames.includes(story)) {
    process.stderr.write(`--story ${story}: there is no such story. Expected one of ${storyNames.join(', ')}.\n`);
    return 2;
  }
  const setup = { environment, seed: Number(values.seed) };
  if (position !== undefined) return replay({ ...setup, story: story ?? '' }, position, fault);
  let worst = 0;
  for (const name of story === undefined ? storyNames : [story]) {
    worst = Math.max(worst, await sweep({ ...setup, story: name }, Number(values.workers)));
  }
  return worst;
}

async function sweep(setup: WorkerSetup, workers: number): Promise<number> {
  const startedAt = performance.now();
  const { positions, violations, unused } = await listPositions(openSubject(setup));
  const jobs = positions.flatMap((position) => faultsAt(position).map((fault) => ({ position, fault })));
  printPositions(setup.story, positions, jobs.length);
  printViolations('without any fault', violations);

  const runs = await runInWorkers({ ...setup, jobs, workers, onProgress: (done) => progress(done, jobs.length) });
  const broken = runs.filter((run) => run.violations.length > 0);
  for (const run of broken) printViolations(replayCommand(run, setup), run.violations);
  for (const run of runs.filter(({ hasStruck }) => !hasStruck)) print(`  never struck: ${replayCommand(run, setup)}`);
  printUnused(unused, runs);
  const struck = runs.filter(({ hasStruck }) => hasStruck).length;
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  print(`\n${setup.story}: ${runs.length} runs, ${struck} faults struck, ${broken.length + (violations.length > 0 ? 1 : 0)} runs with a broken invariant, ${seconds} s.\n`);
  return broken.length === 0 && violations.length === 0 && struck === runs.length ? 0 : 1;
}

async function replay(setup: WorkerSetup, text: string, fault: string | undefined): Promise<number> {
  const position = parsePosition(text);
  const kind = faultKinds.find((each) => each === fault);
  if (setup.story === '' || position === undefined || kind === undefined) {
    process.stderr.write(`--story, --position and --fault as a sweep printed them; --fault is one of ${faultKinds.join(', ')}.\n`);
    return 2;
  }
  const run = await runWithFault(openSubject(setup), position, kind);
  print(run.hasStruck ? `The fault ${kind} struck at ${text}.` : `The story never came to ${text}.`);
  printViolations('in this run', run.violations);
  return run.violations.length === 0 && run.hasStruck ? 0 : 1;
}

function printPositions(story: string, positions: readonly Position[], runs: number): void {
  print(styleText('bold', `${story}: ${positions.length} positions, ${runs} runs`));
  print('A position is a phase of the story, a function, an operation, and which call of that operation in one invocation.');
  print(`Kinds of fault: ${faultKinds.join(', ')}; a read has no effect, so the kinds that leave one behind are left out there.\n`);
  const byPhase = Map.groupBy(positions, ({ phase }) => phase);
  for (const [phase, inPhase] of byPhase) {
    const byCaller = Map.groupBy(inPhase, ({ caller }) => caller);
    const counts = [...byCaller].map(([caller, calls]) => `${caller.replace(/Function.*$/u, '').replace(/^(Capacity|Compliance)/u, '')} ${calls.length}`);
    print(`  ${phase.padEnd(18)} ${String(inPhase.length).padStart(4)}  ${counts.join(', ')}`);
  }
  print('');
}

function printViolations(where: string, violations: readonly Violation[]): void {
  if (violations.length === 0) return;
  print(`${styleText('red', '✘')} ${where}`);
  for (const { invariant, what } of violations) print(`    ${invariant}: ${what}`);
}

/** What the roles of the story are granted and none of all the runs used, whatever failed in them. */
function printUnused(unused: readonly string[], runs: readonly SweepRun[]): void {
  const ofRuns = runs.flatMap((run) => (run.unused === undefined ? [] : [new Set(run.unused)]));
  const never = unused.filter((permission) => ofRuns.every((ofRun) => ofRun.has(permission)));
  print(`\n  ${never.length} permissions of these roles were used in none of the runs${never.length === 0 ? '.' : ':'}`);
  for (const permission of never) print(`    ${permission}`);
}

function replayCommand({ position, fault }: SweepRun, { story, seed }: WorkerSetup): string {
  return `npm run sweep -- --story ${story} --seed ${seed} --position '${describePosition(position)}' --fault ${fault satisfies FaultKind}`;
}

function progress(done: number, total: number): void {
  if (done % 50 === 0 || done === total) process.stderr.write(`  ${done} of ${total} runs\n`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
