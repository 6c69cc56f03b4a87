import type { ExecutionStatus } from '@aws-sdk/client-sfn';
import type { ExecutionHistory } from '../history.ts';
import type { StateMachineProgram } from '../definition/program.ts';

/** A state machine of the account. */
export interface StateMachine {
  readonly arn: string;
  readonly name: string;
  /** Logical id in its template, for records of calls. */
  readonly logicalId: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly roleArn: string;
  /** JSON text, as it was deployed. */
  readonly definition: string;
  readonly program: StateMachineProgram;
}

/** One execution, running or ended. */
export interface Execution {
  readonly arn: string;
  readonly name: string;
  readonly machine: StateMachine;
  /** JSON text. */
  readonly input: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly stop: AbortController;
  status: ExecutionStatus;
  /** Epoch milliseconds. */
  stoppedAt: number | undefined;
  /** JSON text. */
  output: string | undefined;
  error: string | undefined;
  cause: string | undefined;
  /** Dropped once many later executions of the machine have ended. */
  history: ExecutionHistory | undefined;
}

export function isRunning(execution: Execution): boolean {
  return execution.status === 'RUNNING';
}

/** What the service tells EventBridge, and DescribeExecution in its own spelling. */
export function statusChangeDetail(execution: Execution): Readonly<Record<string, unknown>> {
  return {
    executionArn: execution.arn,
    stateMachineArn: execution.machine.arn,
    name: execution.name,
    status: execution.status,
    startDate: execution.startedAt,
    stopDate: execution.stoppedAt ?? null,
    input: execution.input,
    inputDetails: { included: true },
    output: execution.output ?? null,
    outputDetails: execution.output === undefined ? null : { included: true },
    error: execution.error ?? null,
    cause: execution.cause ?? null,
  };
}
