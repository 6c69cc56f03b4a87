import type { GetBucketLifecycleConfigurationCommandOutput, LifecycleRule } from '@aws-sdk/client-s3';
import type { StartExecutionCommandInput } from '@aws-sdk/client-sfn';
import { type BucketRun, findBucketRun, type LifecycleQuestion, readQuestion } from '../../../functions/lifecycle/lifecycle-records.ts';
import { type LifecycleReport, lifecycleReportSchema, reportKey } from '../../../functions/lifecycle/lifecycle-run.ts';
import { type BucketRole, bucketRoles, type LifecycleSettings } from '../../../functions/lifecycle/settings.ts';
import { Ledger } from '../../../functions/platform/ledger.ts';
import { AwsError } from '../../../simulator/kernel/aws-error.ts';
import type { FaultKind } from '../../../simulator/kernel/faults.ts';
import { bucket, context, openSession, type Session, table, topicArn } from '../platform/session.ts';
import { prices, shipped } from './facts.ts';

export const ledger = new Ledger(table);
export const day = 86_400_000;

/** Names of the buckets by what they hold; that of the evidence holds reports too. */
export const buckets: Readonly<Record<BucketRole, string>> = { productImages: 'images', documents: 'documents', logs: 'logs', evidence: bucket };

export const workflowArn = 'arn:aws:states:eu-west-3:123456789012:stateMachine:storage-lifecycle';

/** What S3 answers of a bucket's rules. */
type Shown = Omit<GetBucketLifecycleConfigurationCommandOutput, '$metadata'>;
type ReportFile = Parameters<typeof reportKey>[1];

