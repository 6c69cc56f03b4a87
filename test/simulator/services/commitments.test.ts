import { DescribeReservedInstancesCommand, EC2Client, PurchaseReservedInstancesOfferingCommand } from '@aws-sdk/client-ec2';
import { DescribeReservedDBInstancesCommand, PurchaseReservedDBInstancesOfferingCommand, RDSClient } from '@aws-sdk/client-rds';
import { CreateSavingsPlanCommand, DescribeSavingsPlansCommand, SavingsplansClient } from '@aws-sdk/client-savingsplans';
import type { PolicyStatement } from '../../../simulator/kernel/authorisation.ts';
import type { Principal } from '../../../simulator/kernel/principal.ts';
import { installSdkHook } from '../../../simulator/kernel/sdk-hook.ts';
import { configuration, CostAccount, day, startsAt } from './cost-account.ts';
import { auditedAccount } from './audited-account.ts';

const ec2 = new EC2Client({ ...configuration, maxAttempts: 1 });
const rds = new RDSClient({ ...configuration, maxAttempts: 1 });
const plans = new SavingsplansClient({ ...configuration, maxAttempts: 1 });
const offering = '12345678-90ab-cdef-1234-567890abcdef';

let removeHook: () => void;
beforeAll(() => {
  removeHook = installSdkHook();
});
afterAll(() => removeHook());

const everything: PolicyStatement = { Effect: 'Allow', Action: '*', Resource: '*' };
const noPurchase: PolicyStatement = {
  Effect: 'Deny',
  Action: ['ec2:PurchaseReservedInstancesOffering', 'rds:PurchaseReservedDBInstancesOffering', 'savingsplans:CreateSavingsPlan'],
  Resource: '*',
};

const purchases = {
  ec2: () => ec2.send(new PurchaseReservedInstancesOfferingCommand({ InstanceCount: 2, ReservedInstancesOfferingId: offering })),
  rds: () => rds.send(new PurchaseReservedDBInstancesOfferingCommand({ DBInstanceCount: 1, ReservedDBInstancesOfferingId: offering })),
  savingsPlans: () => plans.send(new CreateSavingsPlanCommand({ savingsPlanOfferingId: offering, commitment: '0.25' })),
};

function bought({ account }: CostAccount): number[] {
  return [account.ec2.reservedInstances.purchases.length, account.rds.reservations.purchases.length, account.savingsPlans.purchases.length];
}

describe('purchases', () => {
  it('nothing but a policy stops them, and a checker sees each', async () => {
    const cost = new CostAccount();
    const caller = cost.role({ Statement: everything });
    for (const buy of Object.values(purchases)) await cost.as(caller, buy);
    expect(bought(cost)).toEqual([1, 1, 1]);
    expect(cost.account.ec2.reservedInstances.purchases[0]).toMatchObject({ offeringId: offering, count: 2, at: startsAt, by: expect.stringContaining('role/Caller') });
    expect(cost.account.occurrences.map(({ kind }) => kind)).toEqual(['ec2.reservation-purchased', 'rds.reservation-purchased', 'savings-plans.purchased']);
  });

  it('a policy that denies them does so before anything is bought', async () => {
    const cost = new CostAccount();
    const caller = cost.role({ Statement: [everything, noPurchase] });
    const denied = { ec2: 'UnauthorizedOperation', rds: 'AccessDenied', savingsPlans: 'AccessDeniedException' } as const;
    for (const [service, buy] of Object.entries(purchases)) {
      await expect(cost.as(caller, buy)).rejects.toMatchObject({ name: denied[service as keyof typeof denied] });
    }
    expect(bought(cost)).toEqual([0, 0, 0]);
  });

  it('a client token buys one savings plan', async () => {
    const cost = new CostAccount();
    const buy = () => cost.asSomeone(() => plans.send(new CreateSavingsPlanCommand({ savingsPlanOfferingId: offering, commitment: '1', clientToken: 'once' })));
    expect((await buy()).savingsPlanId).toBe((await buy()).savingsPlanId);
    expect(cost.account.savingsPlans.purchases).toHaveLength(1);
  });

  it('amounts that AWS refuses are refused', async () => {
    const cost = new CostAccount();
    for (const commitment of ['0', '0.0001', '1000001', '0.1234567', 'much']) {
      await expect(cost.asSomeone(() => plans.send(new CreateSavingsPlanCommand({ savingsPlanOfferingId: offering, commitment })))).rejects.toMatchObject({ name: 'ValidationException' });
    }
    await expect(cost.asSomeone(() => ec2.send(new PurchaseReservedInstancesOfferingCommand({ InstanceCount: 0, ReservedInstancesOfferingId: offering })))).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    const named = () => rds.send(new PurchaseReservedDBInstancesOfferingCommand({ ReservedDBInstancesOfferingId: offering, ReservedDBInstanceId: 'shop' }));
    await cost.asSomeone(named);
    await expect(cost.asSomeone(named)).rejects.toMatchObject({ name: 'ReservedDBInstanceAlreadyExistsFault' });
    expect(bought(cost)).toEqual([0, 1, 0]);
  });

  it('CloudTrail records one as a write', async () => {
    const { account, call, records } = await auditedAccount();
    await call('EC2', 'PurchaseReservedInstancesOffering', { InstanceCount: 1, ReservedInstancesOfferingId: offering });
    await call('RDS', 'PurchaseReservedDBInstancesOffering', { ReservedDBInstancesOfferingId: offering, DBInstanceCount: 1 });
    await call('savingsplans', 'CreateSavingsPlan', { savingsPlanOfferingId: offering, commitment: '1' });
    expect(records.map(({ eventName, readOnly }) => ({ eventName, readOnly }))).toEqual([
      { eventName: 'PurchaseReservedInstancesOffering', readOnly: false },
      { eventName: 'PurchaseReservedDBInstancesOffering', readOnly: false },
      { eventName: 'CreateSavingsPlan', readOnly: false },
    ]);
    expect(account.savingsPlans.purchases).toHaveLength(1);
  });
});

