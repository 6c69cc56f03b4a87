import { readFileSync } from 'node:fs';
import { Template } from 'aws-cdk-lib/assertions';
import { compilePattern } from '../../simulator/services/eventbridge/pattern.ts';
import { parseScheduleExpression } from '../../simulator/services/scheduler/expression.ts';
import { actionsOf, allowing, grantsOf, resourceNamed, spell, spelledOut, type Statement, statementsOf } from './grants.ts';
import { resourcesOf, synthesise } from './synthesis.ts';

const app = synthesise();
const operations = Template.fromStack(app.operations);
const grants = grantsOf(app);
const ours = grants.filter(({ of }) => of.startsWith('Lifecycle'));

const buckets = ['<AccessLogsBucketArn>', '<DocumentsBucketArn>', '<EvidenceBucketArn>', '<ProductImagesBucketArn>'];

/** Who is allowed an action, and on what. */
function allowed(pattern: RegExp): readonly (readonly [of: string, actions: string, resources: readonly string[]])[] {
  return allowing(grants, pattern).map(({ of, statement }) => [of, actionsOf(statement).join(), [statement.Resource].flat().map(spell).toSorted()]);
}

describe('lifecycle rules', () => {
  test('are written by one role of all the stacks, in the four buckets', () => {
    expect(allowed(/^s3:(Put.*Lifecycle|\*)/u)).toEqual([['LifecycleWriteBucket', 's3:PutLifecycleConfiguration', buckets]]);
  });

  test('are read by the two functions that compare them, and by the team that is asked about them', () => {
    const reads = allowed(/^s3:GetLifecycle/u);
    expect(reads.map(([of]) => of).toSorted()).toEqual(['LifecyclePlanBucket', 'LifecycleWriteBucket', 'Operator', 'ReadOnly']);
    for (const [, actions, resources] of reads) expect([actions, resources]).toEqual(['s3:GetBucketVersioning,s3:GetLifecycleConfiguration', buckets]);
  });

  test('are not what the function that lists versions writes, nor does anybody else list them', () => {
    expect(allowed(/^s3:ListBucketVersions/u)).toEqual([['LifecyclePlanBucket', 's3:ListBucketVersions', buckets]]);
  });
});

test('no function of this capability reads or writes an object, but for its own evidence', () => {
  const objects = allowing(ours, /^s3:.*Object/u).map(({ of, statement }) => [of, actionsOf(statement).join(), spell(statement.Resource)]);
  expect(objects).toEqual([
    ['LifecycleReportLifecycle', 's3:PutObject', '<EvidenceBucketArn>/lifecycle/*'],
    ['LifecycleReportLifecycle', 's3:GetObject', '<EvidenceBucketArn>/lifecycle/*'],
  ]);
});

test('an answer starts the one workflow, and no other', () => {
  expect(allowing(ours, /^states:StartExecution/u).map(({ of, statement }) => [of, spell(statement.Resource)])).toEqual(
    expect.arrayContaining([['LifecycleAnswerLifecycle', '<LifecycleStorageLifecycleStateMachine>']]),
  );
  for (const { statement } of allowing(ours, /^states:/u)) expect(spell(statement.Resource)).toBe('<LifecycleStorageLifecycleStateMachine>');
});

test('metrics are put under one name', () => {
  expect(allowing(ours, /^cloudwatch:/u)).toMatchObject([
    { of: 'LifecycleReportLifecycle', statement: { Action: 'cloudwatch:PutMetricData', Condition: { StringEquals: { 'cloudwatch:namespace': 'WebMarket/Lifecycle' } } } },
  ]);
});

describe('the function that writes rules', () => {
  const boundary = statementsOf(resourceNamed(operations, 'AWS::IAM::ManagedPolicy', 'LifecycleWritingBoundary'));
  const granted = grants.filter(({ of }) => of === 'LifecycleWriteBucket').map(({ statement }) => statement);
  const allows = (statements: readonly Statement[]): readonly Statement[] => statements.filter(({ Effect }) => Effect === 'Allow');

  test('has a boundary, which lets it do what it does and nothing more', () => {
    const role = resourceNamed(operations, 'AWS::IAM::Role', 'LifecycleWriteBucketRole');
    expect(spell(role.Properties['PermissionsBoundary'])).toBe('<LifecycleWritingBoundary>');
    expect(allows(boundary).flatMap(actionsOf).toSorted()).toEqual(allows(granted).flatMap(actionsOf).toSorted());
    for (const statement of allows(granted).filter(({ Sid }) => Sid !== 'WriteOwnLog')) expect(boundary).toContainEqual(statement);
  });

  test('is denied by it what is not for a writer of rules, whatever else is attached', () => {
    const denials = boundary.filter(({ Effect }) => Effect === 'Deny');
    for (const { Resource } of denials) expect(Resource).toBe('*');
    const patterns = denials.flatMap(actionsOf).map((pattern) => new RegExp(`^${pattern.replaceAll('*', '.*')}$`, 'u'));
    const isDenied = (action: string): boolean => patterns.some((pattern) => pattern.test(action));
    const never = [
      's3:PutObject', 's3:GetObject', 's3:DeleteObject', 's3:DeleteObjectVersion', 's3:PutObjectRetention', 's3:PutObjectLegalHold', 's3:PutBucketObjectLockConfiguration',
      's3:DeleteBucket', 's3:DeleteBucketPolicy', 's3:PutBucketPolicy', 's3:PutBucketVersioning', 's3:BypassGovernanceRetention', 'sts:AssumeRole',
    ];
    expect(never.filter((action) => !isDenied(action))).toEqual([]);
    expect(allows(granted).flatMap(actionsOf).filter(isDenied)).toEqual([]);
  });
});

