import { type FakeAccount, firstInput, putRole, sessionOf } from '../fake-account.ts';
import { after, forceFailover, listEvents, messagesOf, minute, second, seeds, withDatabase } from './database-account.ts';

const hour = 60 * minute;
const day = 24 * hour;

async function failedOver(seed = 1): Promise<FakeAccount> {
  const fake = withDatabase({}, seed);
  await forceFailover(fake);
  await after(fake, 3 * minute);
  return fake;
}

/** Has a function invoked with every event of RDS. */
function subscribe(fake: FakeAccount): void {
  const arn = 'arn:aws:lambda:eu-west-3:123456789012:function:Seen';
  const retryPolicy = { maximumAgeSeconds: 60, maximumRetryAttempts: 0 };
  fake.account.eventBridge.putRule({
    name: 'Rds',
    arn: 'arn:aws:events:eu-west-3:123456789012:rule/Rds',
    busName: 'default',
    isEnabled: true,
    eventPattern: { source: ['aws.rds'], 'detail-type': ['RDS DB Instance Event'], detail: { SourceIdentifier: ['shop'] } },
    scheduleExpression: undefined,
    targets: [{ id: 'Target0', arn, roleArn: putRole(fake, { name: 'Bus', service: 'events.amazonaws.com', actions: ['lambda:InvokeFunction'] }), retryPolicy, deadLetterArn: undefined }],
  });
}

interface Seen {
  readonly time: string;
  readonly resources: readonly string[];
  readonly detail: { readonly EventID: string; readonly Date: string; readonly Message: string; readonly EventCategories: readonly string[] };
}

function seenBy({ invocations }: FakeAccount): Seen[] {
  return invocations.map((invocation) => JSON.parse(firstInput([invocation], 'Payload')) as Seen);
}

