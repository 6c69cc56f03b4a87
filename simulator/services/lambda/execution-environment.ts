import type { Context } from 'aws-lambda';
import type { Account } from '../../kernel/account.ts';
import { AwsError, NotModelledError } from '../../kernel/aws-error.ts';
import { type Caller, runAs } from '../../kernel/caller.ts';
import type { Cancel } from '../../kernel/clock.ts';
import type { FunctionNetwork, LambdaFunction } from '../lambda.ts';

export interface InvocationResult {
  /** JSON text: the handler's result, or `{errorType, errorMessage, …}`. */
  readonly payload: string;
  readonly failed: boolean;
  readonly billedMilliseconds: number;
}

type Handler = (event: unknown, context: Context) => Promise<unknown>;

/** Loading and initialising a Node.js function of a few hundred kilobytes, in milliseconds. */
const coldStartMilliseconds = { low: 350, high: 900 };
/** What a warm invocation takes beside its calls, in milliseconds. */
const handlingMilliseconds = { low: 2, high: 12 };

/** One sandbox of one function: it serves one invocation at a time, and keeps what its module keeps. */
export class ExecutionEnvironment {
  readonly #account: Account;
  readonly #definition: LambdaFunction;
  readonly #moduleUrl: string;
  /** What the code writes into it, it finds again at the next invocation. */
  readonly #variables: Record<string, string>;
  #handler: Handler | undefined;
  #gone = false;
  /** Whether the environment has its log stream. */
  #logs = false;
  #crash: (() => void) | undefined;

  constructor(account: Account, definition: LambdaFunction, moduleUrl: string) {
    this.#account = account;
    this.#definition = definition;
    this.#moduleUrl = moduleUrl;
    this.#variables = variablesOf(definition, account.region);
  }

  get isGone(): boolean {
    return this.#gone;
  }

  get network(): FunctionNetwork | undefined {
    return this.#definition.network;
  }

  /** The sandbox ends at once: code in it goes on, with no effect, and nobody hears of it. */
  kill(): void {
    this.#gone = true;
    this.#crash?.();
  }

  async invoke(invocationId: string, payload: string): Promise<InvocationResult> {
    const { clock } = this.#account;
    const startedAt = clock.now();
    const end = Promise.withResolvers<{ payload: string; failed: boolean }>();
    this.#crash = () =>
      end.resolve(failure('Runtime.ExitError', `RequestId: ${invocationId} Error: Runtime exited with error: signal: killed`));
    const stopTimer = this.#startTimer(invocationId, end.resolve);
    this.#handle(invocationId, payload).then(end.resolve, end.reject);
    const result = await end.promise.finally(stopTimer);
    this.#crash = undefined;
    const billedMilliseconds = Math.max(1, clock.now() - startedAt);
    this.#log(`REPORT RequestId: ${invocationId} Billed Duration: ${billedMilliseconds} ms`);
    return { ...result, billedMilliseconds };
  }

  #startTimer(invocationId: string, resolve: (result: { payload: string; failed: boolean }) => void): Cancel {
    const { timeoutSeconds } = this.#definition;
    const { clock } = this.#account;
    return clock.at(clock.now() + timeoutSeconds * 1000, () => {
      this.#gone = true;
      const message = `RequestId: ${invocationId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
      resolve(failure('Sandbox.Timedout', message));
    });
  }

  async #handle(invocationId: string, payload: string): Promise<{ payload: string; failed: boolean }> {
    const caller = this.#caller(invocationId);
    const context = this.#context(invocationId);
    const { clock, random } = this.#account;
    const { low, high } = handlingMilliseconds;
    try {
      const result = await runAs(caller, async () => {
        const handler = (this.#handler ??= await this.#load());
        await clock.sleep(Math.round(random.stream('lambda.duration').between(low, high)));
        return handler(JSON.parse(payload), context);
      });
      return { payload: JSON.stringify(result ?? null), failed: false };
    } catch (error) {
      if (error instanceof NotModelledError) throw error;
      return { payload: JSON.stringify(describeError(error)), failed: true };
    }
  }

  async #load(): Promise<Handler> {
    const { low, high } = coldStartMilliseconds;
    const { clock, random } = this.#account;
    const assumed = this.#account.iam.canAssume('lambda.amazonaws.com', this.#definition.roleArn);
    if (!assumed.allowed) {
      throw new AwsError('AccessDeniedException', `Lambda cannot assume ${this.#definition.roleArn}: ${assumed.reason}`);
    }
    await clock.sleep(Math.round(random.stream('lambda.duration').between(low, high)));
    const module = (await clock.hold(import(this.#moduleUrl))) as { readonly handler?: Handler };
    if (typeof module.handler !== 'function') throw new NotModelledError(`${this.#moduleUrl} exports no function "handler".`);
    return module.handler;
  }

  #caller(invocationId: string): Caller {
    let calls = 0;
    const { arn, name, logicalId, roleArn } = this.#definition;
    return {
      account: this.#account,
      principal: { kind: 'role', roleArn, session: name, functionArn: arn },
      name: logicalId,
      invocationId,
      environment: this.#variables,
      print: (text) => this.#log(text),
      isGone: () => this.#gone,
      nextCallIndex: () => calls++,
    };
  }

  /** Lambda writes the log as the function's role; without the permission, lines are lost and nothing else happens. */
  #log(text: string): void {
    const { iam, logs } = this.#account;
    const { logGroup, name, roleArn } = this.#definition;
    const principal = { kind: 'role', roleArn, session: name } as const;
    const resource = this.#account.arn('logs', `log-group:${logGroup}:*`);
    const isAllowed = (action: string): boolean => iam.decide(principal, { action, resource }).allowed;
    if (!this.#logs) this.#logs = isAllowed('logs:CreateLogStream');
    if (this.#logs && isAllowed('logs:PutLogEvents')) logs.append(logGroup, text);
  }

  #context(invocationId: string): Context {
    const { clock } = this.#account;
    const deadline = clock.now() + this.#definition.timeoutSeconds * 1000;
    return {
      callbackWaitsForEmptyEventLoop: true,
      functionName: this.#definition.name,
      functionVersion: '$LATEST',
      invokedFunctionArn: this.#definition.arn,
      memoryLimitInMB: String(this.#definition.memoryMegabytes),
      awsRequestId: invocationId,
      logGroupName: this.#definition.logGroup,
      logStreamName: 'simulated',
      getRemainingTimeInMillis: () => Math.max(0, deadline - clock.now()),
      done: unsupported,
      fail: unsupported,
      succeed: unsupported,
    };
  }
}

function unsupported(): never {
  throw new NotModelledError('The callbacks of the Lambda context are not modelled.');
}

/** The environment of a function as Lambda puts it together. */
function variablesOf({ environment, memoryMegabytes, name }: LambdaFunction, region: string): Record<string, string> {
  return {
    ...environment,
    AWS_REGION: region,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMegabytes),
    AWS_ACCESS_KEY_ID: 'ASIASIMULATEDACCOUNT',
    AWS_SECRET_ACCESS_KEY: 'simulated',
    AWS_SESSION_TOKEN: 'simulated',
    // A client that escaped the hook must fail, and never reach a real account.
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  };
}

function failure(errorType: string, errorMessage: string): { payload: string; failed: true } {
  return { payload: JSON.stringify({ errorType, errorMessage }), failed: true };
}

/** The error as the Node.js runtime reports it. */
function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: [] };
}
