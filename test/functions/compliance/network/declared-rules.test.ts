import { undeclaredIngress } from '../../../../functions/compliance/checks/sg1-undeclared-ingress.ts';
import { missingRule } from '../../../../functions/compliance/checks/sg2-missing-rule.ts';
import { undeclaredEgress } from '../../../../functions/compliance/checks/sg13-undeclared-egress.ts';
import type { Rule } from '../../../../functions/compliance/rule.ts';
import { ACCOUNT, declaredGroup, egress, group, ingress, nothingOut, prefixList, repairsOf, revoked, run, STRANGER } from './fixtures.ts';

const web = ingress('tcp', 443, '0.0.0.0/0');

const described = { ...web, description: 'HTTPS' };

/** Two ways to write one rule. */
const spellings: readonly [string, Rule, Rule][] = [
  ['a description', described, web],
  ['the number of the protocol', ingress('6', 443, '0.0.0.0/0'), web],
  ['the case of the protocol', ingress('TCP', 443, '0.0.0.0/0'), web],
  ['host bits', ingress('tcp', 443, '10.0.5.1/16'), ingress('tcp', 443, '10.0.0.0/16')],
  ['zeros of IPv6', ingress('tcp', 443, '2001:0DB8:0:0::/32'), ingress('tcp', 443, '2001:db8::/32')],
  ['every port as -1', ingress('tcp', -1, 'sg-2'), ingress('tcp', [0, 65_535], 'sg-2')],
  ['ports of all protocols', ingress('-1', [0, 65_535], 'sg-2'), ingress('-1', -1, 'sg-2')],
  ['ports of a protocol without any', ingress('50', 0, 'sg-2'), ingress('50', -1, 'sg-2')],
  ['our own account', ingress('tcp', 443, `${ACCOUNT}/sg-2`), ingress('tcp', 443, 'sg-2')],
];

/** Two rules that look alike and are not the same. */
const differences: readonly [string, Rule, Rule][] = [
  ['the protocol', ingress('udp', 443, '0.0.0.0/0'), web],
  ['a port', ingress('tcp', [443, 444], '0.0.0.0/0'), web],
  ['the block', ingress('tcp', 443, '0.0.0.0/1'), web],
  ['the family', ingress('tcp', 443, '::/0'), web],
  ['the account of the group', ingress('tcp', 443, `${STRANGER}/sg-2`), ingress('tcp', 443, 'sg-2')],
  ['the type of ICMP', ingress('icmp', [8, -1], '0.0.0.0/0'), ingress('icmp', [-1, -1], '0.0.0.0/0')],
];

describe('SG1', () => {
  it('finds nothing where the standing rules are the declared ones', () => {
    const rules = [web, ingress('tcp', 80, 'sg-2'), egress('tcp', 443, '0.0.0.0/0')];
    expect(run(undeclaredIngress, { securityGroups: [group('sg-1', rules)] }, { groups: [declaredGroup('sg-1', rules)] })).toEqual([]);
  });

  it.each(spellings)('does not mind %s', (_what, standing, declared) => {
    const groups = [declaredGroup('sg-1', [declared])];
    expect(run(undeclaredIngress, { securityGroups: [group('sg-1', [standing])] }, { groups })).toEqual([]);
    expect(run(missingRule, { securityGroups: [group('sg-1', [standing])] }, { groups })).toEqual([]);
  });

  it.each(differences)('minds %s', (_what, standing, declared) => {
    const groups = [declaredGroup('sg-1', [declared])];
    expect(run(undeclaredIngress, { securityGroups: [group('sg-1', [standing])] }, { groups })).toHaveLength(1);
    expect(run(missingRule, { securityGroups: [group('sg-1', [standing])] }, { groups })).toHaveLength(1);
  });

  it.each<[string, string, string, string]>([
    ['everybody', '0.0.0.0/0', 'critical', 'automatic'],
    ['half of everybody', '128.0.0.0/1', 'critical', 'automatic'],
    ['everybody of IPv6', '::/0', 'critical', 'automatic'],
    ['one stranger', '8.8.8.8/32', 'high', 'automatic'],
    ['a private network', '10.0.0.0/8', 'high', 'automatic'],
    ['a group', 'sg-2', 'high', 'approval'],
    ['a prefix list', 'pl-office', 'high', 'approval'],
    ['a prefix list that was not read', 'pl-unread', 'high', 'approval'],
    ['a prefix list of everybody', 'pl-open', 'critical', 'approval'],
  ])('takes an undeclared rule for %s (%s) as %s, %s', (_what, from, severity, remediation) => {
    const account = {
      securityGroups: [group('sg-1', [ingress('tcp', 5432, from)])],
      prefixLists: [prefixList('pl-office', ['8.8.8.0/24']), prefixList('pl-open', ['0.0.0.0/1', '128.0.0.0/1'])],
    };
    const [finding] = run(undeclaredIngress, account, { groups: [declaredGroup('sg-1', [])] });
    expect(finding).toMatchObject({ severity, remediation });
    expect(revoked(repairsOf(undeclaredIngress, finding))).toEqual(['sgr-1-0']);
  });

  it('keeps the key of a rule that was revoked and comes again', () => {
    const groups = [declaredGroup('sg-1', [])];
    const keys = ['sgr-a', 'sgr-b'].map((id) => run(undeclaredIngress, { securityGroups: [group('sg-1', [], { rules: [{ ...web, id }] })] }, { groups })[0]?.key);
    expect(keys).toEqual(['SG1/sg-1/ingress|tcp|443-443|0.0.0.0/0', 'SG1/sg-1/ingress|tcp|443-443|0.0.0.0/0']);
  });

  it('says nothing of groups that nobody declared, of what another group declares, and of egress', () => {
    const groups = [declaredGroup('sg-2', [web])];
    const securityGroups = [group('sg-1', [web]), group('sg-2', [web, egress('-1', -1, '0.0.0.0/0')])];
    expect(run(undeclaredIngress, { securityGroups }, { groups })).toEqual([]);
    expect(run(undeclaredIngress, { securityGroups: [group('sg-1', [web])] }, { groups: [declaredGroup('sg-1', []), ...groups] })).toHaveLength(1);
  });
});