/** The schedule that starts the workflow. */
const weekly = resourceNamed(operations, 'AWS::Scheduler::Schedule', 'LifecycleEveryWeek').Properties;

describe('every week', () => {
  test('one run starts, with its cause', () => {
    expect(weekly).toMatchObject({
      State: 'ENABLED',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: { Ref: expect.stringMatching(/^LifecycleStorageLifecycleStateMachine/u) }, Input: '{"cause":"schedule"}' },
    });
  });

  test('on Sunday at four in Paris, also where clocks are changed', () => {
    const expression = parseScheduleExpression(String(weekly['ScheduleExpression']), String(weekly['ScheduleExpressionTimezone']), 0);
    const paris = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Paris', weekday: 'short', hour: '2-digit', minute: '2-digit' });
    const end = Date.UTC(2028, 0, 1);
    const runs: number[] = [];
    for (let at = expression.next(Date.UTC(2027, 0, 1)); at !== undefined && at < end; at = expression.next(at)) runs.push(at);
    expect(runs).toHaveLength(52);
    expect(new Set(runs.map((at) => paris.format(at)))).toEqual(new Set(['Sun 04:00']));
  });

  test('and where none succeeded for as long, people hear of it', () => {
    expect(resourceNamed(operations, 'AWS::CloudWatch::Alarm', 'LifecycleWeeklySilent').Properties).toMatchObject({
      MetricName: 'ExecutionsSucceeded',
      Dimensions: [{ Name: 'StateMachineArn', Value: { Ref: expect.stringMatching(/^LifecycleStorageLifecycleStateMachine/u) } }],
      Period: 86_400,
      EvaluationPeriods: 7,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
      AlarmActions: [{ Ref: expect.stringMatching(/^Notifications/u) }],
    });
  });
});

describe('a change of the rules of a bucket', () => {
  const rule = resourceNamed(operations, 'AWS::Events::Rule', 'LifecycleOnChange').Properties;
  const matches = compilePattern(spelledOut(rule['EventPattern']));

  const byRole = (name: string): unknown => ({ type: 'AssumedRole', sessionContext: { sessionIssuer: { arn: name } } });
  const user = { type: 'IAMUser', userName: 'someone' };

  interface Fields {
    readonly source?: string;
    readonly eventName?: string;
    readonly bucketName?: string;
    readonly userIdentity?: unknown;
    readonly errorCode?: string;
  }

  function change({ source = 'aws.s3', bucketName = '<DocumentsBucket>', eventName = 'PutBucketLifecycle', userIdentity = user, ...rest }: Fields): unknown {
    return {
      source,
      'detail-type': 'AWS API Call via CloudTrail',
      detail: { eventSource: 's3.amazonaws.com', eventName, requestParameters: { bucketName }, userIdentity, ...rest },
    };
  }

  test.each([
    ['by a user', {}],
    ['by a user who has shown a second factor', { userIdentity: { ...user, sessionContext: { attributes: { mfaAuthenticated: 'true' } } } }],
    ['by the root user', { userIdentity: { type: 'Root' } }],
    ['by a service', { userIdentity: { type: 'AWSService' } }],
    ['by another role', { userIdentity: byRole('arn:aws:iam::123456789012:role/somebody') }],
    ['by the function that only plans', { userIdentity: byRole('<LifecyclePlanBucketRoleArn>') }],
    ['under its newer name', { eventName: 'PutBucketLifecycleConfiguration' }],
    ['that takes all of them away', { eventName: 'DeleteBucketLifecycle' }],
    ['in what they do: versions are no longer kept', { eventName: 'PutBucketVersioning' }],
    ['of the product images', { bucketName: '<ProductImagesBucket>' }],
    ['of the logs', { bucketName: '<AccessLogsBucket>' }],
    ['of the evidence', { bucketName: '<EvidenceBucket>' }],
  ])('starts a run: %s', (_what, fields) => {
    expect(matches(change(fields))).toBe(true);
  });

  test.each([
    ['is our own', { userIdentity: byRole('<LifecycleWriteBucketRoleArn>') }],
    ['failed', { errorCode: 'AccessDenied' }],
    ['is of a bucket that is not ours', { bucketName: 'somebody-elses' }],
    ['is of something else', { eventName: 'PutBucketTagging' }],
    ['only looks', { eventName: 'GetBucketLifecycle' }],
    ['is not of S3', { source: 'aws.s3-outposts' }],
  ])('starts none where it %s', (_what, fields) => {
    expect(matches(change(fields))).toBe(false);
  });

  test('starts the workflow with its cause', () => {
    expect(rule['Targets']).toMatchObject([
      {
        Arn: { Ref: expect.stringMatching(/^LifecycleStorageLifecycleStateMachine/u) },
        RoleArn: { 'Fn::GetAtt': [expect.stringMatching(/^LifecycleStorageLifecycleEventsRole/u), 'Arn'] },
        Input: '{"cause":"change"}',
        RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 8 },
      },
    ]);
  });
});

