import * as z from 'zod';
import { Transient } from '../platform/errors.ts';
import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import { notify } from '../platform/notifications.ts';
import { capacityVariables } from './environment.ts';
import { MINUTE_MILLISECONDS, toEpoch } from './instant.ts';
import { getLease, putLease } from './lease-records.ts';
import type { SurgeLease } from './lease.ts';
import { countInService, describeAlarmState, describeGroup, readMetrics } from './observations.ts';
import { type CpuSample, decideSurge, SURGE_LEASE_ID, type SurgeDecision } from './surge.ts';

const { LEDGER_TABLE, TOPIC_ARN, GROUP_NAME, SURGE_ALARM_NAME, CAPACITY_MODEL } = capacityVariables;

/** What the workflow does next: raise and wait, wait, lower and end, or end at once. */
const outcomes = { grant: 'granted', prolong: 'holding', hold: 'holding', release: 'released' } as const satisfies Record<
  SurgeDecision['kind'],
  string
>;

interface SurgeAnswer {
  readonly decision: 'granted' | 'holding' | 'released' | 'none' | 'elsewhere';
  readonly reason: string;
}

/**
 * One look at a surge. There is one at a time, held by the execution that was granted its lease; another execution,
 * of a doubled event, finds it held elsewhere. A holder that dies leaves a lease that runs out by itself.
 */
export const handler = createHandler({
  input: z.object({ execution: z.string().min(1) }),
  environment: { LEDGER_TABLE, TOPIC_ARN, GROUP_NAME, SURGE_ALARM_NAME, CAPACITY_MODEL },
  handle: async ({ execution }, { environment, now }): Promise<SurgeAnswer> => {
    const ledger = new Ledger(environment.LEDGER_TABLE);
    const model = environment.CAPACITY_MODEL;
    const [found, alarmState, group, cpu] = await Promise.all([
      getLease(ledger, SURGE_LEASE_ID),
      describeAlarmState(environment.SURGE_ALARM_NAME),
      describeGroup(environment.GROUP_NAME),
      readCpu(environment.GROUP_NAME, now - (model.surge.holdMinutes + 10) * MINUTE_MILLISECONDS, now),
    ]);
    const lease = found?.kind === 'surge' ? found : undefined;
    const isActive = lease !== undefined && now < toEpoch(lease.until);
    if (isActive && lease.surge.heldBy !== execution) {
      return { decision: 'elsewhere', reason: `the surge is held by ${lease.surge.heldBy}` };
    }
    const decision = decideSurge({
      alarmState: alarmState === 'ALARM' || alarmState === 'OK' ? alarmState : 'INSUFFICIENT_DATA',
      cpu,
      lease,
      desired: group.DesiredCapacity ?? 0,
      inService: countInService(group),
      execution,
      model,
      now,
    });
    if (decision.kind === 'hold' && !isActive) return { decision: 'none', reason: decision.reason };
    if (decision.kind !== 'hold') {
      if (!(await putLease(ledger, decision.lease))) throw new Transient('The lease of the surge was written at the same moment.');
      await tell(decision.kind, decision.lease, decision.reason, { ledger, topicArn: environment.TOPIC_ARN, now });
    }
    return { decision: outcomes[decision.kind], reason: decision.reason };
  },
});

/** Average CPU of the group by the minute, oldest first. */
async function readCpu(groupName: string, from: number, until: number): Promise<CpuSample[]> {
  const request = {
    namespace: 'AWS/EC2',
    name: 'CPUUtilization',
    dimensions: { AutoScalingGroupName: groupName },
    statistic: 'Average',
  } as const;
  const [points = []] = await readMetrics([request], from, until, 60);
  return points.map(({ at, value }) => ({ at, percent: value }));
}

/** A surge that goes on is not news: its beginning, its growth and its end are. */
async function tell(
  kind: 'grant' | 'prolong' | 'release',
  lease: SurgeLease,
  reason: string,
  to: { readonly ledger: Ledger; readonly topicArn: string; readonly now: number },
): Promise<void> {
  if (kind === 'prolong') return;
  const isGrant = kind === 'grant';
  await notify(
    {
      key: `surge/${lease.from}/r${lease.revision}`,
      kind: isGrant ? 'surge.granted' : 'surge.released',
      severity: isGrant ? 'warning' : 'info',
      subject: isGrant ? `Surge: the floor is raised to ${lease.floor}` : 'The surge is over',
      text: isGrant
        ? `${reason}. Up to ${lease.ceiling} instances may be launched. If a campaign is the cause, register a sale.`
        : `${reason}. The floor comes down in steps.`,
      detail: { lease },
    },
    to,
  );
}
