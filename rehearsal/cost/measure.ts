import type { AssemblyStack } from '../../simulator/deploy/assembly.ts';
import type { Scenario } from '../scenario.ts';
import { Stage } from '../stage.ts';
import type { Synthesis } from '../synthesis.ts';
import { Meter } from './meter.ts';
import { type Usage, usageOf } from './usage.ts';

/** The stacks that are the orchestrator: the shop is not, and the audit trail would be there without it. */
const orchestratorStacks = /-(Operations|Monitoring)$/u;
const auditStacks = /-Audit$/u;

export function orchestratorOf({ assembly }: Synthesis): readonly AssemblyStack[] {
  return assembly.stacks.filter(({ name }) => orchestratorStacks.test(name));
}

export function auditOf({ assembly }: Synthesis): readonly AssemblyStack[] {
  return assembly.stacks.filter(({ name }) => auditStacks.test(name));
}

export interface Measured extends Usage {
  /** Virtual days that were played. */
  readonly days: number;
  readonly stateTransitions: number;
  /** Executions of each workflow, by its machine's logical id. */
  readonly executions: Readonly<Record<string, number>>;
}

type Told = Pick<Scenario, 'startsAt' | 'prepare' | 'play'>;

/** Plays a story, and meters what the orchestrator uses in it. */
export function measure(synthesis: Synthesis, story: Told, seed: number): Promise<Measured> {
  let meter: Meter | undefined;
  const prepare: Told['prepare'] = (account, given) => {
    meter = new Meter(account);
    story.prepare(account, given);
  };
  return Stage.open({ synthesis, seed, startsAt: story.startsAt, prepare }, async (stage) => {
    await story.play(stage);
    if (meter === undefined) throw new Error('The account was not prepared.');
    const stacks = orchestratorOf(synthesis);
    const { stepFunctions } = stage.account;
    const byMachine = Map.groupBy(stepFunctions.executions, ({ machine }) => machine.logicalId);
    return {
      ...usageOf({ stage, meter, stacks, logRetentionDays: stage.config.operations.logRetentionDays }),
      days: (stage.now - stage.startedAt) / 86_400_000,
      stateTransitions: stepFunctions.stateTransitions,
      executions: Object.fromEntries([...byMachine].map(([logicalId, each]) => [logicalId, each.length])),
    };
  });
}

/** As much time from the same instant, in which nothing happens. */
export function quiet(story: Told, days: number, prepare: Told['prepare']): Told {
  return {
    startsAt: story.startsAt,
    prepare,
    play: (stage) => stage.until(story.startsAt + days * 86_400_000, 'quiet'),
  };
}
