import { defaultGroup } from '../../../../functions/compliance/checks/sg12-default-group.ts';
import { groupHygiene } from '../../../../functions/compliance/checks/sg15-group-hygiene.ts';
import { staleReference } from '../../../../functions/compliance/checks/sg14-stale-reference.ts';
import type { SecurityGroup, Snapshot, Vpc } from '../../../../functions/compliance/snapshot.ts';
import { ACCOUNT, declaredGroup, egress, group, ingress, networkInterface, repairsOf, revoked, run, STRANGER, VPC } from './fixtures.ts';

describe('SG12', () => {
  const rules = [ingress('-1', -1, 'sg-1'), egress('-1', -1, '0.0.0.0/0')];
  const securityGroups = [group('sg-1', rules, { name: 'default' })];

  it('takes the rules of a default group away that nothing uses, in and out', () => {
    const findings = run(defaultGroup, { securityGroups, networkInterfaces: [networkInterface('eni-1', ['sg-2'])] });
    expect(findings).toMatchObject([
      { key: 'SG12/sg-1/ingress|-1|all|sg-1', severity: 'high', remediation: 'automatic' },
      { key: 'SG12/sg-1/egress|-1|all|0.0.0.0/0', remediation: 'automatic' },
    ]);
    expect(findings.flatMap((finding) => revoked(repairsOf(defaultGroup, finding)))).toEqual(['sgr-1-0', 'sgr-1-1']);
  });

  it('asks where an interface is in it', () => {
    const findings = run(defaultGroup, { securityGroups, networkInterfaces: [networkInterface('eni-1', ['sg-2', 'sg-1'])] });
    expect(findings.map(({ remediation }) => remediation)).toEqual(['approval', 'approval']);
  });

  it('leaves what is declared of a default group to a person', () => {
    const findings = run(defaultGroup, { securityGroups }, { groups: [declaredGroup('sg-1', rules.slice(0, 1))] });
    expect(findings.map(({ remediation }) => remediation)).toEqual(['report-only', 'automatic']);
  });

  it.each<[string, SecurityGroup]>([
    ['an emptied default group', group('sg-1', [], { name: 'default' })],
    ['a group that is called similarly', group('sg-1', rules, { name: 'default-web' })],
  ])('passes %s', (_what, one) => {
    expect(run(defaultGroup, { securityGroups: [one] })).toEqual([]);
  });
});

