import type { MetricDatum } from '@aws-sdk/client-cloudwatch';
import type { BucketResult, LifecycleReport } from './lifecycle-run.ts';

/** Namespace of what this capability measures; the only one that its functions may write. */
export const metricNamespace = 'WebMarket/Lifecycle';

/** How many buckets ended a run in what way: those whose rules stand as declared, and three ways in which they may not. */
const counted: Readonly<Record<string, readonly BucketResult['outcome'][]>> = {
  BucketsAsDeclared: ['unchanged', 'written'],
  BucketsRefused: ['refused', 'altered'],
  BucketsAwaitingApproval: ['asked'],
  BucketsFailed: ['failed'],
};

/**
 * The instant is that of the run, not of the call: a call whose reply was lost puts the same values into the same minute once
 * more, which changes no average, no minimum and no maximum, but sums and counts of samples.
 */
export function metricsOf({ startedAt, buckets }: LifecycleReport): MetricDatum[] {
  return Object.entries(counted).map(([MetricName, outcomes]) => ({
    MetricName, Unit: 'Count', Timestamp: new Date(startedAt), Value: buckets.filter(({ outcome }) => outcomes.includes(outcome)).length,
  }));
}
