import type { FaultKind, FaultPlan } from '../../simulator/kernel/faults.ts';
import { unusedOfBusyRoles, unusedPermissions } from '../promises/account.ts';
import { Stage } from '../stage.ts';
import type { Synthesis } from '../synthesis.ts';
import { AimedFault, type Position, PositionList } from './position.ts';
import type { SweepStory } from './stories.ts';

/** One invariant broken in one run. */
export interface Violation {
  readonly invariant: string;
  readonly what: string;
}

/** One run with one fault. */
export interface SweepRun {
  readonly position: Position;
  readonly fault: FaultKind;
  /** False when the story never came to the position: an earlier draw went another way. */
  readonly hasStruck: boolean;
  readonly violations: readonly Violation[];
  /** Permissions that were not used. Absent where the run did not come to its end. */
  readonly unused?: readonly string[];
}

export interface SweepSubject {
  readonly synthesis: Synthesis;
  readonly story: SweepStory;
  readonly seed: number;
}

/** Plays the story once without faults; gives every position there is, what is broken even so, and what its roles did not use. */
export function listPositions(
  subject: SweepSubject,
): Promise<{ positions: readonly Position[]; violations: readonly Violation[]; unused: readonly string[] }> {
  const faults = new PositionList(subject.story.healing);
  return play(subject, faults, async (stage) => {
    // Before the invariants, which may run the workflows once more: that is not part of the story.
    const { positions } = faults;
    const unused = unusedOfBusyRoles(unusedPermissions(stage));
    return { positions, violations: await check(stage, subject.story), unused };
  });
}

/** Plays the story with one fault, lets time heal it, and checks what must hold. */
export async function runWithFault(subject: SweepSubject, position: Position, fault: FaultKind): Promise<SweepRun> {
  const faults = new AimedFault(position, fault);
  return play(subject, faults, async (stage) => {
    const { unused } = unusedPermissions(stage);
    return { position, fault, hasStruck: faults.hasStruck, violations: await check(stage, subject.story), unused };
  });
}

function play<T>(subject: SweepSubject, faults: FaultPlan, look: (stage: Stage) => Promise<T>): Promise<T> {
  const { synthesis, story, seed } = subject;
  const { startsAt, prepare, play: tell } = story.scenario;
  return Stage.open({ synthesis, seed, faults, startsAt, prepare }, async (stage) => {
    await tell(stage);
    return look(stage);
  });
}

/** Every invariant that is broken on a stage whose story is over. */
export async function check(stage: Stage, { invariants }: Pick<SweepStory, 'invariants'>): Promise<readonly Violation[]> {
  const violations: Violation[] = [];
  for (const invariant of invariants) {
    for (const what of await invariant.check(stage)) violations.push({ invariant: invariant.id, what });
  }
  return violations;
}
