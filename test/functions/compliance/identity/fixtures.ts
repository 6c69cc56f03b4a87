import type { Baseline, DeclaredRole } from '../../../../functions/compliance/baseline.ts';
import type { Check } from '../../../../functions/compliance/check.ts';
import { type Finding, findingSchema } from '../../../../functions/compliance/finding.ts';
import { type PolicyDocument, policyDocumentSchema, type PolicyStatement } from '../../../../functions/compliance/policy-document.ts';
import { type RepairAction, repairPlanSchema, writerOf } from '../../../../functions/compliance/repair.ts';
import type { ComplianceSettings } from '../../../../functions/compliance/settings.ts';
import { type AccessKey, emptyContent, type ManagedPolicy, type Role, type Snapshot, type User } from '../../../../functions/compliance/snapshot.ts';

export const accountId = '111122223333';
export const now = '2026-11-22T02:00:00.000Z';

/** An instant before `now`. */
export function daysAgo(days: number): string {
  return new Date(Date.parse(now) - days * 86_400_000).toISOString();
}

export function policy(...statements: readonly (Omit<Partial<PolicyStatement>, 'Effect'> & { readonly Effect?: 'Allow' | 'Deny' })[]): PolicyDocument {
  return policyDocumentSchema.parse({ Version: '2012-10-17', Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })) });
}

/** Allows the actions on everything, if nothing else is said. */
export function allow(action: string | string[], more: Partial<PolicyStatement> = {}): PolicyDocument {
  return policy({ Action: action, ...('NotResource' in more ? {} : { Resource: '*' }), ...more });
}

export function trust(principal: PolicyStatement['Principal'], more: Partial<PolicyStatement> = {}): PolicyDocument {
  return policy({ Principal: principal, Action: 'sts:AssumeRole', ...more });
}

export const emptySnapshot: Snapshot = {
  accountId,
  region: 'eu-west-3',
  partition: 'aws',
  takenAt: now,
  unread: {},
  ...emptyContent,
  rootAccount: { hasAccessKeys: false, hasMfa: true, hasHardwareMfa: true },
};

const settings: ComplianceSettings = {
  mode: 'dry-run',
  checks: {},
  maxRepairsPerRun: 20,
  repairsBeforeHandover: 3,
  flapWindowMinutes: 60,
  approvalHours: 24,
  healthMinutes: 5,
  allowedAccessKeys: [],
  trustedAccounts: [],
};

/** A user of the console with MFA, in use, who may do nothing. */
export function user(change: Partial<User> = {}): User {
  const name = change.name ?? 'alice';
  return {
    name,
    arn: `arn:aws:iam::${accountId}:user/${name}`,
    createdAt: daysAgo(400),
    inlinePolicies: [],
    attachedPolicyArns: [],
    groups: [],
    password: { isEnabled: true, lastUsedAt: daysAgo(1), lastChangedAt: daysAgo(60) },
    hasMfa: true,
    accessKeys: [],
    ...change,
  };
}

/** A young key that is in use. */
export function accessKey(change: Partial<AccessKey> = {}): AccessKey {
  return { createdAt: daysAgo(10), isActive: true, lastUsedAt: daysAgo(1), ...change };
}

/** A role of the instances, in use, that may do nothing. */
export function role(change: Partial<Role> = {}): Role {
  const name = change.name ?? 'shop';
  const path = change.path ?? '/';
  return {
    name,
    arn: `arn:aws:iam::${accountId}:role${path}${name}`,
    path,
    createdAt: daysAgo(400),
    trust: trust({ Service: 'ec2.amazonaws.com' }),
    inlinePolicies: [],
    attachedPolicyArns: [],
    lastUsedAt: daysAgo(1),
    tags: {},
    ...change,
  };
}

export function managedPolicy(change: Partial<ManagedPolicy> & Pick<ManagedPolicy, 'document'>): ManagedPolicy {
  const name = change.name ?? 'shop-policy';
  return { arn: `arn:aws:iam::${accountId}:policy/${name}`, name, isAwsManaged: false, attachmentCount: 1, ...change };
}

export const administratorAccess: ManagedPolicy = {
  arn: 'arn:aws:iam::aws:policy/AdministratorAccess',
  name: 'AdministratorAccess',
  isAwsManaged: true,
  attachmentCount: 1,
  document: allow('*'),
};

export function declaredRole(change: Partial<DeclaredRole> = {}): DeclaredRole {
  return {
    stackName: 'application',
    roleName: 'shop',
    path: '/',
    trust: trust({ Service: 'ec2.amazonaws.com' }),
    inlinePolicies: [],
    attachedPolicyArns: [],
    ...change,
  };
}

export interface Scene {
  readonly snapshot?: Partial<Snapshot>;
  readonly baseline?: Partial<Baseline>;
  readonly settings?: Partial<ComplianceSettings>;
}

/** What a check finds; each finding is one that can be kept, and named after its check. */
export function found(check: Check, scene: Scene): readonly Finding[] {
  const findings = check.evaluate(
    { ...emptySnapshot, ...scene.snapshot },
    { groups: [], memberships: [], roles: [], ...scene.baseline },
    { ...settings, ...scene.settings },
  );
  for (const finding of findings) {
    expect(findingSchema.parse(JSON.parse(JSON.stringify(finding)))).toMatchObject({ checkId: check.id });
    expect(finding.key.startsWith(`${check.id}/${finding.resource.id}/`)).toBe(true);
  }
  expect(new Set(findings.map(({ key }) => key)).size).toBe(findings.length);
  return findings;
}

/** Key and remediation of what a check finds. */
export function verdicts(check: Check, scene: Scene): readonly (readonly [string, Finding['remediation']])[] {
  return found(check, scene).map(({ key, remediation }) => [key, remediation] as const);
}

/** What the repairs of all findings would do, worked out of findings as they come back from storage. */
export function repairs(check: Check, scene: Scene): readonly RepairAction[] {
  return found(check, scene)
    .filter(({ remediation }) => remediation !== 'report-only')
    .flatMap((finding) => {
      const plan = repairPlanSchema.parse(check.repair?.(JSON.parse(JSON.stringify(finding)) as Finding));
      writerOf(plan);
      return plan.actions;
    });
}
