import { readFileSync } from 'node:fs';
import { Template } from 'aws-cdk-lib/assertions';
import { loadPrices } from '../../infra/prices.ts';
import { parseScheduleExpression } from '../../simulator/services/scheduler/expression.ts';
import { actionsOf, allowing, grantsOf, resourceNamed, spell } from './grants.ts';
import { configWith, resourcesOf, synthesise } from './synthesis.ts';

const app = synthesise();
const operations = Template.fromStack(app.operations);
const ours = grantsOf(app).filter(({ of }) => of.startsWith('Reservations'));

/** What a function of this capability is told. */
function variablesOf(name: string, template: Template = operations): Readonly<Record<string, unknown>> {
  const { Properties } = resourceNamed(template, 'AWS::Lambda::Function', `Reservations${name}Function`);
  return (Properties['Environment'] as { readonly Variables: Readonly<Record<string, unknown>> }).Variables;
}

describe('the functions of the advice', () => {
  test('may read what they weigh, file and tell what they found, and nothing else', () => {
    const found = allowing(ours, /:/u)
      .filter(({ of, statement }) => !of.startsWith('ReservationsReservationAdvice') && !of.startsWith('ReservationsEveryMonth') && statement.Sid !== 'WriteOwnLog')
      .map(({ of, statement }) => `${of.replace('Reservations', '')} ${actionsOf(statement).join(' ')} on ${[statement.Resource].flat().map(spell).join(' ')}`);
    expect(found.toSorted()).toEqual([
      'ObserveUsage autoscaling:DescribeAutoScalingGroups cloudwatch:GetMetricData on *',
      'ObserveUsage dynamodb:Query on <LedgerTableArn>',
      'ObserveUsage rds:DescribeDBInstances on arn:aws:rds:eu-west-3:<AccountId>:db:<DatabaseInstance>',
      'ReadCommitments ce:GetReservationPurchaseRecommendation ce:GetSavingsPlansPurchaseRecommendation ec2:DescribeReservedInstances on *',
      'ReadCommitments rds:DescribeReservedDBInstances on arn:aws:rds:eu-west-3:<AccountId>:ri:*',
      'ReadCommitments savingsplans:DescribeSavingsPlans on arn:aws:savingsplans::<AccountId>:savingsplan/*',
      'ReportAdvice dynamodb:GetItem dynamodb:PutItem on <LedgerTableArn>',
      'ReportAdvice s3:GetObject on <EvidenceBucketArn>/reservations/*',
      'ReportAdvice s3:PutObject on <EvidenceBucketArn>/reservations/*',
      'ReportAdvice sns:Publish on <Notifications>',
    ]);
  });

  test('are told how long capacity descends after an event', () => {
    expect(variablesOf('ObserveUsage')['DESCENT_MINUTES']).toBe('50');
    expect(variablesOf('ObserveUsage', Template.fromStack(synthesise({ 'capacity.descent.windowMinutes': 30 }).operations))['DESCENT_MINUTES']).toBe('30');
  });

  test('are given every offer about what the shop runs on, and none about anything else', () => {
    const { instanceClass, engine } = configWith().data;
    const { offers } = (JSON.parse(String(variablesOf('ReportAdvice')['ADVICE_PRICES'])) as { readonly commitments: ReturnType<typeof loadPrices>['commitments'] }).commitments;
    expect(offers.length).toBeGreaterThan(0);
    for (const offer of offers) {
      expect(['t3.medium', instanceClass]).toContain(offer.for);
      expect([undefined, engine]).toContain(offer.engine);
    }
    const left = loadPrices().commitments.offers.filter((offer) => !offers.some((given) => JSON.stringify(given) === JSON.stringify(offer)));
    expect(left.filter((offer) => offer.for === 't3.medium' || (offer.for === instanceClass && offer.engine !== 'mysql'))).toEqual([]);
  });
});

describe('every month', () => {
  const monthly = resourceNamed(operations, 'AWS::Scheduler::Schedule', 'ReservationsEveryMonth').Properties;

  test('advice is given, and no less for a day without EventBridge', () => {
    expect(monthly).toMatchObject({
      State: 'ENABLED',
      Target: { Arn: { Ref: expect.stringMatching(/^ReservationsReservationAdviceStateMachine/u) }, RetryPolicy: { MaximumEventAgeInSeconds: 86_400 } },
    });
  });

  test('on its first day at seven in Paris', () => {
    const expression = parseScheduleExpression(String(monthly['ScheduleExpression']), String(monthly['ScheduleExpressionTimezone']), 0);
    const paris = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Paris', day: '2-digit', hour: '2-digit', minute: '2-digit' });
    const end = Date.UTC(2028, 0, 1);
    const runs: number[] = [];
    for (let at = expression.next(Date.UTC(2027, 0, 1)); at !== undefined && at < end; at = expression.next(at)) runs.push(at);
    expect(runs).toHaveLength(12);
    expect(new Set(runs.map((at) => paris.format(at)))).toEqual(new Set(['01, 07:00']));
  });
});

test('the workflow is given every function that it names, and no other', () => {
  const text = readFileSync(new URL('../../state-machines/reservation-advice.asl.json', import.meta.url), 'utf8');
  const named = new Set([...text.matchAll(/\$\{(\w+)\}/gu)].map(([, name]) => name));
  const machine = resourceNamed(operations, 'AWS::StepFunctions::StateMachine', 'ReservationsReservationAdvice');
  expect(new Set(Object.keys(machine.Properties['DefinitionSubstitutions'] as object))).toEqual(named);
});

test('every output by which people and rehearsals find the two capabilities is there', () => {
  const outputs = operations.toJSON()['Outputs'] as Readonly<Record<string, { readonly Value: unknown }>>;
  expect(['StorageLifecycleArn', 'AnswerLifecycleFunction', 'ReservationAdviceArn'].map((name) => spell(outputs[name]?.Value))).toEqual([
    '<LifecycleStorageLifecycleStateMachine>', '<LifecycleAnswerLifecycleFunction>', '<ReservationsReservationAdviceStateMachine>',
  ]);
});

test('operators may start both workflows', () => {
  const starts = allowing(grantsOf(app), /^states:StartExecution/u).filter(({ of }) => of === 'Operator').flatMap(({ statement }) => [statement.Resource].flat().map(spell));
  expect(starts).toEqual(expect.arrayContaining(['<LifecycleStorageLifecycleStateMachine>', '<ReservationsReservationAdviceStateMachine>']));
  expect(resourcesOf(operations, 'AWS::StepFunctions::StateMachine')).toHaveLength(starts.length);
});
