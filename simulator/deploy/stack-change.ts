import type { Account } from '../kernel/account.ts';
import type { Stack } from '../services/cloudformation.ts';

/** One deployment of one stack: its states, and the time that it takes where a story wants it to take some. */
export class StackChange {
  readonly #account: Account;
  readonly #stack: Stack;
  readonly #pauseMilliseconds: number;
  #hasBegun = false;

  /** The time is spent in equal parts: before each of `changes` resources, and before the end. */
  constructor(account: Account, stack: Stack, stackSeconds: number, changes: number) {
    this.#account = account;
    this.#stack = stack;
    this.#pauseMilliseconds = Math.round((stackSeconds * 1000) / (changes + 1));
    if (stack.status === undefined || (stackSeconds > 0 && changes > 0)) this.begin();
  }

  /** An update without any change is none: CloudFormation refuses it ("No updates are to be performed"). */
  begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#account.cloudFormation.move(this.#stack, this.#isCreation ? 'CREATE_IN_PROGRESS' : 'UPDATE_IN_PROGRESS');
  }

  /** Passes the share of time that belongs to one resource. */
  async pause(): Promise<void> {
    if (this.#hasBegun && this.#pauseMilliseconds > 0) await this.#account.clock.sleep(this.#pauseMilliseconds);
  }

  /** From here on, only what is no longer wanted is deleted. */
  cleanUp(): void {
    if (this.#hasBegun && !this.#isCreation) this.#account.cloudFormation.move(this.#stack, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
  }

  complete(): void {
    if (this.#hasBegun) this.#account.cloudFormation.move(this.#stack, this.#isCreation ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE');
  }

  fail(reason: string): void {
    this.begin();
    this.#account.cloudFormation.move(this.#stack, this.#isCreation ? 'CREATE_FAILED' : 'UPDATE_FAILED', reason);
  }

  get #isCreation(): boolean {
    const { status } = this.#stack;
    return status === undefined || status === 'CREATE_IN_PROGRESS' || status === 'CREATE_FAILED';
  }
}
