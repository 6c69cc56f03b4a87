import { createHash } from 'node:crypto';
import * as z from 'zod';
import { canonical } from '../platform/canonical.ts';

/**
 * What a person approves: which database, as it stands, is made to fail over, and what is expected of it. A database that was
 * changed since, an objective that was changed, a failover that happened meanwhile: each makes another plan.
 */
export const drillPlanSchema = z.object({
  databaseId: z.string(),
  /** `db-…`: a database that was replaced under its old name is another one. */
  resourceId: z.string(),
  engine: z.enum(['postgres', 'mysql']),
  engineVersion: z.string(),
  instanceClass: z.string(),
  primaryZone: z.string(),
  standbyZone: z.string(),
  endpoint: z.object({ address: z.string(), port: z.int() }),
  parameterGroups: z.array(z.string()),
  objectives: z.object({ rtoSeconds: z.int(), maxLostCommits: z.int() }),
});

export type DrillPlan = z.infer<typeof drillPlanSchema>;

/** SHA-256, 64 hexadecimal digits. */
export function hashDrillPlan(plan: DrillPlan): string {
  return createHash('sha256').update(canonical(plan)).digest('hex');
}
