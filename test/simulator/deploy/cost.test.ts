import type { TemplateResource } from '../../../simulator/deploy/assembly.ts';
import { Deployer } from '../../../simulator/deploy/deployer.ts';
import { Account } from '../../../simulator/kernel/account.ts';
import { VirtualClock } from '../../../simulator/kernel/clock.ts';

type Resources = Readonly<Record<string, TemplateResource>>;

const address = 'operations@webmarket.example';
const topicArn = 'arn:aws:sns:eu-west-3:123456789012:operations';
const topic: TemplateResource = { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'operations' } };

function newAccount() {
  const account = new Account({ clock: VirtualClock.detached(Date.parse('2027-01-06T07:00:00Z')) });
  const deployer = new Deployer(account);
  const deploy = (resources: Resources, outputs: Record<string, unknown> = {}): Promise<void> => {
    const Outputs = Object.fromEntries(Object.entries(outputs).map(([name, Value]) => [name, { Value }]));
    return deployer.deploy({ stacks: [{ name: 'Monitoring', template: { Resources: resources, Outputs }, assets: [] }] });
  };
  return { account, deployer, deploy };
}

const monitor = (change: object = {}): TemplateResource => ({
  Type: 'AWS::CE::AnomalyMonitor',
  Properties: { MonitorName: 'Services', MonitorType: 'DIMENSIONAL', MonitorDimension: 'SERVICE', ...change },
});

const atLeast = (Values: string[], change: object = {}) => ({ Dimensions: { Key: 'ANOMALY_TOTAL_IMPACT_ABSOLUTE', MatchOptions: ['GREATER_THAN_OR_EQUAL'], Values, ...change } });

const subscription = (change: object = {}): TemplateResource => ({
  Type: 'AWS::CE::AnomalySubscription',
  Properties: {
    SubscriptionName: 'Anomalies',
    MonitorArnList: [{ 'Fn::GetAtt': ['Monitor', 'MonitorArn'] }],
    Frequency: 'IMMEDIATE',
    Subscribers: [{ Type: 'SNS', Address: topicArn }],
    ThresholdExpression: JSON.stringify(atLeast(['100'])),
    ...change,
  },
});

const notification = (Threshold: number, subscribers: object[] = [{ SubscriptionType: 'EMAIL', Address: address }]) => ({
  Notification: { NotificationType: 'ACTUAL', ComparisonOperator: 'GREATER_THAN', Threshold, ThresholdType: 'PERCENTAGE' },
  Subscribers: subscribers,
});

const budget = (change: object = {}, properties: object = {}): TemplateResource => ({
  Type: 'AWS::Budgets::Budget',
  Properties: {
    Budget: { BudgetName: 'Month', BudgetType: 'COST', TimeUnit: 'MONTHLY', BudgetLimit: { Amount: 2000, Unit: 'USD' }, ...change },
    NotificationsWithSubscribers: [notification(80)],
    ...properties,
  },
});

const publishPolicy = (Service: string, account = '123456789012'): TemplateResource => ({
  Type: 'AWS::SNS::TopicPolicy',
  Properties: {
    Topics: [{ Ref: 'Topic' }],
    PolicyDocument: {
      Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sns:Publish', Resource: topicArn, Condition: { StringEquals: { 'aws:SourceAccount': account } } }],
    },
  },
});

