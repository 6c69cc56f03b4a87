import type { FaultKind, FaultPlan } from '../../simulator/kernel/faults.ts';
import { invariants } from '../invariants.ts';
import type { SaleRequest } from '../scenario.ts';
import { saleDay } from '../scenarios/sale-day.ts';
import { Stage } from '../stage.ts';
import type { Synthesis } from '../synthesis.ts';
import { AimedFault, type Position, PositionList } from './position.ts';

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
}

export interface SweepSubject {
  readonly synthesis: Synthesis;
  readonly sale: SaleRequest;
  readonly seed: number;
}

/** Plays the day once without faults; gives every position there is, and what is broken even so. */
export function listPositions(subject: SweepSubject): Promise<{ positions: readonly Position[]; violations: readonly Violation[] }> {
  const faults = new PositionList();
  return playDay(subject, faults, async (stage) => {
    // Before the invariants run the workflows once more, which is not part of the story.
    const { positions } = faults;
    return { positions, violations: await check(stage, subject.sale) };
  });
}

/** Plays the day with one fault, lets time heal it, and checks what must hold. */
export async function runWithFault(subject: SweepSubject, position: Position, fault: FaultKind): Promise<SweepRun> {
  const faults = new AimedFault(position, fault);
  const violations = await playDay(subject, faults, (stage) => check(stage, subject.sale));
  return { position, fault, hasStruck: faults.hasStruck, violations };
}

function playDay<T>(subject: SweepSubject, faults: FaultPlan, look: (stage: Stage) => Promise<T>): Promise<T> {
  const { synthesis, sale, seed } = subject;
  const { startsAt, prepare, play } = saleDay(sale);
  return Stage.open({ synthesis, seed, faults, startsAt, prepare }, async (stage) => {
    await play(stage);
    return look(stage);
  });
}

/** Every invariant that is broken on a stage whose story is over. */
export async function check(stage: Stage, sale: SaleRequest): Promise<readonly Violation[]> {
  const violations: Violation[] = [];
  for (const invariant of invariants) {
    for (const what of await invariant.check(stage, sale)) violations.push({ invariant: invariant.id, what });
  }
  return violations;
}