export interface Told {
  readonly key: string;
  readonly kind: string;
  readonly severity: string;
  readonly subject: string;
  readonly text: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface LifecycleScene extends Session {
  /** Runs that were started by answers. */
  readonly started: StartExecutionCommandInput[];
  /** Calls that the code made, attempt by attempt: `PutBucketLifecycleConfiguration`, … */
  readonly calls: string[];
  /** Goes on with other settings, as after a deployment. */
  configure(changes: Partial<LifecycleSettings>): void;
  plan(role: BucketRole, runId?: string, remainingMilliseconds?: number): Promise<{ verdict: string }>;
  write(role: BucketRole, runId?: string): Promise<{ outcome: string }>;
  report(runId?: string): Promise<{ outcomes: Record<string, string> }>;
  /** As the workflow does: every bucket is planned, written where that is to be, and then all are reported. */
  tend(runId: string): Promise<Record<string, string>>;
  /** Answers what is asked of a bucket. */
  answer(role: BucketRole, change?: object): Promise<unknown>;
  /** Says yes to a plan, without looking at the question first. */
  answerOf(role: BucketRole, planHash: string, change?: object): Promise<unknown>;
  recordOf(role: BucketRole, runId?: string): Promise<BucketRun>;
  question(role: BucketRole): Promise<LifecycleQuestion>;
  /** Rules of a bucket as they stand, whatever reads see. */
  rules(role: BucketRole): readonly LifecycleRule[];
  /** Rules as somebody else leaves them. */
  set(role: BucketRole, rules: readonly LifecycleRule[], minimumSize?: string): void;
  /** Puts so many versions of one key into a bucket, a day apart, the newest a day old. */
  place(role: BucketRole, key: string, versions?: number, bytes?: number): void;
  /** Lets S3 show other rules than those that it would. */
  show(what: (read: () => Shown) => Shown): void;
  filed(runId?: string): LifecycleReport;
  page(runId?: string, file?: ReportFile): string;
  messages(kind?: string): Told[];
  wait(milliseconds: number): Promise<void>;
  /** Lets every attempt of an operation go wrong from now on. @default none */
  break(operation?: string, fault?: FaultKind): void;
}

const startedAt = '2027-01-13T07:00:00.000Z';

/** Four buckets without rules, in an account in which rules are written, as the functions see it. */
export function openLifecycleScene(changes: Partial<LifecycleSettings> = {}): LifecycleScene {
  const session = openSession();
  const { s3 } = session.account;
  for (const name of Object.values(buckets)) s3.putBucket({ name, isVersioned: true, encryption: { algorithm: 'AES256' }, tags: {} });
  const invoke = async <Answer>(name: string, event: object, remainingMilliseconds = 60_000): Promise<Answer> => {
    const handler = await loadHandler(name, session.environment);
    return (await session.run(() => handler(event, { ...context, getRemainingTimeInMillis: () => remainingMilliseconds }))) as Answer;
  };
  const scene: LifecycleScene = Object.assign(session, {
    started: [] as StartExecutionCommandInput[],
    calls: [] as string[],
    configure: (changed: Partial<LifecycleSettings>) => {
      session.environment = environmentOf(session, { ...changes, ...changed });
    },
    plan: (role: BucketRole, runId = 'run-1', remainingMilliseconds?: number) => invoke<{ verdict: string }>('plan-bucket', { runId, role }, remainingMilliseconds),
    write: (role: BucketRole, runId = 'run-1') => invoke<{ outcome: string }>('write-bucket', { runId, role }),
    report: (runId = 'run-1') => invoke<{ outcomes: Record<string, string> }>('report-lifecycle', { runId, startedAt, cause: 'schedule' }),
    tend: async (runId: string) => {
      for (const role of bucketRoles) {
        const verdict = await scene.plan(role, runId).then((planned) => planned.verdict, () => 'failed');
        if (verdict === 'write') await scene.write(role, runId).catch(() => undefined);
      }
      return (await scene.report(runId)).outcomes;
    },
    answer: async (role: BucketRole, change: object = {}) => {
      const { planHash } = (await scene.question(role)).plan;
      return scene.answerOf(role, planHash, change);
    },
    answerOf: (role: BucketRole, planHash: string, change: object = {}) => invoke<unknown>('answer-lifecycle', { role, planHash, decision: 'approved', approver: 'Grace', ...change }),
    recordOf: async (role: BucketRole, runId = 'run-1') => given(await session.run(() => findBucketRun(ledger, runId, role))),
    question: async (role: BucketRole) => given((await session.run(() => readQuestion(ledger, role))).value),
    rules: (role: BucketRole) => s3.lifecycle(buckets[role])?.Rules ?? [],
    set: (role: BucketRole, rules: readonly LifecycleRule[], minimumSize?: string) => s3.declareLifecycle(buckets[role], rules.length === 0 ? undefined : { rules, minimumSize }),
    place: (role: BucketRole, key: string, versions = 1, bytes = 1_048_576) => {
      for (let age = versions; age > 0; age -= 1) s3.place(buckets[role], { key, bytes, at: session.clock.now() - age * day });
    },
    show: (what: (read: () => Shown) => Shown) => {
      const operation = s3.operations.GetBucketLifecycleConfiguration;
      const before = { ...operation };
      Object.assign(operation, { execute: (...given: Parameters<typeof before.execute>) => what(() => before.execute(...given) as Shown) });
    },
    filed: (runId = 'run-1') => lifecycleReportSchema.parse(JSON.parse(scene.page(runId, 'report.json'))),
    page: (runId = 'run-1', file: ReportFile = 'report.html') => new TextDecoder().decode(s3.objects(bucket, reportKey({ runId, startedAt }, file))[0]?.body),
    messages: (kind?: string) => session.account.sns.messages.map(({ message }) => JSON.parse(message) as Told).filter((told) => kind === undefined || told.kind === kind),
    wait: (milliseconds: number) => session.clock.runUntil(session.clock.now() + milliseconds),
    break: (operation?: string, fault: FaultKind = 'denied') => {
      session.account.faults = { faultFor: (request) => watch(scene, request.operation) ?? (request.operation === operation ? fault : undefined) };
    },
  });
  scene.configure({});
  scene.break();
  takeStarts(scene);
  return scene;
}

type Handler = (event: unknown, given: typeof context) => Promise<unknown>;

/** Environments of this process, by what is in them. */
const instances = new Map<string, number>();

/** A handler reads its environment once: for every other one it is loaded anew. */
export async function loadHandler(name: string, environment: Session['environment']): Promise<Handler> {
  const key = JSON.stringify(environment);
  const instance = instances.get(key) ?? instances.size;
  instances.set(key, instance);
  const { handler } = (await import(`../../../functions/lifecycle/${name}.ts?instance=${instance}`)) as { readonly handler: Handler };
  return handler;
}

function given<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('The ledger knows nothing of it.');
  return value;
}

function watch({ calls }: LifecycleScene, operation: string): undefined {
  calls.push(operation);
}

function environmentOf({ account }: Session, changes: Partial<LifecycleSettings>): Readonly<Record<string, string>> {
  const settings: LifecycleSettings = { ...shipped, mode: 'enforce', ...changes };
  return {
    LEDGER_TABLE: table, EVIDENCE_BUCKET: bucket, TOPIC_ARN: topicArn, ACCOUNT_ID: account.id, LIFECYCLE_WORKFLOW_ARN: workflowArn,
    BUCKETS: JSON.stringify(buckets), LIFECYCLE_SETTINGS: JSON.stringify(settings), STORAGE_PRICES: JSON.stringify(prices),
  };
}

/** Step Functions takes a name once; what a run does is the test's to play. */
function takeStarts({ account, started }: LifecycleScene): void {
  const execute = (input: StartExecutionCommandInput) => {
    if (started.some(({ name }) => name === input.name)) throw new AwsError('ExecutionAlreadyExists', 'Execution Already Exists');
    started.push(input);
    return { executionArn: `${workflowArn}:${input.name}`, startDate: new Date() };
  };
  Object.assign(account.stepFunctions.operations, { StartExecution: { authorise: () => [], execute } });
}