describe('SG2', () => {
  it('authorises a declared rule that is missing', () => {
    const groups = [declaredGroup('sg-1', [web, egress('tcp', 443, '0.0.0.0/0')])];
    const findings = run(missingRule, { securityGroups: [group('sg-1', [web])] }, { groups });
    expect(findings).toMatchObject([{ key: 'SG2/sg-1/egress|tcp|443-443|0.0.0.0/0', severity: 'high', remediation: 'automatic' }]);
    expect(repairsOf(missingRule, findings[0])).toEqual([{ kind: 'authorise-rule', groupId: 'sg-1', rule: egress('tcp', 443, '0.0.0.0/0') }]);
  });

  it.each<[string, Rule, string]>([
    ['a web site', web, 'automatic'],
    ['SSH for an office', ingress('tcp', 22, '8.8.8.8/32'), 'automatic'],
    ['SSH for everybody', ingress('tcp', 22, '0.0.0.0/0'), 'approval'],
    ['SSH out', egress('tcp', 22, '0.0.0.0/0'), 'automatic'],
  ])('opens %s again: %s', (_what, rule, remediation) => {
    expect(run(missingRule, { securityGroups: [group('sg-1')] }, { groups: [declaredGroup('sg-1', [rule])] })).toMatchObject([{ remediation }]);
  });

  it('counts a rule of another group for nothing, nor one of the other direction', () => {
    const securityGroups = [group('sg-1', [egress('tcp', 443, '0.0.0.0/0')]), group('sg-2', [web])];
    expect(run(missingRule, { securityGroups }, { groups: [declaredGroup('sg-1', [web])] })).toHaveLength(1);
  });

  it('reports a declared group that does not exist, once', () => {
    expect(run(missingRule, {}, { groups: [declaredGroup('sg-1', [web, nothingOut])] })).toMatchObject([{ key: 'SG2/sg-1', remediation: 'report-only' }]);
  });

  it('does not miss the rule that lets nothing out', () => {
    expect(run(missingRule, { securityGroups: [group('sg-1')] }, { groups: [declaredGroup('sg-1', [nothingOut])] })).toEqual([]);
  });
});

describe('SG13', () => {
  it('asks before it takes away egress that is not declared', () => {
    const everything = egress('-1', -1, '0.0.0.0/0');
    const findings = run(undeclaredEgress, { securityGroups: [group('sg-1', [everything])] }, { groups: [declaredGroup('sg-1', [nothingOut])] });
    expect(findings).toMatchObject([{ key: 'SG13/sg-1/egress|-1|all|0.0.0.0/0', severity: 'medium', remediation: 'approval' }]);
    expect(revoked(repairsOf(undeclaredEgress, findings[0]))).toEqual(['sgr-1-0']);
  });

  it.each<[string, readonly Rule[], readonly Rule[]]>([
    ['declared HTTPS to anywhere', [egress('tcp', 443, '0.0.0.0/0')], [egress('6', 443, '0.0.0.0/0')]],
    ['the rule that lets nothing out', [nothingOut], []],
    ['undeclared ingress, which is SG1', [web], []],
  ])('passes %s', (_what, standing, declared) => {
    expect(run(undeclaredEgress, { securityGroups: [group('sg-1', standing)] }, { groups: [declaredGroup('sg-1', declared)] })).toEqual([]);
  });

  it.each<[string, Rule]>([
    ['another message of ICMP to nobody', egress('icmp', [8, 0], '255.255.255.255/32')],
    ['the same message to everybody', egress('icmp', [252, 86], '0.0.0.0/0')],
  ])('is not fooled by %s', (_what, rule) => {
    expect(run(undeclaredEgress, { securityGroups: [group('sg-1', [rule])] }, { groups: [declaredGroup('sg-1', [])] })).toHaveLength(1);
  });

  it('says nothing of groups that nobody declared', () => {
    expect(run(undeclaredEgress, { securityGroups: [group('sg-1', [egress('-1', -1, '0.0.0.0/0')])] })).toEqual([]);
  });
});
