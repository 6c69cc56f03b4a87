import { assess, assessResources } from '../../../functions/compliance/assessment.ts';
import type { Baseline } from '../../../functions/compliance/baseline.ts';
import { checkOf, findingOf, settingsOf } from './builders.ts';
import { snapshot as snapshotOf } from './network/fixtures.ts';

const baseline: Baseline = { groups: [], memberships: [], roles: [] };
const subject = { snapshot: snapshotOf(), baseline, settings: settingsOf() };
const group = (id: string) => ({ id, name: id, vpcId: 'vpc-1', tags: {}, rules: [] });

describe('a check', () => {
  test('that finds nothing has passed, and one that finds something has failed', () => {
    const checks = [checkOf('SG1'), checkOf('SG4', { evaluate: () => [findingOf({ checkId: 'SG4' }), findingOf({ checkId: 'SG4', key: 'SG4/other' })] })];
    const { results, findings } = assess({ ...subject, checks });
    expect(results).toEqual([{ id: 'SG1', status: 'passed' }, { id: 'SG4', status: 'failed', findings: 2 }]);
    expect(findings).toHaveLength(2);
  });

  test('of what was not read says nothing, with the reason, and is not even asked', () => {
    const evaluate = (): never => {
      throw new Error('asked');
    };
    const snapshot = snapshotOf({ unread: { securityGroups: 'AccessDenied: no' } });
    const { results } = assess({ ...subject, snapshot, checks: [checkOf('SG1', { evaluate }), checkOf('IAM8', { reads: ['roles'] })] });
    expect(results).toEqual([
      { id: 'SG1', status: 'not-evaluated', reason: 'securityGroups: AccessDenied: no' },
      { id: 'IAM8', status: 'passed' },
    ]);
  });

  test('that throws has failed by itself: it is said, and the others go on', () => {
    const broken = checkOf('SG1', {
      evaluate: () => {
        throw new TypeError('of nothing');
      },
    });
    const { results, findings } = assess({ ...subject, checks: [broken, checkOf('SG4', { evaluate: () => [findingOf()] })] });
    expect(results.map(({ status }) => status)).toEqual(['not-evaluated', 'failed']);
    expect(results[0]).toMatchObject({ reason: 'TypeError: of nothing' });
    expect(findings).toHaveLength(1);
  });

  test.each([
    { reason: 'not asked for', isOutOfSight: true },
    { reason: 'AccessDenied: no', isOutOfSight: undefined },
  ])('of a part with the reason "$reason" is out of sight: $isOutOfSight', ({ reason, isOutOfSight }) => {
    const { results } = assess({ ...subject, snapshot: snapshotOf({ unread: { securityGroups: reason } }), checks: [checkOf('SG1')] });
    expect(results[0]).toMatchObject(isOutOfSight === undefined ? { status: 'not-evaluated' } : { isOutOfSight });
    expect(Object.keys(results[0] ?? {}).includes('isOutOfSight')).toBe(isOutOfSight === true);
  });
});

describe('a look at a few resources', () => {
  const wanted = [{ type: 'AWS::EC2::SecurityGroup', id: 'sg-1' }] as const;

  test('keeps what is said of them, and leaves the checks of the whole account out', () => {
    const elsewhere = findingOf({ resource: { type: 'AWS::EC2::SecurityGroup', id: 'sg-2' } });
    const alike = findingOf({ resource: { type: 'AWS::IAM::Role', id: 'sg-1' } });
    const checks = [checkOf('SG1', { evaluate: () => [findingOf(), elsewhere, alike] }), checkOf('SG15', { scope: 'account', evaluate: () => [findingOf()] })];
    const { results, findings } = assessResources({ ...subject, checks }, wanted);
    expect(results.map(({ id }) => id)).toEqual(['SG1']);
    expect(findings).toEqual([findingOf()]);
  });

  test('does not take for missing what nobody looked at', () => {
    const declared = (groupId: string) => ({ stackName: 'Network', groupId, vpcId: 'vpc-1', rules: [] });
    const role = { stackName: 'Web', roleName: 'Web', path: '/', trust: { Statement: [] }, inlinePolicies: [], attachedPolicyArns: [] };
    const membership = { stackName: 'Web', kind: 'database' as const, id: 'db', groupIds: ['sg-1'] };
    let seen: Baseline | undefined;
    const checks = [
      checkOf('SG2', {
        evaluate: (_snapshot, restricted) => {
          seen = restricted;
          return [];
        },
      }),
    ];
    const wide = { groups: [declared('sg-1'), declared('sg-2')], memberships: [membership], roles: [role] };
    assessResources({ ...subject, baseline: wide, snapshot: snapshotOf({ securityGroups: [group('sg-1')] }), checks }, wanted);
    expect(seen).toEqual({ groups: [declared('sg-1')], memberships: [], roles: [] });
  });
});
