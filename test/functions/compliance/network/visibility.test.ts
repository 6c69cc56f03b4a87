import { networkVisibility } from '../../../../functions/compliance/checks/sg17-network-visibility.ts';
import { matchesFilter } from '../../../../functions/compliance/network-filter-pattern.ts';
import type { Instance, Monitoring, Snapshot, Vpc } from '../../../../functions/compliance/snapshot.ts';
import { ACCOUNT, run, VPC } from './fixtures.ts';

const calls = [
  'AuthorizeSecurityGroupIngress', 'AuthorizeSecurityGroupEgress', 'RevokeSecurityGroupIngress', 'RevokeSecurityGroupEgress',
  'ModifySecurityGroupRules', 'CreateSecurityGroup', 'DeleteSecurityGroup',
];

const anyOf = (names: readonly string[]): string => `{ ${names.map((name) => `($.eventName = ${name})`).join(' || ')} }`;

function monitoring(change: { [Part in keyof Monitoring]?: Partial<Monitoring[Part][number]> } = {}): Monitoring {
  return {
    trails: [{ arn: 'arn:trail', isMultiRegion: true, isLogging: true, validatesLogFiles: true, logGroupName: 'trail', ...change.trails }],
    metricFilters: [{ logGroupName: 'trail', pattern: anyOf(calls), metricNamespace: 'Audit', metricName: 'GroupChanges', ...change.metricFilters }],
    alarms: [{ name: 'groups', metricNamespace: 'Audit', metricName: 'GroupChanges', actions: ['arn:topic'], actionsEnabled: true, ...change.alarms }],
  };
}

function found(account: Partial<Snapshot>): readonly string[] {
  return run(networkVisibility, { monitoring: monitoring(), ...account }).map(({ key, remediation }) => {
    expect(remediation).toBe('report-only');
    return key;
  });
}

describe('SG17', () => {
  it('finds nothing where everything is seen', () => {
    expect(found({})).toEqual([]);
  });

  it.each<[string, Partial<Instance>, number]>([
    ['needs a token', { httpTokens: 'required' }, 0],
    ['answers without one', { httpTokens: 'optional' }, 1],
    ['answers without one, stopped', { httpTokens: 'optional', state: 'stopped' }, 1],
    ['answered without one, and is gone', { httpTokens: 'optional', state: 'terminated' }, 0],
  ])('of an instance that %s', (_what, change, count) => {
    expect(found({ instances: [{ id: 'i-1', state: 'running', httpTokens: 'required', ...change }] })).toHaveLength(count);
  });

  it.each<[string, Vpc['flowLogs'], number]>([
    ['none', [], 1],
    ['one of all traffic', [{ id: 'fl-1', isActive: true, trafficType: 'ALL' }], 0],
    ['one of rejected traffic', [{ id: 'fl-1', isActive: true, trafficType: 'REJECT' }], 0],
    ['one of accepted traffic', [{ id: 'fl-1', isActive: true, trafficType: 'ACCEPT' }], 1],
    ['one that delivers nothing', [{ id: 'fl-1', isActive: false, trafficType: 'ALL' }], 1],
    ['one that delivers and one that does not', [{ id: 'fl-1', isActive: false, trafficType: 'ALL' }, { id: 'fl-2', isActive: true, trafficType: 'ALL' }], 0],
  ])('of a VPC with flow logs: %s', (_what, flowLogs, count) => {
    expect(found({ vpcs: [{ id: VPC, isDefault: false, flowLogs, peerings: [] }] })).toHaveLength(count);
  });

  it.each<[string, Parameters<typeof monitoring>[0]]>([
    ['a trail of one Region', { trails: { isMultiRegion: false } }],
    ['a trail that is switched off', { trails: { isLogging: false } }],
    ['a filter on another log group', { metricFilters: { logGroupName: 'other' } }],
    ['a filter of something else', { metricFilters: { pattern: '{ $.eventName = ConsoleLogin }' } }],
    ['a filter that misses one call', { metricFilters: { pattern: anyOf(calls.slice(1)) } }],
    ['a filter that needs two names at once', { metricFilters: { pattern: anyOf(calls).replaceAll('||', '&&') } }],
    ['a filter that cannot be read', { metricFilters: { pattern: `${anyOf(calls).slice(0, -1)} || $.x > 3 }` } }],
    ['an alarm on another metric', { alarms: { metricName: 'Others' } }],
    ['an alarm of another namespace', { alarms: { metricNamespace: 'Others' } }],
    ['an alarm that tells nobody', { alarms: { actions: [] } }],
    ['an alarm that is muted', { alarms: { actionsEnabled: false } }],
  ])('of an account with %s', (_what, change) => {
    expect(found({ monitoring: monitoring(change) })).toEqual([`SG17/${ACCOUNT}/monitoring`]);
  });

  it.each([
    ['wildcards', '{ ($.eventSource = "ec2.amazonaws.com") && ($.eventName = "*SecurityGroup*") }'],
    ['no blanks', `{($.eventSource=ec2.amazonaws.com)&&(${calls.map((call) => `$.eventName="${call}"`).join('||')})}`],
    ['failed calls left out', `{ ($.errorCode NOT EXISTS) && ${anyOf(calls).slice(1, -1).replace(/^ /u, '(')}) }`],
  ])('takes a filter with %s for what it is', (_what, pattern) => {
    expect(found({ monitoring: monitoring({ metricFilters: { pattern } }) })).toEqual([]);
  });

  it('adds up several filters with an alarm each', () => {
    const [one, other] = [calls.slice(0, 3), calls.slice(3)].map((names, index) =>
      monitoring({ metricFilters: { pattern: anyOf(names), metricName: `Part${index}` }, alarms: { metricName: `Part${index}` } }),
    );
    if (one === undefined || other === undefined) throw new Error('two parts');
    const both = { ...one, metricFilters: [...one.metricFilters, ...other.metricFilters], alarms: [...one.alarms, ...other.alarms] };
    expect(found({ monitoring: both })).toEqual([]);
    const unwatched = run(networkVisibility, { monitoring: one }).map(({ detail }) => detail);
    expect(unwatched).toEqual([{ what: 'monitoring', unwatched: calls.slice(3) }]);
  });
});

