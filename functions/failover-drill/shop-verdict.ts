import type { Health } from '../platform/shop-health.ts';
import type { Drill } from './drill-records.ts';
import { judgedAs, type Judgement } from './drill-report.ts';

/** So many more errors in a hundred requests than before are no chance. */
const errorPercentAbove = 2;

/** Looks come once a minute, and each is of the minutes before it. */
const lookMilliseconds = 60_000;

type Look = NonNullable<Drill['healthAfter']>[number];

/**
 * The shop is well when it serves again as before: not fewer healthy targets than before, or than the group keeps at least,
 * and about as few errors; from some look within `healthMinutes` on, until the last one.
 */
export function judgeShop(drill: Drill, healthMinutes: number): Judgement {
  const judged = judgedAs('shop-health');
  const looks = (drill.healthAfter ?? []).toSorted((left, right) => Date.parse(left.at) - Date.parse(right.at));
  const last = looks.at(-1);
  if (last === undefined) return judged(false, 'How the shop is afterwards was not looked at.', false);
  const before = drill.healthBefore;
  const wanted = wantedHealthy(drill);
  const figures = `${last.healthy} healthy targets, ${before?.healthy ?? 'an unknown number'} before; ${percent(last.errorPercent)} of the requests fail, ${before === undefined ? 'an unknown part' : percent(before.errorPercent)} before.`;
  const isWell = ({ healthy, unhealthy, errorPercent }: Health): boolean =>
    // Where nobody knows how it was before, none may be unhealthy.
    healthy >= wanted && (before !== undefined || unhealthy === 0) && errorPercent <= (before?.errorPercent ?? 0) + errorPercentAbove;
  if (!isWell(last)) return judged(false, `The shop is not as before: ${figures}`);
  // A failover that showed late is no reason to call a shop ill that nobody looked at before.
  const from = Date.parse(drill.failover?.settledAt ?? drill.act?.begunAt ?? drill.openedAt);
  const lastIll = looks.findLastIndex((look) => !isWell(look));
  const wellAt = Date.parse((looks[lastIll + 1] ?? last).at);
  if (wellAt - from > healthMinutes * 60_000 + lookMilliseconds) {
    return judged(false, `The shop is as before, but was seen so only ${Math.ceil((wellAt - from) / 60_000)} minutes after the failover, and ${healthMinutes} are allowed: ${figures}`);
  }
  return judged(true, `The shop is as before: ${figures}`);
}

/** Fewer targets than before are right where the group was made smaller meanwhile, and no fewer than it keeps at least. */
function wantedHealthy({ healthBefore, healthyFloor }: Pick<Drill, 'healthBefore' | 'healthyFloor'>): number {
  const before = healthBefore?.healthy ?? 1;
  return Math.max(1, Math.min(before, healthyFloor ?? before));
}

function percent(value: Look['errorPercent']): string {
  return `${Number(value.toFixed(1))}%`;
}
