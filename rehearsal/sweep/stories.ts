import { adviceInvariants, driftInvariants, drillInvariants, lifecycleInvariants, saleInvariants } from '../invariants.ts';
import type { Invariant } from '../invariants/invariant.ts';
import type { SaleRequest, Scenario } from '../scenario.ts';
import { driftAndNight } from '../scenarios/drift-and-night.ts';
import { oneAdvice } from '../scenarios/one-advice.ts';
import { oneDrill } from '../scenarios/one-drill.ts';
import { oneLifecycle } from '../scenarios/one-lifecycle.ts';
import { oneObservation } from '../scenarios/one-observation.ts';
import { saleDay } from '../scenarios/sale-day.ts';

/** A story that faults are swept over, and what must hold at its end wherever one strikes. */
export interface SweepStory {
  readonly scenario: Scenario;
  readonly invariants: readonly Invariant[];
  /** Phases of the story in which faults are over and time heals. @default none */
  readonly healing?: readonly string[];
}

/** By name of the scenario. */
export function sweepStories(sale: SaleRequest): ReadonlyMap<string, SweepStory> {
  const stories: readonly SweepStory[] = [
    // Its night is that of the other story.
    { scenario: saleDay(sale), invariants: saleInvariants(sale), healing: ['night'] },
    { scenario: driftAndNight, invariants: driftInvariants, healing: ['quiet', 'healing'] },
    { scenario: oneDrill, invariants: drillInvariants, healing: ['quiet', 'healing'] },
    { scenario: oneObservation, invariants: drillInvariants, healing: ['quiet', 'healing'] },
    { scenario: oneLifecycle, invariants: lifecycleInvariants, healing: ['quiet', 'healing'] },
    { scenario: oneAdvice, invariants: adviceInvariants, healing: ['quiet', 'healing'] },
  ];
  return new Map(stories.map((story) => [story.scenario.name, story]));
}