test('a deployment starts a run, with its cause', () => {
  expect(resourceNamed(operations, 'AWS::Events::Rule', 'LifecycleOnDeployment').Properties).toMatchObject({
    EventPattern: { source: ['aws.cloudformation'], resources: [{ Ref: 'AWS::StackId' }], detail: { 'status-details': { status: ['CREATE_COMPLETE', 'UPDATE_COMPLETE'] } } },
    Targets: [
      {
        Arn: { Ref: expect.stringMatching(/^LifecycleStorageLifecycleStateMachine/u) },
        RoleArn: { 'Fn::GetAtt': [expect.stringMatching(/^LifecycleStorageLifecycleEventsRole/u), 'Arn'] },
        Input: '{"cause":"deployment"}',
      },
    ],
  });
});

test.each(['Compliance', 'Drills', 'Lifecycle'])('the rule on deployments of %s has the name that it would have by itself', (capability) => {
  expect(resourceNamed(operations, 'AWS::Events::Rule', `${capability}OnDeployment`).logicalId).toMatch(new RegExp(`^${capability}OnDeployment[0-9A-F]{8}$`, 'u'));
});

interface Task {
  readonly TimeoutSeconds: number;
  readonly Arguments: { readonly FunctionName?: string };
}

describe('the workflow', () => {
  const text = readFileSync(new URL('../../state-machines/storage-lifecycle.asl.json', import.meta.url), 'utf8');

  test('is given every function that it names, and no other', () => {
    const named = new Set([...text.matchAll(/\$\{(\w+)\}/gu)].map(([, name]) => name));
    const machine = resourceNamed(operations, 'AWS::StepFunctions::StateMachine', 'LifecycleStorageLifecycle');
    expect(new Set(Object.keys(machine.Properties['DefinitionSubstitutions'] as object))).toEqual(named);
  });

  test('waits longer for each function than the function may run', () => {
    const found: Task[] = [];
    JSON.parse(text, (_key, value: unknown) => {
      if (typeof value === 'object' && value !== null && 'TimeoutSeconds' in value && 'Arguments' in value) found.push(value as Task);
      return value;
    });
    const waits = found.flatMap(({ TimeoutSeconds, Arguments: { FunctionName = '' } }) => {
      const name = /^\$\{(\w+)\}$/u.exec(FunctionName)?.[1];
      return name === undefined ? [] : [{ name, waits: TimeoutSeconds, runs: Number(resourceNamed(operations, 'AWS::Lambda::Function', `Lifecycle${name}`).Properties['Timeout']) }];
    });
    expect(waits.map(({ name }) => name).toSorted()).toEqual(['PlanBucket', 'ReportLifecycle', 'WriteBucket']);
    expect(waits.filter(({ runs, waits: seconds }) => runs >= seconds)).toEqual([]);
    expect(waits.find(({ name }) => name === 'PlanBucket')).toMatchObject({ runs: 900 });
  });
});

test('every function is told which buckets there are, by what they hold', () => {
  const variables = resourcesOf(operations, 'AWS::Lambda::Function')
    .filter(({ logicalId }) => logicalId.startsWith('Lifecycle'))
    .map(({ Properties }) => (Properties['Environment'] as { readonly Variables: Readonly<Record<string, unknown>> }).Variables['BUCKETS'])
    .filter((value) => value !== undefined);
  expect(variables).toHaveLength(3);
  for (const value of variables) {
    expect(JSON.parse(spell(value))).toEqual({ productImages: '<ProductImagesBucket>', documents: '<DocumentsBucket>', logs: '<AccessLogsBucket>', evidence: '<EvidenceBucket>' });
  }
});
