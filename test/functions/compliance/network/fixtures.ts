import type { Baseline, DeclaredGroup } from '../../../../functions/compliance/baseline.ts';
import type { Check } from '../../../../functions/compliance/check.ts';
import { type Finding, findingSchema } from '../../../../functions/compliance/finding.ts';
import { repairPlanSchema, writerOf, type RepairAction } from '../../../../functions/compliance/repair.ts';
import type { Peer, Rule, StandingRule } from '../../../../functions/compliance/rule.ts';
import { emptyContent, type NetworkInterface, type PrefixList, type SecurityGroup, type Snapshot } from '../../../../functions/compliance/snapshot.ts';
import type { ComplianceSettings } from '../../../../functions/compliance/settings.ts';

/** Builders with defaults, so that a test shows only the field it is about. */

export const ACCOUNT = '111122223333';
export const STRANGER = '999988887777';
export const VPC = 'vpc-shop';

export function snapshot(change: Partial<Snapshot> = {}): Snapshot {
  return {
    accountId: ACCOUNT,
    region: 'eu-west-3',
    partition: 'aws',
    takenAt: '2027-01-13T01:00:00.000Z',
    unread: {},
    ...emptyContent,
    rootAccount: { hasAccessKeys: false, hasMfa: true, hasHardwareMfa: true },
    ...change,
  };
}

export function baseline(change: Partial<Baseline> = {}): Baseline {
  return { groups: [], memberships: [], roles: [], ...change };
}

export function declaredGroup(groupId: string, rules: readonly Rule[], change: Partial<DeclaredGroup> = {}): DeclaredGroup {
  return { stackName: 'Shop-Network', groupId, vpcId: VPC, rules: [...rules], ...change };
}

/** Rules get ids from the group's id and their place, so that two groups share none. */
export function group(id: string, rules: readonly Rule[] = [], change: Partial<SecurityGroup> = {}): SecurityGroup {
  const standing = rules.map((rule, index): StandingRule => ({ id: `${id.replace('sg-', 'sgr-')}-${index}`, ...rule }));
  return { id, name: `name of ${id}`, vpcId: VPC, tags: { 'aws:cloudformation:stack-name': 'Shop-Network' }, rules: standing, ...change };
}

type Ports = number | readonly [number, number];

/** `10.0.0.0/8`, `2001:db8::/32`, `pl-1`, `sg-1`, or `999988887777/sg-1` for another account's group. */
export function peer(text: string): Peer {
  const [accountId, foreignId] = text.split('/');
  if (text.startsWith('pl-')) return { kind: 'prefix-list', id: text };
  if (text.startsWith('sg-')) return { kind: 'group', id: text };
  if (foreignId?.startsWith('sg-') === true && accountId !== undefined) return { kind: 'group', id: foreignId, accountId };
  return { kind: text.includes(':') ? 'ipv6' : 'ipv4', cidr: text };
}

export function ingress(protocol: string, ports: Ports, from: string): Rule {
  return { direction: 'ingress', protocol, ...spread(ports), peer: peer(from) };
}

export function egress(protocol: string, ports: Ports, to: string): Rule {
  return { direction: 'egress', protocol, ...spread(ports), peer: peer(to) };
}

function spread(ports: Ports): Pick<Rule, 'fromPort' | 'toPort'> {
  const [fromPort, toPort] = typeof ports === 'number' ? [ports, ports] : ports;
  return { fromPort, toPort };
}

/** What the CDK gives a group that is to let nothing out. */
export const nothingOut = egress('icmp', [252, 86], '255.255.255.255/32');

export function prefixList(id: string, entries: readonly string[], change: Partial<PrefixList> = {}): PrefixList {
  return { id, name: `name of ${id}`, ownerId: ACCOUNT, version: 3, entries, ...change };
}

export function networkInterface(id: string, groupIds: readonly string[], change: Partial<NetworkInterface> = {}): NetworkInterface {
  return { id, vpcId: VPC, groupIds, requesterManaged: false, description: '', ...change };
}

const settings: ComplianceSettings = {
  mode: 'enforce',
  checks: {},
  maxRepairsPerRun: 10,
  repairsBeforeHandover: 3,
  flapWindowMinutes: 60,
  approvalHours: 24,
  healthMinutes: 5,
  allowedAccessKeys: [],
  trustedAccounts: [],
};

/** Evaluates a check, and holds what it finds to what every finding has to be. */
export function run(check: Check, account: Partial<Snapshot>, declared: Partial<Baseline> = {}): readonly Finding[] {
  const findings = check.evaluate(snapshot(account), baseline(declared), settings);
  for (const finding of findings) {
    expect(findingSchema.parse(JSON.parse(JSON.stringify(finding)))).toEqual(finding);
    expect(finding.checkId).toBe(check.id);
    expect(`${finding.key}/`).toContain(`${check.id}/${finding.resource.id}/`);
    if (finding.remediation !== 'report-only') repairsOf(check, finding);
  }
  expect(new Set(findings.map(({ key }) => key)).size).toBe(findings.length);
  return findings;
}

/** The actions that repair a finding, from what is left of it after storage. */
export function repairsOf(check: Check, finding: Finding | undefined): readonly RepairAction[] {
  if (finding === undefined || check.repair === undefined) throw new Error(`${check.id} has nothing to repair, expected a finding and a repair.`);
  const plan = check.repair(JSON.parse(JSON.stringify(finding)) as Finding);
  expect(repairPlanSchema.parse(plan)).toEqual(plan);
  expect(writerOf(plan)).toEqual(expect.any(String));
  return plan.actions;
}

/** Ids of rules that a plan revokes, in order. */
export function revoked(actions: readonly RepairAction[]): readonly (string | undefined)[] {
  return actions.map((action) => (action.kind === 'revoke-rule' ? action.ruleId : action.kind));
}
