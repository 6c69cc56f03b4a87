import { Account } from '../../../../simulator/kernel/account.ts';
import { type Caller, runAs } from '../../../../simulator/kernel/caller.ts';
import { VirtualClock } from '../../../../simulator/kernel/clock.ts';
import type { FaultKind } from '../../../../simulator/kernel/faults.ts';
import { hostVirtualProcess } from '../../../../simulator/kernel/process-hook.ts';
import type { Grants } from './grants.ts';

export const roleName = 'auditor';
export const now = Date.parse('2027-01-13T01:00:00Z');
export const context = { accountId: '123456789012', region: 'eu-west-3', partition: 'aws' } as const;

export interface Auditor {
  readonly account: Account;
  /** Runs code as a function of the role would, and lets time pass until it ends. */
  run<T>(code: () => Promise<T>): Promise<T>;
  /** Calls since the account was opened, or since the last {@link forget}, by operation. */
  calls(): Readonly<Record<string, number>>;
  forget(): void;
  /** Lets every call of an operation go wrong. */
  fail(operation: string, fault: FaultKind): void;
  /** Actions that the role was granted and never needed. */
  unused(): readonly string[];
  close(): void;
}

/** An account in virtual time with a role that may do `grants` and nothing else; one at a time. To be closed. */
export function openAuditor(grants: Grants): Auditor {
  const clock = VirtualClock.install(now);
  const close = hostVirtualProcess(clock);
  const account = new Account({ clock });
  const role = account.iam.putRole({
    name: roleName,
    stackName: 'test',
    trust: { Version: '2012-10-17', Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' } },
  });
  const statements = grants.map(({ actions, resources }) => ({ Effect: 'Allow' as const, Action: actions, Resource: resources }));
  account.iam.putRolePolicy(roleName, 'reads', { Version: '2012-10-17', Statement: statements });
  let index = 0;
  const caller: Caller = {
    account,
    principal: { kind: 'role', roleArn: role.arn, session: 'test' },
    name: 'Test',
    invocationId: 'test',
    environment: { AWS_REGION: account.region, AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none' },
    print: () => undefined,
    isGone: () => false,
    nextCallIndex: () => index++,
  };
  const counts = new Map<string, number>();
  account.calls.onCall(({ operation }) => counts.set(operation, (counts.get(operation) ?? 0) + 1));
  return {
    account,
    run: (code) => clock.runWhilePending(runAs(caller, code)),
    calls: () => Object.fromEntries(counts),
    forget: () => counts.clear(),
    fail: (operation, fault) => {
      account.faults = { faultFor: (request) => (request.operation === operation ? fault : undefined) };
    },
    unused: () => account.iam.permissionUse().filter(({ isUsed }) => !isUsed).map(({ action }) => action),
    close,
  };
}
