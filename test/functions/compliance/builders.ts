import type { Check } from '../../../functions/compliance/check.ts';
import type { Finding } from '../../../functions/compliance/finding.ts';
import type { Handovers } from '../../../functions/compliance/handover.ts';
import { hashPlan, type RepairPlan } from '../../../functions/compliance/repair.ts';
import type { Repair } from '../../../functions/compliance/repair-records.ts';
import type { ComplianceSettings } from '../../../functions/compliance/settings.ts';

export const now = Date.parse('2027-01-20T13:00:00Z');

export function settingsOf(changes: Partial<ComplianceSettings> = {}): ComplianceSettings {
  return {
    mode: 'enforce', checks: {}, maxRepairsPerRun: 10, repairsBeforeHandover: 3, flapWindowMinutes: 60, approvalHours: 24,
    healthMinutes: 5, allowedAccessKeys: [], trustedAccounts: [], ...changes,
  };
}

export const noHandovers: Handovers = { reasonFor: () => undefined };

export const openSsh = { direction: 'ingress', protocol: 'tcp', fromPort: 22, toPort: 22, peer: { kind: 'ipv4', cidr: '0.0.0.0/0' } } as const;

export function revoking(ruleId: string, groupId = 'sg-1'): RepairPlan {
  return { actions: [{ kind: 'revoke-rule', groupId, ruleId, rule: openSsh }] };
}

export function findingOf(changes: Partial<Finding<{ plan?: RepairPlan }>> = {}): Finding<{ plan?: RepairPlan }> {
  const { checkId = 'SG1', resource = { type: 'AWS::EC2::SecurityGroup', id: 'sg-1' } } = changes;
  return {
    checkId, resource, key: `${checkId}/${resource.id}/ssh`, severity: 'high', remediation: 'automatic',
    message: 'Port 22 is open to the world.', detail: { plan: revoking('sgr-1', resource.id) }, ...changes,
  };
}

/** A check whose findings bring their plan along. */
export function checkOf(id: string, changes: Partial<Check> = {}): Check {
  return {
    id, title: id, description: id, severity: 'high', references: [], remediation: 'automatic', reads: ['securityGroups'], scope: 'resource',
    evaluate: () => [],
    repair: (finding) => (finding.detail as { plan: RepairPlan }).plan,
    ...changes,
  };
}

export function repairOf(changes: Partial<Repair> = {}): Repair {
  const plan = changes.plan ?? revoking('sgr-1');
  return {
    repairId: 'sg-1-GroupRules-auto-r1', target: 'AWS::EC2::SecurityGroup/sg-1/GroupRules/automatic',
    resource: { type: 'AWS::EC2::SecurityGroup', id: 'sg-1' }, writer: 'GroupRules', remediation: 'automatic', findings: [findingOf()],
    plan, planHash: hashPlan(plan), driftedAt: new Date(now - 10_000).toISOString(), openedAt: new Date(now - 5000).toISOString(),
    expiresAt: new Date(now + 3_600_000).toISOString(), state: 'open', ...changes,
  };
}
