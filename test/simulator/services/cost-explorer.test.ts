import {
  CostExplorerClient,
  GetAnomalyMonitorsCommand,
  GetReservationPurchaseRecommendationCommand,
  type GetReservationPurchaseRecommendationCommandInput,
  type GetReservationPurchaseRecommendationCommandOutput,
  GetSavingsPlansPurchaseRecommendationCommand,
  type GetSavingsPlansPurchaseRecommendationCommandInput,
  type GetSavingsPlansPurchaseRecommendationCommandOutput,
} from '@aws-sdk/client-cost-explorer';
import type { Principal } from '../../../simulator/kernel/principal.ts';
import { installSdkHook } from '../../../simulator/kernel/sdk-hook.ts';
import { auditedAccount } from './audited-account.ts';
import { configuration, CostAccount, day, hour, prices, startsAt } from './cost-account.ts';
import { someone } from './fake-account.ts';

const client = new CostExplorerClient({ ...configuration, maxAttempts: 1 });
const ec2 = 'Amazon Elastic Compute Cloud - Compute';
const rds = 'Amazon Relational Database Service';

let removeHook: () => void;
beforeAll(() => {
  removeHook = installSdkHook();
});
afterAll(() => removeHook());

type ReservationInput = Partial<GetReservationPurchaseRecommendationCommandInput>;

function reservations(cost: CostAccount, input: ReservationInput = {}, caller: Principal = someone): Promise<GetReservationPurchaseRecommendationCommandOutput> {
  const all = { Service: ec2, LookbackPeriodInDays: 'SEVEN_DAYS', TermInYears: 'ONE_YEAR', PaymentOption: 'NO_UPFRONT', ...input } as const;
  return cost.as(caller, () => client.send(new GetReservationPurchaseRecommendationCommand(all)));
}

function savingsPlans(cost: CostAccount, input: Partial<GetSavingsPlansPurchaseRecommendationCommandInput> = {}): Promise<GetSavingsPlansPurchaseRecommendationCommandOutput> {
  const all = { SavingsPlansType: 'COMPUTE_SP', LookbackPeriodInDays: 'SEVEN_DAYS', TermInYears: 'ONE_YEAR', PaymentOption: 'NO_UPFRONT', ...input } as const;
  return cost.asSomeone(() => client.send(new GetSavingsPlansPurchaseRecommendationCommand(all)));
}

async function onlyDetail(answer: Promise<GetReservationPurchaseRecommendationCommandOutput>) {
  const { Recommendations: [recommendation] = [] } = await answer;
  expect(recommendation?.RecommendationDetails).toHaveLength(1);
  return recommendation?.RecommendationDetails?.[0] ?? {};
}

async function onlyPlan(answer: Promise<GetSavingsPlansPurchaseRecommendationCommandOutput>) {
  const { SavingsPlansPurchaseRecommendation: recommendation } = await answer;
  expect(recommendation?.SavingsPlansPurchaseRecommendationDetails).toHaveLength(1);
  return recommendation?.SavingsPlansPurchaseRecommendationDetails?.[0] ?? {};
}

/** Two t3.medium for eight days, and a third from the second day on for as long as is said. */
async function twoAndAThird(thirdHours: number): Promise<CostAccount> {
  const cost = CostAccount.withCostExplorer();
  cost.launch('t3.medium', 2);
  await cost.after(day);
  const third = cost.launch('t3.medium', 1);
  await cost.after(thirdHours * hour);
  cost.end(third);
  await cost.clock.runUntil(startsAt + 8 * day + hour);
  return cost;
}

describe('what is unknown is not nothing', () => {
  it('an account that never opened Cost Explorer is refused, and one that just did has no data', async () => {
    const cost = new CostAccount();
    cost.launch('t3.medium', 1);
    cost.account.costExplorer.prices = prices;
    await cost.after(5 * day);
    await expect(reservations(cost)).rejects.toMatchObject({ name: 'AccessDeniedException', message: 'User not enabled for cost explorer access' });
    cost.account.costExplorer.enable();
    await cost.after(day - 1);
    await expect(reservations(cost)).rejects.toMatchObject({ name: 'DataUnavailableException' });
    await cost.after(1);
    await expect(reservations(cost)).resolves.toMatchObject({ Recommendations: [{ AccountScope: 'PAYER' }] });
    expect(cost.account.costExplorer.requests).toBe(3);
  });

  it('nothing is known without prices, nor before the first day is over', async () => {
    const cost = CostAccount.withCostExplorer();
    cost.launch('t3.medium', 1);
    await cost.after(23 * hour);
    await expect(savingsPlans(cost)).rejects.toMatchObject({ name: 'DataUnavailableException' });
    await cost.after(hour);
    await expect(savingsPlans(cost)).resolves.toMatchObject({ SavingsPlansPurchaseRecommendation: { SavingsPlansType: 'COMPUTE_SP' } });
    cost.account.costExplorer.prices = undefined;
    await expect(savingsPlans(cost)).rejects.toMatchObject({ name: 'DataUnavailableException' });
  });

  it('usage without anything to reserve is an answer without recommendations', async () => {
    const cost = CostAccount.withCostExplorer();
    cost.putDatabase({ instanceClass: 'db.m6g.large' });
    await cost.after(8 * day);
    expect((await reservations(cost)).Recommendations).toEqual([]);
    expect((await reservations(cost, { Service: rds, TermInYears: 'THREE_YEARS' })).Recommendations).toEqual([]);
    const { SavingsPlansPurchaseRecommendation: plans, Metadata: metadata } = await savingsPlans(cost);
    expect(plans?.SavingsPlansPurchaseRecommendationDetails).toBeUndefined();
    expect(metadata?.GenerationTimestamp).toBe('2027-01-14T00:00:00Z');
  });
});

