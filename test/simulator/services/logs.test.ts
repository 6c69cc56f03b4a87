import type { Template } from '../../../simulator/deploy/assembly.ts';
import { Deployer } from '../../../simulator/deploy/deployer.ts';
import { Account } from '../../../simulator/kernel/account.ts';
import { VirtualClock } from '../../../simulator/kernel/clock.ts';
import { compileFilterPattern } from '../../../simulator/services/logs/filter-pattern.ts';
import { fakeAccount, someone } from './fake-account.ts';

test('a group keeps its latest lines, and counts them all', () => {
  const { account } = fakeAccount();
  for (let line = 0; line < 12_000; line += 1) account.logs.append('/aws/lambda/reconcile', `line ${line}`);
  const lines = account.logs.lines('/aws/lambda/reconcile');
  expect(lines).toHaveLength(5_000);
  expect(lines.at(-1)).toEqual({ at: Date.parse('2027-01-06T07:00:00Z'), text: 'line 11999' });
  expect(account.logs.total('/aws/lambda/reconcile')).toBe(12_000);
});

test('a group that a stack declares keeps its retention when lines come', () => {
  const { account } = fakeAccount();
  account.logs.putGroup({ name: 'declared', retentionDays: 90 });
  account.logs.append('declared', 'x');
  account.logs.append('made by itself', 'x');
  expect(account.logs.groups).toEqual([
    { name: 'declared', retentionDays: 90 },
    { name: 'made by itself', retentionDays: undefined },
  ]);
});

describe('filter patterns', () => {
  const event = {
    eventName: 'ConsoleLogin',
    eventSource: 'signin.amazonaws.com',
    errorCode: 'Client.UnauthorizedOperation',
    count: 3,
    userIdentity: { type: 'Root' },
    items: [{ port: 22 }],
    nothing: null,
  };

  test.each<[string, boolean]>([
    ['{ $.eventName = ConsoleLogin }', true],
    ['{ $.eventName = "ConsoleLogin" }', true],
    ['{$.eventName=ConsoleLogin}', true],
    ['{ $.eventName = consolelogin }', false],
    ['{ $.eventName != ConsoleLogin }', false],
    ['{ $.missing != "Yes" }', false],
    ['{ $.missing NOT EXISTS }', true],
    ['{ $.userIdentity.invokedBy NOT EXISTS }', true],
    ['{ $.userIdentity.type NOT EXISTS }', false],
    ['{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }', true],
    ['{ $.errorCode = "AccessDenied*" }', false],
    ['{ $.errorCode = Client.* }', true],
    ['{ $.errorCode = "Client?UnauthorizedOperation" }', false],
    ['{$.userIdentity.type="Root"&&$.userIdentity.invokedBy NOT EXISTS&&$.eventType!="AwsServiceEvent"}', false],
    ['{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventName != "AwsServiceEvent" }', true],
    ['{($.eventSource=signin.amazonaws.com)&&(($.eventName=A)||($.eventName=ConsoleLogin))}', true],
    ['{ $.eventName = A || $.eventName = ConsoleLogin && $.count = 4 }', false],
    ['{ ($.eventName = ConsoleLogin || $.eventName = A) && $.count = 3 }', true],
    ['{ $.items[0].port = 22 }', true],
    ['{ $.items[1].port = 22 }', false],
  ])('%s matches: %s', (pattern, isMatch) => {
    expect(compileFilterPattern(pattern)(event)).toBe(isMatch);
  });

  test.each([
    'ERROR', '[ip, user]', '', '{ $.count > 2 }', '{ $.nothing IS NULL }', '{ $.a = %regex% }', '{ $.a = 1 ', '{ ($.a = 1 }', '{ $.a = 1 $.b = 2 }',
    '{ $.a }', '{ a = $.b }', '{ $.a NOT 1 }', '{ $[\'a\'] = 1 }', '{ }',
  ])('%s is not modelled, and names itself', (pattern) => {
    expect(() => compileFilterPattern(pattern)).toThrow(`The filter pattern ${pattern} is not modelled`);
  });
});

