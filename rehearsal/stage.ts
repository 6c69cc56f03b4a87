import { Deployer } from '../simulator/deploy/deployer.ts';
import { Account } from '../simulator/kernel/account.ts';
import { VirtualClock } from '../simulator/kernel/clock.ts';
import type { FaultPlan } from '../simulator/kernel/faults.ts';
import { hostVirtualProcess } from '../simulator/kernel/process-hook.ts';
import type { Synthesis } from './synthesis.ts';
import { type WitnessedRules, type WitnessedWrite, witnessFailovers, witnessRules, witnessWrites } from './witness.ts';

export interface StageOptions {
  readonly synthesis: Synthesis;
  /** Epoch milliseconds of virtual time at which the account is empty. */
  readonly startsAt: number;
  readonly seed: number;
  /** @default no faults */
  readonly faults?: FaultPlan;
  /** What the world is like before anything is deployed: visitors, capacity, quotas. */
  readonly prepare: (account: Account, synthesis: Synthesis) => void;
  /** Told of each step of the story as it begins. @default nobody */
  readonly onStep?: (at: number, text: string) => void;
}

/** What the operator did, for the timeline. */
export interface Step {
  readonly at: number;
  readonly text: string;
}

/** A person at the console: the account's owner, whom no policy binds. */
const operator = { kind: 'outside', name: 'operator' } as const;

/**
 * An account with the project deployed into it, and the hands of the operator. While a stage is open, this process
 * lives in its virtual time; only one can be open at once.
 */
export class Stage {
  readonly account: Account;
  readonly clock: VirtualClock;
  readonly deployer: Deployer;
  readonly steps: Step[] = [];
  readonly startedAt: number;
  /** What the repairs wrote, as the account saw it. */
  readonly writes: readonly WitnessedWrite[];
  /** When somebody made the database fail over, as the account saw it: epoch milliseconds. */
  readonly failovers: readonly number[];
  /** What was written to the lifecycle rules of buckets. */
  readonly ruleWrites: readonly WitnessedRules[];

  /** Phases of the story in which somebody denies something on purpose: what is denied in them is no permission that lacks. */
  readonly denyingPhases = new Set<string>();

  readonly #synthesis: Synthesis;
  readonly #onStep: (at: number, text: string) => void;
  readonly #close: () => void;

  private constructor(options: StageOptions) {
    this.#synthesis = options.synthesis;
    this.#onStep = options.onStep ?? (() => undefined);
    this.startedAt = options.startsAt;
    this.clock = VirtualClock.install(options.startsAt);
    this.#close = hostVirtualProcess(this.clock);
    this.account = new Account({
      clock: this.clock,
      seed: options.seed,
      ...(options.faults === undefined ? {} : { faults: options.faults }),
    });
    this.deployer = new Deployer(this.account);
    this.writes = witnessWrites(this.account);
    this.failovers = witnessFailovers(this.account);
    this.ruleWrites = witnessRules(this.account);
  }

  /** Runs `story` on a stage of its own, and closes it whatever happens. */
  static async open<T>(options: StageOptions, story: (stage: Stage) => Promise<T>): Promise<T> {
    const stage = new Stage(options);
    try {
      options.prepare(stage.account, options.synthesis);
      await stage.#whilePending(stage.deployer.deploy(options.synthesis.assembly));
      stage.step('Deployed the synthesised templates');
      return await story(stage);
    } finally {
      stage.#close();
    }
  }

  get config(): Synthesis['config'] {
    return this.#synthesis.config;
  }

  get now(): number {
    return this.clock.now();
  }

  /** An output of the operations stack. */
  output(name: string): string {
    const stackName = this.#synthesis.assembly.stacks.find((stack) => stack.template.Outputs?.[name] !== undefined)?.name ?? '';
    const value = this.deployer.outputs(stackName)[name];
    if (typeof value !== 'string') throw new Error(`No stack has an output "${name}".`);
    return value;
  }

  /** Puts a step of the story on the timeline. */
  step(text: string): void {
    this.steps.push({ at: this.now, text });
    this.#onStep(this.now, text);
  }

  /** Lets time pass until `time` (epoch milliseconds), in a phase of the story that faults can be aimed at. */
  async until(time: number, phase: string): Promise<void> {
    this.account.phase = phase;
    await this.clock.runUntil(time);
  }

  /** What the operator asks of `register-sale`, and its answer. */
  registerSale(request: unknown): Promise<Readonly<Record<string, unknown>>> {
    return this.invoke(this.output('RegisterSaleFunction'), request);
  }

  /** Any call by hand, as somebody at the console would make it. */
  asOperator(sdkId: string, operation: string, input: unknown): Promise<unknown> {
    return this.as(operator.name, sdkId, operation, input);
  }

  /** The same, by somebody with a name. */
  as(name: string, sdkId: string, operation: string, input: unknown): Promise<unknown> {
    return this.#whilePending(this.account.call({ principal: { kind: 'outside', name }, sdkId, operation, input }));
  }

  /** Starts a workflow by hand; `workflow` as the outputs call it: `SaleScaling`, `NightlyCompliance`, … */
  start(workflow: string, name: string, input: unknown = {}): Promise<unknown> {
    return this.asOperator('SFN', 'StartExecution', { stateMachineArn: this.output(`${workflow}Arn`), name, input: JSON.stringify(input) });
  }

  /** Stops an execution by hand. */
  stop(workflow: string, name: string): Promise<unknown> {
    const execution = this.account.stepFunctions.executions.find((each) => each.machine.arn === this.output(`${workflow}Arn`) && each.name === name);
    return this.asOperator('SFN', 'StopExecution', { executionArn: execution?.arn, cause: 'Stopped by hand.' });
  }

  /** Invokes a function by hand; gives its answer, or what it failed with as `{ status: 'failed', … }`. */
  async invoke(functionName: string, request: unknown): Promise<Readonly<Record<string, unknown>>> {
    const answer = await this.asOperator('Lambda', 'Invoke', { FunctionName: functionName, Payload: JSON.stringify(request) });
    const { Payload, FunctionError } = answer as { readonly Payload: Uint8Array; readonly FunctionError?: string };
    const payload = JSON.parse(new TextDecoder().decode(Payload)) as Readonly<Record<string, unknown>>;
    return FunctionError === undefined ? payload : { status: 'failed', ...payload };
  }

  /** A deployment of the same stacks, changed. */
  async deploy(synthesis: Synthesis): Promise<void> {
    await this.#whilePending(this.deployer.deploy(synthesis.assembly));
  }

  /** A deployment that takes its time: begun here, it goes on while the story does. */
  beginDeployment(synthesis: Synthesis, stackSeconds: number): void {
    this.deployer.deploy(synthesis.assembly, { stackSeconds }).catch((error: unknown) => this.clock.fail(error));
  }

  #whilePending<T>(work: Promise<T>): Promise<T> {
    return this.clock.runWhilePending(work);
  }
}