describe('lists', () => {
  it('of reserved instances: with those whose term is over, and by state', async () => {
    const cost = new CostAccount();
    const { reservedInstances } = cost.account.ec2;
    const over = reservedInstances.add({ instanceType: 't3.medium', count: 1, years: 1, payment: 'All Upfront', upfrontUsd: 200, startAt: startsAt - 365 * day });
    const standing = reservedInstances.add({ instanceType: 't3.medium', count: 2, years: 1, payment: 'No Upfront', perHourUsd: 0.03, startAt: startsAt - 365 * day + 1 });
    const all = await cost.asSomeone(() => ec2.send(new DescribeReservedInstancesCommand({})));
    expect(all.ReservedInstances).toMatchObject([
      { ReservedInstancesId: over.id, State: 'retired', FixedPrice: 200, OfferingType: 'All Upfront' },
      {
        ReservedInstancesId: standing.id, State: 'active', InstanceType: 't3.medium', InstanceCount: 2, Scope: 'Region', OfferingClass: 'standard', ProductDescription: 'Linux/UNIX',
        Duration: 31_536_000, End: new Date(startsAt + 1), RecurringCharges: [{ Amount: 0.03, Frequency: 'Hourly' }],
      },
    ]);
    const active = await cost.asSomeone(() => ec2.send(new DescribeReservedInstancesCommand({ Filters: [{ Name: 'state', Values: ['active'] }] })));
    expect(active.ReservedInstances?.map(({ ReservedInstancesId }) => ReservedInstancesId)).toEqual([standing.id]);
    await expect(cost.asSomeone(() => ec2.send(new DescribeReservedInstancesCommand({ ReservedInstancesIds: ['x'] })))).rejects.toMatchObject({ name: 'InvalidReservedInstancesId' });
  });

  it('of reserved databases: engine, deployment and state, in pages', async () => {
    const cost = new CostAccount();
    for (let index = 0; index < 21; index += 1) {
      cost.account.rds.reservations.add({
        id: `ri-${index}`, instanceClass: 'db.m6g.large', count: 1, engine: index === 0 ? 'mysql' : 'postgres', isMultiAz: index > 1, years: 1, payment: 'Partial Upfront', startAt: startsAt + (index > 19 ? day : 0),
      });
    }
    const describe = (input: object) => cost.asSomeone(() => rds.send(new DescribeReservedDBInstancesCommand(input)));
    const first = await describe({ MaxRecords: 20 });
    expect(first.ReservedDBInstances).toHaveLength(20);
    expect(first.ReservedDBInstances?.[0]).toMatchObject({ ReservedDBInstanceId: 'ri-0', ProductDescription: 'mysql', MultiAZ: false, State: 'active', OfferingType: 'Partial Upfront', Duration: 31_536_000 });
    const second = await describe({ MaxRecords: 20, Marker: first.Marker });
    expect(second.ReservedDBInstances).toMatchObject([{ ReservedDBInstanceId: 'ri-20', ProductDescription: 'postgresql', State: 'payment-pending' }]);
    expect((await describe({ MultiAZ: false, ProductDescription: 'postgresql' })).ReservedDBInstances).toHaveLength(1);
    await expect(describe({ ReservedDBInstanceId: 'none' })).rejects.toMatchObject({ name: 'ReservedDBInstanceNotFoundFault' });
  });

  it('of savings plans: by state and id, in pages, with amounts as text', async () => {
    const cost = new CostAccount();
    const { savingsPlans } = cost.account;
    const over = savingsPlans.add({ type: 'Compute', commitmentUsdPerHour: 0.1, years: 1, payment: 'No Upfront', startAt: startsAt - 366 * day });
    const bound = savingsPlans.add({ type: 'EC2Instance', family: 't3', commitmentUsdPerHour: 0.5, years: 3, payment: 'All Upfront' });
    const describe = (input: object) => cost.asSomeone(() => plans.send(new DescribeSavingsPlansCommand(input)));
    expect((await describe({ states: ['active'] })).savingsPlans).toMatchObject([
      {
        savingsPlanId: bound.id, savingsPlanArn: `arn:aws:savingsplans::123456789012:savingsplan/${bound.id}`, state: 'active', savingsPlanType: 'EC2Instance', ec2InstanceFamily: 't3',
        region: 'eu-west-3', commitment: '0.5', upfrontPaymentAmount: '13140', recurringPaymentAmount: '0', termDurationInSeconds: 94_608_000, end: '2030-01-04T23:59:59.000Z',
      },
    ]);
    const first = await describe({ maxResults: 1 });
    expect(first.savingsPlans).toMatchObject([{ savingsPlanId: over.id, state: 'retired', commitment: '0.1' }]);
    expect((await describe({ maxResults: 1, nextToken: first.nextToken })).savingsPlans).toMatchObject([{ savingsPlanId: bound.id }]);
    expect((await describe({ savingsPlanIds: ['none'] })).savingsPlans).toEqual([]);
    await expect(describe({ maxResults: 0 })).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('condition keys', () => {
  const may = (cost: CostAccount, action: string, condition: Record<string, Record<string, string>>): Principal =>
    cost.role({ Statement: { Effect: 'Allow', Action: action, Resource: '*', Condition: condition } });

  it('the Region of EC2, and the one where plans are', async () => {
    const cost = new CostAccount();
    const list = () => ec2.send(new DescribeReservedInstancesCommand({}));
    await expect(cost.as(may(cost, 'ec2:*', { StringEquals: { 'ec2:Region': 'eu-west-3' } }), list)).resolves.toBeDefined();
    await expect(cost.as(may(cost, 'ec2:*', { StringEquals: { 'ec2:Region': 'us-east-1' } }), list)).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
    const listPlans = () => plans.send(new DescribeSavingsPlansCommand({}));
    await expect(cost.as(may(cost, 'savingsplans:*', { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } }), listPlans)).resolves.toBeDefined();
  });

  it('tags of what is bought and of what stands', async () => {
    const cost = new CostAccount();
    const tagged = (tags: Record<string, string>) => () => plans.send(new CreateSavingsPlanCommand({ savingsPlanOfferingId: offering, commitment: '1', tags }));
    const caller = may(cost, 'savingsplans:*', { StringEquals: { 'aws:RequestTag/team': 'finance' } });
    await expect(cost.as(caller, tagged({ team: 'finance' }))).resolves.toBeDefined();
    await expect(cost.as(caller, tagged({}))).rejects.toMatchObject({ name: 'AccessDeniedException' });
    cost.account.rds.reservations.add({ id: 'ours', instanceClass: 'db.m6g.large', count: 1, engine: 'postgres', isMultiAz: true, years: 1, payment: 'No Upfront', tags: { team: 'finance' } });
    const read = () => rds.send(new DescribeReservedDBInstancesCommand({ ReservedDBInstanceId: 'ours' }));
    await expect(cost.as(may(cost, 'rds:*', { StringEquals: { 'rds:ri-tag/team': 'finance' } }), read)).resolves.toBeDefined();
    await expect(cost.as(may(cost, 'rds:*', { StringEquals: { 'aws:ResourceTag/team': 'shop' } }), read)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});
