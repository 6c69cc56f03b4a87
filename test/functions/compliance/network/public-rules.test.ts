import { administrationPortOpen } from '../../../../functions/compliance/checks/sg4-administration-port-open.ts';
import { unusualPortOpen } from '../../../../functions/compliance/checks/sg5-unusual-port-open.ts';
import { highRiskPortOpen } from '../../../../functions/compliance/checks/sg6-high-risk-port-open.ts';
import { everythingOpen } from '../../../../functions/compliance/checks/sg7-everything-open.ts';
import { fileSharingOpen } from '../../../../functions/compliance/checks/sg8-file-sharing-open.ts';
import type { Rule } from '../../../../functions/compliance/rule.ts';
import { declaredGroup, egress, group, ingress, repairsOf, revoked, run } from './fixtures.ts';

const checks = [administrationPortOpen, unusualPortOpen, highRiskPortOpen, everythingOpen, fileSharingOpen];

function failing(rule: Rule): string {
  return checks.filter((check) => run(check, { securityGroups: [group('sg-1', [rule])] }).length === 1).map(({ id }) => id).join(' ');
}

describe('single rules that let everybody in', () => {
  it.each<[string, Rule, string]>([
    ['SSH', ingress('tcp', 22, '0.0.0.0/0'), 'SG4 SG5 SG6'],
    ['SSH over IPv6', ingress('tcp', 22, '::/0'), 'SG4 SG5 SG6'],
    ['SSH, the zero spelled out', ingress('tcp', 22, '0:0:0:0:0:0:0:0/0'), 'SG4 SG5 SG6'],
    ['SSH from all of IPv6 that is in use', ingress('tcp', 22, '2000::/3'), 'SG4 SG5 SG6'],
    ['SSH from /0 with host bits', ingress('tcp', 22, '10.0.0.0/0'), 'SG4 SG5 SG6'],
    ['SSH by protocol number', ingress('6', 22, '0.0.0.0/0'), 'SG4 SG5 SG6'],
    ['RDP over UDP', ingress('17', 3389, '0.0.0.0/0'), 'SG4 SG5 SG6'],
    ['a range with SSH in it', ingress('tcp', [22, 23], '0.0.0.0/0'), 'SG4 SG5 SG6'],
    ['a range that only touches SSH', ingress('tcp', [23, 24], '0.0.0.0/0'), 'SG5 SG6'],
    ['FTP', ingress('tcp', [20, 21], '0.0.0.0/0'), 'SG5 SG6'],
    ['a database', ingress('tcp', 3306, '::/0'), 'SG5 SG6'],
    ['a cache over UDP', ingress('udp', 11_211, '0.0.0.0/0'), 'SG5 SG6'],
    ['Windows shares', ingress('tcp', 445, '0.0.0.0/0'), 'SG5 SG6 SG8'],
    ['a range with Windows shares', ingress('tcp', [440, 450], '0.0.0.0/0'), 'SG5 SG6 SG8'],
    ['a port that nobody knows', ingress('tcp', 7777, '0.0.0.0/0'), 'SG5'],
    ['from 80 to 443', ingress('tcp', [80, 443], '0.0.0.0/0'), 'SG5 SG6'],
    ['443 over UDP', ingress('udp', 443, '0.0.0.0/0'), 'SG5'],
    ['a protocol without ports', ingress('50', -1, '0.0.0.0/0'), 'SG5'],
    ['all protocols', ingress('-1', -1, '0.0.0.0/0'), 'SG4 SG5 SG6 SG7 SG8'],
    ['all protocols, named', ingress('all', -1, '::/0'), 'SG4 SG5 SG6 SG7 SG8'],
    ['every port of TCP', ingress('tcp', [0, 65_535], '0.0.0.0/0'), 'SG4 SG5 SG6 SG7 SG8'],
    ['every port of TCP but 0', ingress('tcp', [1, 65_535], '0.0.0.0/0'), 'SG4 SG5 SG6 SG7 SG8'],
    ['every port of UDP as -1', ingress('udp', -1, '0.0.0.0/0'), 'SG4 SG5 SG6 SG7 SG8'],
    ['the higher ports', ingress('tcp', [1024, 65_535], '0.0.0.0/0'), 'SG4 SG5 SG6'],
  ])('fail: %s', (_what, rule, ids) => {
    expect(failing(rule)).toBe(ids);
  });

  it.each<[string, Rule]>([
    ['HTTP', ingress('tcp', 80, '0.0.0.0/0')],
    ['HTTPS by number over IPv6', ingress('6', 443, '::/0')],
    ['SSH from a private network', ingress('tcp', 22, '10.0.0.0/8')],
    ['everything from a private network', ingress('-1', -1, '172.16.0.0/12')],
    ['SSH from the address zero', ingress('tcp', 22, '0.0.0.0/32')],
    ['SSH from mapped addresses, which no packet has', ingress('tcp', 22, '::ffff:0:0/96')],
    ['SSH from unique local addresses', ingress('tcp', 22, 'fc00::/7')],
    ['SSH from an office', ingress('tcp', 22, '8.8.8.8/32')],
    ['SSH from half of the internet, which SG9 reports', ingress('tcp', 22, '0.0.0.0/1')],
    ['SSH from a group', ingress('tcp', 22, 'sg-2')],
    ['SSH from a prefix list, which SG10 reports', ingress('tcp', 22, 'pl-1')],
    ['everything out', egress('-1', -1, '0.0.0.0/0')],
    ['SSH out', egress('tcp', 22, '0.0.0.0/0')],
    ['ICMP of the type 22', ingress('icmp', [22, 22], '0.0.0.0/0')],
    ['all of ICMP', ingress('icmpv6', -1, '::/0')],
  ])('pass: %s', (_what, rule) => {
    expect(failing(rule)).toBe('');
  });

  it('are revoked by their id alone, with what their undoing needs', () => {
    const rule = ingress('tcp', 22, '0.0.0.0/0');
    const account = { securityGroups: [group('sg-1', [], { rules: [{ ...rule, id: 'sgr-9', description: 'for a moment' }] })] };
    const [finding] = run(administrationPortOpen, account);
    expect(finding).toMatchObject({ key: 'SG4/sg-1/ingress|tcp|22-22|0.0.0.0/0', remediation: 'automatic', severity: 'high' });
    expect(finding?.message).toContain('SSH (22)');
    expect(repairsOf(administrationPortOpen, finding)).toEqual([
      { kind: 'revoke-rule', groupId: 'sg-1', ruleId: 'sgr-9', rule, description: 'for a moment' },
    ]);
  });

  it('leave the other sources of the same port alone', () => {
    const account = { securityGroups: [group('sg-1', [ingress('tcp', 22, '10.0.0.0/8'), ingress('tcp', 22, '0.0.0.0/0')])] };
    expect(run(administrationPortOpen, account).flatMap((finding) => revoked(repairsOf(administrationPortOpen, finding)))).toEqual(['sgr-1-1']);
  });

  it('are never revoked where they are declared, in whatever spelling', () => {
    const account = { securityGroups: [group('sg-1', [ingress('tcp', 22, '::/0')])] };
    const groups = [declaredGroup('sg-1', [ingress('6', 22, '0:0::/0')])];
    const [finding] = run(administrationPortOpen, account, { groups });
    expect(finding).toMatchObject({ remediation: 'report-only' });
    expect(finding?.message).toContain('The stack Shop-Network declares it so: a person corrects the declaration.');
  });

  it('are not excused by the declaration of another group', () => {
    const rule = ingress('tcp', 22, '0.0.0.0/0');
    const groups = [declaredGroup('sg-2', [rule]), declaredGroup('sg-1', [])];
    expect(run(administrationPortOpen, { securityGroups: [group('sg-1', [rule])] }, { groups })).toMatchObject([{ remediation: 'automatic' }]);
  });

  it('are critical where they are for everything', () => {
    expect(run(everythingOpen, { securityGroups: [group('sg-1', [ingress('-1', -1, '::/0')])] })).toMatchObject([{ severity: 'critical' }]);
  });
});
