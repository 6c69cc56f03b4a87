import type { Account } from './account.ts';
import { AwsError, NotModelledError } from './aws-error.ts';
import type { CallRecord, CallRequest } from './calls.ts';
import type { FaultKind } from './faults.ts';
import { describePrincipal } from './principal.ts';
import type { AuthorisationRequest, AwsService, Operation } from './service.ts';
import type { Trail } from '../services/cloudtrail/trail.ts';

/** A call of a handler or workflow takes this long, in milliseconds: the usual range of a regional API. */
const latencyMilliseconds = { low: 12, high: 70 };

/** What the SDK calls a service's refusal by IAM, where it is not `AccessDeniedException`. */
const accessDeniedNames: Readonly<Record<string, string>> = {
  'Auto Scaling': 'AccessDenied',
  CloudWatch: 'AccessDenied',
  EC2: 'UnauthorizedOperation',
  'Elastic Load Balancing v2': 'AccessDenied',
  IAM: 'AccessDenied',
  RDS: 'AccessDenied',
  S3: 'AccessDenied',
  SNS: 'AuthorizationErrorException',
};

/** What the SDK calls a service's throttling, where it is not `ThrottlingException`; its retries go by these names. */
const throttlingNames: Readonly<Record<string, string>> = {
  'Auto Scaling': 'Throttling',
  CloudWatch: 'Throttling',
  'Cost Explorer': 'LimitExceededException',
  DynamoDB: 'ProvisionedThroughputExceededException',
  EC2: 'RequestLimitExceeded',
  'Elastic Load Balancing v2': 'Throttling',
  Lambda: 'TooManyRequestsException',
  RDS: 'Throttling',
  S3: 'SlowDown',
  SNS: 'ThrottledException',
};

/** The one path of every call: authorise, inject, execute, record. */
export async function dispatch(account: Account, request: CallRequest): Promise<unknown> {
  try {
    return await answer(account, request);
  } catch (error) {
    // A gap of the simulator is not an answer of AWS: no handler and no Catch may swallow it.
    if (!(error instanceof AwsError)) account.clock.fail(error);
    throw error;
  }
}

async function answer(account: Account, request: CallRequest): Promise<unknown> {
  const { service, operation } = find(account, request);
  const trails = account.cloudTrail.logging;
  if (request.origin !== undefined) {
    const { low, high } = latencyMilliseconds;
    await account.clock.sleep(Math.round(account.random.stream('latency').between(low, high)));
  }
  const authorisations = operation.authorise(request.input as never);
  const denial = authorise(account, request, authorisations);
  if (denial !== undefined) {
    record(account, request, authorisations, { outcome: 'denied', error: denial.name });
    account.cloudTrail.observe(request, { error: denial }, trails);
    throw denial;
  }
  const fault = request.origin === undefined ? undefined : account.faults.faultFor(request, account.phase);
  return executeWithFault(account, { request, service, operation, authorisations, fault, trails });
}

interface Execution {
  readonly request: CallRequest;
  readonly service: AwsService;
  readonly operation: Operation;
  readonly authorisations: readonly AuthorisationRequest[];
  readonly fault: FaultKind | undefined;
  /** The trails that logged when the call began. */
  readonly trails: readonly Trail[];
}

async function executeWithFault(account: Account, execution: Execution): Promise<unknown> {
  const { request, operation, authorisations, fault, trails } = execution;
  const before = fault === undefined ? undefined : failureBefore(fault, request);
  if (before !== undefined) {
    record(account, request, authorisations, { outcome: 'failed', error: before.name, fault });
    account.cloudTrail.observe(request, { error: before }, trails);
    throw before;
  }
  if (fault === 'killed-before' || fault === 'timed-out') {
    record(account, request, authorisations, { outcome: 'failed', fault });
    return abandon(account, request, fault);
  }
  let output: unknown;
  try {
    output = await operation.execute(request.input as never, { principal: request.principal });
  } catch (error) {
    record(account, request, authorisations, { outcome: 'failed', error: nameOf(error), fault });
    if (error instanceof AwsError) account.cloudTrail.observe(request, { error }, trails);
    throw error;
  }
  record(account, request, authorisations, { outcome: 'succeeded', fault });
  account.cloudTrail.observe(request, { output }, trails);
  if (fault === 'killed-after') return abandon(account, request, fault);
  if (fault === 'reply-lost' || fault === 'reply-lost-for-good') {
    throw new AwsError('TimeoutError', `The connection broke before ${request.operation} was answered.`, { statusCode: 0 });
  }
  return output;
}

function find(account: Account, request: CallRequest): { service: AwsService; operation: Operation } {
  const service = account.serviceBySdkId(request.sdkId);
  if (service === undefined) throw new NotModelledError(`The simulated account has no service "${request.sdkId}".`);
  const operation = service.operations[request.operation];
  if (operation === undefined) {
    throw new NotModelledError(`${request.sdkId} ${request.operation} is not modelled by the simulated account.`);
  }
  return { service, operation };
}

function authorise(
  account: Account,
  request: CallRequest,
  authorisations: readonly AuthorisationRequest[],
): AwsError | undefined {
  for (const needed of authorisations) {
    const decision = account.iam.decide(request.principal, needed);
    if (decision.allowed) continue;
    const caller = describePrincipal(request.principal);
    return accessDenied(request, `${caller} may not ${needed.action} on ${needed.resource}: ${decision.reason}`);
  }
  return undefined;
}

function accessDenied(request: CallRequest, message: string): AwsError {
  return new AwsError(accessDeniedNames[request.sdkId] ?? 'AccessDeniedException', message, { statusCode: 403 });
}

/** The answer of a fault that strikes before the effect, or undefined for the other kinds. */
function failureBefore(fault: FaultKind, request: CallRequest): AwsError | undefined {
  switch (fault) {
    case 'throttled':
      return new AwsError(throttlingNames[request.sdkId] ?? 'ThrottlingException', 'Rate exceeded', { statusCode: 400 });
    case 'unavailable':
      return new AwsError('ServiceUnavailable', 'The service is temporarily unavailable.', { statusCode: 503 });
    case 'denied':
      return accessDenied(request, `A policy that was changed by hand forbids ${request.operation}.`);
    case 'refused':
      return new AwsError('ValidationException', `${request.operation} was refused.`, { statusCode: 400 });
    case 'reply-lost':
    case 'reply-lost-for-good':
    case 'killed-before':
    case 'killed-after':
    case 'timed-out':
      return undefined;
  }
}

/** The caller never hears again of this call: its execution environment is gone, or will be at its time-out. */
function abandon(account: Account, request: CallRequest, fault: FaultKind): Promise<never> {
  const invocationId = request.origin?.invocationId;
  if (invocationId === undefined) {
    throw new NotModelledError(`The fault "${fault}" needs a Lambda invocation; ${request.operation} was not called by one.`);
  }
  if (fault !== 'timed-out') account.lambda.kill(invocationId);
  return new Promise(() => {});
}

function record(
  account: Account,
  request: CallRequest,
  authorisations: readonly AuthorisationRequest[],
  result: { outcome: CallRecord['outcome']; error?: string; fault?: FaultKind | undefined },
): void {
  account.calls.add({
    at: account.clock.now(),
    phase: account.phase,
    principal: request.principal,
    sdkId: request.sdkId,
    operation: request.operation,
    origin: request.origin,
    authorisations,
    outcome: result.outcome,
    error: result.error,
    fault: result.fault,
  });
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'Unknown';
}
