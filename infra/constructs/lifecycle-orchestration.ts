import { Duration, Stack, TimeZone } from 'aws-cdk-lib';
import { Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SfnStateMachine } from 'aws-cdk-lib/aws-events-targets';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Construct } from 'constructs';
import type { StoragePrices } from '../../functions/platform/prices.ts';
import type { EnvironmentConfig } from '../config.ts';
import { acknowledgeWildcard } from '../wildcard-waiver.ts';
import { LifecyclePermissions, type LifecycleResources } from './lifecycle-permissions.ts';
import { OnDeployment } from './on-deployment.ts';
import { Orchestration, type OrchestrationProps } from './orchestration.ts';
import type { OrchestratorFunction } from './orchestrator-function.ts';
import { SilenceAlarm } from './silence-alarm.ts';
import type { Workflow } from './workflow.ts';

export interface LifecycleOrchestrationProps extends LifecycleResources, OrchestrationProps {
  readonly settings: EnvironmentConfig['lifecycle'];
  /** What the saving of a change is reckoned with. */
  readonly prices: StoragePrices;
}

/** What each function reads of its environment; a test loads every bundle and finds what is missing. */
const facts = ['ACCOUNT_ID', 'BUCKETS', 'LIFECYCLE_SETTINGS', 'STORAGE_PRICES'] as const;
const variablesOf = {
  PlanBucket: ['LEDGER_TABLE', 'TOPIC_ARN', ...facts],
  WriteBucket: ['LEDGER_TABLE', ...facts],
  ReportLifecycle: ['LEDGER_TABLE', 'EVIDENCE_BUCKET', 'TOPIC_ARN', 'BUCKETS', 'LIFECYCLE_SETTINGS'],
  AnswerLifecycle: ['LEDGER_TABLE', 'LIFECYCLE_WORKFLOW_ARN'],
} as const;

/**
 * Calls that change what becomes of objects, by the names of CloudTrail, which kept the old one when the API got another: both
 * stand here. Without versions, a rule that hid objects deletes them. Source: S3 user guide, "Amazon S3 CloudTrail events".
 */
const changes = ['PutBucketLifecycle', 'PutBucketLifecycleConfiguration', 'DeleteBucketLifecycle', 'PutBucketVersioning'];

/** The lifecycle rules of the buckets: looked at every week, after a deployment and after a change, and kept as declared. */
export class LifecycleOrchestration extends Orchestration<typeof variablesOf> {
  readonly storageLifecycle: Workflow;
  readonly answerLifecycle: OrchestratorFunction;
  readonly #props: LifecycleOrchestrationProps;
  readonly #may: LifecyclePermissions;
  readonly #writeBucket: OrchestratorFunction;

  constructor(scope: Construct, id: string, props: LifecycleOrchestrationProps) {
    super(scope, id, props, { folder: 'lifecycle', variablesOf });
    this.#props = props;
    this.#may = new LifecyclePermissions(props);
    this.#writeBucket = this.#createWriteBucket();
    this.storageLifecycle = this.#createStorageLifecycle();
    this.answerLifecycle = this.#createAnswerLifecycle();
    this.#everyWeek();
    this.#onChange();
    new OnDeployment(this, 'OnDeployment', {
      description: 'The rules that are declared, or a bucket, may be new.',
      starts: this.storageLifecycle,
      input: { cause: 'deployment' },
    });
  }

