import type { Principal } from './principal.ts';
import type { AuthorisationRequest } from './service.ts';

/** Where a call came from, as far as the caller knows. */
export interface CallOrigin {
  /** Logical id of the Lambda function, or name of the state machine and state. */
  readonly caller: string;
  /** Which call of the invocation this is, from 0. */
  readonly index: number;
  /** The Lambda invocation, where there is one. */
  readonly invocationId?: string;
}

export interface CallRequest {
  readonly principal: Principal;
  /** `serviceId` of the SDK client. */
  readonly sdkId: string;
  readonly operation: string;
  readonly input: unknown;
  /** Absent for what AWS services and the world outside do: faults are never injected there. */
  readonly origin?: CallOrigin;
}

export interface CallRecord {
  readonly at: number;
  readonly phase: string;
  readonly principal: Principal;
  readonly sdkId: string;
  readonly operation: string;
  readonly origin: CallOrigin | undefined;
  readonly authorisations: readonly AuthorisationRequest[];
  readonly outcome: 'succeeded' | 'failed' | 'denied';
  /** Error name of a call that did not succeed. */
  readonly error: string | undefined;
  /** The fault that was injected into it. */
  readonly fault: string | undefined;
}

/** What became of every call. Successes are counted; what failed, and into what a fault was injected, is kept whole. */
export class CallLog {
  #total = 0;
  readonly #successes = new Map<string, number>();
  /** Calls that did not simply succeed, in order. */
  readonly mishaps: CallRecord[] = [];
  readonly #listeners: ((record: CallRecord) => void)[] = [];

  get total(): number {
    return this.#total;
  }

  /** How often an operation succeeded. */
  successes(sdkId: string, operation: string): number {
    return this.#successes.get(`${sdkId} ${operation}`) ?? 0;
  }

  add(record: CallRecord): void {
    this.#total += 1;
    if (record.outcome !== 'succeeded' || record.fault !== undefined) this.mishaps.push(record);
    const key = `${record.sdkId} ${record.operation}`;
    if (record.outcome === 'succeeded') this.#successes.set(key, (this.#successes.get(key) ?? 0) + 1);
    for (const listener of this.#listeners) listener(record);
  }

  onCall(listener: (record: CallRecord) => void): void {
    this.#listeners.push(listener);
  }
}
