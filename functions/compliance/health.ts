import type { Health } from '../platform/shop-health.ts';
import type { Writer } from './repair.ts';

/** What the shop says of a write to its network. */
export type HealthVerdict =
  | { readonly verdict: 'steady' | 'watched' }
  | { readonly verdict: 'fell'; readonly reason: string };

/** The writers whose writes can cut the shop off. */
const watchedWriters: ReadonlySet<Writer> = new Set(['GroupRules', 'Memberships', 'PrefixLists', 'NetworkAcls']);

export function isWatched(writer: Writer): boolean {
  return watchedWriters.has(writer);
}

/** So many more errors in a hundred requests are no chance. */
const errorPercentAbove = 5;

/**
 * Fell: a target that was healthy before is unhealthy now, or the targets answer with errors, as they do when it is the
 * database that they no longer reach. Fewer targets alone mean nothing, the group may have been made smaller; and
 * what was unhealthy before says nothing about the write.
 */
export function judgeHealth(before: Health, now: Health, watched: { readonly seconds: number; readonly of: number }): HealthVerdict {
  if (now.unhealthy > before.unhealthy && now.healthy < before.healthy) {
    const reason = `${now.unhealthy} targets are unhealthy after the write, ${before.unhealthy} were before; ${now.healthy} of ${before.healthy} are healthy.`;
    return { verdict: 'fell', reason };
  }
  if (now.errorPercent > before.errorPercent + errorPercentAbove) {
    const reason = `${now.errorPercent.toFixed(1)} % of the requests fail after the write, ${before.errorPercent.toFixed(1)} % did before.`;
    return { verdict: 'fell', reason };
  }
  return { verdict: watched.seconds >= watched.of ? 'watched' : 'steady' };
}
