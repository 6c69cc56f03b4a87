import { UpdateAutoScalingGroupCommand } from '@aws-sdk/client-auto-scaling';
import * as z from 'zod';
import { autoScaling } from '../platform/clients.ts';
import { classify, Refused, Transient } from '../platform/errors.ts';
import { createHandler } from '../platform/handler.ts';
import { Ledger, type LedgerRecord } from '../platform/ledger.ts';
import { notify } from '../platform/notifications.ts';
import { appliedAmong, type AppliedRecord, putApplied } from './applied-bounds.ts';
import { type DueWorkflow, findDueWorkflows } from './due-workflows.ts';
import { capacityVariables } from './environment.ts';
import { capacityRecords, leasesAmong } from './lease-records.ts';
import { type Lease, type WantedCapacity, wantedCapacity } from './lease.ts';
import { reconcileReservation } from './load-balancer-reservation.ts';
import type { CapacityModel } from './model.ts';
import { countInService, describeAlarmState, describeGroup, observeLoad } from './observations.ts';
import { decideReconciliation, type ReconciliationDecision } from './reconciliation.ts';

const { LEDGER_TABLE, TOPIC_ARN, GROUP_NAME, LOAD_BALANCER_ARN, LOAD_BALANCER_FULL_NAME, SURGE_ALARM_NAME, CAPACITY_MODEL } =
  capacityVariables;

interface Environment {
  readonly TOPIC_ARN: string;
  readonly GROUP_NAME: string;
  readonly LOAD_BALANCER_ARN: string;
  readonly LOAD_BALANCER_FULL_NAME: string;
  readonly SURGE_ALARM_NAME: string;
  readonly CAPACITY_MODEL: CapacityModel;
}

/** What was seen, and what follows from it. */
interface Observation {
  readonly records: readonly LedgerRecord[];
  readonly leases: readonly Lease[];
  readonly wanted: WantedCapacity;
  readonly applied: AppliedRecord | undefined;
  readonly decision: ReconciliationDecision;
}

interface ReconciliationResult {
  readonly outcome: 'held' | 'raised' | 'lowered';
  readonly reason: string;
  readonly floor: number;
  readonly ceiling: number;
  readonly dueWorkflows: readonly DueWorkflow[];
}

/** Longer than this function may run (30 s): whoever holds the lock is alive, or the lock has expired. */
const lockSeconds = 45;

/**
 * Makes the size of the group what the leases ask for. It looks at the whole state each time and remembers nothing
 * that it could compute, so it may run late, twice, or beside itself: of two that want to write, one waits, looks
 * again and decides again.
 */
export const handler = createHandler({
  input: z.object({
    /** Why it runs: for the log. */
    reason: z.string(),
    /** The execution that asked: its second try may take over the lock of its first. */
    owner: z.string().min(1),
  }),
  environment: {
    LEDGER_TABLE,
    TOPIC_ARN,
    GROUP_NAME,
    LOAD_BALANCER_ARN,
    LOAD_BALANCER_FULL_NAME,
    SURGE_ALARM_NAME,
    CAPACITY_MODEL,
  },
  handle: async ({ reason, owner }, { environment, logger, now }): Promise<ReconciliationResult> => {
    const ledger = new Ledger(environment.LEDGER_TABLE);
    let seen = await observe(ledger, environment, now);
    if (seen.decision.kind === 'adjust' || !isRecorded(seen)) {
      seen = await ledger.withLock('capacity', owner, lockSeconds, async () => {
        const fresh = await observe(ledger, environment, Date.now());
        await adjust(ledger, environment.GROUP_NAME, fresh);
        return fresh;
      });
      logger.info('The group was resized.', { trigger: reason, decision: seen.decision });
    }
    await tellOfChangesByHand(ledger, environment, seen, now);
    await tryReservation(ledger, environment, seen.leases, now);
    const alarmState = await describeAlarmState(environment.SURGE_ALARM_NAME);
    const dueWorkflows = findDueWorkflows(seen.records, seen.leases, environment.CAPACITY_MODEL, alarmState, now);
    return {
      outcome: outcomeOf(seen.decision),
      reason: seen.decision.reason,
      floor: seen.wanted.floor,
      ceiling: seen.wanted.ceiling,
      dueWorkflows,
    };
  },
});

