import { wideSources } from '../../../../functions/compliance/checks/sg9-wide-sources.ts';
import type { Rule } from '../../../../functions/compliance/rule.ts';
import { declaredGroup, egress, group, ingress, prefixList, repairsOf, revoked, run } from './fixtures.ts';

/** Prefix lists that the rules below name. */
const prefixLists = [
  prefixList('pl-half', ['128.0.0.0/2', '192.0.0.0/2']),
  prefixList('pl-quarter', ['9.0.0.0/9']),
  prefixList('pl-aws', ['128.0.0.0/1'], { ownerId: 'AWS' }),
];

function found(...rules: readonly Rule[]) {
  return run(wideSources, { securityGroups: [group('sg-1', rules)], prefixLists });
}

const halves = (protocol: string, ports: number | readonly [number, number]): readonly Rule[] => [
  ingress(protocol, ports, '0.0.0.0/1'),
  ingress(protocol, ports, '128.0.0.0/1'),
];

describe('SG9', () => {
  it.each<[string, readonly Rule[], string]>([
    ['the two halves of the internet', halves('tcp', 22), 'ipv4/tcp/22'],
    ['the two halves, one of them in a range', [ingress('tcp', [20, 30], '0.0.0.0/1'), ingress('tcp', 22, '128.0.0.0/1')], 'ipv4/tcp/20-21+23-30 ipv4/tcp/22'],
    ['one half alone', [ingress('tcp', 22, '0.0.0.0/1')], 'ipv4/tcp/22'],
    ['halves of IPv6', [ingress('tcp', 22, '2000::/4'), ingress('tcp', 22, '3000::/4')], 'ipv6/tcp/22'],
    ['by all protocols', halves('-1', -1), 'ipv4/-1/all'],
    ['one half by all protocols, one by TCP', [ingress('-1', -1, '8.0.0.0/8'), ingress('tcp', 22, '9.0.0.0/8')], 'ipv4/tcp/22'],
    ['by a protocol without ports', halves('50', -1), 'ipv4/50/all'],
    ['two /8 of providers', [ingress('tcp', 22, '8.0.0.0/8'), ingress('tcp', 22, '9.0.0.0/8')], 'ipv4/tcp/22'],
    ['two /32 of IPv6', [ingress('tcp', 22, '2a00::/32'), ingress('tcp', 22, '2a01::/32')], 'ipv6/tcp/22'],
    ['a /8 and a prefix list', [ingress('tcp', 22, '8.0.0.0/8'), ingress('tcp', 22, 'pl-quarter')], 'ipv4/tcp/22'],
    ['every port but those of the web', halves('tcp', [0, 65_535]), 'ipv4/tcp/0-79+81-442+444-65535'],
    ['the web over UDP', halves('udp', 443), 'ipv4/udp/443'],
  ])('finds %s', (_what, rules, keys) => {
    expect(found(...rules).map(({ key }) => key)).toEqual(keys.split(' ').map((key) => `SG9/sg-1/${key}`));
  });

  it.each<[string, readonly Rule[]]>([
    ['everybody by one rule, which SG4 reports', [ingress('tcp', 22, '0.0.0.0/0')]],
    ['a list of half of the internet, which SG10 reports', [ingress('tcp', 22, 'pl-half')]],
    ['a list of AWS', [ingress('tcp', 22, 'pl-aws')]],
    ['the halves on the ports of the web', [...halves('tcp', 80), ...halves('tcp', 443)]],
    ['the halves by ICMP', halves('icmp', -1)],
    ['the halves on different ports, a /8 each', [ingress('tcp', 22, '8.0.0.0/8'), ingress('tcp', 23, '9.0.0.0/8')]],
    ['the halves by different protocols, a /8 each', [ingress('tcp', 22, '8.0.0.0/8'), ingress('udp', 22, '9.0.0.0/8')]],
    ['the same /8 over and over', [ingress('tcp', 22, '8.0.0.0/8'), ingress('tcp', 22, '8.0.0.0/9'), ingress('tcp', [22, 23], '8.0.0.0/8')]],
    ['all private networks', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'].map((cidr) => ingress('-1', -1, cidr))],
    ['addresses that nobody sends from', [ingress('tcp', 22, '224.0.0.0/3'), ingress('tcp', 22, '::ffff:0:0/96')]],
    ['a /32 of IPv6 and a /8 of IPv4', [ingress('tcp', 22, '8.0.0.0/8'), ingress('tcp', 22, '2a00::/32')]],
    ['the halves out', [egress('tcp', 22, '0.0.0.0/1'), egress('tcp', 22, '128.0.0.0/1')]],
    ['a list that was not read and a /8', [ingress('tcp', 22, '8.0.0.0/8'), ingress('tcp', 22, 'pl-unread')]],
  ])('passes %s', (_what, rules) => {
    expect(found(...rules)).toEqual([]);
  });

  it('does not add up the rules of two groups', () => {
    const securityGroups = [group('sg-1', [ingress('tcp', 22, '8.0.0.0/8')]), group('sg-2', [ingress('tcp', 22, '9.0.0.0/8')])];
    expect(run(wideSources, { securityGroups })).toEqual([]);
  });

  it('reports what is left beside a rule that lets everybody in by itself', () => {
    expect(found(ingress('tcp', 22, '0.0.0.0/0'), ...halves('tcp', 22))).toHaveLength(1);
  });

  it('asks, and revokes the widest rules only, until the others are narrow', () => {
    const [finding] = found(ingress('tcp', 22, '8.8.8.0/24'), ...halves('tcp', 22), ingress('tcp', 22, '10.0.0.0/8'));
    expect(finding).toMatchObject({ severity: 'high', remediation: 'approval' });
    expect(revoked(repairsOf(wideSources, finding))).toEqual(['sgr-1-1', 'sgr-1-2']);
  });

  it('keeps what is declared, and goes for the rest', () => {
    const rules = halves('tcp', 22);
    const groups = [declaredGroup('sg-1', rules.slice(0, 1))];
    const [finding] = run(wideSources, { securityGroups: [group('sg-1', rules)] }, { groups });
    expect(revoked(repairsOf(wideSources, finding))).toEqual(['sgr-1-1']);
  });

  it('is for a person where everything is declared', () => {
    const rules = halves('tcp', 22);
    const findings = run(wideSources, { securityGroups: [group('sg-1', rules)] }, { groups: [declaredGroup('sg-1', rules)] });
    expect(findings).toMatchObject([{ remediation: 'report-only' }]);
    expect(findings[0]?.message).toContain('Shop-Network declares it so');
  });

  it('stays with the same plan when the rules come in another order', () => {
    const quarters = ['0.0.0.0/2', '64.0.0.0/2', '128.0.0.0/2', '192.0.0.0/2'].map((cidr) => ingress('tcp', 22, cidr));
    const plansOf = (rules: readonly Rule[]) => found(...rules).map((finding) => repairsOf(wideSources, finding).map((action) => 'rule' in action && action.rule));
    expect(plansOf(quarters)).toEqual(plansOf(quarters.toReversed()));
    expect(plansOf(quarters)[0]).toHaveLength(4);
  });
});