describe('anomaly monitors', () => {
  it('stand with an ARN of no Region, and go with their stack', async () => {
    const { account, deploy, deployer } = newAccount();
    await deploy({ Monitor: monitor() }, { Arn: { 'Fn::GetAtt': ['Monitor', 'MonitorArn'] }, Ref: { Ref: 'Monitor' } });
    const [made] = account.costExplorer.anomalyMonitors;
    expect(made).toMatchObject({ name: 'Services', type: 'DIMENSIONAL', dimension: 'SERVICE', arn: expect.stringMatching(/^arn:aws:ce::123456789012:anomalymonitor\/[0-9a-f-]{36}$/u) });
    expect(deployer.unmodelled).toEqual([]);
    await deploy({ Monitor: monitor({ MonitorName: 'Renamed' }) });
    expect(account.costExplorer.anomalyMonitors).toMatchObject([{ name: 'Renamed', arn: made?.arn }]);
    await deploy({ Topic: topic });
    expect(account.costExplorer.anomalyMonitors).toEqual([]);
  });

  it('an account has one of services: the one that Cost Explorer made makes a second fail', async () => {
    const { account, deploy } = newAccount();
    account.costExplorer.enable();
    await expect(deploy({ Monitor: monitor() })).rejects.toMatchObject({ name: 'ValidationException', message: expect.stringContaining('Limit exceeded on dimensional spend monitor creation') });
    expect(account.costExplorer.anomalyMonitors).toHaveLength(1);
    await expect(deploy({ Monitor: monitor({ MonitorType: 'CUSTOM', MonitorDimension: undefined, MonitorSpecification: '{"Tags":{"Key":"team","Values":["shop"]}}' }) })).resolves.toBeUndefined();
    expect(account.costExplorer.anomalyMonitors).toHaveLength(2);
  });

  it('a monitor that Cost Explorer made is adopted by its ARN', async () => {
    const { account, deploy } = newAccount();
    const arn = 'arn:aws:ce::123456789012:anomalymonitor/00000000-0000-0000-0000-000000000000';
    account.costExplorer.enable({ servicesMonitor: { arn } });
    await deploy({ Topic: topic, Subscription: subscription({ MonitorArnList: [arn] }) });
    expect(account.costExplorer.anomalies.subscriptions.map(({ name, monitorArns }) => ({ name, monitorArns }))).toContainEqual({ name: 'Anomalies', monitorArns: [arn] });
  });

  it('one that is not of services needs what it watches', async () => {
    await expect(newAccount().deploy({ Monitor: monitor({ MonitorDimension: undefined }) })).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(newAccount().deploy({ Monitor: monitor({ MonitorType: 'CUSTOM', MonitorDimension: undefined }) })).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(newAccount().deploy({ Monitor: monitor({ MonitorDimension: 'TAG' }) })).rejects.toMatchObject({ name: 'NotModelledError' });
    await expect(newAccount().deploy({ Monitor: monitor({ Sensitivity: 1 }) })).rejects.toMatchObject({ name: 'NotModelledError' });
  });
});

describe('anomaly subscriptions', () => {
  it('tell at once by a topic, and by a summary through e-mail', async () => {
    const { account, deploy } = newAccount();
    await deploy({
      Topic: topic,
      Monitor: monitor(),
      Subscription: subscription(),
      Daily: subscription({ SubscriptionName: 'Daily', Frequency: 'DAILY', Subscribers: [{ Type: 'EMAIL', Address: address }], ThresholdExpression: undefined, Threshold: 100 }),
    });
    expect(account.costExplorer.anomalies.subscriptions).toMatchObject([
      { name: 'Anomalies', frequency: 'IMMEDIATE', subscribers: [{ type: 'SNS', address: topicArn }], arn: expect.stringContaining(':anomalysubscription/') },
      { name: 'Daily', threshold: 100 },
    ]);
  });

  it.each([
    ['IMMEDIATE by e-mail', { Subscribers: [{ Type: 'EMAIL', Address: address }] }, 'Immediate frequencies only support SNSTopic subscriptions'],
    ['WEEKLY by a topic', { Frequency: 'WEEKLY' }, 'Daily or weekly frequencies only support Email subscriptions'],
    ['no threshold', { ThresholdExpression: undefined }, 'Threshold and ThresholdExpression cannot both be null'],
    ['two thresholds', { Threshold: 1 }, 'cannot both be specified'],
    ['a number that is none', { ThresholdExpression: JSON.stringify(atLeast(['much'])) }, 'must be a number'],
    ['another comparison', { ThresholdExpression: JSON.stringify(atLeast(['1'], { MatchOptions: ['EQUALS'] })) }, 'GREATER_THAN_OR_EQUAL is required'],
    ['another dimension', { ThresholdExpression: JSON.stringify(atLeast(['1'], { Key: 'SERVICE' })) }, 'is not supported'],
    ['a part that is wrong', { ThresholdExpression: JSON.stringify({ And: [atLeast(['1']), atLeast(['-1'])] }) }, 'must be a number'],
  ])('%s is refused', async (_name, change, message) => {
    const call = newAccount().deploy({ Topic: topic, Monitor: monitor(), Subscription: subscription(change) });
    await expect(call).rejects.toMatchObject({ name: 'ValidationException', message: expect.stringContaining(message) });
  });

  it('of a monitor that does not exist are refused', async () => {
    const call = newAccount().deploy({ Topic: topic, Subscription: subscription({ MonitorArnList: ['arn:aws:ce::123456789012:anomalymonitor/none'] }) });
    await expect(call).rejects.toMatchObject({ name: 'UnknownMonitorException' });
  });

  it('a topic whose policy keeps them out is accepted, and seen', async () => {
    const { account, deploy } = newAccount();
    const resources = { Topic: topic, Monitor: monitor(), Subscription: subscription() };
    await deploy(resources);
    expect(account.costExplorer.anomalies.unreachableTopics()).toEqual([topicArn]);
    await deploy({ ...resources, Policy: publishPolicy('costalerts.amazonaws.com', '999999999999') });
    expect(account.costExplorer.anomalies.unreachableTopics()).toEqual([topicArn]);
    await deploy({ ...resources, Policy: publishPolicy('costalerts.amazonaws.com') });
    expect(account.costExplorer.anomalies.unreachableTopics()).toEqual([]);
  });
});

