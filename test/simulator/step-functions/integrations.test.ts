import { createRequire } from 'node:module';
import { AwsError, NotModelledError } from '../../../simulator/kernel/aws-error.ts';
import type { AwsService } from '../../../simulator/kernel/service.ts';
import { modelledCodes } from '../../../simulator/step-functions/integrations/error-names.ts';
import { statesMemberName } from '../../../simulator/step-functions/integrations/member-names.ts';
import { type Answer, FakeAccount, roleArn } from './fake-account.ts';
import { machine, passing, task } from './machines.ts';

const functionArn = 'arn:aws:lambda:eu-west-3:123456789012:function:probe';
const lambdaAnswer = (payload: unknown, failed = false) => () => ({
  StatusCode: 200, ExecutedVersion: '$LATEST', Payload: new TextEncoder().encode(JSON.stringify(payload)),
  ...(failed ? { FunctionError: 'Unhandled' } : {}),
});

function service(statesName: string, sdkId: string, statesErrorPrefix: string, ...names: string[]): Partial<AwsService> {
  const operations = Object.fromEntries(names.map((name) => [name, { authorise: () => [], execute: () => ({}) }]));
  return { sdkId, statesName, statesErrorPrefix, operations };
}

const services = [
  service('rds', 'RDS', 'Rds', 'FailoverDBCluster', 'DescribeDBInstances'),
  service('dynamodb', 'DynamoDB', 'DynamoDb', 'GetItem'),
  service('ec2', 'EC2', 'Ec2', 'DescribeInstances'),
  service('s3', 'S3', 'S3', 'ListObjectsV2'),
];

async function perform(fields: Readonly<Record<string, unknown>>, answer: Answer = () => ({})): Promise<{ account: FakeAccount; described: Record<string, unknown>; output: unknown }> {
  const account = new FakeAccount(answer, services);
  const described = await account.execute(machine({ A: task(fields) }), { id: 7 });
  const text = described['output'];
  return { account, described, output: typeof text === 'string' ? JSON.parse(text) : undefined };
}

