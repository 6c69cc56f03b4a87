/**
 * Errors of handlers. State machines match on `name`; there are three, by what a caller should do:
 * `Transient` (try again at once), `Refused` (try again once somebody has put it right), `Defect` (tell somebody).
 */

/** Worth trying again: throttling, a broken connection, a lock that somebody else holds. */
export class Transient extends Error {
  override readonly name = 'Transient';
}

/** AWS or the ledger said no: a permission, a quota, a value. Trying again helps only after a change elsewhere. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** What should not be possible: input that no caller of ours sends, a record that nobody of us wrote. */
export class Defect extends Error {
  override readonly name = 'Defect';
}

interface SdkError extends Error {
  readonly $metadata: { readonly httpStatusCode?: number };
}

/** Names by which AWS services say "later" with a client status. */
const throttlingNames = new Set([
  'Throttling',
  'ThrottlingException',
  'Throttled',
  'ThrottledException',
  'RequestLimitExceeded',
  'ProvisionedThroughputExceededException',
  'TransactionInProgressException',
  'TooManyRequestsException',
  'ScalingActivityInProgress',
  'ResourceContention',
  'PriorRequestNotComplete',
  'SlowDown',
]);

/** Names of an error whose connection broke: the SDK has used up its own retries. */
const connectionNames = new Set(['TimeoutError', 'NetworkingError', 'RequestTimeout']);

/** `error` as one of ours; one of ours stays what it is. What AWS said is kept as `cause` and in the message. */
export function classify(error: unknown): Error {
  if (error instanceof Transient || error instanceof Refused || error instanceof Defect) return error;
  if (!(error instanceof Error)) return new Defect(`Something that is not an error was thrown: ${String(error)}`);
  const message = `${error.name}: ${error.message}`;
  if (connectionNames.has(error.name) || 'code' in error) return new Transient(message, { cause: error });
  if (!isSdkError(error)) return error;
  const status = error.$metadata.httpStatusCode ?? 500;
  const isTransient = status >= 500 || status === 429 || throttlingNames.has(error.name);
  return isTransient ? new Transient(message, { cause: error }) : new Refused(message, { cause: error });
}

/** True when AWS answered with the error `name`; SDK error classes are compared by name, as bundles may hold several copies. */
export function isNamed(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}

function isSdkError(error: Error): error is SdkError {
  return '$metadata' in error;
}
