import * as z from 'zod';

/**
 * The capacity model of one environment: what one instance carries, how long it takes to start,
 * and the bounds inside which every decision of this capability stays.
 *
 * Shape of the source: the `capacity` section of `config/<environment>.yaml`.
 */

const instanceCount = z.int().min(1).max(1000);

const baselineSchema = z
  .strictObject({
    floor: instanceCount.describe('Instances kept on an ordinary day: MinSize of the group with no lease active.'),
    ceiling: instanceCount.describe('MaxSize of the group with no lease active: how far target tracking may go.'),
  })
  .meta({ title: 'Baseline', description: 'Bounds of the Auto Scaling group on an ordinary day, in instances.' });

const descentSchema = z
  .strictObject({
    stepMinutes: z.int().min(1).max(60).describe('Minutes between two steps down after a lease has ended.'),
    windowMinutes: z
      .int()
      .min(1)
      .max(60)
      .describe('Minutes after the end of a lease at which the floor is back at the baseline, whatever the load. At most 60.'),
  })
  .meta({ title: 'Descent', description: 'How the floor comes down after a lease: in equal steps, watching the load.' });

const surgeSchema = z
  .strictObject({
    cpuHighPercent: z.number().gt(0).lte(100).describe('Average CPU of the group, in percent, above which a surge is granted.'),
    cpuLowPercent: z.number().gte(0).lt(100).describe('Average CPU, in percent, below which a surge may be released.'),
    holdMinutes: z.int().min(1).max(240).describe('Minutes of low CPU needed before a surge is released.'),
    factorPercent: z
      .number()
      .gt(100)
      .lte(400)
      .describe('New floor of a surge, in percent of the instances desired now: 150 grows the group by half.'),
  })
  .meta({ title: 'Surge', description: 'Answer to a peak that nobody announced.' });

const loadBalancerReservationSchema = z
  .strictObject({
    enabled: z.boolean().describe('Whether a sale reserves load balancer capacity (LCU) in advance.'),
    requestsPerSecondPerLcu: z
      .number()
      .gt(0)
      .lte(1000)
      .describe(
        'Peak requests per second that one LCU carries for this shop. 25 when every request opens a connection; read the ratio of RequestCount to ConsumedLCUs on a busy day.',
      ),
  })
  .meta({ title: 'Load balancer reservation', description: 'Capacity reservation of the Application Load Balancer.' });

export const capacityModelSchema = z
  .strictObject({
    requestsPerSecondPerInstance: z
      .number()
      .gt(0)
      .describe('Requests per second that one instance serves within the latency objective, from a load test.'),
    headroomPercent: z.number().gte(0).lte(300).describe('Capacity kept above the expected peak, in percent of it.'),
    bootSeconds: z.int().min(1).max(3600).describe('Seconds from launch until the load balancer reports the instance healthy.'),
    baseline: baselineSchema,
    maxCeiling: instanceCount.describe('Instances that nothing here ever exceeds; also the limit in the IAM policy of the writer.'),
    leadMinutes: z.int().min(1).max(1440).describe('Minutes before the opening of a sale at which its capacity is wanted.'),
    gateMinutes: z.int().min(1).max(720).describe('Minutes before the opening at which GO or NO-GO is pronounced.'),
    descent: descentSchema,
    surge: surgeSchema,
    loadBalancerReservation: loadBalancerReservationSchema,
  })
  .superRefine((model, context) => {
    const problem = (path: string[], message: string): void => {
      context.addIssue({ code: 'custom', path, message });
    };
    if (model.baseline.floor > model.baseline.ceiling) {
      problem(['baseline', 'floor'], `must not be above baseline.ceiling (${model.baseline.ceiling})`);
    }
    if (model.baseline.ceiling > model.maxCeiling) {
      problem(['baseline', 'ceiling'], `must not be above maxCeiling (${model.maxCeiling})`);
    }
    if (model.gateMinutes >= model.leadMinutes) {
      problem(['gateMinutes'], `must be less than leadMinutes (${model.leadMinutes})`);
    } else if (model.bootSeconds > (model.leadMinutes - model.gateMinutes) * 60) {
      problem(
        ['bootSeconds'],
        `must fit between the start of the lead time and the gate (${(model.leadMinutes - model.gateMinutes) * 60} seconds)`,
      );
    }
    if (model.surge.cpuLowPercent >= model.surge.cpuHighPercent) {
      problem(['surge', 'cpuLowPercent'], `must be less than surge.cpuHighPercent (${model.surge.cpuHighPercent})`);
    }
    if (model.descent.stepMinutes > model.descent.windowMinutes) {
      problem(['descent', 'stepMinutes'], `must not be more than descent.windowMinutes (${model.descent.windowMinutes})`);
    }
  })
  .meta({ title: 'Capacity model', description: 'What one instance carries, and the bounds of every capacity decision.' });

/** A parsed capacity model. Plain data: it crosses between states and is stored with a verdict. */
export type CapacityModel = z.infer<typeof capacityModelSchema>;

/**
 * Fewest units this capability reserves. AWS's examples start at 100 and its documentation states
 * no smaller reservation ("Request Load balancer Capacity Unit reservation", ELB user guide); a
 * peak that needs fewer is inside what a load balancer serves unprepared.
 */
export const MINIMUM_RESERVATION_LCU = 100;

/**
 * What one LCU of an Application Load Balancer carries; the dimension used most is the one billed.
 * Source: https://aws.amazon.com/elasticloadbalancing/pricing/ (read 2026-09-20).
 */
export const APPLICATION_LCU = {
  newConnectionsPerSecond: 25,
  activeConnectionsPerMinute: 3000,
  processedGigabytesPerHour: 1,
  ruleEvaluationsPerSecond: 1000,
} as const;

/**
 * Instances that carry `requestsPerSecond` with the model's headroom. Not clamped to any floor or
 * ceiling: whoever asks decides what a figure above `maxCeiling` means (a refusal, or a clamp).
 *
 * A tiny relative slack before rounding up keeps decimal noise (1.1 × 100 = 110.00000000000001)
 * from buying an instance.
 */
export function instancesFor(requestsPerSecond: number, model: CapacityModel): number {
  if (!(requestsPerSecond > 0)) return 0;
  const exact = (requestsPerSecond * (100 + model.headroomPercent)) / (100 * model.requestsPerSecondPerInstance);
  return Math.ceil(exact * (1 - 1e-12));
}

/**
 * Load balancer capacity units to reserve for a peak, headroom included; at least the smallest
 * reservation that the API accepts. The ratio is configured because which of the LCU's four
 * dimensions binds depends on keep-alive, page weight and listener rules, not on the request rate
 * alone.
 */
export function reservationFor(peakRequestsPerSecond: number, model: CapacityModel): number {
  const exact =
    (peakRequestsPerSecond * (100 + model.headroomPercent)) /
    (100 * model.loadBalancerReservation.requestsPerSecondPerLcu);
  return Math.max(MINIMUM_RESERVATION_LCU, Math.ceil(exact * (1 - 1e-12)));
}