describe('SG14', () => {
  const otherVpc = 'vpc-other';

  function vpc(id: string, ...peerings: Vpc['peerings']): Vpc {
    return { id, isDefault: false, flowLogs: [], peerings };
  }

  function peering(change: Partial<Vpc['peerings'][number]> = {}): Vpc['peerings'][number] {
    return { id: 'pcx-1', vpcId: otherVpc, accountId: ACCOUNT, isActive: true, ...change };
  }

  function found(from: string, ...peerings: Vpc['peerings']) {
    const securityGroups = [group('sg-1', [ingress('tcp', 80, from)]), group('sg-2'), group('sg-far', [], { vpcId: otherVpc })];
    return run(staleReference, { securityGroups, vpcs: [vpc(VPC, ...peerings), vpc(otherVpc)] });
  }

  it.each<[string, string, Vpc['peerings']]>([
    ['does not exist', 'sg-gone', []],
    ['is in another VPC, never peered', 'sg-far', []],
    ['is in another VPC, no longer peered', 'sg-far', [peering({ isActive: false })]],
    ['is in another VPC, while a third one is peered', 'sg-far', [peering({ vpcId: 'vpc-third' })]],
    ['is in another account, never peered', `${STRANGER}/sg-9`, [peering()]],
    ['is in another account, no longer peered', `${STRANGER}/sg-9`, [peering({ vpcId: 'vpc-9', accountId: STRANGER, isActive: false })]],
  ])('finds a rule for a group that %s', (_what, from, peerings) => {
    const findings = found(from, ...peerings);
    expect(findings).toMatchObject([{ resource: { id: 'sg-1' }, severity: 'low', remediation: 'approval' }]);
    expect(revoked(repairsOf(staleReference, findings[0]))).toEqual(['sgr-1-0']);
  });

  it.each<[string, string, Vpc['peerings']]>([
    ['is there', 'sg-2', []],
    ['is there, its account spelled out', `${ACCOUNT}/sg-2`, []],
    ['is the group itself', 'sg-1', []],
    ['is in a peered VPC', 'sg-far', [peering({ isActive: false }), peering({ id: 'pcx-2' })]],
    ['is in a peered account', `${STRANGER}/sg-9`, [peering({ vpcId: 'vpc-9', accountId: STRANGER })]],
    ['is a block', '10.0.0.0/8', []],
    ['is a prefix list', 'pl-1', []],
  ])('passes a rule whose peer %s', (_what, from, peerings) => {
    expect(found(from, ...peerings)).toEqual([]);
  });

  it('finds egress to a group that is gone, and leaves it to a person where it is declared', () => {
    const rule = egress('tcp', 80, 'sg-gone');
    const securityGroups = [group('sg-1', [rule])];
    expect(run(staleReference, { securityGroups })).toMatchObject([{ remediation: 'approval' }]);
    expect(run(staleReference, { securityGroups }, { groups: [declaredGroup('sg-1', [rule])] })).toMatchObject([{ remediation: 'report-only' }]);
  });

  it('needs the VPCs for peerings only, and does not guess without them', () => {
    const account = (from: string): Partial<Snapshot> => ({ securityGroups: [group('sg-1', [ingress('tcp', 80, from)])], unread: { vpcs: 'not asked for' } });
    expect(run(staleReference, account('sg-gone'))).toHaveLength(1);
    expect(() => run(staleReference, account(`${STRANGER}/sg-9`))).toThrow('vpcs: not asked for');
  });
});

describe('SG15', () => {
  const used = [networkInterface('eni-1', ['sg-1'])];
  const many = (count: number, direction: typeof ingress) => Array.from({ length: count }, (_rule, index) => direction('tcp', 1000 + index, '10.0.0.0/8'));

  function found(one: SecurityGroup, account: Partial<Snapshot> = { networkInterfaces: used }): readonly string[] {
    return run(groupHygiene, { securityGroups: [one], ...account }).map(({ key, severity, remediation }) => {
      expect({ severity, remediation }).toEqual({ severity: 'low', remediation: 'report-only' });
      return key;
    });
  }

  it.each<[string, SecurityGroup, readonly string[]]>([
    ['in use and in a stack', group('sg-1'), []],
    ['unused', group('sg-2'), ['SG15/sg-2/unused']],
    ['outside of the stacks', group('sg-1', [], { tags: { Name: 'web' } }), ['SG15/sg-1/outside-stacks']],
    ['made by the wizard', group('sg-1', [], { name: 'launch-wizard-3' }), ['SG15/sg-1/launch-wizard']],
    ['named after the wizard by somebody', group('sg-1', [], { name: 'no-launch-wizard-here' }), []],
    ['of 51 rules in', group('sg-1', many(51, ingress)), ['SG15/sg-1/ingress-rules']],
    ['of 51 rules out', group('sg-1', many(51, egress)), ['SG15/sg-1/egress-rules']],
    ['of 50 rules in and 50 out', group('sg-1', [...many(50, ingress), ...many(50, egress)]), []],
    ['of the VPC itself, unused', group('sg-2', [], { name: 'default', tags: {} }), []],
  ])('reports of a group %s', (_what, one, keys) => {
    expect(found(one)).toEqual(keys);
  });

  it('counts a group as used that only a launch template names, and not one that only a rule names', () => {
    expect(found(group('sg-1'), { attachments: [{ kind: 'launch-template', id: 'lt-1', groupIds: ['sg-1'], version: '1' }] })).toEqual([]);
    const securityGroups = [group('sg-1', [ingress('tcp', 80, 'sg-2')]), group('sg-2')];
    expect(run(groupHygiene, { securityGroups, networkInterfaces: used }).map(({ key }) => key)).toEqual(['SG15/sg-2/unused']);
  });
});
