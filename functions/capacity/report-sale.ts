import { PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { cloudWatch } from '../platform/clients.ts';
import { jsonVariable } from '../platform/environment.ts';
import { Refused } from '../platform/errors.ts';
import { putEvidence } from '../platform/evidence.ts';
import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import { capacityVariables } from './environment.ts';
import { toEpoch } from './instant.ts';
import { listLeases } from './lease-records.ts';
import { metricNamespace, metricsOf } from './metrics.ts';
import { instancePricesSchema } from '../platform/prices.ts';
import { readSaleSamples } from './sale-metrics.ts';
import { saleReferenceSchema } from './sale-reference.ts';
import { type SaleSummary, summariseSale } from './sale-report.ts';
import { listVerdicts } from './verdict-records.ts';

const { LEDGER_TABLE, EVIDENCE_BUCKET, GROUP_NAME, LOAD_BALANCER_FULL_NAME, TARGET_GROUP_FULL_NAME, INSTANCE_TYPE, CAPACITY_MODEL } =
  capacityVariables;

/** Writes what a sale was, in figures, once, and how long it took to be ready: the evidence that stands is never replaced. */
export const handler = createHandler({
  input: saleReferenceSchema,
  environment: {
    LEDGER_TABLE,
    EVIDENCE_BUCKET,
    GROUP_NAME,
    LOAD_BALANCER_FULL_NAME,
    TARGET_GROUP_FULL_NAME,
    INSTANCE_TYPE,
    CAPACITY_MODEL,
    PRICE_TABLE: jsonVariable(instancePricesSchema),
  },
  handle: async ({ saleId, revision }, { environment, now }): Promise<{ key: string; summary: string; written: boolean }> => {
    const ledger = new Ledger(environment.LEDGER_TABLE);
    const leases = await listLeases(ledger);
    const lease = leases.find(({ kind, id }) => kind === 'sale' && id === saleId);
    if (lease?.kind !== 'sale') throw new Refused(`There is no sale "${saleId}" in the ledger.`);
    const samples = await readSaleSamples(
      {
        groupName: environment.GROUP_NAME,
        loadBalancer: environment.LOAD_BALANCER_FULL_NAME,
        targetGroup: environment.TARGET_GROUP_FULL_NAME,
      },
      toEpoch(lease.from),
      now,
    );
    const summary = summariseSale({
      lease,
      otherLeases: leases.filter((other) => other !== lease),
      model: environment.CAPACITY_MODEL,
      samples,
      verdicts: await listVerdicts(ledger, saleId),
      prices: environment.PRICE_TABLE,
      instanceType: environment.INSTANCE_TYPE,
      now,
    });
    const key = `sales/${saleId}/report.json`;
    const written = await putEvidence(environment.EVIDENCE_BUCKET, key, { saleId, revision, lease, summary, samples });
    const measured = metricsOf(lease, summary, environment.GROUP_NAME);
    if (measured.length > 0) await cloudWatch().send(new PutMetricDataCommand({ Namespace: metricNamespace, MetricData: measured }));
    return { key, summary: describeSummary(summary), written };
  },
});

/** A few lines for the mail; everything else is in the evidence. */
function describeSummary(summary: SaleSummary): string {
  const { readyMinutesBeforeOpening: ready, peakRequestsPerSecond: peak, descentMinutes, cost } = summary;
  return [
    `${summary.name}: ${summary.outcome}.`,
    ready === null ? 'The floor was never healthy.' : `The floor of ${summary.floor} was healthy ${ready} minutes before the opening.`,
    peak === null ? 'The load is unknown.' : `Peak of ${Math.round(peak)} requests per second.`,
    `${summary.minutesBelowFloor} minutes below the floor, ${summary.refusedRequests} requests refused.`,
    descentMinutes === null ? 'The descent is not over.' : `Back at the baseline ${descentMinutes} minutes after the end.`,
    cost.idleFloorUsd === null
      ? `No price for ${cost.instanceType}.`
      : `The idle floor cost ${cost.idleFloorUsd.toFixed(2)} USD (prices of ${cost.pricesAsOf}).`,
  ].join('\n');
}
