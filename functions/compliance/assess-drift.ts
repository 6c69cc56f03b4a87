import * as z from 'zod';
import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import { notify } from '../platform/notifications.ts';
import { describeDrift, describeSilence } from './announcements.ts';
import { subjectOfCall, type Subject, type Trigger, triggerSchema } from './change-event.ts';
import { readBaseline } from './collect-account.ts';
import { complianceVariables, placeVariables } from './environment.ts';
import type { Resource } from './finding.ts';
import { inspect } from './inspection.ts';
import { type Opening, openRepair } from './repair-records.ts';

const { LEDGER_TABLE, TOPIC_ARN, WRITER_ROLES, GROUP_CHANGES_ALARM, IAM_CHANGES_ALARM, COMPLIANCE_SETTINGS } = complianceVariables;

/** IAM shows a change after seconds, at times after a minute: until then the look at a change has to be repeated. */
const settlingSeconds = 90;

/** Looks at what changed, and at nothing else: says what is wrong with it, and opens what is to be repaired. */
export const handler = createHandler({
  input: z.object({ trigger: triggerSchema }),
  environment: { ...placeVariables, LEDGER_TABLE, TOPIC_ARN, WRITER_ROLES, GROUP_CHANGES_ALARM, IAM_CHANGES_ALARM, COMPLIANCE_SETTINGS },
  handle: async ({ trigger }, { environment, now }) => {
    const subject = await subjectOf(trigger, environment);
    if (subject.kind === 'nothing') return { outcome: 'nothing' as const, reason: subject.reason, repairs: [], isBusy: false, isSettling: false };
    const ledger = new Ledger(environment.LEDGER_TABLE);
    const settings = environment.COMPLIANCE_SETTINGS;
    const { assessment, schedule } = await inspect(subject.resources, { ledger, environment, now });
    const openings: Record<string, Opening> = {};
    for (const request of schedule.repairs) {
      const driftedAt = subject.changedAt ?? now;
      openings[request.target] = await openRepair(ledger, request, { now, driftedAt, approvalHours: settings.approvalHours });
    }
    const message = describeDrift({ schedule, actor: subject.actor, now });
    const silence = describeSilence(assessment.results, subject.resources, now);
    for (const each of [message, silence]) if (each !== undefined) await notify(each, { ledger, topicArn: environment.TOPIC_ARN, now });
    const notes = Object.entries(openings);
    return {
      outcome: outcomeOf(schedule.findings.length, silence !== undefined),
      reason: `${schedule.findings.length} findings on ${subject.resources.map(({ id }) => id).join(', ')}`.slice(0, 1000),
      notEvaluated: assessment.results.filter(({ status }) => status === 'not-evaluated').length,
      repairs: notes.flatMap(([target, note]) => (note.kind === 'opened' ? [{ target, repairId: note.repairId }] : [])),
      isBusy: notes.some(([, { kind }]) => kind === 'busy'),
      isSettling: notes.length === 0 && isSettling(subject, now),
    };
  },
});

function outcomeOf(findings: number, isSilent: boolean): 'drifted' | 'not-evaluated' | 'clean' {
  if (findings > 0) return 'drifted';
  return isSilent ? 'not-evaluated' : 'clean';
}

function isSettling({ resources, changedAt }: Extract<Subject, { kind: 'resources' }>, now: number): boolean {
  return changedAt !== undefined && now - changedAt < settlingSeconds * 1000 && resources.some(({ type }) => type.startsWith('AWS::IAM::'));
}

interface TriggerEnvironment {
  readonly ENVIRONMENT: string;
  readonly WRITER_ROLES: readonly string[];
  readonly GROUP_CHANGES_ALARM: string;
  readonly IAM_CHANGES_ALARM: string;
}

async function subjectOf(trigger: Trigger, environment: TriggerEnvironment): Promise<Subject> {
  switch (trigger.kind) {
    case 'call':
      return subjectOfCall(trigger.record, new Set(environment.WRITER_ROLES));
    case 'resources':
      return { kind: 'resources', resources: trigger.resources, changedAt: undefined, actor: 'asked by hand' };
    case 'alarm':
      return subjectOfAlarm(trigger.alarmName, environment);
  }
}

/** An alarm says that something of its kind changed, not what: everything that is declared is looked at. */
async function subjectOfAlarm(alarmName: string, environment: TriggerEnvironment): Promise<Subject> {
  const isOnGroups = alarmName === environment.GROUP_CHANGES_ALARM;
  if (!isOnGroups && alarmName !== environment.IAM_CHANGES_ALARM) {
    return { kind: 'nothing', reason: `The alarm ${alarmName} is about nothing that is checked.` };
  }
  const { groups, roles } = await readBaseline(environment.ENVIRONMENT);
  const resources: Resource[] = isOnGroups
    ? groups.map(({ groupId }) => ({ type: 'AWS::EC2::SecurityGroup', id: groupId }))
    : roles.map(({ roleName }) => ({ type: 'AWS::IAM::Role', id: roleName }));
  return { kind: 'resources', resources, changedAt: undefined, actor: `alarm ${alarmName}` };
}
