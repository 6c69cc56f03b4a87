import { commitmentsSchema } from '../../../functions/reservations/commitments.ts';
import { prices } from '../../simulator/services/cost-account.ts';
import { errorOf } from '../platform/session.ts';
import { day } from './fixtures.ts';
import { openReservationScene, type ReservationScene } from './reservation-scene.ts';

let scene: ReservationScene;
beforeEach(() => {
  scene = openReservationScene();
});
afterEach(() => scene.close());

const year = { years: 1, payment: 'No Upfront' } as const;

describe('what is committed already', () => {
  it('is read of EC2, RDS and savings plans; what is over or has not begun is none of it', async () => {
    const { ec2, rds, savingsPlans } = scene.account;
    const over = { startAt: scene.clock.now() - 366 * day };
    const toCome = { startAt: scene.clock.now() + day };
    ec2.reservedInstances.add({ instanceType: 't3.medium', count: 2, ...year });
    ec2.reservedInstances.add({ instanceType: 't3.medium', count: 7, ...year, ...over });
    ec2.reservedInstances.add({ instanceType: 't3.medium', count: 7, ...year, ...toCome });
    rds.reservations.add({ id: 'ours', instanceClass: 'db.m6g.large', count: 1, engine: 'postgres', isMultiAz: true, ...year });
    rds.reservations.add({ id: 'over', instanceClass: 'db.m6g.large', count: 1, engine: 'postgres', isMultiAz: true, ...year, ...over });
    savingsPlans.add({ type: 'Compute', commitmentUsdPerHour: 0.5, ...year });
    savingsPlans.add({ type: 'EC2Instance', family: 't3', commitmentUsdPerHour: 0.25, ...year });
    savingsPlans.add({ type: 'Compute', commitmentUsdPerHour: 9, ...year, ...over });
    savingsPlans.add({ type: 'Compute', commitmentUsdPerHour: 9, ...year, ...toCome });
    const commitments = await scene.read();
    const endsAt = '2028-01-13T07:00:00.000Z';
    expect(commitments).toEqual({
      instances: [{ type: 't3.medium', count: 2, endsAt, isSizeFlexible: true }],
      databases: [{ type: 'db.m6g.large', count: 1, endsAt, engine: 'postgres', isMultiAz: true }],
      savingsPlans: [{ kind: 'Compute', perHourUsd: 0.5, endsAt: '2028-01-13T06:59:59.000Z' }, { kind: 'EC2Instance', family: 't3', perHourUsd: 0.25, endsAt: '2028-01-13T06:59:59.000Z' }],
      costExplorer: 'unknown',
      unread: [expect.stringContaining('Cost Explorer has no opinion: AccessDeniedException')],
    });
    expect(commitmentsSchema.parse(commitments)).toEqual(commitments);
  });

  it('what is for Windows or for hardware of its own is for something else, and a zone’s is of one size', async () => {
    const each = { InstanceType: 't3.medium', InstanceCount: 1, End: new Date('2027-06-01T00:00:00Z'), State: 'active', InstanceTenancy: 'default', Scope: 'Region', ProductDescription: 'Linux/UNIX' };
    const ReservedInstances = [
      each, { ...each, ProductDescription: 'Linux/UNIX (Amazon VPC)', Scope: 'Availability Zone', InstanceCount: 3 }, { ...each, ProductDescription: 'Windows' }, { ...each, InstanceTenancy: 'dedicated' },
      { ...each, ProductDescription: 'Red Hat Enterprise Linux' },
    ];
    Object.assign(scene.account.ec2.operations, { DescribeReservedInstances: { authorise: () => [], execute: () => ({ ReservedInstances }) } });
    expect((await scene.read()).instances).toMatchObject([{ count: 1, isSizeFlexible: true }, { count: 3, isSizeFlexible: false }]);
  });

  it('is on as many pages as there are', async () => {
    for (let index = 0; index < 1001; index += 1) scene.account.savingsPlans.add({ type: 'Compute', commitmentUsdPerHour: 0.001, ...year });
    for (let index = 0; index < 101; index += 1) scene.account.rds.reservations.add({ id: `r-${index}`, instanceClass: 'db.m6g.large', count: 1, engine: 'mysql', isMultiAz: false, ...year });
    const { savingsPlans, databases } = await scene.read();
    expect([savingsPlans.length, databases.length]).toEqual([1001, 101]);
  });

  it.each([
    ['DescribeReservedInstances', 'instances', 'What is reserved of EC2 could not be read: '],
    ['DescribeReservedDBInstances', 'databases', 'What is reserved of RDS could not be read: '],
    ['DescribeSavingsPlans', 'savingsPlans', 'Which savings plans there are could not be read: '],
  ] as const)('is unknown, and not none, where %s is denied; the rest is known', async (operation, part, sentence) => {
    scene.deny(operation);
    const commitments = await scene.read();
    for (const name of ['instances', 'databases', 'savingsPlans'] as const) expect(commitments[name]).toEqual(name === part ? 'unknown' : []);
    expect(commitments.unread).toContainEqual(expect.stringContaining(sentence));
  });

  it('is unknown where AWS says half of it', async () => {
    Object.assign(scene.account.savingsPlans.operations, { DescribeSavingsPlans: { authorise: () => [], execute: () => ({ savingsPlans: [{ savingsPlanType: 'Compute', end: '2028-01-01T00:00:00Z' }] }) } });
    expect((await scene.read()).savingsPlans).toBe('unknown');
  });

  it('is asked for again where AWS is only busy, before Cost Explorer costs anything', async () => {
    scene.fail('DescribeSavingsPlans', 'throttled', 3);
    expect((await errorOf(scene.read())).name).toBe('Transient');
    expect(scene.account.costExplorer.requests).toBe(0);
  });
});

