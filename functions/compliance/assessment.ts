import type { Baseline } from './baseline.ts';
import type { Check } from './check.ts';
import type { Finding, Resource } from './finding.ts';
import type { ComplianceSettings } from './settings.ts';
import { notAskedFor, type Snapshot } from './snapshot.ts';

/** What became of one check. */
export type CheckResult =
  | { readonly id: string; readonly status: 'passed' }
  | { readonly id: string; readonly status: 'failed'; readonly findings: number }
  /** It says nothing, so nothing is written for it either. Out of sight: what it reads was not asked for. */
  | { readonly id: string; readonly status: 'not-evaluated'; readonly reason: string; readonly isOutOfSight?: true };

export interface Assessment {
  readonly results: readonly CheckResult[];
  readonly findings: readonly Finding[];
}

export interface AssessmentSubject {
  readonly checks: readonly Check[];
  readonly snapshot: Snapshot;
  readonly baseline: Baseline;
  readonly settings: ComplianceSettings;
}

/** Runs every check over a whole account. A check that throws has failed by itself: it is said, and the others go on. */
export function assess(subject: AssessmentSubject): Assessment {
  const findings: Finding[] = [];
  const results = subject.checks.map((check) => {
    const { result, found } = evaluate(check, subject);
    for (const finding of found) findings.push(finding);
    return result;
  });
  return { results, findings };
}

/**
 * Runs the checks that a few resources alone can decide, and keeps what is said of those resources. The snapshot holds
 * these and what they refer to; of what it does not hold, nothing may be concluded.
 */
export function assessResources(subject: AssessmentSubject, resources: readonly Resource[]): Assessment {
  const wanted = new Set(resources.map(resourceKey));
  const baseline = restrictBaseline(subject.baseline, subject.snapshot);
  const checks = subject.checks.filter(({ scope }) => scope === 'resource');
  const { results, findings } = assess({ ...subject, checks, baseline });
  return { results, findings: findings.filter(({ resource }) => wanted.has(resourceKey(resource))) };
}

export function resourceKey({ type, id }: Resource): string {
  return `${type}/${id}`;
}

function evaluate(check: Check, { snapshot, baseline, settings }: AssessmentSubject): { result: CheckResult; found: readonly Finding[] } {
  const { id } = check;
  const unread = check.reads.flatMap((part) => {
    const reason = snapshot.unread[part];
    return reason === undefined ? [] : [`${part}: ${reason}`];
  });
  if (unread.length > 0) return { result: silent(id, unread.join('; ')), found: [] };
  try {
    const found = check.evaluate(snapshot, baseline, settings);
    return { result: found.length === 0 ? { id, status: 'passed' } : { id, status: 'failed', findings: found.length }, found };
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { result: silent(id, reason), found: [] };
  }
}

function silent(id: string, reason: string): CheckResult {
  return { id, status: 'not-evaluated', reason, ...(reason.includes(notAskedFor) ? { isOutOfSight: true } : {}) };
}

/** What is declared of resources that were not read is left out: they are not missing, nobody looked. */
function restrictBaseline(baseline: Baseline, snapshot: Snapshot): Baseline {
  const groups = new Set(snapshot.securityGroups.map(({ id }) => id));
  const roles = new Set(snapshot.roles.map(({ name }) => name));
  const members = new Set([
    ...snapshot.attachments.map(({ id }) => id),
    ...snapshot.instances.flatMap(({ autoScalingGroupName }) => autoScalingGroupName ?? []),
  ]);
  return {
    groups: baseline.groups.filter(({ groupId }) => groups.has(groupId)),
    memberships: baseline.memberships.filter(({ id }) => members.has(id)),
    roles: baseline.roles.filter(({ roleName }) => roles.has(roleName)),
  };
}