describe('reservations of instances', () => {
  it('the number that would have saved most is counted in the smallest size of the family', async () => {
    const cost = await twoAndAThird(3.5 * 24);
    expect(await onlyDetail(reservations(cost))).toMatchObject({
      AccountId: '123456789012',
      InstanceDetails: { EC2InstanceDetails: { Family: 't3', InstanceType: 't3.nano', Region: 'eu-west-3', Platform: 'Linux/UNIX', Tenancy: 'shared', SizeFlexEligible: true } },
      RecommendedNumberOfInstancesToPurchase: '16',
      RecommendedNormalizedUnitsToPurchase: '4',
      MinimumNormalizedUnitsUsedPerHour: '4',
      MaximumNormalizedUnitsUsedPerHour: '6',
      AverageNormalizedUnitsUsedPerHour: '5',
      AverageUtilization: '100',
      // Twelve months at three fifths of what it replaces.
      EstimatedBreakEvenInMonths: '7.2',
      EstimatedMonthlySavingsAmount: '29.2',
      EstimatedMonthlyOnDemandCost: '91.25',
      EstimatedMonthlySavingsPercentage: '32',
      UpfrontCost: '0',
      RecurringStandardMonthlyCost: '43.8',
    });
  });

  it('an instance that ran for more than the break-even share is reserved too', async () => {
    const cost = await twoAndAThird(5 * 24);
    const detail = await onlyDetail(reservations(cost));
    expect(detail.RecommendedNumberOfInstancesToPurchase).toBe('24');
    expect(Number(detail.EstimatedMonthlySavingsAmount)).toBeCloseTo(((2 * 0.02 * 168 + 120 * 0.05 - 168 * 0.03) / 168) * 730, 6);
    expect(Number(detail.AverageUtilization)).toBeCloseTo(((2 * 168 + 120) / (3 * 168)) * 100, 6);
  });

  it('an hour in part is used in part', async () => {
    const cost = CostAccount.withCostExplorer();
    cost.launch('t3.medium', 1);
    const other = cost.launch('t3.medium', 1);
    await cost.after(12.5 * hour);
    cost.end(other);
    await cost.clock.runUntil(startsAt + 7 * day);
    const detail = await onlyDetail(reservations(cost));
    expect(Number(detail.AverageNormalizedUnitsUsedPerHour)).toBeCloseTo(2 * (1 + 12.5 / 168), 9);
  });

  it('what is paid upfront is spread over the term, and told apart', async () => {
    const cost = await twoAndAThird(24);
    const detail = await onlyDetail(reservations(cost, { PaymentOption: 'ALL_UPFRONT' }));
    expect(detail).toMatchObject({ RecommendedNumberOfInstancesToPurchase: '16', RecurringStandardMonthlyCost: '0', UpfrontCost: '490.56' });
    expect(Number(detail.EstimatedMonthlySavingsAmount)).toBeCloseTo(2 * 0.022 * 730, 6);
  });

  it('the look-back ends with the last whole day and reaches no further than asked', async () => {
    const cost = CostAccount.withCostExplorer();
    const early = cost.launch('t3.medium', 3);
    await cost.after(40 * day);
    cost.end(early);
    await cost.after(10 * day);
    cost.launch('t3.medium', 5);
    await cost.after(23 * hour);
    expect((await reservations(cost)).Recommendations).toEqual([]);
    // Twenty of thirty days, and forty of sixty, are more than three fifths.
    for (const LookbackPeriodInDays of ['THIRTY_DAYS', 'SIXTY_DAYS'] as const) {
      const detail = await onlyDetail(reservations(cost, { LookbackPeriodInDays }));
      expect(detail).toMatchObject({ RecommendedNumberOfInstancesToPurchase: '24', MinimumNormalizedUnitsUsedPerHour: '0', MaximumNormalizedUnitsUsedPerHour: '6', AverageNormalizedUnitsUsedPerHour: '4' });
    }
  });

  it('hours that a reservation or a savings plan pays for already are left out, as long as it lasts', async () => {
    const cost = await twoAndAThird(24);
    cost.account.ec2.reservedInstances.add({ instanceType: 't3.nano', count: 8, years: 1, payment: 'No Upfront', startAt: startsAt });
    expect((await onlyDetail(reservations(cost))).RecommendedNumberOfInstancesToPurchase).toBe('8');
    cost.account.ec2.reservedInstances.add({ instanceType: 't3.medium', count: 9, years: 1, payment: 'No Upfront', startAt: startsAt - 366 * day });
    expect((await onlyDetail(reservations(cost))).RecommendedNumberOfInstancesToPurchase).toBe('8');
    cost.account.savingsPlans.add({ type: 'Compute', commitmentUsdPerHour: 0.036, years: 1, payment: 'No Upfront', startAt: startsAt });
    expect((await reservations(cost)).Recommendations).toEqual([]);
  });
});

