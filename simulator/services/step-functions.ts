import type {
  DescribeExecutionCommandInput, DescribeExecutionCommandOutput, DescribeStateMachineCommandInput,
  DescribeStateMachineCommandOutput, GetExecutionHistoryCommandInput, GetExecutionHistoryCommandOutput, HistoryEvent,
  ListExecutionsCommandInput, ListExecutionsCommandOutput, ListStateMachinesCommandInput,
  ListStateMachinesCommandOutput, SendTaskFailureCommandInput, SendTaskFailureCommandOutput,
  SendTaskHeartbeatCommandInput, SendTaskHeartbeatCommandOutput, SendTaskSuccessCommandInput,
  SendTaskSuccessCommandOutput, StartExecutionCommandInput, StartExecutionCommandOutput, StopExecutionCommandInput,
  StopExecutionCommandOutput,
} from '@aws-sdk/client-sfn';
import type { Account } from '../kernel/account.ts';
import { AwsError, NotModelledError } from '../kernel/aws-error.ts';
import { type AuthorisationRequest, type AwsService, operation, type Operation } from '../kernel/service.ts';
import { compileDefinition } from '../step-functions/definition/compile-definition.ts';
import type { Execution, StateMachine } from '../step-functions/service/execution.ts';
import { Executions } from '../step-functions/service/executions.ts';
import { checkName, machineArnOf } from '../step-functions/service/names.ts';
import { TaskTokens } from '../step-functions/service/tokens.ts';

export type { Execution, StateMachine };

/** What a template says of a state machine. */
export interface StateMachineDefinition {
  readonly name: string;
  readonly logicalId: string;
  readonly roleArn: string;
  /** JSON text. */
  readonly definition: string;
}

/** Page size of lists where the caller names none (API reference). */
const defaultPageSize = 100;

function needs(action: string, resource: string | undefined): readonly AuthorisationRequest[] {
  return [{ action: `states:${action}`, resource: resource ?? '*' }];
}

/** A page of a list; the token is the place where the next one starts. */
function page<Item>(
  items: readonly Item[],
  input: { readonly maxResults?: number | undefined; readonly nextToken?: string | undefined },
): { readonly items: Item[]; readonly nextToken?: string } {
  const start = input.nextToken === undefined ? 0 : Number.parseInt(input.nextToken, 10);
  if (Number.isNaN(start)) throw new AwsError('InvalidToken', `Invalid Token: '${input.nextToken}'`);
  // The API takes 0 as "the default".
  const end = start + (input.maxResults || defaultPageSize);
  return { items: items.slice(start, end), ...(end < items.length ? { nextToken: String(end) } : {}) };
}

/** Simulated Step Functions, Standard workflows in JSONata. */
export class StepFunctions implements AwsService {
  readonly sdkId = 'SFN';
  readonly statesName = 'sfn';
  readonly statesErrorPrefix = 'Sfn';

  readonly #account: Account;
  readonly #machines = new Map<string, StateMachine>();
  readonly #tokens = new TaskTokens();
  readonly #executions: Executions;

  constructor(account: Account) {
    this.#account = account;
    this.#executions = new Executions(account, this.#tokens);
  }

  /** States entered and retries made so far: what Standard workflows are billed by. */
  get stateTransitions(): number {
    return this.#executions.stateTransitions;
  }

  /** Every execution since the account began, in the order of their starts. */
  get executions(): readonly Execution[] {
    return this.#executions.all;
  }

