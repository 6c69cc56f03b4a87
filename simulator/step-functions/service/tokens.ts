import { AwsError } from '../../kernel/aws-error.ts';
import { TaskError } from '../errors.ts';
import type { TaskCall } from '../interpreter/task-call.ts';

interface OpenToken {
  readonly call: TaskCall;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: TaskError) => void;
}

/** Closed tokens that are still told from tokens that never were; AWS knows them for as long as the execution. */
const closedTokensKept = 5_000;

/** Task tokens that executions wait for. */
export class TaskTokens {
  readonly #open = new Map<string, OpenToken>();
  readonly #closed = new Set<string>();

  /** Rejections are `TaskError`s. The token closes by a report, by `close`, or when its attempt is abandoned. */
  open(token: string, call: TaskCall): { readonly answer: Promise<unknown>; readonly close: () => void } {
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#open.set(token, { call, resolve, reject });
    });
    const close = (): void => this.#close(token);
    call.signal.addEventListener('abort', close, { once: true });
    return { answer, close };
  }

  succeed(token: string, outputText: string): void {
    const { resolve } = this.#find(token);
    let output: unknown;
    try {
      output = JSON.parse(outputText);
    } catch {
      throw new AwsError('InvalidOutput', 'Invalid Output: The output is not valid JSON.');
    }
    this.#close(token);
    resolve(output);
  }

  fail(token: string, error: string | undefined, cause: string | undefined): void {
    const { reject } = this.#find(token);
    this.#close(token);
    reject(new TaskError(error ?? null, cause ?? null));
  }

  heartbeat(token: string): void {
    this.#find(token).call.heartbeat();
  }

  /** Tokens that somebody may still report on. */
  get openTokens(): readonly string[] {
    return [...this.#open.keys()];
  }

  #find(token: string): OpenToken {
    const open = this.#open.get(token);
    if (open !== undefined) return open;
    if (this.#closed.has(token)) {
      throw new AwsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
    }
    throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
  }

  #close(token: string): void {
    if (!this.#open.delete(token)) return;
    this.#closed.add(token);
    const oldest = this.#closed.values().next();
    if (this.#closed.size > closedTokensKept && oldest.done !== true) this.#closed.delete(oldest.value);
  }
}
