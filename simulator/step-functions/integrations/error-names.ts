import type { AwsError } from '../../kernel/aws-error.ts';
import { TaskError } from '../errors.ts';

/** How an integration names what its service answers. */
export interface ErrorNaming {
  /** Before the error's own name: `DynamoDb`. */
  readonly prefix: string;
  /** The exception of the service's SDK for what its API does not model: `DynamoDbException`. */
  readonly base: string;
  /**
   * `aws-sdk:` integrations word causes as version 2 of the Java SDK does, optimised ones as version 1
   * (recorded executions of both).
   */
  readonly wording: { readonly version: 1 | 2; readonly service: string };
}

/** Error codes that hardly any service models: the SDK throws its base exception for them. */
const unmodelledCodes: ReadonlySet<string> = new Set([
  'AccessDenied', 'AccessDeniedException', 'AuthFailure', 'ExpiredToken', 'ExpiredTokenException', 'IncompleteSignature',
  'InternalError', 'InternalFailure', 'InvalidAction', 'InvalidClientTokenId', 'InvalidParameterCombination',
  'InvalidParameterValue', 'MissingAuthenticationToken', 'MissingParameter', 'NotAuthorized', 'OptInRequired',
  'RequestExpired', 'RequestLimitExceeded', 'ServiceUnavailable', 'SignatureDoesNotMatch', 'SlowDown', 'Throttling',
  'ThrottlingException', 'UnauthorizedOperation', 'UnrecognizedClientException', 'ValidationError', 'ValidationException',
]);

/** The exceptions to the above, read off the SDK's clients. */
export const modelledCodes: Readonly<Record<string, readonly string[]>> = {
  CloudWatch: ['ValidationException'],
  'CloudWatch Logs': ['AccessDeniedException', 'ThrottlingException', 'ValidationException'],
  DynamoDB: ['RequestLimitExceeded', 'ThrottlingException'],
  Scheduler: ['ThrottlingException', 'ValidationException'],
  'Service Quotas': ['AccessDeniedException'],
  SFN: ['ValidationException'],
  SNS: ['ValidationException'],
};

/** EC2's API models no error at all. */
const servicesWithoutErrors: ReadonlySet<string> = new Set(['EC2']);

/** As the Java SDK names exception classes: `DBInstanceNotFoundFault` → `DbInstanceNotFoundException`. */
function exceptionName(code: string): string {
  const name = code.replace(/[.\s-]/g, '').replace(/(Fault|Exception)$/, '');
  const worded = name.replace(/[A-Z]+(?=[A-Z][a-z])/g, (run) => run.charAt(0) + run.slice(1).toLowerCase());
  return `${worded}Exception`;
}

/** The failure of a task whose service answered with an error. */
export function taskErrorOf(error: AwsError, sdkId: string, naming: ErrorNaming, requestId: string): TaskError {
  // No answer came: the SDK itself gives up.
  if (error.statusCode === 0) return new TaskError(`${naming.prefix}.SdkClientException`, error.message);
  const isUnmodelled = servicesWithoutErrors.has(sdkId)
    || (unmodelledCodes.has(error.name) && modelledCodes[sdkId]?.includes(error.name) !== true);
  const name = isUnmodelled ? naming.base : exceptionName(error.name);
  const { version, service } = naming.wording;
  const details = version === 1
    ? `Service: ${service}; Status Code: ${error.statusCode}; Error Code: ${error.name}; Request ID: ${requestId}; Proxy: null`
    : `Service: ${service}, Status Code: ${error.statusCode}, Request ID: ${requestId}`;
  return new TaskError(`${naming.prefix}.${name}`, `${error.message} (${details})`);
}