  get stateMachines(): readonly StateMachine[] {
    return [...this.#machines.values()];
  }

  get openTaskTokens(): readonly string[] {
    return this.#tokens.openTokens;
  }

  /** How many closed executions of each machine keep their history. @default 200 */
  set historiesKept(count: number) {
    this.#executions.historiesKept = count;
  }

  /** Resolves once an execution has ended. */
  whenEnded(executionArn: string): Promise<void> {
    return this.#executions.whenEnded(executionArn);
  }

  /** Creates a state machine, or changes it for the executions that start from now on. */
  putStateMachine(given: StateMachineDefinition): StateMachine {
    checkName(given.name);
    const arn = this.#account.arn('states', `stateMachine:${given.name}`);
    const machine: StateMachine = {
      ...given,
      arn,
      createdAt: this.#machines.get(arn)?.createdAt ?? this.#account.clock.now(),
      program: compileDefinition(JSON.parse(given.definition)),
    };
    this.#machines.set(arn, machine);
    return machine;
  }

  readonly operations: Readonly<Record<string, Operation>> = {
    StartExecution: operation<StartExecutionCommandInput, StartExecutionCommandOutput>({
      authorise: ({ stateMachineArn }) => needs('StartExecution', stateMachineArn),
      execute: ({ stateMachineArn, name, input }) => {
        const execution = this.#executions.start(this.#machine(stateMachineArn), name, input);
        return { executionArn: execution.arn, startDate: new Date(execution.startedAt) };
      },
    }),
    StopExecution: operation<StopExecutionCommandInput, StopExecutionCommandOutput>({
      authorise: ({ executionArn }) => needs('StopExecution', executionArn),
      execute: ({ executionArn, error, cause }) => {
        const execution = this.#executions.find(executionArn);
        this.#executions.stop(execution, error, cause);
        return { stopDate: new Date(execution.stoppedAt ?? this.#account.clock.now()) };
      },
    }),
    DescribeExecution: operation<DescribeExecutionCommandInput, DescribeExecutionCommandOutput>({
      authorise: ({ executionArn }) => needs('DescribeExecution', executionArn),
      execute: ({ executionArn }) => describe(this.#executions.find(executionArn)),
    }),
    ListExecutions: operation<ListExecutionsCommandInput, ListExecutionsCommandOutput>({
      authorise: ({ stateMachineArn }) => needs('ListExecutions', stateMachineArn),
      execute: (input) => this.#listExecutions(input),
    }),
    GetExecutionHistory: operation<GetExecutionHistoryCommandInput, GetExecutionHistoryCommandOutput>({
      authorise: ({ executionArn }) => needs('GetExecutionHistory', executionArn),
      execute: (input) => this.#getHistory(input),
    }),
    DescribeStateMachine: operation<DescribeStateMachineCommandInput, DescribeStateMachineCommandOutput>({
      authorise: ({ stateMachineArn }) => needs('DescribeStateMachine', stateMachineArn),
      execute: ({ stateMachineArn }) => {
        const { arn, name, definition, roleArn, createdAt } = this.#machine(stateMachineArn);
        return { stateMachineArn: arn, name, status: 'ACTIVE', definition, roleArn, type: 'STANDARD', creationDate: new Date(createdAt) };
      },
    }),
    ListStateMachines: operation<ListStateMachinesCommandInput, ListStateMachinesCommandOutput>({
      authorise: () => needs('ListStateMachines', '*'),
      execute: (input) => {
        const { items, ...more } = page(this.stateMachines, input);
        const stateMachines = items.map(({ arn, name, createdAt }) => (
          { stateMachineArn: arn, name, type: 'STANDARD' as const, creationDate: new Date(createdAt) }
        ));
        return { stateMachines, ...more };
      },
    }),
    SendTaskSuccess: operation<SendTaskSuccessCommandInput, SendTaskSuccessCommandOutput>({
      authorise: () => needs('SendTaskSuccess', '*'),
      execute: ({ taskToken, output }) => {
        this.#tokens.succeed(taskToken ?? '', output ?? '');
        return {};
      },
    }),
    SendTaskFailure: operation<SendTaskFailureCommandInput, SendTaskFailureCommandOutput>({
      authorise: () => needs('SendTaskFailure', '*'),
      execute: ({ taskToken, error, cause }) => {
        this.#tokens.fail(taskToken ?? '', error, cause);
        return {};
      },
    }),
    SendTaskHeartbeat: operation<SendTaskHeartbeatCommandInput, SendTaskHeartbeatCommandOutput>({
      authorise: () => needs('SendTaskHeartbeat', '*'),
      execute: ({ taskToken }) => {
        this.#tokens.heartbeat(taskToken ?? '');
        return {};
      },
    }),
  };

  #machine(arn: string | undefined): StateMachine {
    const machine = arn === undefined ? undefined : this.#machines.get(arn);
    if (machine === undefined) throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    return machine;
  }

  #listExecutions(input: ListExecutionsCommandInput): Omit<ListExecutionsCommandOutput, '$metadata'> {
    if (input.mapRunArn !== undefined) throw new NotModelledError('ListExecutions: the parameter mapRunArn is not modelled.');
    const machine = this.#machine(input.stateMachineArn);
    const matching = this.#executions.of(machine.arn).filter(
      ({ status }) => input.statusFilter === undefined || status === input.statusFilter,
    );
    const { items, ...more } = page(matching, input);
    const executions = items.map((execution) => ({
      executionArn: execution.arn,
      stateMachineArn: machine.arn,
      name: execution.name,
      status: execution.status,
      startDate: new Date(execution.startedAt),
      ...(execution.stoppedAt === undefined ? {} : { stopDate: new Date(execution.stoppedAt) }),
    }));
    return { executions, ...more };
  }

  #getHistory(input: GetExecutionHistoryCommandInput): Omit<GetExecutionHistoryCommandOutput, '$metadata'> {
    const { history, arn } = this.#executions.find(input.executionArn);
    if (input.includeExecutionData === false) {
      throw new NotModelledError('GetExecutionHistory: includeExecutionData false is not modelled.');
    }
    if (history === undefined) {
      throw new NotModelledError(
        `The history of ${arn} was dropped: later executions of ${machineArnOf(arn)} took its place. Raise historiesKept.`,
      );
    }
    const events = history.events();
    const { items, ...more } = page(input.reverseOrder === true ? events.toReversed() : events, input);
    return { events: items as unknown as HistoryEvent[], ...more };
  }
}

function describe(execution: Execution): Omit<DescribeExecutionCommandOutput, '$metadata'> {
  return {
    executionArn: execution.arn,
    stateMachineArn: execution.machine.arn,
    name: execution.name,
    status: execution.status,
    startDate: new Date(execution.startedAt),
    input: execution.input,
    inputDetails: { included: true },
    ...(execution.stoppedAt === undefined ? {} : { stopDate: new Date(execution.stoppedAt) }),
    ...(execution.output === undefined ? {} : { output: execution.output, outputDetails: { included: true } }),
    ...(execution.error === undefined ? {} : { error: execution.error }),
    ...(execution.cause === undefined ? {} : { cause: execution.cause }),
  };
}
