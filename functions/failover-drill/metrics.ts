import type { MetricDatum } from '@aws-sdk/client-cloudwatch';
import type { DrillReport } from './drill-report.ts';

/** Namespace of what this capability measures; the only one that its functions may write. */
export const metricNamespace = 'WebMarket/FailoverDrill';

/**
 * What a drill measured, and whether it passed; nothing that was not measured. Only of a drill that touched the database: one
 * that was refused has neither passed nor failed, and an observation has no figures of its own.
 */
export function metricsOf({ kind, act, outcome, measured, closedAt }: DrillReport, databaseId: string): MetricDatum[] {
  if (kind !== 'drill' || act === undefined) return [];
  // The instant of the report, not of the call: a call whose reply was lost puts the same value into the same minute once more,
  // which changes no average, no minimum and no maximum, but sums and counts of samples.
  const common = { Dimensions: [{ Name: 'DatabaseId', Value: databaseId }], Timestamp: new Date(closedAt) };
  return [
    { ...common, MetricName: 'DrillPassed', Unit: 'Count', Value: outcome === 'passed' ? 1 : 0 },
    ...(measured.outageSeconds === undefined ? [] : [{ ...common, MetricName: 'RecoverySeconds', Unit: 'Seconds' as const, Value: measured.outageSeconds }]),
    ...(measured.lostCommits === undefined ? [] : [{ ...common, MetricName: 'LostCommits', Unit: 'Count' as const, Value: measured.lostCommits }]),
  ];
}
