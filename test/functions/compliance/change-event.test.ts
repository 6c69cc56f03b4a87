import { subjectOfCall } from '../../../functions/compliance/change-event.ts';

const writer = 'arn:aws:iam::123456789012:role/webmarket-writers/Writer';

function record(eventName: string, requestParameters: object, more: object = {}): object {
  const eventSource = 'ec2.amazonaws.com';
  return { eventTime: '2027-01-20T13:03:00Z', recipientAccountId: '123456789012', eventSource, eventName, requestParameters, responseElements: null, userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::123456789012:user/someone' }, ...more };
}

const subject = (call: object) => subjectOfCall(call, new Set([writer]));
const resources = (call: object) => {
  const found = subject(call);
  return found.kind === 'resources' ? found.resources.map(({ type, id }) => `${type} ${id}`) : found.reason;
};
const iam = { eventSource: 'iam.amazonaws.com' };

describe('what a recorded call changed', () => {
  test.each([
    [record('AuthorizeSecurityGroupIngress', { groupId: 'sg-1', ipPermissions: {} }), 'AWS::EC2::SecurityGroup sg-1'],
    [record('ModifySecurityGroupRules', { ModifySecurityGroupRulesRequest: { GroupId: 'sg-1' } }), 'AWS::EC2::SecurityGroup sg-1'],
    [record('CreateSecurityGroup', { groupName: 'x' }, { responseElements: { groupId: 'sg-2' } }), 'AWS::EC2::SecurityGroup sg-2'],
    [record('ModifyNetworkInterfaceAttribute', { networkInterfaceId: 'eni-1', groupSet: {} }), 'AWS::EC2::NetworkInterface eni-1'],
    [record('ModifyInstanceAttribute', { instanceId: 'i-1', groupSet: {} }), 'AWS::EC2::Instance i-1'],
    [record('SetSecurityGroups', { loadBalancerArn: 'arn:lb' }, { eventSource: 'elasticloadbalancing.amazonaws.com' }), 'AWS::ElasticLoadBalancingV2::LoadBalancer arn:lb'],
    [record('ModifyDBInstance', { dBInstanceIdentifier: 'db' }, { eventSource: 'rds.amazonaws.com' }), 'AWS::RDS::DBInstance db'],
    [record('PutRolePolicy', { roleName: 'Web', policyName: 'p' }, iam), 'AWS::IAM::Role Web'],
    [record('AttachRolePolicy', { roleName: 'Web', policyArn: 'arn:aws:iam::aws:policy/X' }, iam), 'AWS::IAM::Role Web'],
    [record('CreateAccessKey', { userName: 'someone' }, iam), 'AWS::IAM::User someone'],
    [record('CreateAccessKey', {}, { ...iam, responseElements: { accessKey: { userName: 'oneself' } } }), 'AWS::IAM::User oneself'],
    [record('DeleteAccountPasswordPolicy', {}, iam), 'AWS::Account 123456789012'],
    [record('CreatePolicyVersion', { policyArn: 'arn:p' }, iam), 'AWS::IAM::ManagedPolicy arn:p'],
  ])('%j', (call, expected) => {
    expect(resources(call)).toEqual([expected]);
  });

  test('when and by whom', () => {
    expect(subject(record('AuthorizeSecurityGroupIngress', { groupId: 'sg-1' }))).toMatchObject({
      changedAt: Date.parse('2027-01-20T13:03:00Z'),
      actor: 'arn:aws:iam::123456789012:user/someone',
    });
  });
});

describe('what is no drift', () => {
  const ours = { userIdentity: { type: 'AssumedRole', arn: 'arn:aws:sts::123456789012:assumed-role/Writer/x', sessionContext: { sessionIssuer: { arn: writer } } } };
  test.each([
    ['a call that failed', record('AuthorizeSecurityGroupIngress', { groupId: 'sg-1' }, { errorCode: 'Client.UnauthorizedOperation' }), /failed with Client\.Unauth/u],
    ['a repair of ours', record('RevokeSecurityGroupIngress', { groupId: 'sg-1' }, ours), /repair of ours/u],
    ['a call about something else', record('CreateTags', { resourcesSet: {} }), /nothing that is checked/u],
    ['what is no record', { hello: 'world' }, /no CloudTrail record/u],
  ])('%s', (_what, call, reason) => {
    expect(resources(call)).toMatch(reason);
  });

  test('the role of somebody else whose name only looks like ours is looked at', () => {
    const other = { userIdentity: { sessionContext: { sessionIssuer: { arn: `${writer}2` } } } };
    expect(resources(record('RevokeSecurityGroupIngress', { groupId: 'sg-1' }, other))).toEqual(['AWS::EC2::SecurityGroup sg-1']);
  });
});
