import { tierChain } from '../../../../functions/compliance/checks/sg3-tier-chain.ts';
import { networkChecks } from '../../../../functions/compliance/checks/network-checks.ts';
import type { Rule } from '../../../../functions/compliance/rule.ts';
import { ACCOUNT, declaredGroup, egress, group, ingress, nothingOut, repairsOf, revoked, run, STRANGER } from './fixtures.ts';

/** The shop: everybody to the load balancer, it to the application, that to the database, and the probe to that too. */
const shop = {
  'sg-lb': [ingress('tcp', 80, '0.0.0.0/0'), ingress('tcp', 443, '0.0.0.0/0'), egress('tcp', 8080, 'sg-app')],
  'sg-app': [ingress('tcp', 8080, 'sg-lb'), egress('tcp', 3306, 'sg-db'), egress('tcp', 443, '0.0.0.0/0')],
  'sg-db': [ingress('tcp', 3306, 'sg-app'), ingress('tcp', 3306, 'sg-probe'), nothingOut],
  'sg-probe': [egress('tcp', 3306, 'sg-db'), egress('tcp', 443, '0.0.0.0/0')],
} as const;

const groups = [
  declaredGroup('sg-lb', shop['sg-lb'], { tier: 'load-balancer' }),
  declaredGroup('sg-app', shop['sg-app'], { tier: 'application' }),
  declaredGroup('sg-db', shop['sg-db'], { tier: 'database' }),
  declaredGroup('sg-probe', shop['sg-probe'], { tier: 'probe' }),
  declaredGroup('sg-other', []),
];

function shopWith(groupId: keyof typeof shop | 'sg-other', ...added: readonly Rule[]) {
  const ids = [...Object.keys(shop), 'sg-other'];
  const rulesOf = (id: string): readonly Rule[] => shop[id as keyof typeof shop] ?? [];
  return ids.map((id) => group(id, [...rulesOf(id), ...(id === groupId ? added : [])]));
}

describe('SG3', () => {
  it('finds nothing in the shop as declared, and neither does any check of rules', () => {
    const account = { securityGroups: shopWith('sg-other') };
    const ofRules = networkChecks.filter(({ id }) => Number(id.slice(2)) <= 14 && id !== 'SG11');
    for (const check of ofRules) expect(run(check, account, { groups })).toEqual([]);
  });

  it.each<['sg-app' | 'sg-db' | 'sg-probe', string, Rule, string]>([
    ['sg-app', 'everybody', ingress('tcp', 8080, '0.0.0.0/0'), 'automatic'],
    ['sg-app', 'one private address', ingress('tcp', 8080, '10.0.0.9/32'), 'automatic'],
    ['sg-app', 'itself', ingress('-1', -1, 'sg-app'), 'approval'],
    ['sg-app', 'the database', ingress('tcp', 8080, 'sg-db'), 'approval'],
    ['sg-app', 'a group outside of the chain', ingress('tcp', 8080, 'sg-other'), 'approval'],
    ['sg-app', 'a group of the same id in another account', ingress('tcp', 8080, `${STRANGER}/sg-lb`), 'approval'],
    ['sg-app', 'the probe', ingress('tcp', 8080, 'sg-probe'), 'approval'],
    ['sg-probe', 'the application', ingress('tcp', 443, 'sg-app'), 'approval'],
    ['sg-probe', 'one private address', ingress('tcp', 443, '10.0.0.9/32'), 'automatic'],
    ['sg-app', 'a prefix list', ingress('tcp', 8080, 'pl-1'), 'approval'],
    ['sg-db', 'the load balancer, a link too far', ingress('tcp', 3306, 'sg-lb'), 'approval'],
    ['sg-db', 'itself', ingress('tcp', 3306, 'sg-db'), 'approval'],
    ['sg-db', 'a network of IPv6', ingress('tcp', 3306, '2001:db8::/64'), 'automatic'],
    ['sg-db', 'ICMP', ingress('icmp', -1, '10.0.0.0/8'), 'automatic'],
  ])('finds that %s takes from %s', (groupId, _what, rule, remediation) => {
    const findings = run(tierChain, { securityGroups: shopWith(groupId, rule) }, { groups });
    expect(findings).toMatchObject([{ resource: { id: groupId }, severity: 'critical', remediation }]);
    const place = shop[groupId].length;
    expect(revoked(repairsOf(tierChain, findings[0]))).toEqual([`${groupId.replace('sg-', 'sgr-')}-${place}`]);
  });

  it.each<[keyof typeof shop | 'sg-other', string, Rule]>([
    ['sg-app', 'the load balancer on another port, which SG1 reports', ingress('tcp', 9090, 'sg-lb')],
    ['sg-app', 'the load balancer, its account spelled out', ingress('tcp', 8080, `${ACCOUNT}/sg-lb`)],
    ['sg-db', 'nobody, since it is egress', egress('tcp', 443, '0.0.0.0/0')],
    ['sg-lb', 'somebody else, as the door', ingress('tcp', 8443, '10.0.0.0/8')],
    ['sg-other', 'somebody, outside of the chain', ingress('tcp', 8080, '10.0.0.0/8')],
  ])('lets %s take from %s', (groupId, _what, rule) => {
    expect(run(tierChain, { securityGroups: shopWith(groupId, rule) }, { groups })).toEqual([]);
  });

  it('holds the declaration to it as well, and revokes nothing of it', () => {
    const rule = ingress('tcp', 22, '10.0.0.0/8');
    const wrong = groups.map((one) => (one.groupId === 'sg-db' ? { ...one, rules: [...one.rules, rule] } : one));
    expect(run(tierChain, { securityGroups: shopWith('sg-db', rule) }, { groups: wrong })).toMatchObject([{ remediation: 'report-only' }]);
  });
});