describe('the second opinion', () => {
  const enable = (): void => {
    scene.account.costExplorer.enable({ at: scene.clock.now() - 365 * day });
    scene.account.costExplorer.prices = prices;
  };

  it('is three calls: instances, databases, and a compute savings plan', async () => {
    enable();
    scene.account.costExplorer.prices = { ...prices, multiAzDatabasesPerHour: { postgres: { 'db.t4g.medium': 0.2 } } };
    await scene.meter(3, 61);
    const { costExplorer, unread } = await scene.read();
    // Three t3.medium are 24 t3.nano; each saves 0.05 − 0.03 an hour on demand, and the plan 0.05 − 0.036.
    expect(costExplorer).toMatchObject({
      lookBackDays: 60, instances: { of: expect.stringMatching(/^t3\./u), monthlySavingUsd: expect.closeTo(3 * 0.02 * 730, 3) }, databases: { count: 0, of: '' },
      savingsPlan: { perHourUsd: expect.closeTo(0.108, 6), monthlySavingUsd: expect.closeTo(3 * 0.014 * 730, 3) },
    });
    expect([unread, scene.account.costExplorer.requests]).toEqual([[], 3]);
  });

  it('of nothing is nothing, and not unknown', async () => {
    enable();
    scene.account.costExplorer.prices = { ...prices, multiAzDatabasesPerHour: { postgres: { 'db.t4g.medium': 0.2 } }, offers: [] };
    await scene.meter(1, 61);
    expect((await scene.read()).costExplorer).toEqual({
      lookBackDays: 60, instances: { count: 0, of: '', monthlySavingUsd: 0 }, databases: { count: 0, of: '', monthlySavingUsd: 0 }, savingsPlan: { perHourUsd: 0, monthlySavingUsd: 0 },
    });
  });

  it('is unknown without data, and is not asked on: each call costs', async () => {
    enable();
    expect(await scene.read()).toMatchObject({ costExplorer: 'unknown', unread: [expect.stringContaining('DataUnavailableException')] });
    expect(scene.account.costExplorer.requests).toBe(1);
  });

  it.each(['throttled', 'unavailable'] as const)('is unknown where Cost Explorer is %s: the advice does without it', async (fault) => {
    enable();
    scene.fail('GetReservationPurchaseRecommendation', fault, 3);
    expect((await scene.read()).costExplorer).toBe('unknown');
  });

  it('is unknown where it names no amount', async () => {
    enable();
    const execute = () => ({ Recommendations: [{ RecommendationDetails: [{ RecommendedNumberOfInstancesToPurchase: 'some' }] }] });
    Object.assign(scene.account.costExplorer.operations, { GetReservationPurchaseRecommendation: { authorise: () => [], execute } });
    expect((await scene.read()).costExplorer).toBe('unknown');
  });
});

test('Cost Explorer is asked where it is, whatever Region the shop is in', async () => {
  const { costExplorer, savingsPlans } = await import('../../../functions/platform/clients.ts');
  expect([await costExplorer().config.region(), await savingsPlans().config.region()]).toEqual(['us-east-1', 'us-east-1']);
});