test('a database is reserved with its standby, by engine', async () => {
  const cost = CostAccount.withCostExplorer();
  cost.putDatabase({ instanceClass: 'db.m6g.large' });
  await cost.after(8 * day);
  expect(await onlyDetail(reservations(cost, { Service: rds }))).toMatchObject({
    InstanceDetails: { RDSInstanceDetails: { Family: 'm6g', InstanceType: 'db.m6g.large', DatabaseEngine: 'PostgreSQL', DeploymentOption: 'Multi-AZ' } },
    RecommendedNumberOfInstancesToPurchase: '1',
    RecommendedNormalizedUnitsToPurchase: '8',
    EstimatedMonthlySavingsAmount: '73',
  });
  const reserved = { id: 'bought', instanceClass: 'db.m6g.large', count: 1, engine: 'mysql', isMultiAz: true, years: 1, payment: 'No Upfront', startAt: startsAt } as const;
  cost.account.rds.reservations.add(reserved);
  expect((await reservations(cost, { Service: rds })).Recommendations).toHaveLength(1);
  cost.account.rds.reservations.add({ ...reserved, id: 'right', engine: 'postgres' });
  expect((await reservations(cost, { Service: rds })).Recommendations).toEqual([]);
});

test('a database counts as what it was while it was that', async () => {
  const cost = CostAccount.withCostExplorer();
  cost.putDatabase({ instanceClass: 'db.m6g.large', isMultiAz: false });
  await cost.after(4 * day);
  cost.putDatabase({ instanceClass: 'db.m6g.large', isMultiAz: true });
  await cost.after(3 * day);
  // Four of seven days are fewer than the three quarters at which a reservation pays; so are three.
  expect((await reservations(cost, { Service: rds })).Recommendations).toEqual([]);
  await cost.after(3 * day);
  expect((await onlyDetail(reservations(cost, { Service: rds }))).InstanceDetails?.RDSInstanceDetails?.DeploymentOption).toBe('Multi-AZ');
});

describe('savings plans', () => {
  it('one for all compute commits to what ordinary hours draw, whatever the family', async () => {
    const cost = await twoAndAThird(5 * 24);
    expect(await onlyPlan(savingsPlans(cost))).toMatchObject({
      HourlyCommitmentToPurchase: '0.072',
      EstimatedMonthlySavingsAmount: '20.44',
      EstimatedAverageUtilization: '100',
      UpfrontCost: '0',
      CurrentMinimumHourlyOnDemandSpend: '0.1',
      CurrentMaximumHourlyOnDemandSpend: '0.15',
    });
    cost.launch('c5.large', 1);
    await cost.after(8 * day);
    const both = await onlyPlan(savingsPlans(cost));
    expect(both.HourlyCommitmentToPurchase).toBe('0.152');
    expect(both.SavingsPlansDetails?.InstanceFamily).toBeUndefined();
    expect(Number(both.EstimatedMonthlySavingsAmount)).toBeCloseTo((0.2 - 0.152) * 730, 6);
  });

  it('one for a family names it, and is bound to fewer hours by its better rate', async () => {
    const cost = await twoAndAThird(5 * 24);
    cost.launch('c5.large', 1);
    const detail = await onlyPlan(savingsPlans(cost, { SavingsPlansType: 'EC2_INSTANCE_SP' }));
    expect(detail).toMatchObject({ HourlyCommitmentToPurchase: '0.096', SavingsPlansDetails: { Region: 'eu-west-3', InstanceFamily: 't3' } });
    expect(Number(detail.EstimatedMonthlySavingsAmount)).toBeCloseTo(((2 * 0.018 * 168 + 120 * 0.05 - 168 * 0.032) / 168) * 730, 6);
  });

  it('a plan that stands covers what saves most first', async () => {
    const cost = await twoAndAThird(24);
    cost.launch('c5.large', 1);
    await cost.after(8 * day);
    // The discount is 28 % on t3 and 20 % on c5: the plan is used up by t3.
    cost.account.savingsPlans.add({ type: 'Compute', commitmentUsdPerHour: 0.072, years: 1, payment: 'No Upfront', startAt: startsAt });
    expect(await onlyPlan(savingsPlans(cost))).toMatchObject({ HourlyCommitmentToPurchase: '0.08', CurrentMaximumHourlyOnDemandSpend: '0.1' });
  });
});

