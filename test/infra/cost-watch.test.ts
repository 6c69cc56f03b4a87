import { Template } from 'aws-cdk-lib/assertions';
import { resourcesOf, synthesise, theOnly } from './synthesis.ts';

const app = synthesise();
const monitoring = Template.fromStack(app.monitoring);
const topic = { 'Fn::ImportValue': expect.stringContaining('Notifications') };

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Principal: { readonly Service?: string };
  readonly Action: string;
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

describe('the budget', () => {
  const { Properties } = theOnly(monitoring, 'AWS::Budgets::Budget');

  test('is of the month and of what the configuration allows, and has no name that would keep it from being replaced', () => {
    expect(Properties['Budget']).toEqual({ BudgetType: 'COST', TimeUnit: 'MONTHLY', BudgetLimit: { Amount: 2000, Unit: 'USD' } });
  });

  test('is told when four fifths are spent, and when the whole of it is forecast', () => {
    const above = (NotificationType: string, Threshold: number) => ({
      Notification: { NotificationType, Threshold, ThresholdType: 'PERCENTAGE', ComparisonOperator: 'GREATER_THAN' },
      Subscribers: [{ SubscriptionType: 'SNS', Address: topic }],
    });
    expect(Properties['NotificationsWithSubscribers']).toEqual([above('ACTUAL', 80), above('FORECASTED', 100)]);
  });
});

describe('the detection of anomalies', () => {
  const arn = 'arn:aws:ce::123456789012:anomalymonitor/0f6a9c1e-1111-4222-8333-444455556666';

  test('makes the monitor of services where none is named, and subscribes to it at once', () => {
    const monitor = theOnly(monitoring, 'AWS::CE::AnomalyMonitor');
    expect(monitor.Properties).toMatchObject({ MonitorType: 'DIMENSIONAL', MonitorDimension: 'SERVICE' });
    expect(theOnly(monitoring, 'AWS::CE::AnomalySubscription').Properties).toMatchObject({
      MonitorArnList: [{ 'Fn::GetAtt': [monitor.logicalId, 'MonitorArn'] }],
      Frequency: 'IMMEDIATE',
      Subscribers: [{ Type: 'SNS', Address: topic }],
    });
  });

  test('subscribes to the monitor that is named, and makes none: a second one is refused', () => {
    const adopting = Template.fromStack(synthesise({ 'cost.anomalyMonitorArn': arn }).monitoring);
    expect(resourcesOf(adopting, 'AWS::CE::AnomalyMonitor')).toEqual([]);
    expect(theOnly(adopting, 'AWS::CE::AnomalySubscription').Properties['MonitorArnList']).toEqual([arn]);
  });

  test('tells of what costs as much as the configuration says, in dollars and not in percent', () => {
    const dear = Template.fromStack(synthesise({ 'cost.anomalyUsd': 250 }).monitoring);
    const expression: unknown = JSON.parse(String(theOnly(dear, 'AWS::CE::AnomalySubscription').Properties['ThresholdExpression']));
    expect(expression).toEqual({ Dimensions: { Key: 'ANOMALY_TOTAL_IMPACT_ABSOLUTE', MatchOptions: ['GREATER_THAN_OR_EQUAL'], Values: ['250'] } });
  });
});

describe('the topic', () => {
  const policy = theOnly(Template.fromStack(app.operations), 'AWS::SNS::TopicPolicy').Properties['PolicyDocument'] as { readonly Statement: readonly Statement[] };
  const account = { Ref: 'AWS::AccountId' };

  test.each([
    ['cloudwatch.amazonaws.com', { StringEquals: { 'aws:SourceAccount': account } }],
    [
      'budgets.amazonaws.com',
      { StringEquals: { 'aws:SourceAccount': account }, ArnLike: { 'aws:SourceArn': { 'Fn::Join': ['', ['arn:aws:budgets::', account, ':*']] } } },
    ],
    ['costalerts.amazonaws.com', { StringEquals: { 'aws:SourceAccount': account } }],
    [
      'events.amazonaws.com',
      {
        StringEquals: { 'aws:SourceAccount': account },
        ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [expect.stringMatching(/^TimeoutsRule/u), 'Arn'] } },
      },
    ],
  ])('may be published to by %s, on behalf of this account only', (service, condition) => {
    const [statement, ...others] = policy.Statement.filter(({ Principal }) => Principal.Service === service);
    expect(others).toEqual([]);
    expect(statement).toMatchObject({ Effect: 'Allow', Action: 'sns:Publish', Condition: condition });
  });

  test('may be published to by no other service', () => {
    const services = policy.Statement.filter(({ Effect }) => Effect === 'Allow').map(({ Principal }) => String(Principal.Service));
    expect(services.toSorted()).toEqual(['budgets.amazonaws.com', 'cloudwatch.amazonaws.com', 'costalerts.amazonaws.com', 'events.amazonaws.com']);
  });
});