async function observe(ledger: Ledger, environment: Environment, now: number): Promise<Observation> {
  const { GROUP_NAME: groupName, CAPACITY_MODEL: model } = environment;
  const [records, group] = await Promise.all([ledger.list(capacityRecords), describeGroup(groupName)]);
  const leases = leasesAmong(records);
  const applied = appliedAmong(records, groupName);
  const withoutLoad = wantedCapacity(model, leases, now);
  // The load matters to a descent only: metrics are not read, and not paid for, the rest of the year.
  const wanted = withoutLoad.descending
    ? wantedCapacity(model, leases, now, await observeLoad(environment.LOAD_BALANCER_FULL_NAME, now))
    : withoutLoad;
  const decision = decideReconciliation({
    group: {
      minSize: group.MinSize ?? 0,
      maxSize: group.MaxSize ?? 0,
      desired: group.DesiredCapacity ?? 0,
      inService: countInService(group),
    },
    wanted,
    lastApplied: applied?.bounds,
  });
  return { records, leases, wanted, applied, decision };
}

/** Records what is about to be written, then writes it: a reply that is lost leaves the record true. */
async function adjust(ledger: Ledger, groupName: string, seen: Observation): Promise<void> {
  const { applied, decision } = seen;
  // What undoes somebody's change is recorded each time: the same change made again has a revision of its own.
  const isDue = !isRecorded(seen) || decision.handMadeChanges.length > 0;
  if (isDue && !(await putApplied(ledger, groupName, decision.record, applied?.revision ?? 0))) {
    throw new Transient('Another reconciliation wrote at the same moment.');
  }
  if (decision.kind === 'hold') return;
  const { minSize, maxSize, changed } = decision;
  await autoScaling().send(
    new UpdateAutoScalingGroupCommand({
      AutoScalingGroupName: groupName,
      ...(changed.includes('minSize') ? { MinSize: minSize } : {}),
      ...(changed.includes('maxSize') ? { MaxSize: maxSize } : {}),
    }),
  );
}

function isRecorded({ applied, decision }: Observation): boolean {
  const { minSize, maxSize, previous } = decision.record;
  const bounds = applied?.bounds;
  return (
    bounds !== undefined &&
    bounds.minSize === minSize &&
    bounds.maxSize === maxSize &&
    bounds.previous?.minSize === previous?.minSize &&
    bounds.previous?.maxSize === previous?.maxSize
  );
}

/**
 * Somebody changed a bound by hand. The key of a change that is undone holds the revision of our own record, which
 * undoing it raises: the same change made again is told again. One that is kept is told once a day, whatever else moves.
 */
async function tellOfChangesByHand(ledger: Ledger, environment: Environment, seen: Observation, now: number): Promise<void> {
  const day = new Date(now).toISOString().slice(0, 10);
  for (const { bound, applied, found, outcome } of seen.decision.handMadeChanges) {
    await notify(
      {
        key: `capacity/changed-by-hand/${outcome === 'kept' ? day : `r${seen.applied?.revision ?? 0}`}/${bound}/${found}`,
        kind: 'capacity.changed-by-hand',
        severity: 'warning',
        subject: `${bound} of the group was changed by hand`,
        text: `${bound} was ${applied} and was found at ${found}. It is ${outcome}. To hold capacity, register a sale: what is changed by hand goes when the lease ends.`,
        detail: { group: environment.GROUP_NAME, bound, applied, found, outcome },
      },
      { ledger, topicArn: environment.TOPIC_ARN, now },
    );
  }
}

/**
 * Reserved load balancer capacity is an addition: that AWS has none, or refuses it, is told once a day and keeps no sale
 * from its workflow. The next reconciliation tries again.
 */
async function tryReservation(ledger: Ledger, environment: Environment, leases: readonly Lease[], now: number): Promise<void> {
  try {
    await reconcileReservation(leases, environment, now);
  } catch (error) {
    const failure = classify(error);
    if (!(failure instanceof Refused || failure instanceof Transient)) throw failure;
    await notify(
      {
        key: `capacity/reservation-failed/${new Date(now).toISOString().slice(0, 10)}`,
        kind: 'capacity.reservation-failed',
        severity: 'warning',
        subject: 'The load balancer reservation could not be changed',
        text: `${failure.message}. It is tried again every five minutes; instances are raised and lowered all the same.`,
        detail: { loadBalancer: environment.LOAD_BALANCER_ARN },
      },
      { ledger, topicArn: environment.TOPIC_ARN, now },
    );
  }
}

function outcomeOf(decision: ReconciliationDecision): ReconciliationResult['outcome'] {
  if (decision.kind === 'hold') return 'held';
  return decision.direction === 'raise' ? 'raised' : 'lowered';
}
