import { AsyncLocalStorage } from 'node:async_hooks';
import type { Account } from './account.ts';
import type { Principal } from './principal.ts';

/** On whose behalf the code that is now running calls AWS. */
export interface Caller {
  readonly account: Account;
  readonly principal: Principal;
  /** Logical id of the function, or the name that a scenario gives to a person's session. */
  readonly name: string;
  /** The Lambda invocation; absent for a person's session, where faults are not injected. */
  readonly invocationId?: string;
  /** What `process.env` shows to the code, and where its changes stay. */
  readonly environment: Record<string, string>;
  /** Takes every line that the code prints. */
  print(text: string): void;
  /** True once the execution environment is gone: whatever the code still tries has no effect. */
  isGone(): boolean;
  /** Numbers the calls of this invocation, from 0. */
  nextCallIndex(): number;
}

const callers = new AsyncLocalStorage<Caller>();

/** Runs `code` as `caller`: its SDK calls, its environment and its output are the caller's. */
export function runAs<T>(caller: Caller, code: () => Promise<T>): Promise<T> {
  return callers.run(caller, code);
}

/** Runs the account's own code, which acts for nobody, from inside a caller's call. */
export function runAsNobody<T>(code: () => T): T {
  return callers.exit(code);
}

export function currentCaller(): Caller | undefined {
  return callers.getStore();
}
