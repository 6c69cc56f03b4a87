import type { Context } from 'aws-lambda';

/** What Lambda says of an invocation that may go on for so long. */
export function contextOf(seconds: number): Context {
  const deadline = Date.now() + seconds * 1000;
  return {
    awsRequestId: '00000000-0000-0000-0000-000000000001',
    functionName: 'test',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-3:123456789012:function:test',
    memoryLimitInMB: '512',
    logGroupName: 'test',
    logStreamName: 'test',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => deadline - Date.now(),
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}
