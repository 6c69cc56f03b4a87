import { readBaseline } from '../../../../functions/compliance/collect-account.ts';
import { errorOf } from '../../platform/session.ts';
import { type Auditor, openAuditor } from './auditor.ts';
import { baselineGrants } from './grants.ts';

const path = '/webmarket/production/baseline';
const group = {
  stackName: 'web',
  groupId: 'sg-1',
  vpcId: 'vpc-1',
  tier: 'application',
  rules: [{ direction: 'ingress', protocol: 'tcp', fromPort: 80, toPort: 80, peer: { kind: 'group', id: 'sg-0' } }],
};
const membership = { stackName: 'web', kind: 'load-balancer', id: 'arn:lb', groupIds: ['sg-0'] };
const role = {
  stackName: 'web',
  roleName: 'web', path: '/',
  trust: { Statement: { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' } },
  inlinePolicies: [],
  attachedPolicyArns: [],
};

let auditor: Auditor;

beforeEach(() => {
  auditor = openAuditor(baselineGrants);
});

afterEach(() => {
  auditor.close();
});

function publish(name: string, document: unknown): void {
  auditor.account.ssm.putParameter(name, typeof document === 'string' ? document : JSON.stringify(document));
}

function read() {
  return auditor.run(() => readBaseline('production'));
}

describe('the baseline', () => {
  test('is every document under its path, by kind, whatever the depth of its name', async () => {
    publish(`${path}/security-groups/web/app`, group);
    publish(`${path}/memberships/alb`, membership);
    publish(`${path}/roles/web`, role);
    publish('/webmarket/staging/baseline/roles/other', role);
    await expect(read()).resolves.toEqual({ groups: [group], memberships: [membership], roles: [role] });
    expect(auditor.unused()).toEqual([]);
  });

  test('comes ten documents a call', async () => {
    for (let index = 0; index < 31; index++) publish(`${path}/security-groups/${index}`, { ...group, groupId: `sg-${index}` });
    const { groups } = await read();
    expect(new Set(groups.map(({ groupId }) => groupId)).size).toBe(31);
    expect(auditor.calls()).toEqual({ GetParametersByPath: 4 });
  });

  test.each([
    ['no JSON', 'security-groups/app', '{', 'holds no JSON document'],
    ['not of its kind', 'security-groups/app', { ...group, groupId: 7 }, 'is no document of the baseline'],
    ['of a kind that does not exist', 'firewalls/app', group, 'is of no kind of the baseline, expected security-groups, memberships, roles'],
    ['of a kind that every object has', 'constructor/app', group, 'is of no kind'],
  ])('with a document that is %s is a defect, which names the parameter', async (_what, name, document, message) => {
    publish(`${path}/roles/web`, role);
    publish(`${path}/${name}`, document);
    const error = await errorOf(read());
    expect(error.name).toBe('Defect');
    expect(error.message).toContain(`The parameter ${path}/${name} ${message}`);
  });

  test('of which there is nothing is a defect: everything would look like drift', async () => {
    const error = await errorOf(read());
    expect(error.name).toBe('Defect');
    expect(error.message).toContain(`${path}/`);
  });
});
