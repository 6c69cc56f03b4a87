import type { MetricDatum } from '@aws-sdk/client-cloudwatch';
import { toEpoch } from './instant.ts';
import type { SaleLease } from './lease.ts';
import type { SaleSummary } from './sale-report.ts';

/** Namespace of what this capability measures; the only one that its functions may write. */
export const metricNamespace = 'WebMarket/Capacity';

/** How long it took from the beginning of a sale's lease until its floor was healthy; nothing of a sale whose floor never was. */
export function metricsOf(lease: SaleLease, { readyAt }: SaleSummary, groupName: string): MetricDatum[] {
  if (readyAt === null) return [];
  return [
    {
      MetricName: 'TimeToReadySeconds',
      Dimensions: [{ Name: 'AutoScalingGroupName', Value: groupName }],
      // The end of the sale, not the instant of the call: a report that is made again puts the same value into the same minute.
      Timestamp: new Date(toEpoch(lease.until)),
      Unit: 'Seconds',
      Value: Math.max(0, toEpoch(readyAt) - toEpoch(lease.from)) / 1000,
    },
  ];
}
