import { type AccountSizes, fewestCalls } from '../../functions/compliance/collect-calls.ts';
import { paris } from '../paris.ts';
import { Stage } from '../stage.ts';
import { synthesise } from '../synthesis.ts';
import { prepareShop } from '../world.ts';
import { furnishLargeAccount } from './compliance-account.ts';
import { Recorder } from './recording.ts';
import type { Recording } from './replay.ts';

/** Two nightly runs over a large account, the first so that the second has a report to compare with. */

const startsAt = paris('2027-01-05T06:00');
const hour = 3_600_000;

/** Ids of the constructs whose work grows with the account. */
const functionNames = ['ReadAccount', 'AssessAccount', 'ReportCompliance'] as const;

interface Calls {
  readonly made: number;
  readonly fewest: number;
}

/** About the second run. */
export interface NightFigures {
  readonly securityGroups: number;
  readonly rules: number;
  readonly principals: number;
  readonly findings: number;
  /** From the start of the execution to its end, with the waiting for the credential report. */
  readonly virtualSeconds: number;
  /** Of the look at the account, by operation. IAM may give pages that are not full, and the simulated one does at times. */
  readonly calls: Readonly<Record<string, Calls>>;
  /** Every other call of the three functions: of the baseline, the ledger, the evidence, the metrics and the digest. */
  readonly otherCalls: number;
  /** What the run left in the evidence bucket, as stored, by file name. */
  readonly storedBytes: Readonly<Record<string, number>>;
  /** The largest text that a state took or gave, of the 262,144 bytes that it may have. */
  readonly largestStateBytes: number;
}

export interface Night {
  readonly figures: NightFigures;
  readonly recordings: readonly Recording[];
}

/** Plays the runs at a share of the full size. Replies go to files of `folder`. */
export function playNight(share: number, folder: string): Promise<Night> {
  const synthesis = synthesise('production');
  const prepare = (account: Stage['account']): void => prepareShop(account, synthesis.config);
  return Stage.open({ synthesis, seed: 1, startsAt, prepare }, async (stage) => {
    await stage.until(startsAt + hour, 'deployment');
    const sizes = furnishLargeAccount(stage.account, share);
    await runOnce(stage, 'first');
    // Until IAM makes a new credential report: the run waits for it, as it does every night.
    await stage.until(stage.now + 5 * hour, 'day');
    const recorder = new Recorder(stage.account, folder, functionNames);
    const execution = await runOnce(stage, 'second');
    const { recordings } = recorder;
    const { notEvaluated } = JSON.parse(recordingOf(recordings, 'ReportCompliance').result) as { readonly notEvaluated: number };
    if (notEvaluated > 0) throw new Error(`${notEvaluated} checks were not evaluated: what the run costs is not known.`);
    const calls = compareCalls(recordings, withOthers(sizes, stage, recordings));
    const figures = {
      ...sizesOf(stage),
      findings: (JSON.parse(recordingOf(recordings, 'AssessAccount').result) as { readonly findings: number }).findings,
      virtualSeconds: (execution.stoppedAt - execution.startedAt) / 1000,
      calls,
      otherCalls: recordings.flatMap(({ exchanges }) => exchanges).length - total(calls, 'made'),
      storedBytes: storedBytes(stage, execution.name),
      largestStateBytes: await largestStateBytes(stage, execution.arn),
    };
    return { figures, recordings };
  });
}

/** `made` or `fewest`, of all operations together. */
export function total(calls: NightFigures['calls'], count: keyof Calls): number {
  return Object.values(calls).reduce((sum, one) => sum + one[count], 0);
}

async function runOnce(stage: Stage, name: string) {
  await stage.start('NightlyCompliance', name);
  await stage.until(stage.now + hour, `${name} run`);
  const execution = stage.account.stepFunctions.executions.find((one) => one.name === name);
  const { status, stoppedAt, error, cause } = execution ?? {};
  if (execution === undefined || stoppedAt === undefined || status !== 'SUCCEEDED') {
    throw new Error(`The run "${name}" is ${status ?? 'not there'}, expected SUCCEEDED: ${error ?? ''} ${cause ?? ''}`);
  }
  return { name, arn: execution.arn, startedAt: execution.startedAt, stoppedAt };
}

/** With the sizes of what the app itself deploys, as far as a look at it takes a call each. */
function withOthers(sizes: AccountSizes, { account }: Stage, recordings: readonly Recording[]): AccountSizes {
  const event = JSON.parse(recordingOf(recordings, 'ReadAccount').event) as { readonly accessJobs: readonly unknown[] };
  return { ...sizes, trails: 1, metricFilters: [1], alarms: account.cloudWatch.alarms.all().length, roleServices: event.accessJobs.map(() => 1) };
}

function compareCalls(recordings: readonly Recording[], sizes: AccountSizes): NightFigures['calls'] {
  const { exchanges } = recordingOf(recordings, 'ReadAccount');
  const made = (name: string): number => exchanges.filter(({ operation }) => operation === name).length;
  return Object.fromEntries(Object.entries(fewestCalls(sizes)).map(([name, fewest]) => [name, { made: made(name), fewest }]));
}

function sizesOf({ account: { ec2, iam } }: Stage) {
  const { user, group, role } = iam.directory.holders;
  return {
    securityGroups: ec2.securityGroups.all().length,
    rules: ec2.securityGroups.allRules().length,
    principals: user.list().length + group.list().length + role.list().length,
  };
}

function recordingOf(recordings: readonly Recording[], name: (typeof functionNames)[number]): Recording {
  const recording = recordings.find((one) => one.name === name);
  if (recording === undefined) throw new Error(`The run did not invoke ${name}.`);
  return recording;
}

function storedBytes(stage: Stage, runId: string): NightFigures['storedBytes'] {
  const objects = stage.account.s3.objects(stage.output('EvidenceBucketName'), 'compliance/').filter(({ key }) => key.includes(`/${runId}/`));
  return Object.fromEntries(objects.map(({ key, body }) => [key.slice(key.lastIndexOf('/') + 1), body.byteLength]));
}

/** By the history of the execution, which has every input, argument and result as a text of its own. */
async function largestStateBytes(stage: Stage, executionArn: string): Promise<number> {
  const answer = await stage.asOperator('SFN', 'GetExecutionHistory', { executionArn, maxResults: 1000 });
  const { events, nextToken } = answer as { readonly events: readonly object[]; readonly nextToken?: string };
  if (nextToken !== undefined) throw new Error('The history of the run has more than the 1,000 events of a page.');
  const details = events.flatMap((event) => Object.values(event) as unknown[]).filter((detail) => typeof detail === 'object' && detail !== null);
  const texts = details.flatMap((detail) => Object.values(detail) as unknown[]).filter((value) => typeof value === 'string');
  return Math.max(0, ...texts.map((text) => Buffer.byteLength(text)));
}
