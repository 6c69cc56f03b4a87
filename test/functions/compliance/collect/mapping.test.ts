import type { NetworkAclEntry, SecurityGroupRule } from '@aws-sdk/client-ec2';
import { createDocumentReader, toInlinePolicies } from '../../../../functions/compliance/collect-documents.ts';
import { eachFiltered, type Filtered } from '../../../../functions/compliance/collect-fields.ts';
import { toAclEntry, toRule } from '../../../../functions/compliance/collect-network.ts';
import { Defect, Refused } from '../../../../functions/platform/errors.ts';

const accountId = '123456789012';

/** A rule as DescribeSecurityGroupRules answers it: 22 from anywhere. */
function ruleOf(change: Partial<SecurityGroupRule>): SecurityGroupRule {
  return { SecurityGroupRuleId: 'sgr-1', GroupId: 'sg-1', IsEgress: false, IpProtocol: 'tcp', FromPort: 22, ToPort: 22, ...change };
}

describe('a security group rule', () => {
  test.each([
    ['an IPv4 block', { CidrIpv4: '0.0.0.0/0' }, { kind: 'ipv4', cidr: '0.0.0.0/0' }],
    ['an IPv6 block', { CidrIpv6: '::/0' }, { kind: 'ipv6', cidr: '::/0' }],
    ['a prefix list', { PrefixListId: 'pl-1' }, { kind: 'prefix-list', id: 'pl-1' }],
    ['a group of the account', { ReferencedGroupInfo: { GroupId: 'sg-2', UserId: accountId } }, { kind: 'group', id: 'sg-2' }],
    ['a group of which no owner is told', { ReferencedGroupInfo: { GroupId: 'sg-2' } }, { kind: 'group', id: 'sg-2' }],
    ['a group of another account', { ReferencedGroupInfo: { GroupId: 'sg-3', UserId: '999999999999' } }, { kind: 'group', id: 'sg-3', accountId: '999999999999' }],
  ])('from %s has it as its peer', (_what, source, peer) => {
    expect(toRule(ruleOf(source), accountId).peer).toEqual(peer);
  });

  test('keeps its id, direction, protocol, ports and description', () => {
    const rule = toRule(ruleOf({ IsEgress: true, IpProtocol: 'udp', FromPort: 53, ToPort: 54, CidrIpv4: '10.0.0.2/32', Description: 'DNS' }), accountId);
    expect(rule).toEqual({
      id: 'sgr-1', direction: 'egress', protocol: 'udp', fromPort: 53, toPort: 54, peer: { kind: 'ipv4', cidr: '10.0.0.2/32' }, description: 'DNS',
    });
  });

  test('without ports or a description has all ports and no description', () => {
    const { FromPort: _from, ToPort: _to, ...rest } = ruleOf({ IpProtocol: '-1', CidrIpv4: '0.0.0.0/0', Description: '' });
    expect(toRule(rest, accountId)).toEqual({ id: 'sgr-1', direction: 'ingress', protocol: '-1', fromPort: -1, toPort: -1, peer: { kind: 'ipv4', cidr: '0.0.0.0/0' } });
  });

  test('of a source that is not known is refused, not guessed', () => {
    expect(() => toRule(ruleOf({}), accountId)).toThrow(Refused);
    expect(() => toRule(ruleOf({}), accountId)).toThrow('The rule sgr-1 has a source');
  });

  test('without an id is a defect: it could not be revoked', () => {
    const { SecurityGroupRuleId: _id, ...rest } = ruleOf({ CidrIpv4: '0.0.0.0/0' });
    expect(() => toRule(rest, accountId)).toThrow(Defect);
  });
});

describe('an entry of a network ACL', () => {
  test.each<[string, NetworkAclEntry, object]>([
    [
      'ports',
      { RuleNumber: 100, Egress: false, RuleAction: 'allow', Protocol: '6', CidrBlock: '0.0.0.0/0', PortRange: { From: 22, To: 22 } },
      { ruleNumber: 100, direction: 'ingress', action: 'allow', protocol: '6', cidr: '0.0.0.0/0', fromPort: 22, toPort: 22 },
    ],
    [
      'no ports, IPv6, denying',
      { RuleNumber: 32_768, Egress: true, RuleAction: 'deny', Protocol: '-1', Ipv6CidrBlock: '::/0' },
      { ruleNumber: 32_768, direction: 'egress', action: 'deny', protocol: '-1', cidr: '::/0' },
    ],
    [
      'ICMP',
      { RuleNumber: 1, Egress: false, RuleAction: 'allow', Protocol: '1', CidrBlock: '10.0.0.0/8', IcmpTypeCode: { Type: 8, Code: 0 } },
      { ruleNumber: 1, direction: 'ingress', action: 'allow', protocol: '1', cidr: '10.0.0.0/8', icmp: { type: 8, code: 0 } },
    ],
  ])('with %s is kept as it is', (_what, entry, expected) => {
    expect(toAclEntry(entry)).toEqual(expected);
  });
});

describe('a policy document', () => {
  const statement = { Effect: 'Allow', Action: 's3:Get*', Resource: 'arn:aws:s3:::a b/*' };
  const encoded = encodeURIComponent(JSON.stringify({ Version: '2012-10-17', Statement: statement }));

  test('is decoded and parsed', () => {
    const policies = toInlinePolicies([{ PolicyName: 'read', PolicyDocument: encoded }], 'the role web', createDocumentReader());
    expect(policies).toEqual([{ name: 'read', document: { Version: '2012-10-17', Statement: statement } }]);
  });

  test('that stands twice is parsed and kept once', () => {
    const readDocument = createDocumentReader();
    expect(readDocument(encoded, 'one')).toBe(readDocument(encoded, 'another'));
  });

  test.each([
    ['no JSON', '%7B', 'is no URL-encoded JSON'],
    ['badly encoded', '%', 'is no URL-encoded JSON'],
    ['missing', undefined, 'is no URL-encoded JSON'],
    ['no policy', encodeURIComponent('{"Statement":{"Effect":"Perhaps"}}'), 'is no policy'],
  ])('that is %s is refused with the name of its owner', (_what, text, message) => {
    const read = () => createDocumentReader()(text, 'the policy odd');
    expect(read).toThrow(Refused);
    expect(read).toThrow(`The document of the policy odd ${message}`);
  });
});

describe('filters', () => {
  async function inputsOf(values: readonly string[] | undefined): Promise<readonly Filtered[]> {
    return eachFiltered('group-id', values, (input) => Promise.resolve([input]));
  }

  test('ask for everything where no values are given, and for nothing where there are none', async () => {
    await expect(inputsOf(undefined)).resolves.toEqual([{}]);
    await expect(inputsOf([])).resolves.toEqual([]);
  });

  test('hold 200 values each, every value once', async () => {
    const values = Array.from({ length: 401 }, (_value, index) => `sg-${index}`);
    const inputs = await inputsOf([...values, 'sg-0']);
    expect(inputs.map(({ Filters }) => Filters?.[0]?.Values.length)).toEqual([200, 200, 1]);
    expect(inputs.flatMap(({ Filters }) => Filters?.[0]?.Values ?? [])).toEqual(values);
  });
});
