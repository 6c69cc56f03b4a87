import { aclAdministrationPort } from '../../../../functions/compliance/checks/sg16-acl-administration-port.ts';
import type { NetworkAcl, NetworkAclEntry } from '../../../../functions/compliance/snapshot.ts';
import { repairsOf, run, VPC } from './fixtures.ts';

/** What EC2 answers: numbers for protocols, and no ports where all are meant. */
function entry(ruleNumber: number, action: 'allow' | 'deny', cidr: string, change: Partial<NetworkAclEntry> = {}): NetworkAclEntry {
  return { ruleNumber, direction: 'ingress', action, protocol: '6', cidr, fromPort: 22, toPort: 22, ...change };
}

function everything(ruleNumber: number, action: 'allow' | 'deny', cidr = '0.0.0.0/0'): NetworkAclEntry {
  return { ruleNumber, direction: 'ingress', action, protocol: '-1', cidr };
}

function acl(entries: readonly NetworkAclEntry[], isDefault = false): NetworkAcl {
  return { id: 'acl-1', vpcId: VPC, isDefault, entries };
}

function found(...entries: readonly NetworkAclEntry[]) {
  return run(aclAdministrationPort, { networkAcls: [acl(entries)] });
}

const lastDeny = everything(32_767, 'deny');

describe('SG16', () => {
  it.each<[string, readonly NetworkAclEntry[], readonly number[], string]>([
    ['SSH', [entry(10, 'allow', '0.0.0.0/0')], [10], 'approval'],
    ['RDP over UDP', [entry(10, 'allow', '0.0.0.0/0', { protocol: '17', fromPort: 3389, toPort: 3389 })], [10], 'approval'],
    ['SSH over IPv6', [entry(10, 'allow', '::/0')], [10], 'approval'],
    ['SSH to half of the internet', [entry(10, 'allow', '0.0.0.0/1')], [10], 'approval'],
    ['SSH in two halves', [entry(10, 'allow', '0.0.0.0/1'), entry(11, 'allow', '128.0.0.0/1')], [10, 11], 'approval'],
    ['SSH before it is denied', [entry(10, 'allow', '0.0.0.0/0'), entry(20, 'deny', '0.0.0.0/0')], [10], 'approval'],
    ['SSH although one network is denied', [entry(10, 'deny', '8.0.0.0/8'), entry(20, 'allow', '0.0.0.0/0')], [20], 'approval'],
    ['SSH although RDP is denied', [entry(10, 'deny', '0.0.0.0/0', { fromPort: 3389, toPort: 3389 }), entry(20, 'allow', '0.0.0.0/0')], [20], 'approval'],
    ['SSH although it is denied over UDP', [entry(10, 'deny', '0.0.0.0/0', { protocol: '17' }), entry(20, 'allow', '0.0.0.0/0')], [20], 'approval'],
    ['SSH although it is denied over IPv6', [entry(10, 'deny', '::/0'), entry(20, 'allow', '0.0.0.0/0')], [20], 'approval'],
    ['a range with SSH in it', [entry(10, 'allow', '0.0.0.0/0', { fromPort: 20, toPort: 25 })], [10], 'report-only'],
    ['answers to connections, with RDP among them', [entry(10, 'allow', '0.0.0.0/0', { fromPort: 1024, toPort: 65_535 })], [10], 'report-only'],
    ['everything', [everything(100, 'allow')], [100], 'report-only'],
    ['every port of TCP', [{ ruleNumber: 9, direction: 'ingress', action: 'allow', protocol: '6', cidr: '0.0.0.0/0' }], [9], 'report-only'],
  ])('finds %s', (_what, entries, numbers, remediation) => {
    const findings = found(lastDeny, ...entries.toReversed());
    expect(findings.map(({ key }) => key)).toEqual(numbers.map((number) => `SG16/acl-1/ingress/${number}`));
    expect(findings.every((finding) => finding.remediation === remediation && finding.severity === 'medium')).toBe(true);
  });

  it.each<[string, readonly NetworkAclEntry[]]>([
    ['SSH from private networks', [entry(10, 'allow', '10.0.0.0/8')]],
    ['SSH from an office', [entry(10, 'allow', '8.8.8.0/24')]],
    ['HTTPS', [entry(10, 'allow', '0.0.0.0/0', { fromPort: 443, toPort: 443 })]],
    ['FTP, next to SSH', [entry(10, 'allow', '0.0.0.0/0', { fromPort: 20, toPort: 21 })]],
    ['SSH out', [entry(10, 'allow', '0.0.0.0/0', { direction: 'egress' })]],
    ['ICMP', [{ ruleNumber: 10, direction: 'ingress', action: 'allow', protocol: '1', cidr: '0.0.0.0/0', icmp: { type: -1, code: -1 } }]],
    ['SSH after it was denied', [entry(10, 'deny', '0.0.0.0/0'), entry(20, 'allow', '0.0.0.0/0')]],
    ['SSH after everything was denied', [everything(10, 'deny'), entry(20, 'allow', '0.0.0.0/0')]],
    ['SSH after it was denied in two halves', [entry(10, 'deny', '0.0.0.0/1'), entry(11, 'deny', '128.0.0.0/1'), entry(20, 'allow', '0.0.0.0/0')]],
    ['SSH and RDP denied before everything else', [
      entry(10, 'deny', '0.0.0.0/0'), entry(11, 'deny', '0.0.0.0/0', { fromPort: 3389, toPort: 3389 }),
      entry(12, 'deny', '0.0.0.0/0', { protocol: '17' }), entry(13, 'deny', '0.0.0.0/0', { protocol: '17', fromPort: 3389, toPort: 3389 }),
      everything(100, 'allow'),
    ]],
  ])('passes %s', (_what, entries) => {
    expect(found(lastDeny, ...entries.toReversed())).toEqual([]);
  });

  it('blames the entry that decides, and none behind it', () => {
    expect(found(entry(10, 'allow', '0.0.0.0/0'), entry(20, 'allow', '0.0.0.0/0')).map(({ key }) => key)).toEqual(['SG16/acl-1/ingress/10']);
  });

  it('deletes an entry for such a port alone, with what its undoing needs', () => {
    const ssh = entry(10, 'allow', '0.0.0.0/0');
    expect(repairsOf(aclAdministrationPort, found(ssh)[0])).toEqual([{ kind: 'delete-acl-entry', networkAclId: 'acl-1', entry: ssh }]);
  });

  it('reports the entry with which EC2 makes a default ACL, as of little weight', () => {
    const networkAcls = [acl([everything(100, 'allow'), everything(101, 'allow', '::/0'), entry(10, 'allow', '0.0.0.0/0')], true)];
    expect(run(aclAdministrationPort, { networkAcls }).map(({ key, severity }) => [key, severity])).toEqual([
      ['SG16/acl-1/ingress/10', 'medium'],
      ['SG16/acl-1/ingress/100', 'low'],
      ['SG16/acl-1/ingress/101', 'low'],
    ]);
  });
});
