import { resourceKey } from './assessment.ts';
import type { Check } from './check.ts';
import type { Exception } from './exceptions.ts';
import { findException } from './exceptions.ts';
import type { Finding, Resource } from './finding.ts';
import type { Handovers } from './handover.ts';
import { hashPlan, type RepairAction, type RepairPlan, type Writer, writerOf } from './repair.ts';
import { type ComplianceSettings, modeOf } from './settings.ts';

/** What is to become of a finding. */
export type Disposition =
  /** Nobody's to repair by machine, or the mode says so. */
  | 'report'
  /** An exception that is in force covers it. */
  | 'excepted'
  /** The mode is dry-run. */
  | 'would-repair'
  | 'repair'
  /** The machine has tried: it is a person's now. */
  | 'handed-over'
  /** More repairs in one run than one run may do. */
  | 'held-back';

export interface PlannedFinding {
  readonly finding: Finding;
  readonly disposition: Disposition;
  /** A sentence. */
  readonly reason: string;
  /** The repair that it belongs to, where there is one: also in a dry run. */
  readonly target?: string;
  readonly exception?: Exception;
}

/** All that one writer does to one resource, for every finding that asks for it. */
export interface RepairRequest {
  /** `<resource type>/<resource id>/<writer>/<automatic or approval>`: at most one repair of a target at once. */
  readonly target: string;
  readonly resource: Resource;
  readonly writer: Writer;
  readonly remediation: 'automatic' | 'approval';
  readonly findings: readonly Finding[];
  readonly plan: RepairPlan;
  readonly planHash: string;
}

export interface RepairSchedule {
  readonly findings: readonly PlannedFinding[];
  /** To be carried out, or to be asked for. */
  readonly repairs: readonly RepairRequest[];
  /** What would be, were the mode `enforce`. */
  readonly wouldRepair: readonly RepairRequest[];
}