describe('DescribeEvents', () => {
  test('tells of a forced failover what RDS tells: message and categories, and no id', async () => {
    const fake = await failedOver();
    const events = await listEvents(fake, { SourceIdentifier: 'Shop', SourceType: 'db-instance' });
    expect(events).toHaveLength(4);
    const base = { SourceIdentifier: 'shop', SourceType: 'db-instance', SourceArn: 'arn:aws:rds:eu-west-3:123456789012:db:shop', Date: expect.any(Date) };
    expect(events).toEqual(
      expect.arrayContaining([
        { ...base, Message: 'Multi-AZ instance failover started.', EventCategories: ['failover'] },
        { ...base, Message: 'DB instance restarted', EventCategories: ['availability'] },
        { ...base, Message: 'Multi-AZ instance failover completed', EventCategories: ['failover'] },
        { ...base, Message: 'The user requested a failover of the DB instance.', EventCategories: [] },
      ]),
    );
    expect(events.map(({ Date: at }) => at.getTime())).toEqual(events.map(({ Date: at }) => at.getTime()).toSorted((left, right) => left - right));
    expect(events[0]?.Message).toBe('Multi-AZ instance failover started.');
  });

  test('gives the last hour, unless a span or a length is asked for', async () => {
    const fake = await failedOver();
    const endedAt = fake.clock.now();
    await after(fake, 2 * hour);
    expect(await listEvents(fake)).toEqual([]);
    expect(await listEvents(fake, { Duration: 180 })).toHaveLength(4);
    expect(await listEvents(fake, { EndTime: new Date(endedAt) })).toHaveLength(4);
    expect(await listEvents(fake, { StartTime: new Date(endedAt - 10 * minute) })).toHaveLength(4);
    expect(await listEvents(fake, { StartTime: new Date(endedAt - 10 * minute), Duration: 5 })).toEqual([]);
    const [first] = await listEvents(fake, { Duration: 180 });
    const until = first?.Date ?? new Date(0);
    expect(messagesOf(await listEvents(fake, { StartTime: new Date(until.getTime() - minute), EndTime: until }))).toEqual(['Multi-AZ instance failover started.']);
  });

  test('gives the categories that are asked for, and the instance', async () => {
    const fake = await failedOver();
    expect(messagesOf(await listEvents(fake, { EventCategories: ['failover'] }))).toEqual(['Multi-AZ instance failover started.', 'Multi-AZ instance failover completed']);
    expect(messagesOf(await listEvents(fake, { EventCategories: ['availability', 'backup'] }))).toEqual(['DB instance restarted']);
    expect(await listEvents(fake, { SourceIdentifier: 'other', SourceType: 'db-instance' })).toEqual([]);
  });

  test('keeps them for fourteen days', async () => {
    const fake = await failedOver();
    await after(fake, 14 * day - 10 * minute);
    const asked = (): Promise<unknown[]> => listEvents(fake, { StartTime: new Date(fake.clock.now() - 14 * day), EndTime: new Date(fake.clock.now()) });
    expect(await asked()).toHaveLength(4);
    await after(fake, 20 * minute);
    expect(await asked()).toEqual([]);
    await expect(listEvents(fake, { StartTime: new Date(fake.clock.now() - 14 * day - 1) })).rejects.toThrow('14 days');
  });

  test('comes in pages', async () => {
    const fake = withDatabase();
    for (let count = 0; count < 6; count += 1) {
      await forceFailover(fake);
      await after(fake, 15 * minute);
    }
    const all = await listEvents(fake, { Duration: 120 });
    expect(all).toHaveLength(24);
    const first = await fake.call<{ Events: unknown[]; Marker: string }>('RDS', 'DescribeEvents', { Duration: 120, MaxRecords: 20 });
    const rest = await fake.call<{ Events: unknown[] }>('RDS', 'DescribeEvents', { Duration: 120, MaxRecords: 20, Marker: first.Marker });
    expect(rest).not.toHaveProperty('Marker');
    expect([...first.Events, ...rest.Events]).toEqual(all);
  });

  test.each([
    [{ MaxRecords: 19 }, 'InvalidParameterValue'],
    [{ MaxRecords: 101 }, 'InvalidParameterValue'],
    [{ Marker: 'elsewhere' }, 'InvalidParameterValue'],
    [{ SourceIdentifier: 'shop' }, 'InvalidParameterCombination'],
    [{ SourceType: 'db-snapshot' }, 'NotModelledError'],
    [{ Filters: [{ Name: 'a', Values: ['b'] }] }, 'NotModelledError'],
    [{ StartTime: new Date('2027-01-06T06:30:00Z'), EndTime: new Date('2027-01-06T06:00:00Z') }, 'NotModelledError'],
  ])('refuses %j: %s', async (input, name) => {
    await expect(listEvents(withDatabase(), input)).rejects.toMatchObject({ name });
  });

  test('needs a permission on everything', async () => {
    const fake = withDatabase();
    const read = (resource: string): Promise<unknown> => fake.call('RDS', 'DescribeEvents', {}, sessionOf(putRole(fake, { name: resource === '*' ? 'All' : 'One', actions: ['rds:DescribeEvents'], resource })));
    await expect(read('*')).resolves.toBeDefined();
    await expect(read('arn:aws:rds:eu-west-3:123456789012:db:shop')).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('EventBridge', () => {
  test('gets the events that have an id, dated when they happened', async () => {
    const fake = withDatabase();
    subscribe(fake);
    await forceFailover(fake);
    await after(fake, 3 * minute);
    const listed = await listEvents(fake);
    const seen = seenBy(fake);
    expect(seen.map(({ detail }) => detail.EventID).toSorted()).toStrictEqual(['RDS-EVENT-0006', 'RDS-EVENT-0013', 'RDS-EVENT-0049']);
    for (const { detail, time, resources } of seen) {
      const same = listed.find(({ Message }) => Message === detail.Message);
      expect(detail).toEqual({
        EventCategories: same?.EventCategories,
        SourceType: 'DB_INSTANCE',
        SourceArn: 'arn:aws:rds:eu-west-3:123456789012:db:shop',
        Date: same?.Date.toISOString(),
        Message: same?.Message,
        SourceIdentifier: 'shop',
        EventID: detail.EventID,
      });
      expect(resources).toEqual(['arn:aws:rds:eu-west-3:123456789012:db:shop']);
      expect(time).toBe(`${detail.Date.slice(0, 19)}Z`);
    }
  });

  test('has one for a request that is abandoned', async () => {
    const fake = withDatabase();
    subscribe(fake);
    fake.account.rds.abandonNextFailover = true;
    await forceFailover(fake);
    await after(fake, minute);
    expect(seenBy(fake).map(({ detail }) => [detail.EventID, detail.EventCategories])).toStrictEqual([['RDS-EVENT-0034', ['failover']]]);
  });

  test('gets them late, in any order', async () => {
    let swapped = 0;
    let latest = 0;
    for (const seed of seeds) {
      const fake = withDatabase({}, seed);
      subscribe(fake);
      await forceFailover(fake);
      await after(fake, 3 * minute);
      const dates = seenBy(fake).map(({ detail }) => detail.Date);
      if (dates.join(' ') !== dates.toSorted().join(' ')) swapped += 1;
      latest = Math.max(latest, ...fake.invocations.map(({ at }, index) => at - Date.parse(dates[index] ?? '')));
    }
    expect(swapped).toBeGreaterThan(0);
    expect(swapped).toBeLessThan(seeds.length);
    expect(latest).toBeGreaterThan(10 * second);
    expect(latest).toBeLessThan(20 * second);
  });

  test('loses them where a scenario says so; RDS lists them all the same', async () => {
    const fake = withDatabase();
    subscribe(fake);
    fake.account.eventBridge.deliver = ({ source }) => (source === 'aws.rds' ? 'lost' : 'once');
    await forceFailover(fake);
    await after(fake, 3 * minute);
    expect(fake.invocations).toEqual([]);
    expect(await listEvents(fake)).toHaveLength(4);
  });

  test('cannot get what RDS itself never tells', async () => {
    const fake = withDatabase();
    subscribe(fake);
    fake.account.rds.events.isLost = (name) => name === 'completed';
    await forceFailover(fake);
    await after(fake, 3 * minute);
    expect(messagesOf(await listEvents(fake))).not.toContain('Multi-AZ instance failover completed');
    expect(seenBy(fake).map(({ detail }) => detail.EventID).toSorted()).toStrictEqual(['RDS-EVENT-0006', 'RDS-EVENT-0013']);
  });
});
