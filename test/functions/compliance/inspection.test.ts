import { reachOf } from '../../../functions/compliance/inspection.ts';
import type { Resource } from '../../../functions/compliance/finding.ts';
import { snapshot as snapshotOf } from './network/fixtures.ts';

const group = (id: string, vpcId: string) => ({ id, name: id, vpcId, tags: {}, rules: [] });
const baseline = { groups: [{ stackName: 'Network', groupId: 'sg-1', vpcId: 'vpc-1', rules: [] }], memberships: [], roles: [] };
const snapshot = snapshotOf({
  securityGroups: [group('sg-1', 'vpc-1'), group('sg-by-hand', 'vpc-1'), group('sg-elsewhere', 'vpc-2')],
  networkInterfaces: [{ id: 'eni-elsewhere', vpcId: 'vpc-2', groupIds: [], requesterManaged: false, description: '' }],
  networkAcls: [{ id: 'acl-elsewhere', vpcId: 'vpc-2', isDefault: true, entries: [] }],
});

describe('what the repairs may change', () => {
  test.each<{ readonly resource: Resource; readonly expected: boolean; readonly why: string }>([
    { resource: { type: 'AWS::EC2::SecurityGroup', id: 'sg-1' }, expected: true, why: 'a declared group' },
    { resource: { type: 'AWS::EC2::SecurityGroup', id: 'sg-by-hand' }, expected: true, why: 'a group that somebody made in the VPC of the app' },
    { resource: { type: 'AWS::EC2::SecurityGroup', id: 'sg-elsewhere' }, expected: false, why: 'a group of another VPC' },
    { resource: { type: 'AWS::EC2::NetworkInterface', id: 'eni-elsewhere' }, expected: false, why: 'an interface in another VPC' },
    { resource: { type: 'AWS::EC2::NetworkAcl', id: 'acl-elsewhere' }, expected: false, why: 'an ACL of another VPC' },
    { resource: { type: 'AWS::IAM::Role', id: 'Web' }, expected: true, why: 'what is in no VPC' },
  ])('$why: $expected', ({ resource, expected }) => {
    expect(reachOf(snapshot, baseline)(resource)).toBe(expected);
  });

  test('is nothing in any VPC where no group is declared', () => {
    expect(reachOf(snapshot, { ...baseline, groups: [] })({ type: 'AWS::EC2::SecurityGroup', id: 'sg-1' })).toBe(false);
  });
});