describe('metric filters', () => {
  const template = (pattern: string, transformation: object = {}): Template => ({
    Resources: {
      Log: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'app' } },
      Filter: {
        Type: 'AWS::Logs::MetricFilter',
        Properties: {
          FilterName: 'Logins',
          FilterPattern: pattern,
          LogGroupName: { Ref: 'Log' },
          MetricTransformations: [{ MetricName: 'Logins', MetricNamespace: 'Audit', MetricValue: '2', ...transformation }],
        },
      },
    },
  });
  const open = () => {
    const account = new Account({ clock: VirtualClock.detached(Date.parse('2027-01-06T07:00:00Z')) });
    const deployer = new Deployer(account);
    return { account, deploy: (wanted: Template) => deployer.deploy({ stacks: [{ name: 'Logs', template: wanted, assets: [] }] }) };
  };
  const total = (account: Account) => account.cloudWatch.series({ namespace: 'Audit', metricName: 'Logins', dimensions: {} }).total(0, account.clock.now() + 60_000);
  const line = JSON.stringify({ eventName: 'Login' });

  test('count what lines in JSON match, at the minute in which they came', async () => {
    const { account, deploy } = open();
    await deploy(template('{ $.eventName = Login }'));
    for (const text of [line, JSON.stringify({ eventName: 'Logout' }), 'Login', line]) account.logs.append('app', text);
    account.logs.append('other', line);
    expect(total(account)).toBe(4);
  });

  test('change with their template, and go with it', async () => {
    const { account, deploy } = open();
    await deploy(template('{ $.eventName = Login }'));
    await deploy(template('{ $.eventName = Logout }'));
    account.logs.append('app', line);
    expect(total(account)).toBe(0);
    await deploy(template('{ $.eventName = Login }'));
    const { Filter: _filter, ...Resources } = template('').Resources ?? {};
    await deploy({ Resources });
    account.logs.append('app', line);
    expect(total(account)).toBe(0);
  });

  test.each([
    [{ DefaultValue: 0 }, 'DefaultValue'], [{ Dimensions: [] }, 'Dimensions'], [{ MetricValue: '$.count' }, '$.count'],
  ])('with %j are not modelled', async (transformation, named) => {
    const { deploy } = open();
    await expect(deploy(template('{ $.a = 1 }', transformation))).rejects.toThrow(named);
  });

  test('are listed by group, name and metric, by pages of 50', async () => {
    const { account } = open();
    for (const name of ['a', 'b']) account.logs.putGroup({ name, retentionDays: undefined });
    for (let number = 100; number < 160; number += 1) {
      const logGroupName = number < 155 ? 'a' : 'b';
      account.logs.putMetricFilter({ name: `f${number}`, logGroupName, pattern: '{ $.a = 1 }', metricNamespace: 'N', metricName: `m${number}`, metricValue: 1 });
    }
    const list = async (input: object) =>
      (await account.call({ principal: someone, sdkId: 'CloudWatch Logs', operation: 'DescribeMetricFilters', input })) as {
        metricFilters: { filterName: string }[]; nextToken?: string;
      };
    const first = await list({ logGroupName: 'a' });
    expect(first.metricFilters).toHaveLength(50);
    const second = await list({ logGroupName: 'a', nextToken: first.nextToken });
    expect(second.metricFilters.map(({ filterName }) => filterName)).toEqual(['f150', 'f151', 'f152', 'f153', 'f154']);
    expect(second.nextToken).toBeUndefined();
    expect(await list({ metricName: 'm157', metricNamespace: 'N' })).toMatchObject({
      metricFilters: [{ filterName: 'f157', filterPattern: '{ $.a = 1 }', logGroupName: 'b', metricTransformations: [{ metricName: 'm157', metricNamespace: 'N', metricValue: '1' }] }],
    });
    expect((await list({ filterNamePrefix: 'f15', limit: 3 })).metricFilters).toHaveLength(3);
    await expect(list({ logGroupName: 'gone' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
