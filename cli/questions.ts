import type { TokenlessApproval } from '../functions/platform/approval.ts';
import type { Ledger } from '../functions/platform/ledger.ts';
import { listTargets, type Repair } from '../functions/compliance/repair-records.ts';
import { type Drill, listDrills } from '../functions/failover-drill/drill-records.ts';
import { type LifecycleQuestion, readQuestion } from '../functions/lifecycle/lifecycle-records.ts';
import { bucketRoles } from '../functions/lifecycle/settings.ts';

/** What people are asked: may a drill be held, something be repaired, rules be written that delete. */
export const questionKinds = ['drill', 'repair', 'lifecycle'] as const;
export type QuestionKind = (typeof questionKinds)[number];

/** One question that waits for an answer, of any kind. */
export interface OpenQuestion {
  /** `drill/quarterly-2027-1`, `repair/sg-1-…`, `lifecycle/documents`. */
  readonly id: string;
  readonly kind: QuestionKind;
  /** As its function wants it: the drill, the repair, the role of the bucket. */
  readonly name: string;
  readonly planHash: string;
  readonly askedAt: string;
  readonly expiresAt: string;
  /** Who asked: they cannot approve it. */
  readonly requester?: string;
  /** One line. */
  readonly summary: string;
  /** What would be done, and what is known of it, for people. */
  readonly lines: readonly string[];
  /** The plan itself. */
  readonly plan: unknown;
}

/** Every question that can still be answered at `now`, the one that expires first at the head. */
export async function listOpenQuestions(ledger: Ledger, now: number): Promise<OpenQuestion[]> {
  const [drills, targets, questions] = await Promise.all([
    listDrills(ledger),
    listTargets(ledger),
    Promise.all(bucketRoles.map(async (role) => (await readQuestion(ledger, role)).value)),
  ]);
  const isOpen = (approval: TokenlessApproval): boolean => approval.decision === undefined && now < Date.parse(approval.expiresAt);
  return [
    ...drills.flatMap((drill) => (drill.state === 'awaiting-approval' && drill.approval !== undefined && isOpen(drill.approval) ? [ofDrill(drill, drill.approval)] : [])),
    ...targets.flatMap(({ current }) =>
      current?.state === 'awaiting-approval' && current.approval !== undefined && isOpen(current.approval) ? [ofRepair(current, current.approval)] : [],
    ),
    ...questions.flatMap((question) => (question !== undefined && isOpen(question.approval) ? [ofLifecycle(question)] : [])),
  ].toSorted((left, right) => Date.parse(left.expiresAt) - Date.parse(right.expiresAt));
}

function common(kind: QuestionKind, name: string, { planHash, askedAt, expiresAt }: TokenlessApproval) {
  return { id: `${kind}/${name}`, kind, name, planHash, askedAt, expiresAt };
}

function ofDrill({ drillId, requester, reason, plan, remarks }: Drill, approval: TokenlessApproval): OpenQuestion {
  const what = plan === undefined ? 'the database' : `${plan.databaseId}, from ${plan.primaryZone} to ${plan.standbyZone}`;
  return {
    ...common('drill', drillId, approval),
    requester,
    summary: `Failover drill of ${what}`,
    lines: [
      `${requester} asks for it: ${reason}`,
      'The shop cannot write for a minute or two, and nobody can stop it once it has begun.',
      ...(plan === undefined ? [] : [`Expected: at most ${plan.objectives.rtoSeconds} s without writes, at most ${plan.objectives.maxLostCommits} acknowledged commits lost.`]),
      ...remarks,
    ],
    plan: plan ?? null,
  };
}

function ofRepair({ repairId, resource, findings, plan }: Repair, approval: TokenlessApproval): OpenQuestion {
  return {
    ...common('repair', repairId, approval),
    summary: `Repair of ${resource.id} (${[...new Set(findings.map(({ checkId }) => checkId))].join(', ')})`,
    lines: [...findings.map(({ checkId, severity, message }) => `${checkId} (${severity}): ${message}`), ...plan.actions.map((action) => `Planned: ${JSON.stringify(action)}`)],
    plan,
  };
}

function ofLifecycle({ role, plan, approval }: LifecycleQuestion): OpenQuestion {
  const deleted = plan.effect?.deleted;
  const effect =
    deleted === undefined || deleted === 'unknown'
      ? 'How much it deletes on its first day is not known.'
      : `On its first day it deletes ${deleted.isComplete ? '' : 'at least '}${deleted.objects} versions, ${deleted.bytes} bytes, for good.`;
  return {
    ...common('lifecycle', role, approval),
    summary: `Lifecycle rules of ${role} that delete (${plan.changes.length} changed)`,
    lines: [effect, ...plan.changes.map(({ kind, ruleId, before, after }) => `${kind} ${ruleId}: ${[before, after].filter((text) => text !== undefined).join(' → ')}`), ...plan.remarks],
    plan,
  };
}
