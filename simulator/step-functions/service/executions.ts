import type { Account } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/aws-error.ts';
import { StopRequest } from '../errors.ts';
import { ExecutionHistory } from '../history.ts';
import { createTaskRunner } from '../integrations/run-task.ts';
import { interpret, type Outcome } from '../interpreter/interpret.ts';
import { type Execution, isRunning, type StateMachine, statusChangeDetail } from './execution.ts';
import { checkInput, checkName } from './names.ts';
import type { TaskTokens } from './tokens.ts';

/** A Standard execution's name is free again this long after it ended (StartExecution, parameter `name`). */
const nameReuseMilliseconds = 90 * 24 * 60 * 60 * 1000;

/** Metrics by status (Step Functions guide, execution metrics). */
const metricNames: Readonly<Record<string, string>> = {
  RUNNING: 'ExecutionsStarted',
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  TIMED_OUT: 'ExecutionsTimedOut',
  ABORTED: 'ExecutionsAborted',
};

/** Starts executions, follows them to their end, and keeps what is known of them. */
export class Executions {
  /** Closed executions of a machine whose history is kept; older ones lose it, and keep everything else. */
  historiesKept = 200;
  stateTransitions = 0;

  readonly #account: Account;
  readonly #tokens: TaskTokens;
  readonly #byArn = new Map<string, Execution>();
  /** Machine ARN → closed executions that still have a history, oldest first. */
  readonly #withHistory = new Map<string, Execution[]>();
  readonly #waiting = new Map<string, (() => void)[]>();

  constructor(account: Account, tokens: TaskTokens) {
    this.#account = account;
    this.#tokens = tokens;
  }

  find(arn: string | undefined): Execution {
    const execution = arn === undefined ? undefined : this.#byArn.get(arn);
    if (execution === undefined) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return execution;
  }

  /** Newest first. */
  of(machineArn: string): readonly Execution[] {
    return [...this.#byArn.values()].filter(({ machine }) => machine.arn === machineArn).toReversed();
  }

  get all(): readonly Execution[] {
    return [...this.#byArn.values()];
  }

  start(machine: StateMachine, givenName: string | undefined, givenInput: string | undefined): Execution {
    const { clock, random } = this.#account;
    const name = givenName ?? random.stream('step-functions.execution-name').uuid();
    const input = givenInput ?? '{}';
    checkName(name);
    checkInput(input);
    const arn = this.#account.arn('states', `execution:${machine.name}:${name}`);
    const known = this.#byArn.get(arn);
    if (known !== undefined) {
      if (isRunning(known) && known.input === input) return known;
      if (known.stoppedAt === undefined || clock.now() - known.stoppedAt < nameReuseMilliseconds) {
        throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
      }
      this.#byArn.delete(arn);
    }
    const execution: Execution = {
      arn, name, machine, input, startedAt: clock.now(), stop: new AbortController(), status: 'RUNNING',
      stoppedAt: undefined, output: undefined, error: undefined, cause: undefined, history: new ExecutionHistory(),
    };
    this.#byArn.set(arn, execution);
    this.#announce(execution);
    // The caller gets its answer before the first state is entered.
    clock.at(clock.now(), () => this.#run(execution));
    return execution;
  }

  stop(execution: Execution, error: string | undefined, cause: string | undefined): void {
    if (!isRunning(execution)) return;
    this.#close(execution, { status: 'ABORTED', ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) });
    execution.stop.abort(new StopRequest(error, cause));
  }

  whenEnded(arn: string): Promise<void> {
    if (!isRunning(this.find(arn))) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.set(arn, [...(this.#waiting.get(arn) ?? []), resolve]);
    });
  }

  async #run(execution: Execution): Promise<void> {
    const { machine } = execution;
    const callIndexes = new Map<string, number>();
    const outcome = await interpret(machine.program, JSON.parse(execution.input), {
      clock: this.#account.clock,
      random: this.#account.random.stream(`step-functions.${machine.name}`),
      signal: execution.stop.signal,
      ...(execution.history === undefined ? {} : { history: execution.history }),
      onTransition: () => {
        this.stateTransitions += 1;
      },
      context: {
        Execution: {
          Id: execution.arn, Name: execution.name, RoleArn: machine.roleArn, StartTime: new Date(execution.startedAt).toISOString(),
        },
        StateMachine: { Id: machine.arn, Name: machine.name },
      },
      task: createTaskRunner({
        account: this.#account,
        roleArn: machine.roleArn,
        executionName: execution.name,
        machine: machine.logicalId,
        nextCallIndex: (stateName) => {
          const index = callIndexes.get(stateName) ?? 0;
          callIndexes.set(stateName, index + 1);
          return index;
        },
        openToken: (token, call) => this.#tokens.open(token, call),
        whenEnded: (arn) => this.whenEnded(arn),
      }),
    });
    if (isRunning(execution)) this.#close(execution, outcome);
  }

  #close(execution: Execution, outcome: Outcome): void {
    execution.status = outcome.status;
    execution.stoppedAt = this.#account.clock.now();
    if ('output' in outcome) execution.output = JSON.stringify(outcome.output);
    if ('error' in outcome) execution.error = outcome.error;
    if ('cause' in outcome) execution.cause = outcome.cause;
    this.#announce(execution);
    const closed = this.#withHistory.get(execution.machine.arn) ?? [];
    this.#withHistory.set(execution.machine.arn, closed);
    closed.push(execution);
    while (closed.length > this.historiesKept) {
      const oldest = closed.shift();
      if (oldest !== undefined) oldest.history = undefined;
    }
    for (const resolve of this.#waiting.get(execution.arn) ?? []) resolve();
    this.#waiting.delete(execution.arn);
  }

  /** Tells EventBridge and CloudWatch of the new status, as the service does for Standard workflows. */
  #announce(execution: Execution): void {
    const { eventBridge, cloudWatch } = this.#account;
    const dimensions = { StateMachineArn: execution.machine.arn };
    eventBridge.publish({
      source: 'aws.states',
      detailType: 'Step Functions Execution Status Change',
      detail: statusChangeDetail(execution),
      resources: [execution.arn],
    });
    const metricName = metricNames[execution.status];
    if (metricName !== undefined) cloudWatch.putMetric({ namespace: 'AWS/States', metricName, dimensions, value: 1, unit: 'Count' });
    if (execution.stoppedAt !== undefined) {
      const value = execution.stoppedAt - execution.startedAt;
      cloudWatch.putMetric({ namespace: 'AWS/States', metricName: 'ExecutionTime', dimensions, value, unit: 'Milliseconds' });
    }
  }
}
