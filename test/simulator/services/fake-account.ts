import type { Account } from '../../../simulator/kernel/account.ts';
import { CallLog, type CallRequest } from '../../../simulator/kernel/calls.ts';
import { VirtualClock } from '../../../simulator/kernel/clock.ts';
import { dispatch } from '../../../simulator/kernel/dispatch.ts';
import { noFaults } from '../../../simulator/kernel/faults.ts';
import type { Principal } from '../../../simulator/kernel/principal.ts';
import { RandomStreams } from '../../../simulator/kernel/random.ts';
import { type AwsService, operation } from '../../../simulator/kernel/service.ts';
import { CloudTrail } from '../../../simulator/services/cloudtrail.ts';
import { DynamoDb } from '../../../simulator/services/dynamodb.ts';
import { EventBridge } from '../../../simulator/services/eventbridge.ts';
import { Iam } from '../../../simulator/services/iam.ts';
import { Kms } from '../../../simulator/services/kms.ts';
import { Logs } from '../../../simulator/services/logs.ts';
import { Rds } from '../../../simulator/services/rds.ts';
import { S3 } from '../../../simulator/services/s3.ts';
import { Scheduler } from '../../../simulator/services/scheduler.ts';
import { SecretsManager } from '../../../simulator/services/secrets-manager.ts';
import { Sns } from '../../../simulator/services/sns.ts';
import { Ssm } from '../../../simulator/services/ssm.ts';

/** A person who plays the world outside: nothing is enforced. */
export const someone: Principal = { kind: 'outside', name: 'someone' };

export interface Started {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly principal: Principal;
  readonly input: unknown;
}

/** An account with the services of this folder, and a Step Functions and a Lambda that only note what they are asked. */
export interface FakeAccount {
  readonly account: Account;
  readonly clock: VirtualClock;
  readonly executions: Started[];
  readonly invocations: Started[];
  /** Set to make the next starts of executions fail. */
  failure: { error?: Error; times: number };
  /** Calls an operation, and lets time pass until it answers. */
  call<T = Record<string, unknown>>(sdkId: string, operationName: string, input: unknown, principal?: Principal): Promise<T>;
}

/** `startsAt` is any time that `Date.parse` reads. */
export function fakeAccount(startsAt = '2027-01-06T07:00:00Z', seed = 1): FakeAccount {
  const clock = VirtualClock.detached(Date.parse(startsAt));
  const services = new Map<string, AwsService>();
  const account = {
    id: '123456789012',
    partition: 'aws',
    region: 'eu-west-3',
    clock,
    random: new RandomStreams(seed),
    calls: new CallLog(),
    occurrences: [] as unknown[],
    faults: noFaults,
    phase: 'test',
    ec2: { subnets: new Map() },
    arn: (service: string, resource: string) => `arn:aws:${service}:eu-west-3:123456789012:${resource}`,
    note: (kind: string, text: string) => account.occurrences.push({ at: clock.now(), kind, text }),
    call: (request: CallRequest) => dispatch(real, request),
    serviceBySdkId: (sdkId: string) => services.get(sdkId),
    serviceByStatesName: (name: string) => [...services.values()].find((service) => service.statesName === name),
  };
  const real = account as unknown as Account;
  const owned = {
    cloudTrail: new CloudTrail(real),
    dynamoDb: new DynamoDb(real),
    eventBridge: new EventBridge(real),
    iam: new Iam(real),
    kms: new Kms(real),
    logs: new Logs(real),
    rds: new Rds(real),
    s3: new S3(real),
    scheduler: new Scheduler(real),
    secretsManager: new SecretsManager(real),
    sns: new Sns(real),
    ssm: new Ssm(real),
  };
  Object.assign(account, owned);
  const fake: FakeAccount = {
    account: real,
    clock,
    executions: [],
    invocations: [],
    failure: { times: 0 },
    call: async <T>(sdkId: string, operationName: string, input: unknown, principal: Principal = someone) =>
      (await clock.runWhilePending(real.call({ principal, sdkId, operation: operationName, input }))) as T,
  };
  const all: AwsService[] = [...Object.values(owned), stepFunctions(fake), lambda(fake)];
  for (const service of all) services.set(service.sdkId, service);
  return fake;
}

function stepFunctions(fake: FakeAccount): AwsService {
  const startExecution = operation<{ stateMachineArn: string }, object>({
    authorise: (input) => [{ action: 'states:StartExecution', resource: input.stateMachineArn }],
    execute: (input, { principal }) => {
      const { failure } = fake;
      if (failure.error !== undefined && failure.times > 0) {
        failure.times -= 1;
        throw failure.error;
      }
      fake.executions.push({ at: fake.clock.now(), principal, input });
      return {};
    },
  });
  return { sdkId: 'SFN', statesName: 'sfn', statesErrorPrefix: 'Sfn', operations: { StartExecution: startExecution } };
}

function lambda(fake: FakeAccount): AwsService {
  const invoke = operation<{ FunctionName: string }, object>({
    authorise: (input) => [{ action: 'lambda:InvokeFunction', resource: input.FunctionName }],
    execute: (input, { principal }) => {
      fake.invocations.push({ at: fake.clock.now(), principal, input });
      return {};
    },
  });
  return { sdkId: 'Lambda', statesName: 'lambda', statesErrorPrefix: 'Lambda', operations: { Invoke: invoke } };
}

/** A member of the input of the first execution or invocation, as text. */
export function firstInput([first]: readonly Started[], member: string): string {
  return String((first?.input as Readonly<Record<string, unknown>> | undefined)?.[member]);
}

/** Creates a role that `service` may assume and that may do `actions` on `resource`. Gives its ARN. */
export function putRole(
  { account }: FakeAccount,
  { name = 'Caller', service = 'lambda.amazonaws.com', actions = [] as string[], resource = '*' } = {},
): string {
  const role = account.iam.putRole({
    name,
    stackName: 'Stack',
    trust: { Statement: { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' } },
  });
  if (actions.length > 0) {
    account.iam.putRolePolicy(name, 'Allowed', { Statement: { Effect: 'Allow', Action: actions, Resource: resource } });
  }
  return role.arn;
}

export function sessionOf(roleArn: string): Principal {
  return { kind: 'role', roleArn, session: 'test' };
}