describe('matchesFilter', () => {
  const record = { eventName: 'CreateSecurityGroup', readOnly: false, error: null, userIdentity: { type: 'Root' } };

  it.each([
    ['{ $.eventName = CreateSecurityGroup }', true],
    ['{ $.eventName = "CreateSecurityGroup" }', true],
    ['{ $.eventName = "Create*" }', true],
    ['{ $.eventName = "create*" }', false],
    ['{ $.eventName = "CreateSecurity" }', false],
    ['{ $.eventName = "*.SecurityGroup" }', false],
    ['{ $.eventName != "Delete*" }', true],
    ['{ $.missing != "x" }', false],
    ['{ $.missing NOT EXISTS }', true],
    ['{ $.eventName EXISTS }', true],
    ['{ $.userIdentity.type = Root }', true],
    ['{ $.readOnly IS FALSE }', true],
    ['{ $.readOnly IS TRUE }', false],
    ['{ $.error IS NULL }', true],
    ['{ $.eventName = A || $.eventName = B && $.readOnly IS FALSE }', false],
    ['{ $.eventName = "Create*" || $.eventName = B && $.readOnly IS TRUE }', true],
    ['{ ($.eventName = "Create*" || $.eventName = B) && $.readOnly IS TRUE }', false],
    ['', false],
    ['CreateSecurityGroup', false],
    ['{ }', false],
    ['{ $.eventName = }', false],
    ['{ $.eventName = "Create*" ', false],
    ['{ ($.eventName = "Create*" }', false],
    ['{ $.eventName = "Create*" $.readOnly IS FALSE }', false],
    ['{ $.eventName = %Create.*% }', false],
    ['{ $.eventName LIKE "Create*" }', false],
  ])('%s: %s', (pattern, matches) => {
    expect(matchesFilter(pattern, record)).toBe(matches);
  });
});
