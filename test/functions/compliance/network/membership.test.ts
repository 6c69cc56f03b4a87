import { membership } from '../../../../functions/compliance/checks/sg11-membership.ts';
import type { DeclaredMembership } from '../../../../functions/compliance/baseline.ts';
import type { Attachment, Instance, NetworkInterface, Snapshot } from '../../../../functions/compliance/snapshot.ts';
import { networkInterface, repairsOf, run } from './fixtures.ts';

const ALB = 'arn:aws:elasticloadbalancing:eu-west-3:111122223333:loadbalancer/app/shop/1';

function declared(kind: DeclaredMembership['kind'], id: string, ...groupIds: string[]): DeclaredMembership {
  return { stackName: 'Shop-Web', kind, id, groupIds };
}

const memberships = [
  declared('load-balancer', ALB, 'sg-lb'),
  declared('database', 'shop', 'sg-db'),
  declared('launch-template', 'lt-1', 'sg-app'),
  declared('auto-scaling-group', 'web', 'sg-app', 'sg-ssm'),
];

function attachment(kind: Attachment['kind'], id: string, groupIds: readonly string[]): Attachment {
  return { kind, id, groupIds, ...(kind === 'launch-template' ? { version: '7' } : {}) };
}

function instance(change: Partial<Instance> = {}): Instance {
  return { id: 'i-1', state: 'running', httpTokens: 'required', autoScalingGroupName: 'web', ...change };
}

function found(account: Partial<Snapshot>) {
  return run(membership, account, { memberships });
}

function foundOn(interfaces: readonly NetworkInterface[], change: Partial<Instance> = {}) {
  return found({ instances: [instance(change)], networkInterfaces: interfaces });
}

describe('SG11', () => {
  it('finds nothing where the groups are the declared ones, in any order', () => {
    expect(
      found({
        attachments: [attachment('load-balancer', ALB, ['sg-lb']), attachment('database', 'shop', ['sg-db']), attachment('launch-template', 'lt-1', ['sg-app'])],
        instances: [instance()],
        networkInterfaces: [networkInterface('eni-1', ['sg-ssm', 'sg-app'], { instanceId: 'i-1' })],
      }),
    ).toEqual([]);
  });

  it('puts back the groups of a load balancer', () => {
    const [finding] = found({ attachments: [attachment('load-balancer', ALB, ['sg-lb', 'sg-foreign'])] });
    expect(finding).toMatchObject({ key: `SG11/${ALB}`, severity: 'critical', remediation: 'approval', resource: { type: 'AWS::ElasticLoadBalancingV2::LoadBalancer' } });
    expect(repairsOf(membership, finding)).toEqual([
      { kind: 'set-load-balancer-groups', loadBalancerArn: ALB, groupIds: ['sg-lb'], before: ['sg-lb', 'sg-foreign'] },
    ]);
  });

  it('puts back the groups of a database', () => {
    const [finding] = found({ attachments: [attachment('database', 'shop', ['sg-app'])] });
    expect(repairsOf(membership, finding)).toEqual([{ kind: 'set-database-groups', databaseId: 'shop', groupIds: ['sg-db'], before: ['sg-app'] }]);
  });

  it('leaves a launch template to its stack, version by version', () => {
    const template = attachment('launch-template', 'lt-1', ['sg-open']);
    const findings = found({ attachments: [template, { ...template, version: '8' }] });
    expect(findings).toMatchObject([{ key: 'SG11/lt-1/7', remediation: 'report-only' }, { key: 'SG11/lt-1/8', remediation: 'report-only' }]);
  });

  it.each([
    ['a foreign group besides', ['sg-app', 'sg-ssm', 'sg-foreign']],
    ['one group less', ['sg-app']],
    ['others altogether', ['sg-foreign']],
  ])('puts back the groups of an interface with %s', (_what, groupIds) => {
    const [finding] = foundOn([networkInterface('eni-1', groupIds, { instanceId: 'i-1' })]);
    expect(finding).toMatchObject({ key: 'SG11/eni-1', remediation: 'approval', resource: { type: 'AWS::EC2::NetworkInterface', id: 'eni-1' } });
    expect(repairsOf(membership, finding)).toEqual([{ kind: 'set-interface-groups', interfaceId: 'eni-1', groupIds: ['sg-app', 'sg-ssm'], before: groupIds }]);
  });

  it('looks at every interface of an instance, the second one too', () => {
    const interfaces = [networkInterface('eni-1', ['sg-app', 'sg-ssm'], { instanceId: 'i-1' }), networkInterface('eni-2', ['sg-open'], { instanceId: 'i-1' })];
    expect(foundOn(interfaces).map(({ key }) => key)).toEqual(['SG11/eni-2']);
  });

  it.each<[string, Partial<NetworkInterface>, Partial<Instance>]>([
    ['of an instance of no group', { instanceId: 'i-1' }, { autoScalingGroupName: 'batch' }],
    ['of an instance by hand', { instanceId: 'i-2' }, {}],
    ['of no instance', {}, {}],
    ['of an instance that is going', { instanceId: 'i-1' }, { state: 'shutting-down' }],
    ['of an instance that is gone', { instanceId: 'i-1' }, { state: 'terminated' }],
  ])('says nothing of an interface %s', (_what, change, ofInstance) => {
    expect(foundOn([networkInterface('eni-1', ['sg-open'], change)], ofInstance)).toEqual([]);
  });

  it.each(['pending', 'running', 'stopping', 'stopped'])('looks at an instance that is %s', (state) => {
    expect(foundOn([networkInterface('eni-1', ['sg-open'], { instanceId: 'i-1' })], { state })).toHaveLength(1);
  });

  it('leaves to a person what a service of AWS manages, or would be left without groups', () => {
    expect(foundOn([networkInterface('eni-1', ['sg-open'], { instanceId: 'i-1', requesterManaged: true })])).toMatchObject([{ remediation: 'report-only' }]);
    expect(found({ attachments: [attachment('load-balancer', ALB, [])] })).toMatchObject([{ remediation: 'report-only' }]);
  });

  it('says nothing of what is not declared, nor of a database that is called like a load balancer', () => {
    expect(found({ attachments: [attachment('database', 'other', ['sg-open']), attachment('database', ALB, ['sg-open'])] })).toEqual([]);
  });

  describe('with parts unread', () => {
    const unread = { attachments: 'not asked for', instances: 'not asked for', networkInterfaces: 'not asked for' };

    it('judges interfaces without the attachments, where none of those is declared', () => {
      const account = {
        unread: { attachments: 'not asked for' },
        instances: [instance()],
        networkInterfaces: [networkInterface('eni-1', ['sg-open'], { instanceId: 'i-1' })],
      };
      expect(run(membership, account, { memberships: memberships.slice(3) })).toHaveLength(1);
    });

    it('judges attachments without the instances, where no such group is declared', () => {
      const account = { unread: { instances: 'not asked for', networkInterfaces: 'not asked for' }, attachments: [attachment('database', 'shop', ['sg-open'])] };
      expect(run(membership, account, { memberships: memberships.slice(1, 2) })).toHaveLength(1);
    });

    it('does not pass for clean where something declared was not looked at, or nothing was', () => {
      expect(() => found({ unread: { attachments: 'AccessDenied' } })).toThrow('attachments: AccessDenied');
      expect(() => found({ unread: { networkInterfaces: 'AccessDenied' } })).toThrow('networkInterfaces: AccessDenied');
      expect(() => run(membership, { unread })).toThrow('attachments: not asked for; instances: not asked for');
    });
  });
});
