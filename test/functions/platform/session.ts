import type { Context } from 'aws-lambda';
import { Account } from '../../../simulator/kernel/account.ts';
import { type Caller, runAs } from '../../../simulator/kernel/caller.ts';
import { VirtualClock } from '../../../simulator/kernel/clock.ts';
import type { FaultKind } from '../../../simulator/kernel/faults.ts';
import { hostVirtualProcess } from '../../../simulator/kernel/process-hook.ts';

export const table = 'Ledger';
export const bucket = 'evidence';
export const topicArn = 'arn:aws:sns:eu-west-3:123456789012:operations';

export interface Session {
  readonly account: Account;
  readonly clock: VirtualClock;
  /** Lines that the code printed. */
  readonly printed: string[];
  /** Environment variables of the code, beside those that Lambda sets. */
  environment: Readonly<Record<string, string>>;
  /** Set to let the process die: whatever its code still tries has no effect. */
  isGone: boolean;
  /** Runs code as a function of the account would, and lets time pass until it ends. */
  run<T>(code: () => Promise<T>): Promise<T>;
  /** Runs code that does not end, for a minute. */
  runForAMinute(code: () => Promise<unknown>): Promise<void>;
  /** Lets the next attempts of an operation go wrong. */
  fail(operation: string, fault: FaultKind, attempts: number): void;
  close(): void;
}

/** An account with a ledger, a topic and a bucket, in virtual time; one at a time. To be closed. */
export function openSession(): Session {
  const clock = VirtualClock.install(Date.parse('2027-01-13T07:00:00Z'));
  const close = hostVirtualProcess(clock);
  const account = new Account({ clock });
  account.dynamoDb.putTable({
    name: table,
    arn: account.arn('dynamodb', `table/${table}`),
    keys: { hash: { name: 'type', type: 'S' }, range: { name: 'id', type: 'S' } },
    indexes: [],
    ttlAttribute: 'expiresAt',
    tags: {},
  });
  account.sns.putTopic({ name: 'operations', arn: topicArn, tags: {} });
  account.s3.putBucket({ name: bucket, isVersioned: true, encryption: { algorithm: 'AES256' }, tags: {} });
  let calls = 0;
  const caller: Caller = {
    account,
    principal: { kind: 'outside', name: 'test' },
    name: 'Test',
    invocationId: 'test',
    get environment() {
      return { AWS_REGION: account.region, AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none', ...session.environment };
    },
    print: (text) => session.printed.push(text),
    isGone: () => session.isGone,
    nextCallIndex: () => calls++,
  };
  const session: Session = {
    account,
    clock,
    printed: [],
    environment: {},
    isGone: false,
    run: (code) => clock.runWhilePending(runAs(caller, code)),
    runForAMinute: async (code) => {
      void runAs(caller, code);
      await clock.runUntil(clock.now() + 60_000);
    },
    fail: (operation, fault, attempts) => {
      let left = attempts;
      account.faults = {
        faultFor: (request) => {
          if (request.operation !== operation || left === 0) return undefined;
          left -= 1;
          return fault;
        },
      };
    },
    close,
  };
  return session;
}

/** Of the Lambda context, what handlers read. */
export const context = { awsRequestId: 'request-1', functionName: 'test', getRemainingTimeInMillis: () => 60_000 } as unknown as Context;

/** The error that a promise rejects with. */
export async function errorOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('Nothing was thrown that is an error.');
}
