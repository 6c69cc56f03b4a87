import { metricsOf } from '../../../functions/capacity/metrics.ts';
import { toEpoch } from '../../../functions/capacity/instant.ts';
import type { SaleSummary } from '../../../functions/capacity/sale-report.ts';
import { iso, MINUTE, saleLease } from './fixtures.ts';

const lease = saleLease({});
const from = toEpoch(lease.from);

/** Only when it was ready matters here. */
function summary(readyAt: string | null): SaleSummary {
  return { readyAt } as SaleSummary;
}

describe('what a sale puts into CloudWatch', () => {
  it('is how long its floor took to be healthy, for its group', () => {
    expect(metricsOf(lease, summary(iso(from + 7 * MINUTE)), 'web')).toEqual([
      { MetricName: 'TimeToReadySeconds', Dimensions: [{ Name: 'AutoScalingGroupName', Value: 'web' }], Timestamp: new Date(lease.until), Unit: 'Seconds', Value: 420 },
    ]);
  });

  it('is nothing of a sale whose floor never was', () => {
    expect(metricsOf(lease, summary(null), 'web')).toEqual([]);
  });

  it('is zero, and never less, where another lease had raised it before', () => {
    expect(metricsOf(lease, summary(iso(from)), 'web')[0]?.Value).toBe(0);
    expect(metricsOf(lease, summary(iso(from - MINUTE)), 'web')[0]?.Value).toBe(0);
  });

  it('is the same whenever the report is made: of the end of the sale, not of the call', () => {
    const [first, second] = [metricsOf(lease, summary(iso(from)), 'web'), metricsOf(lease, summary(iso(from)), 'web')];
    expect(second).toEqual(first);
    expect(first[0]?.Timestamp).toEqual(new Date(lease.until));
  });
});
