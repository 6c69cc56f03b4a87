import type { AdviceReport } from './advice.ts';
import type { AdvicePrices } from './advice-prices.ts';
import type { Commitments } from './commitments.ts';
import { adviseOnDatabase } from './database-advice.ts';
import { adviseOnInstances } from './instances-advice.ts';
import { limitsOf } from './limits.ts';
import type { Observation } from './observation.ts';
import type { ReservationSettings } from './settings.ts';

export interface AdviceInput {
  readonly adviceId: string;
  /** ISO 8601. */
  readonly at: string;
  readonly instanceType: string;
  readonly observation: Observation;
  /** Undefined while it is too early to look. */
  readonly commitments: Commitments | undefined;
  readonly prices: AdvicePrices;
  readonly settings: ReservationSettings;
}

/** Everything that an advice says, in one value. */
export function compileAdvice({ adviceId, at, ...known }: AdviceInput): AdviceReport {
  const { instanceType, observation, commitments, prices } = known;
  const subjects = [adviseOnInstances(known), adviseOnDatabase(known)];
  const hasFigures = subjects.some(({ options }) => options.length > 0);
  return {
    schemaVersion: 1,
    adviceId,
    at,
    subjects,
    observation,
    ...(commitments === undefined ? {} : { commitments }),
    pricesAsOf: { instances: prices.instances.asOf, databases: prices.databases.asOf, commitments: prices.commitments.asOf },
    limits: hasFigures && commitments !== undefined ? limitsOf({ instanceType, observation, commitments }) : [],
  };
}
