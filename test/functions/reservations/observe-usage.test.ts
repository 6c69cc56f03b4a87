import type { GetMetricDataCommandInput, GetMetricDataCommandOutput } from '@aws-sdk/client-cloudwatch';
import { observationSchema } from '../../../functions/reservations/observation.ts';
import { errorOf } from '../platform/session.ts';
import { group, openReservationScene, type ReservationScene } from './reservation-scene.ts';

let scene: ReservationScene;
beforeEach(() => {
  scene = openReservationScene();
});
afterEach(() => scene.close());

const three = (): number => 3;

describe('hours', () => {
  it('are counted by the fewest instances in service, and what a sale held is left out', async () => {
    scene.recordSizes(91, (index) => (index % 10 === 0 ? 4 : 3));
    await scene.lease('soldes', scene.ago(10), scene.ago(8));
    await scene.lease('probe', scene.ago(3), scene.ago(2.5), { kind: 'rehearsal' });
    const observation = await scene.observe();
    // 48 and 12 hours, and one for each descent of 50 minutes.
    expect(observation).toMatchObject({ days: { observed: 91, wanted: 90 }, hours: { all: 2184, seen: 2184, inEvents: 62 }, until: '2027-01-13T06:00:00.000Z' });
    const [threes = [0, 0], fours = [0, 0], ...more] = observation.hoursByInstances;
    expect([threes[0], fours[0], more]).toEqual([3, 4, []]);
    expect(threes[1] + fours[1]).toBe(2184 - 62);
    expect(observationSchema.parse(observation)).toEqual(observation);
  });

  it('of which nothing is known are not zero, and the days begin with the first that is known', async () => {
    scene.recordSizes(47, (index) => (index % 2 === 0 ? 3 : undefined));
    expect(await scene.observe()).toMatchObject({ days: { observed: 47 }, hours: { all: 1128, seen: 564 }, hoursByInstances: [[3, 564]] });
  });

  it('in which none ran are known', async () => {
    scene.recordSizes(2, () => 0);
    expect(await scene.observe()).toMatchObject({ hoursByInstances: [[0, 48]] });
  });

  it('come on as many pages as there are', async () => {
    scene.recordSizes(91, three);
    // CloudWatch gives as much as it likes a call; the simulated one gives all at once.
    const { GetMetricData: whole } = scene.account.cloudWatch.operations;
    const tokens: (string | undefined)[] = [];
    const execute = ({ NextToken: token, ...input }: GetMetricDataCommandInput, call: never) => {
      tokens.push(token);
      const { MetricDataResults: [result] = [] } = whole.execute(input as never, call) as GetMetricDataCommandOutput;
      const from = Number(token ?? 0);
      const isLast = from + 900 >= (result?.Values?.length ?? 0);
      const page = { ...result, Timestamps: result?.Timestamps?.slice(from, from + 900), Values: result?.Values?.slice(from, from + 900), StatusCode: isLast ? 'Complete' : 'PartialData' };
      return { MetricDataResults: [page], ...(isLast ? {} : { NextToken: String(from + 900) }) };
    };
    Object.assign(scene.account.cloudWatch.operations, { GetMetricData: { ...whole, execute } });
    expect(await scene.observe()).toMatchObject({ hours: { seen: 2184 }, hoursByInstances: [[3, 2184]] });
    expect(tokens).toEqual([undefined, '900', '1800']);
  });

  it.each([
    ['PartialData', 'Transient'],
    ['InternalError', 'Transient'],
    ['Forbidden', 'Refused'],
  ])('that CloudWatch holds back (%s) are %s, and not unknown', async (StatusCode, name) => {
    const { GetMetricData: whole } = scene.account.cloudWatch.operations;
    const execute = () => ({ MetricDataResults: [{ Id: 'inService', Timestamps: [], Values: [], StatusCode }] });
    Object.assign(scene.account.cloudWatch.operations, { GetMetricData: { ...whole, execute } });
    expect((await errorOf(scene.observe())).name).toBe(name);
  });

  it('of the metrics that cannot be read stop the advice', async () => {
    scene.deny('GetMetricData');
    expect((await errorOf(scene.observe())).name).toBe('Refused');
  });

  it('are the same when the look is repeated', async () => {
    scene.recordSizes(10, three);
    expect(await scene.observe()).toEqual(await scene.observe());
    expect(scene.calls.filter((call) => call === 'GetMetricData')).toHaveLength(2);
  });
});

describe('what runs now', () => {
  it('is counted by type, those that serve', async () => {
    scene.instances = [['t3.medium', 'InService'], ['t3.medium', 'InService'], ['t3a.medium', 'InService'], ['t3.medium', 'Pending'], ['t3.medium', 'Terminating']];
    expect((await scene.observe()).instanceTypes).toEqual({ 't3.medium': 2, 't3a.medium': 1 });
  });

  it('a group that is gone is no group without instances', async () => {
    scene.instances = undefined;
    expect(await errorOf(scene.observe())).toMatchObject({ name: 'Refused', message: `There is no Auto Scaling group ${group}.` });
  });
});

describe('the database', () => {
  it('is told as RDS describes it', async () => {
    await scene.meter(0, 1);
    expect((await scene.observe()).database).toEqual({ id: 'Shop', instanceClass: 'db.t4g.medium', engine: 'postgres', isMultiAz: true, createdAt: '2027-01-13T07:00:00.000Z' });
  });

  it('is unknown where it cannot be read or is gone, and the log says why', async () => {
    expect((await scene.observe()).database).toBe('unknown');
    scene.deny('DescribeDBInstances');
    expect((await scene.observe()).database).toBe('unknown');
    expect(scene.printed.filter((line) => line.includes('The database could not be read')).map((line) => /AccessDenied|NotFound/u.exec(line)?.[0])).toEqual(['NotFound', 'AccessDenied']);
  });

  it('is asked for again where RDS is only busy', async () => {
    scene.fail('DescribeDBInstances', 'throttled', 3);
    expect((await errorOf(scene.observe())).name).toBe('Transient');
  });
});

test('the ledger is needed: without leases nobody knows what was ordinary', async () => {
  scene.deny('Query');
  expect((await errorOf(scene.observe())).name).toBe('Refused');
});