describe('Lambda', () => {
  test('rule 14: lambda:invoke wraps the payload', async () => {
    const { output, account } = await perform({ Arguments: { FunctionName: functionArn, Payload: { n: 1 } } }, lambdaAnswer({ ready: true }));
    expect(output).toEqual({
      ExecutedVersion: '$LATEST', Payload: { ready: true }, StatusCode: 200,
      SdkHttpMetadata: { AllHttpHeaders: expect.any(Object), HttpHeaders: expect.any(Object), HttpStatusCode: 200 },
      SdkResponseMetadata: { RequestId: expect.any(String) },
    });
    expect(account.calls.at(1)).toEqual({
      principal: { kind: 'role', roleArn, session: expect.any(String) }, sdkId: 'Lambda', operation: 'Invoke',
      input: { FunctionName: functionArn, Payload: '{"n":1}' }, origin: { caller: 'SaleMachine.A', index: 0 },
    });
  });

  test("rule 14: a function's ARN gives the payload", async () => {
    const { output, account } = await perform({ Resource: functionArn }, lambdaAnswer({ ready: true }));
    expect(output).toEqual({ ready: true });
    expect(account.calls.at(1)?.input).toEqual({ FunctionName: functionArn, Payload: '{"id":7}' });
  });

  test('a function that throws: its error type, and its report as JSON text', async () => {
    const report = { errorType: 'CapacityError', errorMessage: 'no room', trace: [] };
    const { described } = await perform({ Arguments: { FunctionName: 'f' } }, lambdaAnswer(report, true));
    expect(described).toMatchObject({ error: 'CapacityError', cause: JSON.stringify(report) });
  });

  test.each([
    [{ errorMessage: 'gone' }, 'Lambda.Unknown', 'The cause could not be determined because Lambda did not return an error type. Returned payload: {"errorMessage":"gone"}'],
    [{ errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out' }, 'Sandbox.Timedout', '{"errorType":"Sandbox.Timedout","errorMessage":"Task timed out"}'],
  ])('%j', async (report, error, cause) => {
    await expect(perform({ Arguments: { FunctionName: 'f' } }, lambdaAnswer(report, true))).resolves.toMatchObject({ described: { error, cause } });
  });

  test.each([
    [new AwsError('ResourceNotFoundException', 'Function not found: f', { statusCode: 404 }), 'Lambda.ResourceNotFoundException'],
    [new AwsError('TooManyRequestsException', 'Rate exceeded', { statusCode: 429 }), 'Lambda.TooManyRequestsException'],
    [new AwsError('AccessDeniedException', 'no', { statusCode: 403 }), 'Lambda.AWSLambdaException'],
    [new AwsError('TimeoutError', 'broken', { statusCode: 0 }), 'Lambda.SdkClientException'],
  ])('errors of the service: %s', async (thrown, error) => {
    const { described } = await perform({ Arguments: { FunctionName: 'f' } }, () => { throw thrown; });
    expect(described).toMatchObject({ status: 'FAILED', error });
  });

  test('calls of a state are numbered over its attempts', async () => {
    const { account } = await perform({ Arguments: { FunctionName: 'f' }, Retry: [{ ErrorEquals: ['X'] }] }, lambdaAnswer({ errorType: 'X' }, true));
    expect(account.calls.flatMap(({ origin }) => origin?.index ?? [])).toEqual([0, 1, 2, 3]);
  });
});

describe('aws-sdk', () => {
  test('members are spelled as the Java SDK does, times are ISO strings, undefined is dropped', async () => {
    const at = new Date('2026-11-27T06:00:00Z');
    const { output, account } = await perform(
      { Resource: 'arn:aws:states:::aws-sdk:rds:describeDBInstances', Arguments: { DbInstanceIdentifier: 'shop' } },
      () => ({ DBInstances: [{ DBInstanceIdentifier: 'shop', InstanceCreateTime: at, Engine: undefined }], $metadata: {} }),
    );
    expect(account.calls.at(1)).toMatchObject({ sdkId: 'RDS', operation: 'DescribeDBInstances', input: { DBInstanceIdentifier: 'shop' } });
    expect(output).toEqual({ DbInstances: [{ DbInstanceIdentifier: 'shop', InstanceCreateTime: '2026-11-27T06:00:00.000Z' }] });
  });

  test.each([
    ['DBInstanceIdentifier', 'DbInstanceIdentifier'], ['stateMachineArn', 'StateMachineArn'], ['VPCZoneIdentifier', 'VpcZoneIdentifier'],
    ['AutoScalingGroupARN', 'AutoScalingGroupARN'], ['ACL', 'Acl'], ['TableName', 'TableName'],
  ])('%s is %s', (member, expected) => {
    expect(statesMemberName(member)).toBe(expected);
  });

  test('another spelling fails the execution before any call', async () => {
    const { described, account } = await perform({ Resource: 'arn:aws:states:::aws-sdk:rds:describeDBInstances', Arguments: { DBInstanceIdentifier: 'shop' } });
    expect(described).toMatchObject({ error: 'States.Runtime', cause: expect.stringContaining('The field "DBInstanceIdentifier" is not supported by Step Functions') });
    expect(account.calls.filter(({ sdkId }) => sdkId === 'RDS')).toEqual([]);
  });

  test('Step Functions itself, in capitals', async () => {
    const account = new FakeAccount();
    const child = account.deploy(passing(1), 'Child');
    const described = await account.execute(machine({ A: task({ Resource: 'arn:aws:states:::aws-sdk:sfn:startExecution', Arguments: { StateMachineArn: child, Name: 'once' } }) }));
    expect(JSON.parse(String(described['output']))).toEqual({ ExecutionArn: expect.stringContaining('Child:once'), StartDate: '2026-11-27T06:00:00.000Z' });
  });

  test.each([
    ['rds:failoverDBCluster', 'DBClusterNotFoundFault', 'Rds.DbClusterNotFoundException'],
    ['rds:failoverDBCluster', 'InvalidDBClusterStateFault', 'Rds.InvalidDbClusterStateException'],
    ['dynamodb:getItem', 'ResourceNotFoundException', 'DynamoDb.ResourceNotFoundException'],
    ['dynamodb:getItem', 'ValidationException', 'DynamoDb.DynamoDbException'],
    ['s3:listObjectsV2', 'NoSuchBucket', 'S3.NoSuchBucketException'],
    ['ec2:describeInstances', 'InvalidInstanceID.NotFound', 'Ec2.Ec2Exception'],
  ])('rule 20: %s answers %s', async (action, code, error) => {
    const { described } = await perform({ Resource: `arn:aws:states:::aws-sdk:${action}`, Arguments: {} }, () => { throw new AwsError(code, 'no'); });
    expect(described).toMatchObject({ error, cause: expect.stringMatching(/^no \(Service: \w+, Status Code: 400, Request ID: [\w-]+\)$/) });
  });
});

describe('optimised integrations', () => {
  test('rule 20: DynamoDB has another prefix here', async () => {
    const { described } = await perform({ Resource: 'arn:aws:states:::dynamodb:getItem' }, () => { throw new AwsError('ResourceNotFoundException', 'no'); });
    expect(described).toMatchObject({ error: 'DynamoDB.ResourceNotFoundException' });
  });

  test('rule 20: a rejected event fails the task', async () => {
    const answer = { FailedEntryCount: 1, Entries: [{ ErrorCode: 'InvalidArgument' }] };
    const { described, account } = await perform({ Resource: 'arn:aws:states:::events:putEvents', Arguments: { Entries: [{ Detail: { a: 1 } }] } }, () => answer);
    expect(described).toMatchObject({ error: 'EventBridge.FailedEntry', cause: JSON.stringify(answer) });
    expect(account.calls.at(1)?.input).toEqual({ Entries: [{ Detail: '{"a":1}' }] });
  });

  test('sns:publish sends an object as JSON text', async () => {
    const { output, account } = await perform({ Resource: 'arn:aws:states:::sns:publish', Arguments: { TopicArn: 't', Message: { a: 1 } } }, () => ({ MessageId: 'm' }));
    expect(output).toMatchObject({ MessageId: 'm', SdkHttpMetadata: { HttpStatusCode: 200 } });
    expect(account.calls.at(1)?.input).toEqual({ TopicArn: 't', Message: '{"a":1}' });
  });
});

async function runParent(mode: string, childDefinition: unknown, fields: object = {}): Promise<Record<string, unknown>> {
  const account = new FakeAccount();
  const StateMachineArn = account.deploy(childDefinition, 'Child');
  return account.execute(machine({ A: task({ Resource: `arn:aws:states:::states:startExecution${mode}`, Arguments: { StateMachineArn, Input: { n: 1 } }, ...fields }) }));
}

describe('rule 19: child executions', () => {
  test('not awaited', async () => {
    const described = await runParent('', machine({ W: { Type: 'Wait', Seconds: 99, End: true } }));
    expect(JSON.parse(String(described['output']))).toMatchObject({ ExecutionArn: expect.any(String), StartDate: expect.any(Number) });
  });

  test.each([['.sync', '{"n":1}', '{"ok":true}'], ['.sync:2', { n: 1 }, { ok: true }]])('%s', async (mode, Input, Output) => {
    const described = await runParent(mode, passing({ ok: true }));
    expect(JSON.parse(String(described['output']))).toMatchObject({ Input, Output, Status: 'SUCCEEDED', Name: expect.any(String) });
  });

  test('a child that fails is States.TaskFailed, its description the cause', async () => {
    const described = await runParent('.sync:2', machine({ F: { Type: 'Fail', Error: 'E', Cause: 'c' } }));
    expect(described).toMatchObject({ status: 'FAILED', error: 'States.TaskFailed' });
    expect(JSON.parse(String(described['cause']))).toMatchObject({ Status: 'FAILED', Error: 'E', Cause: 'c' });
  });

  test('a child is stopped with the state that waits for it', async () => {
    const account = new FakeAccount();
    const StateMachineArn = account.deploy(machine({ W: { Type: 'Wait', Seconds: 999, End: true } }), 'Child');
    await account.execute(machine({ A: task({ Resource: 'arn:aws:states:::states:startExecution.sync', TimeoutSeconds: 5, Arguments: { StateMachineArn } }) }));
    expect(account.stepFunctions.executions.map(({ status }) => status)).toEqual(['FAILED', 'ABORTED']);
  });
});

test.each([
  'arn:aws:states:::sqs:sendMessage', 'arn:aws:states:::aws-sdk:polly:speak', 'arn:aws:states:::aws-sdk:rds:startDBCluster',
  'arn:aws:states:::ecs:runTask.sync',
])('%s is not modelled, and no Catch hides it', async (Resource) => {
  const account = new FakeAccount(() => ({}), services);
  const definition = machine({ A: task({ Resource, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }] }), B: { Type: 'Succeed' } });
  await expect(account.execute(definition)).rejects.toThrow(NotModelledError);
});

test('the table of modelled errors agrees with the clients of the SDK', () => {
  const require = createRequire(import.meta.url);
  const packages: Readonly<Record<string, string>> = { CloudWatch: 'cloudwatch', DynamoDB: 'dynamodb', 'Service Quotas': 'service-quotas', SFN: 'sfn', SNS: 'sns' };
  for (const [sdkId, name] of Object.entries(packages)) {
    const client = require(`@aws-sdk/client-${name}`) as Readonly<Record<string, unknown>>;
    for (const code of modelledCodes[sdkId] ?? []) expect([sdkId, code, typeof client[code]]).toEqual([sdkId, code, 'function']);
  }
});
