import type { FaultPlan } from '../simulator/kernel/faults.ts';
import { type RehearsalReport, writeReport } from './report.ts';
import type { Scenario } from './scenario.ts';
import { Stage } from './stage.ts';
import type { Synthesis } from './synthesis.ts';

export interface RehearsalOptions {
  readonly synthesis: Synthesis;
  readonly scenario: Scenario;
  /** @default 1 */
  readonly seed?: number;
  readonly faults?: FaultPlan;
  readonly onStep?: (at: number, text: string) => void;
}

/** Plays a scenario from an empty account to its end, and judges it. */
export function rehearse(options: RehearsalOptions): Promise<RehearsalReport> {
  const { scenario, synthesis, seed = 1 } = options;
  const startedAt = performance.now();
  const { prepare } = scenario;
  return Stage.open({ ...options, seed, startsAt: scenario.startsAt, prepare, synthesis }, async (stage) => {
    await scenario.play(stage);
    const promises = await scenario.judge(stage);
    const wallSeconds = Math.round((performance.now() - startedAt) / 10) / 100;
    return writeReport(stage, scenario, promises, { seed, wallSeconds });
  });
}
