import type { Approval } from '../platform/approval.ts';
import type { Notification } from '../platform/notifications.ts';
import type { Drill } from './drill-records.ts';
import type { DrillPlan } from './plan.ts';

/** What the second person is asked, and how to answer. */
export function describeQuestion(drill: Drill, plan: DrillPlan, { planHash, expiresAt }: Approval): Notification {
  const { drillId, requester, reason, remarks } = drill;
  const { databaseId, primaryZone, standbyZone, objectives } = plan;
  return {
    key: `drill/approval/${drillId}`,
    kind: 'drill.approval-asked',
    severity: 'warning',
    subject: `Approval wanted: failover drill of ${databaseId}`,
    text: [
      `${requester} asks for a failover drill of ${databaseId}: ${reason}`,
      `It would be made to fail over from ${primaryZone} to ${standbyZone}. The shop cannot write for a minute or two, and nobody can stop it once it has begun.`,
      `Expected: at most ${objectives.rtoSeconds} s without writes, at most ${objectives.maxLostCommits} acknowledged commits lost.`,
      ...remarks,
      `Answer before ${expiresAt}, with the drill id ${drillId} and the hash ${planHash}:`,
      JSON.stringify({ drillId, planHash, decision: 'approved', approver: 'your name' }),
      `${requester} cannot approve it. No answer means no.`,
    ].join('\n'),
    detail: { drillId, planHash, expiresAt, requester, plan },
  };
}
