import { VirtualClock } from '../../../simulator/kernel/clock.ts';
import type { Account } from '../../../simulator/kernel/account.ts';
import type { CallRequest } from '../../../simulator/kernel/calls.ts';
import { RandomStreams } from '../../../simulator/kernel/random.ts';
import type { AwsService } from '../../../simulator/kernel/service.ts';
import { StepFunctions } from '../../../simulator/services/step-functions.ts';
import { start } from './machines.ts';

export const roleArn = 'arn:aws:iam::123456789012:role/Workflow';

/** Answers calls to services other than Step Functions itself. */
export type Answer = (request: CallRequest, account: FakeAccount) => unknown;

/** An account with Step Functions and nothing else: calls of other services go to the test. */
export class FakeAccount {
  readonly id = '123456789012';
  readonly region = 'eu-west-3';
  readonly clock = VirtualClock.detached(start);
  readonly random = new RandomStreams(1);
  readonly calls: CallRequest[] = [];
  readonly events: Readonly<Record<string, unknown>>[] = [];
  readonly metrics: string[] = [];
  readonly stepFunctions: StepFunctions;
  readonly #answer: Answer;
  readonly #services: Readonly<Record<string, AwsService>>;

  constructor(answer: Answer = () => ({}), services: readonly Partial<AwsService>[] = []) {
    this.#answer = answer;
    this.stepFunctions = new StepFunctions(this as unknown as Account);
    this.#services = Object.fromEntries([this.stepFunctions, ...services as AwsService[]].map((service) => [service.statesName, service]));
  }

  readonly eventBridge = { publish: (event: Readonly<Record<string, unknown>>) => { this.events.push(event); } };
  readonly cloudWatch = { putMetric: ({ metricName }: { metricName: string }) => { this.metrics.push(metricName); } };

  arn(service: string, resource: string): string {
    return `arn:aws:${service}:${this.region}:${this.id}:${resource}`;
  }

  serviceByStatesName(name: string): AwsService | undefined {
    return this.#services[name];
  }

  async call(request: CallRequest): Promise<unknown> {
    this.calls.push(request);
    const operation = request.sdkId === 'SFN' ? this.stepFunctions.operations[request.operation] : undefined;
    if (operation === undefined) return this.#answer(request, this);
    return operation.execute(request.input as never, { principal: request.principal });
  }

  /** One operation of Step Functions, as somebody outside calls it. */
  async ask<Output = Record<string, unknown>>(operation: string, input: object): Promise<Output> {
    return (await this.call({ principal: { kind: 'outside', name: 'test' }, sdkId: 'SFN', operation, input })) as Output;
  }

  deploy(definition: unknown, name = 'Sale'): string {
    return this.stepFunctions.putStateMachine({ name, logicalId: `${name}Machine`, roleArn, definition: JSON.stringify(definition) }).arn;
  }

  /** Runs an execution to its end and describes it. */
  async execute(definition: unknown, input: unknown = {}): Promise<Record<string, unknown>> {
    const stateMachineArn = this.deploy(definition);
    const { executionArn } = await this.ask<{ executionArn: string }>('StartExecution', { stateMachineArn, input: JSON.stringify(input) });
    await this.clock.runWhilePending(this.stepFunctions.whenEnded(executionArn));
    return this.ask('DescribeExecution', { executionArn });
  }
}
