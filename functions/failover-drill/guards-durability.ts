import type { ParameterFact } from './drill-facts.ts';
import type { DrillPlan } from './plan.ts';

/**
 * Settings on which "an acknowledged commit is kept" rests, each with the values that keep it. The standby is a copy of
 * the storage, so `synchronous_commit` is safe unless it is off: nothing waits for another server. What a parameter group
 * leaves open is at the engine's default, and all of these defaults are safe.
 * Sources: PostgreSQL, "Write Ahead Log"; MySQL, "InnoDB startup options" and "Binary logging options".
 */
export const durabilitySettings: Readonly<Record<DrillPlan['engine'], Readonly<Record<string, readonly string[]>>>> = {
  postgres: {
    synchronous_commit: ['on', 'local', 'remote_write', 'remote_apply', '1', 'true', 'yes'],
    fsync: ['on', '1', 'true', 'yes'],
    full_page_writes: ['on', '1', 'true', 'yes'],
  },
  mysql: {
    innodb_flush_log_at_trx_commit: ['1'],
    sync_binlog: ['1'],
  },
};

/** One sentence for every setting by which acknowledged commits may be lost. They stop no drill: it would show them. */
export function remarkDurability(engine: DrillPlan['engine'], parameters: readonly ParameterFact[]): string[] {
  return parameters.flatMap(({ name, value }) => {
    const safe = durabilitySettings[engine][name] ?? [];
    if (value === undefined || safe.includes(value.trim().toLowerCase())) return [];
    return [`${name} is ${value}: commits that were acknowledged may be lost in a failover; ${safe[0] ?? 'another value'} keeps them.`];
  });
}