test('what the API would do otherwise is not answered', async () => {
  const cost = await twoAndAThird(24);
  const refused: ReservationInput[] = [
    { PaymentOption: undefined }, { TermInYears: undefined }, { LookbackPeriodInDays: undefined }, { AccountScope: 'LINKED' }, { Service: 'Amazon ElastiCache' },
    { ServiceSpecification: { EC2Specification: { OfferingClass: 'CONVERTIBLE' } } },
  ];
  for (const input of refused) {
    const again = await twoAndAThird(24);
    await expect(reservations(again, input)).rejects.toMatchObject({ name: 'NotModelledError' });
  }
  await expect(reservations(cost, { LookbackPeriodInDays: 'NINETY_DAYS' as never })).rejects.toMatchObject({ name: 'ValidationException' });
  await expect(reservations(cost, { NextPageToken: 'x' })).rejects.toMatchObject({ name: 'InvalidNextTokenException' });
});

test('a price that is missing ends the run: advice without it would be made up', async () => {
  const cost = CostAccount.withCostExplorer();
  cost.launch('m5.large', 1);
  await cost.after(2 * day);
  await expect(reservations(cost)).rejects.toThrow('on demand of the instance family m5');
});

describe('the Region', () => {
  it('is where Cost Explorer is, whatever the client has: the SDK\'s own rules send it there', () => {
    const { url, properties } = client.config.endpointProvider({ Region: 'eu-west-3', UseFIPS: false, UseDualStack: false });
    expect(url.href).toBe('https://ce.us-east-1.amazonaws.com/');
    expect(properties).toMatchObject({ authSchemes: [{ signingRegion: 'us-east-1' }] });
  });

  it('and policies see that one', async () => {
    const cost = await twoAndAThird(24);
    const only = (region: string): Principal =>
      cost.role({ Statement: { Effect: 'Allow', Action: 'ce:Get*', Resource: '*', Condition: { StringEquals: { 'aws:RequestedRegion': region } } } });
    await expect(reservations(cost, {}, only('eu-west-3'))).rejects.toMatchObject({ name: 'AccessDeniedException', message: expect.stringContaining('ce:GetReservationPurchaseRecommendation') });
    expect(cost.account.costExplorer.requests).toBe(0);
    await expect(reservations(cost, {}, only('us-east-1'))).resolves.toBeDefined();
  });
});

test('opening Cost Explorer makes a monitor of services, which is listed', async () => {
  const cost = new CostAccount();
  const arn = 'arn:aws:ce::123456789012:anomalymonitor/00000000-0000-0000-0000-000000000000';
  cost.account.costExplorer.enable({ servicesMonitor: { arn } });
  const { AnomalyMonitors: monitors } = await cost.asSomeone(() => client.send(new GetAnomalyMonitorsCommand({})));
  expect(monitors).toEqual([
    { MonitorArn: arn, MonitorName: 'Default-Services-Monitor', MonitorType: 'DIMENSIONAL', MonitorDimension: 'SERVICE', CreationDate: '2027-01-06T00:00:00Z', LastUpdatedDate: '2027-01-06T00:00:00Z' },
  ]);
  expect(cost.account.costExplorer.anomalies.subscriptions).toMatchObject([{ monitorArns: [arn], frequency: 'DAILY' }]);
  const before = new CostAccount();
  before.account.costExplorer.enable({ servicesMonitor: false });
  expect(before.account.costExplorer.anomalyMonitors).toEqual([]);
});

test('CloudTrail records who asked, where Cost Explorer is', async () => {
  const { account, call, records } = await auditedAccount();
  account.costExplorer.enable();
  await call('Cost Explorer', 'GetAnomalyMonitors', {});
  await call('savingsplans', 'DescribeSavingsPlans', {});
  expect(records.map(({ eventSource, awsRegion, readOnly }) => ({ eventSource, awsRegion, readOnly }))).toEqual([
    { eventSource: 'ce.amazonaws.com', awsRegion: 'us-east-1', readOnly: true },
    { eventSource: 'savingsplans.amazonaws.com', awsRegion: 'us-east-1', readOnly: true },
  ]);
});