describe('budgets', () => {
  it('stand with an ARN of no Region; their limit changes in place', async () => {
    const { account, deploy } = newAccount();
    await deploy({ Budget: budget() });
    expect(account.budgets.all).toEqual([
      {
        name: 'Month', arn: 'arn:aws:budgets::123456789012:budget/Month', type: 'COST', timeUnit: 'MONTHLY', limit: { amount: 2000, unit: 'USD' },
        notifications: [{ type: 'ACTUAL', comparison: 'GREATER_THAN', threshold: 80, thresholdType: 'PERCENTAGE', subscribers: [{ type: 'EMAIL', address }] }],
      },
    ]);
    await deploy({ Budget: budget({ BudgetLimit: { Amount: '2500', Unit: 'USD' } }) });
    expect(account.budgets.all).toMatchObject([{ limit: { amount: 2500 } }]);
    await expect(deploy({ Budget: budget({ BudgetName: 'Other' }) })).rejects.toMatchObject({ name: 'NotModelledError' });
    await deploy({ Topic: topic });
    expect(account.budgets.all).toEqual([]);
  });

  it('without a name get one', async () => {
    const { account, deploy } = newAccount();
    await deploy({ Budget: budget({ BudgetName: undefined }) });
    expect(account.budgets.all[0]?.name).toMatch(/^Monitoring-Budget-[0-9A-F]{12}$/u);
  });

  const emails = (count: number) => Array.from({ length: count }, (_value, index) => ({ SubscriptionType: 'EMAIL', Address: `${index}@webmarket.example` }));
  const topics = (count: number) => Array.from({ length: count }, (_value, index) => ({ SubscriptionType: 'SNS', Address: `${topicArn}${index}` }));

  it('have five notifications, each with one topic and ten addresses', async () => {
    const five = [10, 20, 30, 40, 50].map((threshold) => notification(threshold, [...emails(10), ...topics(1)]));
    await expect(newAccount().deploy({ Budget: budget({}, { NotificationsWithSubscribers: five }) })).resolves.toBeUndefined();
  });

  it.each([
    ['six notifications', {}, [1, 2, 3, 4, 5, 6].map((threshold) => notification(threshold)), 'CreationLimitExceededException'],
    ['two topics', {}, [notification(1, topics(2))], 'CreationLimitExceededException'],
    ['eleven addresses', {}, [notification(1, emails(11))], 'CreationLimitExceededException'],
    ['nobody to tell', {}, [notification(1, [])], 'InvalidParameterException'],
    ['the same notification twice', {}, [notification(1), notification(1)], 'DuplicateRecordException'],
    ['a name with a colon', { BudgetName: 'a:b' }, [], 'InvalidParameterException'],
    ['a limit of nothing', { BudgetLimit: { Amount: 0, Unit: 'USD' } }, [], 'InvalidParameterException'],
    ['a cost in another unit', { BudgetLimit: { Amount: 1, Unit: 'GB' } }, [], 'InvalidParameterException'],
    ['no limit at all', { BudgetLimit: undefined }, [], 'NotModelledError'],
    ['a type that is none', { BudgetType: 'MONEY' }, [], 'ZodError'],
    ['a member that is none', { BudgetColour: 'red' }, [], 'ZodError'],
  ])('%s is refused', async (_name, change, NotificationsWithSubscribers, error) => {
    await expect(newAccount().deploy({ Budget: budget(change, { NotificationsWithSubscribers }) })).rejects.toMatchObject({ name: error });
  });

  it('two of one name are one too many', async () => {
    await expect(newAccount().deploy({ Budget: budget(), Again: budget() })).rejects.toMatchObject({ name: 'DuplicateRecordException' });
  });

  it('a topic whose policy keeps them out is accepted, and seen', async () => {
    const { account, deploy } = newAccount();
    const resources = { Topic: topic, Budget: budget({}, { NotificationsWithSubscribers: [notification(1, [{ SubscriptionType: 'SNS', Address: topicArn }])] }) };
    await deploy(resources);
    expect(account.budgets.unreachableTopics()).toEqual([topicArn]);
    await deploy({ ...resources, Policy: publishPolicy('budgets.amazonaws.com') });
    expect(account.budgets.unreachableTopics()).toEqual([]);
  });
});
