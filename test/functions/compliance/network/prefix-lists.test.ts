import { widePrefixList } from '../../../../functions/compliance/checks/sg10-wide-prefix-list.ts';
import type { PrefixList } from '../../../../functions/compliance/snapshot.ts';
import { declaredGroup, egress, group, ingress, prefixList, repairsOf, revoked, run, STRANGER } from './fixtures.ts';

const rule = ingress('tcp', 443, 'pl-1');
const declared = { groups: [declaredGroup('sg-1', [rule])] };

function account(...lists: readonly PrefixList[]) {
  return { securityGroups: [group('sg-1', [rule])], prefixLists: lists };
}

describe('SG10', () => {
  it.each([
    ['everybody', ['8.8.8.0/24', '0.0.0.0/0'], ['0.0.0.0/0']],
    ['everybody in halves', ['0.0.0.0/1', '8.8.8.0/24', '128.0.0.0/1'], ['0.0.0.0/1', '128.0.0.0/1']],
    ['everybody of IPv6', ['::/0', '2a00::/48'], ['::/0']],
    ['more than a /8', ['8.0.0.0/8', '9.0.0.0/24'], ['8.0.0.0/8']],
    ['an office of IPv6 and half of IPv4', ['2a00::/48', '0.0.0.0/1'], ['0.0.0.0/1']],
  ])('takes %s out of our list that a declared rule relies on', (_what, entries, remove) => {
    const [finding] = run(widePrefixList, account(prefixList('pl-1', entries)), declared);
    expect(finding).toMatchObject({ key: 'SG10/pl-1', severity: 'high', remediation: 'approval', resource: { type: 'AWS::EC2::PrefixList', id: 'pl-1' } });
    expect(repairsOf(widePrefixList, finding)).toEqual([{ kind: 'set-prefix-list-entries', prefixListId: 'pl-1', version: 3, add: [], remove }]);
  });

  it.each([
    ['an office', ['8.8.8.0/24', '2a00::/48']],
    ['exactly a /8', ['8.0.0.0/8']],
    ['private networks, wide as they are', ['10.0.0.0/8', '172.16.0.0/12', 'fc00::/7']],
    ['the same /8 in pieces', ['8.0.0.0/9', '8.128.0.0/9', '8.0.0.0/10']],
    ['nothing', []],
  ])('passes a list of %s', (_what, entries) => {
    expect(run(widePrefixList, account(prefixList('pl-1', entries)), declared)).toEqual([]);
  });

  it('passes a list of AWS, however wide', () => {
    expect(run(widePrefixList, account(prefixList('pl-1', ['0.0.0.0/0'], { ownerId: 'AWS' })), declared)).toEqual([]);
  });

  it('passes a wide list that lets nobody in: for egress, or for nothing', () => {
    const prefixLists = [prefixList('pl-1', ['0.0.0.0/0']), prefixList('pl-2', ['0.0.0.0/0'])];
    expect(run(widePrefixList, { securityGroups: [group('sg-1', [egress('tcp', 443, 'pl-1')])], prefixLists })).toEqual([]);
  });

  it('revokes an undeclared rule instead of changing a list that others may use', () => {
    const [finding] = run(widePrefixList, account(prefixList('pl-1', ['0.0.0.0/0'])));
    expect(finding).toMatchObject({ key: 'SG10/sg-1/ingress|tcp|443-443|pl-1', remediation: 'approval', resource: { type: 'AWS::EC2::SecurityGroup' } });
    expect(revoked(repairsOf(widePrefixList, finding))).toEqual(['sgr-1-0']);
  });

  it('reports each undeclared rule, and the list once for all declared ones', () => {
    const securityGroups = ['sg-1', 'sg-2', 'sg-3', 'sg-4'].map((id) => group(id, [rule]));
    const groups = [declaredGroup('sg-1', [rule]), declaredGroup('sg-2', [rule])];
    const findings = run(widePrefixList, { securityGroups, prefixLists: [prefixList('pl-1', ['0.0.0.0/0'])] }, { groups });
    expect(findings.map(({ resource }) => resource.id)).toEqual(['sg-3', 'sg-4', 'pl-1']);
  });

  it('leaves the list of another account to a person', () => {
    const findings = run(widePrefixList, account(prefixList('pl-1', ['0.0.0.0/0'], { ownerId: STRANGER })), declared);
    expect(findings).toMatchObject([{ key: 'SG10/pl-1', remediation: 'report-only' }]);
    expect(findings[0]?.message).toContain(STRANGER);
  });

  it('says that it cannot see into a list that is not there', () => {
    expect(run(widePrefixList, account(), declared)).toMatchObject([{ severity: 'medium', remediation: 'report-only' }]);
  });
});