  /** Alone with the permission to write rules, and with a boundary: whatever is attached to its role, it can do no more. */
  #createWriteBucket(): OrchestratorFunction {
    const may = this.#may;
    const permissionsBoundary = this.createBoundary('WritingBoundary', 'The most that the function which writes lifecycle rules can ever do.', may.writingBoundary(), may);
    return this.createFunction('WriteBucket', 'Writes the rules of one bucket that were planned, and approved where they delete; reads them before and after.', may.writer(), {
      permissionsBoundary,
    });
  }

  #createStorageLifecycle(): Workflow {
    const may = this.#may;
    const report = this.createFunction('ReportLifecycle', 'Writes the report of a run, and tells what is new in it.', [
      may.getAndPutInLedger(), may.writeEvidence(), may.readEvidence(), may.tell(), may.measure(),
    ]);
    acknowledgeWildcard(report, may.evidenceArn, 'Evidence is named by the run; nothing else stands under this prefix.');
    return this.createWorkflow('StorageLifecycle', {
      // Lists every version of a bucket, a thousand a call: a whole processor reads the answers as fast as they come.
      PlanBucket: this.createFunction(
        'PlanBucket',
        'Compares the rules of one bucket with those declared, reckons what a change would do, and asks a person where it deletes.',
        [may.readRules(), may.listVersions(), may.getAndPutInLedger(), may.tell()],
        { timeout: Duration.minutes(15), memoryMegabytes: 1769 },
      ),
      WriteBucket: this.#writeBucket,
      ReportLifecycle: report,
    });
  }

  /** The answer is bound to one plan, and starts the workflow that carries it out. */
  #createAnswerLifecycle(): OrchestratorFunction {
    const may = this.#may;
    const { stateMachineArn } = this.storageLifecycle.stateMachine;
    return this.createFunction(
      'AnswerLifecycle',
      'Takes the answer of a person to rules that would delete for good.',
      [may.getAndPutInLedger(), may.startWorkflow(stateMachineArn)],
      { isForOperators: true },
    );
  }

  /** At an hour that comes once a day in Paris, also where clocks are changed. */
  #everyWeek(): void {
    new Schedule(this, 'EveryWeek', {
      description: 'Proves the rules of every bucket, whatever events were lost.',
      schedule: ScheduleExpression.cron({ weekDay: 'SUN', hour: '4', minute: '0', timeZone: TimeZone.EUROPE_PARIS }),
      target: new StepFunctionsStartExecution(this.storageLifecycle.stateMachine, {
        input: ScheduleTargetInput.fromObject({ cause: 'schedule' }),
        maxEventAge: Duration.hours(12),
        retryAttempts: 20,
      }),
    });
    // Seven days are the most that CloudWatch evaluates. It reads some more where data is missing, so that a run which ends a
    // minute later than that of the week before raises nothing. Source: user guide, "Configuring how CloudWatch alarms treat missing data".
    new SilenceAlarm(this, 'WeeklySilent', {
      workflow: this.storageLifecycle,
      what: 'No run of the storage lifecycle succeeded in a week: nobody knows which rules the buckets have.',
      runbook: 'alarms.md#the-storage-lifecycle-is-silent',
      period: Duration.days(1),
      periods: 7,
      topic: this.#props.topic,
    });
  }

  /** Best effort, as all events: the weekly run finds what they do not tell. Its own writes are no news. */
  #onChange(): void {
    const { buckets } = this.#props;
    const { storageLifecycle } = this;
    new Rule(this, 'OnChange', {
      description: 'Somebody else wrote the lifecycle rules of a bucket, or changed what they do.',
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['AWS API Call via CloudTrail'],
        detail: {
          eventSource: ['s3.amazonaws.com'],
          eventName: changes,
          // Those that failed changed nothing.
          errorCode: [{ exists: false }],
          requestParameters: { bucketName: Object.values(buckets).map(({ bucketName }) => bucketName) },
          // Users and the root user have no session issuer, and `anything-but` does not match what is not there.
          $or: [
            { userIdentity: { type: [{ 'anything-but': ['AssumedRole'] }] } },
            { userIdentity: { sessionContext: { sessionIssuer: { arn: [{ 'anything-but': [this.#writeBucket.role.roleArn] }] } } } },
          ],
        },
      },
      targets: [
        new SfnStateMachine(storageLifecycle.stateMachine, {
          role: storageLifecycle.eventsRole,
          input: RuleTargetInput.fromObject({ cause: 'change' }),
          maxEventAge: Duration.hours(1),
          retryAttempts: 8,
        }),
      ],
    });
  }

  protected override variables() {
    const props = this.#props;
    const stack = Stack.of(this);
    return {
      ...this.sharedVariables(),
      ACCOUNT_ID: () => stack.account,
      BUCKETS: () => stack.toJsonString(Object.fromEntries(Object.entries(props.buckets).map(([role, { bucketName }]) => [role, bucketName]))),
      LIFECYCLE_SETTINGS: () => JSON.stringify(props.settings),
      STORAGE_PRICES: () => JSON.stringify(props.prices),
      LIFECYCLE_WORKFLOW_ARN: () => this.storageLifecycle.stateMachine.stateMachineArn,
    };
  }
}