export interface PlanningSubject {
  readonly findings: readonly Finding[];
  readonly checks: readonly Check[];
  readonly exceptions: readonly Exception[];
  readonly settings: ComplianceSettings;
  readonly handovers: Handovers;
  /** Security groups whose rules the writers may change; those of other VPCs are for a person. */
  readonly isInReach: (resource: Resource) => boolean;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Decides, finding by finding, what is to be done, and puts what concerns one resource together. */
export function planRepairs(subject: PlanningSubject): RepairSchedule {
  const sorted = subject.findings.map((finding) => sort(finding, subject));
  const repairs = mergeByTarget(sorted.filter(({ disposition }) => disposition === 'repair'));
  const wouldRepair = mergeByTarget(sorted.filter(({ disposition }) => disposition === 'would-repair'));
  const automatic = repairs.filter(({ remediation }) => remediation === 'automatic');
  const { maxRepairsPerRun } = subject.settings;
  const isTooMany = automatic.length > maxRepairsPerRun;
  const kept = isTooMany ? repairs.filter(({ remediation }) => remediation === 'approval') : repairs;
  const targetOf = new Map(
    [...repairs, ...wouldRepair].flatMap(({ target, findings }) => findings.map(({ key }) => [key, target] as const)),
  );
  const keptTargets = new Set(kept.map(({ target }) => target));
  return {
    repairs: kept,
    wouldRepair,
    findings: sorted.map(({ plan: _plan, ...planned }): PlannedFinding => {
      const target = targetOf.get(planned.finding.key);
      if (target === undefined) return planned;
      if (planned.disposition !== 'repair' || keptTargets.has(target)) return { ...planned, target };
      const reason = `${automatic.length} automatic repairs are more than the ${maxRepairsPerRun} of maxRepairsPerRun: none is done.`;
      return { ...planned, target, disposition: 'held-back', reason };
    }),
  };
}

interface SortedFinding extends PlannedFinding {
  readonly plan?: RepairPlan;
}

function sort(finding: Finding, { checks, exceptions, settings, handovers, isInReach, now }: PlanningSubject): SortedFinding {
  const exception = findException(finding, exceptions, now);
  if (exception !== undefined) {
    return { finding, exception, disposition: 'excepted', reason: `${exception.owner}, until ${exception.expiresAt}: ${exception.reason}` };
  }
  const check = checks.find(({ id }) => id === finding.checkId);
  const mode = modeOf(finding.checkId, settings);
  if (finding.remediation === 'report-only' || check?.repair === undefined) {
    return { finding, disposition: 'report', reason: 'It is for a person to repair.' };
  }
  if (!isInReach(finding.resource)) {
    return { finding, disposition: 'report', reason: 'It is outside of what the repairs may change.' };
  }
  if (mode === 'report') return { finding, disposition: 'report', reason: 'The mode of this check is report.' };
  const plan = check.repair(finding);
  if (mode === 'dry-run') return { finding, plan, disposition: 'would-repair', reason: 'The mode of this check is dry-run.' };
  const handedOver = handovers.reasonFor(finding, `${writeKey(finding, writerOf(plan))}/${finding.remediation}`);
  return handedOver !== undefined
    ? { finding, disposition: 'handed-over', reason: handedOver }
    : { finding, plan, disposition: 'repair', reason: finding.remediation === 'automatic' ? 'It is repaired at once.' : 'A person is asked.' };
}

function mergeByTarget(sorted: readonly SortedFinding[]): RepairRequest[] {
  const byWrite = new Map<string, { finding: Finding; plan: RepairPlan; writer: Writer }[]>();
  for (const { finding, plan } of sorted) {
    if (plan === undefined) continue;
    const writer = writerOf(plan);
    const key = writeKey(finding, writer);
    const among = byWrite.get(key) ?? [];
    among.push({ finding, plan, writer });
    byWrite.set(key, among);
  }
  return [...byWrite].flatMap(([key, members]) => {
    const automatic = members.filter(({ finding }) => finding.remediation === 'automatic');
    const done = new Set(automatic.flatMap(({ plan }) => plan.actions.map(actionKey)));
    // What an automatic repair does anyway needs nobody's approval a second time.
    const isCovered = ({ plan }: { plan: RepairPlan }): boolean => plan.actions.every((action) => done.has(actionKey(action)));
    const asked = members.filter(({ finding }) => finding.remediation === 'approval');
    return [
      ...request(key, 'automatic', [...automatic, ...asked.filter(isCovered)]),
      ...request(key, 'approval', asked.filter((member) => !isCovered(member))),
    ];
  });
}

/** What one writer does to one resource. */
function writeKey({ resource }: Finding, writer: Writer): string {
  return `${resourceKey(resource)}/${writer}`;
}

function request(
  key: string,
  remediation: RepairRequest['remediation'],
  members: readonly { finding: Finding; plan: RepairPlan; writer: Writer }[],
): RepairRequest[] {
  const [first] = members;
  if (first === undefined) return [];
  const plan = mergePlans(members.map((member) => member.plan));
  return [
    {
      target: `${key}/${remediation}`,
      resource: first.finding.resource,
      writer: first.writer,
      remediation,
      findings: members.map(({ finding }) => finding),
      plan,
      planHash: hashPlan(plan),
    },
  ];
}

/** What lets through comes before what takes away: a write that fails half-way leaves the shop open rather than shut. */
const takingAway: ReadonlySet<RepairAction['kind']> = new Set([
  'revoke-rule', 'delete-acl-entry', 'delete-role-policy', 'detach-role-policy', 'delete-user-policy', 'detach-user-policy',
]);

function mergePlans(plans: readonly RepairPlan[]): RepairPlan {
  const byKey = new Map<string, RepairAction>();
  for (const action of plans.flatMap(({ actions }) => actions)) {
    const key = actionKey(action);
    const other = byKey.get(key);
    // One finding wants a policy gone, another wants it as declared: what is declared stands.
    if (other === undefined || (takingAway.has(other.kind) && !takingAway.has(action.kind))) byKey.set(key, action);
  }
  const actions = [...byKey.values()];
  return {
    actions: [...actions.filter(({ kind }) => !takingAway.has(kind)), ...actions.filter(({ kind }) => takingAway.has(kind))],
  };
}

/** Two actions with one key are about the same thing: they cannot both be done. */
function actionKey(action: RepairAction): string {
  switch (action.kind) {
    case 'authorise-rule':
      return `authorise ${JSON.stringify(action.rule)}`;
    case 'revoke-rule':
      return `revoke ${action.ruleId ?? JSON.stringify(action.rule)}`;
    case 'set-interface-groups':
      return action.interfaceId;
    case 'set-load-balancer-groups':
      return action.loadBalancerArn;
    case 'set-database-groups':
      return action.databaseId;
    case 'set-prefix-list-entries':
      return action.prefixListId;
    case 'delete-acl-entry':
    case 'create-acl-entry':
      return `entry ${action.entry.direction} ${action.entry.ruleNumber}`;
    case 'put-role-policy':
    case 'delete-role-policy':
    case 'put-user-policy':
    case 'delete-user-policy':
      return `policy ${action.policyName}`;
    case 'attach-role-policy':
    case 'detach-role-policy':
    case 'attach-user-policy':
    case 'detach-user-policy':
      return `attachment ${action.policyArn}`;
    case 'set-key-status':
      return `key ${action.createdAt}`;
    case 'set-role-trust':
    case 'set-role-boundary':
    case 'set-password-policy':
    case 'set-instance-profile':
      return action.kind;
  }
}
