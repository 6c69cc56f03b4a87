import { ServiceException } from '@smithy/core/client';
import { classify, Defect, isNamed, Refused, Transient } from '../../../functions/platform/errors.ts';

/** An error as an SDK client throws it. */
function awsError(name: string, httpStatusCode?: number): Error {
  const metadata = httpStatusCode === undefined ? {} : { httpStatusCode };
  return new ServiceException({ name, message: 'AWS said no', $fault: 'client', $metadata: metadata });
}

describe('classify', () => {
  test.each([
    ['Throttling', 400],
    ['ThrottlingException', 400],
    ['RequestLimitExceeded', 400],
    ['ProvisionedThroughputExceededException', 400],
    ['TransactionInProgressException', 400],
    ['ScalingActivityInProgress', 400],
    ['ResourceContention', 500],
    ['PriorRequestNotComplete', 429],
    ['SlowDown', 503],
    ['TooManyRequestsException', 429],
    ['InternalServerError', 500],
    ['ServiceUnavailable', 503],
    ['AnyNameAtAll', 429],
    ['AnyNameAtAll', undefined],
  ])('%s with status %s may pass: Transient', (name, status) => {
    expect(classify(awsError(name, status))).toBeInstanceOf(Transient);
  });

  test.each([
    ['AccessDenied', 403],
    ['AccessDeniedException', 403],
    ['ValidationError', 400],
    ['ConditionalCheckFailedException', 400],
    ['NoSuchBucket', 404],
    ['CapacityUnitsLimitExceededException', 400],
  ])('%s with status %s needs a change elsewhere: Refused', (name, status) => {
    expect(classify(awsError(name, status))).toBeInstanceOf(Refused);
  });

  test.each([
    ['a connection that broke', Object.assign(new Error('reset'), { code: 'ECONNRESET' })],
    ['a time-out of the SDK', Object.assign(new Error('late'), { name: 'TimeoutError' })],
    ['a request time-out', Object.assign(new Error('late'), { name: 'RequestTimeout' })],
  ])('%s may pass: Transient', (_what, error) => {
    expect(classify(error)).toBeInstanceOf(Transient);
  });

  test.each([new Transient('later'), new Refused('no'), new Defect('never')])('one of ours stays what it is: %s', (error) => {
    expect(classify(error)).toBe(error);
  });

  test('keeps what AWS said, in the message and as cause', () => {
    const cause = awsError('AccessDenied', 403);
    const error = classify(cause);
    expect(error.message).toBe('AccessDenied: AWS said no');
    expect(error.cause).toBe(cause);
    expect(error.name).toBe('Refused');
  });

  test('an error of no service stays itself: a state machine catches it under its own name', () => {
    const error = new RangeError('out of range');
    expect(classify(error)).toBe(error);
  });

  test.each(['text', 5, undefined, null])('what is no error is a Defect: %s', (thrown) => {
    expect(classify(thrown)).toBeInstanceOf(Defect);
  });
});

describe('isNamed', () => {
  test('compares by name, and knows nothing but errors', () => {
    expect(isNamed(awsError('NoSuchKey', 404), 'NotFound', 'NoSuchKey')).toBe(true);
    expect(isNamed(awsError('NoSuchKey', 404), 'NotFound')).toBe(false);
    expect(isNamed({ name: 'NoSuchKey' }, 'NoSuchKey')).toBe(false);
  });
});
