import type { FakeAccount } from '../fake-account.ts';
import { putRole, sessionOf } from '../fake-account.ts';
import { after, describeOne, follow, forceFailover, listEvents, messagesOf, minute, second, seeds, type Turn, withDatabase } from './database-account.ts';

interface Course {
  readonly turns: readonly Turn[];
  readonly availableAt: number;
  /** When `DescribeDBInstances` showed the new zones. */
  readonly shownAt: number;
  readonly before: Record<string, unknown>;
  readonly after: Record<string, unknown>;
}

/** Begins a failover, and looks at it every second. */
async function watch(fake: FakeAccount, begin: () => unknown): Promise<Course> {
  const before = await describeOne(fake);
  const turns = follow(fake);
  await begin();
  let availableAt = Number.NaN;
  let shownAt = Number.NaN;
  let wasRebooting = false;
  let latest = before;
  for (let at = second; at <= 8 * minute; at += second) {
    await after(fake, second);
    latest = await describeOne(fake);
    wasRebooting ||= latest['DBInstanceStatus'] === 'rebooting';
    if (wasRebooting && latest['DBInstanceStatus'] === 'available' && Number.isNaN(availableAt)) availableAt = at;
    if (latest['AvailabilityZone'] !== before['AvailabilityZone'] && Number.isNaN(shownAt)) shownAt = at;
  }
  return { turns, availableAt, shownAt, before, after: latest };
}

function timeOf(turns: readonly Turn[], connectivity: Turn['connectivity']): number {
  return turns.findLast((turn) => turn.connectivity === connectivity)?.at ?? Number.NaN;
}

const sequence = (turns: readonly Turn[]): string => turns.map(({ connectivity }) => connectivity).join(' ');
const hanging = 'hanging refused open';
const orderly = 'refused hanging refused open';

describe('a forced failover', () => {
  const courses: Course[] = [];
  beforeAll(async () => {
    for (const seed of seeds) {
      const fake = withDatabase({}, seed);
      courses.push(await watch(fake, () => forceFailover(fake)));
    }
  });

  test('is accepted at once: the instance reboots, and still takes connections', async () => {
    const fake = withDatabase();
    await expect(forceFailover(fake)).resolves.toMatchObject({ DBInstance: { DBInstanceIdentifier: 'shop', DBInstanceStatus: 'rebooting' } });
    expect(await describeOne(fake)).toMatchObject({ DBInstanceStatus: 'rebooting' });
    expect(fake.account.rds.database('shop').connectivity).toBe('open');
  });

  test('loses the primary seven to seventeen seconds later, by dying in most cases, in order in others', () => {
    for (const { turns } of courses) {
      expect(turns[0]?.at).toBeGreaterThanOrEqual(7 * second);
      expect(turns[0]?.at).toBeLessThanOrEqual(17 * second);
    }
    const sequences = courses.map(({ turns }) => sequence(turns));
    expect(new Set(sequences)).toEqual(new Set([hanging, orderly]));
    expect(sequences.filter((one) => one === hanging).length).toBeGreaterThan(sequences.filter((one) => one === orderly).length);
  });

  test('makes the standby the primary before anybody is served again', () => {
    for (const { turns, before } of courses) {
      const { AvailabilityZone: primary, SecondaryAvailabilityZone: standby } = before;
      const zones = turns.slice(-3).map(({ zone }) => zone);
      expect(zones).toEqual([primary, standby, standby]);
    }
  });

  test('begins a new life exactly once, when the primary is lost', () => {
    for (const { turns } of courses) expect(turns.map(({ generation }) => generation)).toEqual(turns.map(() => 1));
  });

  test('serves again before it is available, which takes one to two minutes in all', () => {
    for (const { turns, availableAt } of courses) {
      expect(availableAt).toBeGreaterThanOrEqual(60 * second);
      expect(availableAt).toBeLessThanOrEqual(121 * second);
      expect(timeOf(turns, 'open')).toBeLessThan(availableAt);
    }
    const outages = courses.map(({ turns }) => timeOf(turns, 'open') - (turns[0]?.at ?? 0));
    expect(Math.min(...outages)).toBeGreaterThan(10 * second);
    expect(Math.max(...outages)).toBeGreaterThan(60 * second);
    expect(Math.max(...outages)).toBeLessThan(113 * second);
  });

  test('shows the swapped zones then, or minutes later', () => {
    for (const { before, after: swapped, shownAt, availableAt } of courses) {
      expect(swapped).toMatchObject({
        DBInstanceStatus: 'available',
        AvailabilityZone: before['SecondaryAvailabilityZone'],
        SecondaryAvailabilityZone: before['AvailabilityZone'],
        Endpoint: before['Endpoint'],
        DbiResourceId: before['DbiResourceId'],
      });
      expect(shownAt).toBeGreaterThanOrEqual(availableAt);
      expect(shownAt).toBeLessThanOrEqual(377 * second);
    }
    expect(courses.some(({ shownAt, availableAt }) => shownAt === availableAt)).toBe(true);
    expect(courses.some(({ shownAt, availableAt }) => shownAt - availableAt > 3 * minute)).toBe(true);
  });

  test('is drawn anew each time, and the same for the same seed', async () => {
    expect(new Set(courses.map(({ turns }) => timeOf(turns, 'open'))).size).toBe(seeds.length);
    const fake = withDatabase({}, seeds[4]);
    expect(await watch(fake, () => forceFailover(fake))).toEqual(courses[4]);
  });

  test('brings a changed parameter group into force', async () => {
    const fake = withDatabase();
    fake.account.rds.database('shop').parameterApplyStatus = 'pending-reboot';
    expect(await describeOne(fake)).toMatchObject({ DBParameterGroups: [{ ParameterApplyStatus: 'pending-reboot' }] });
    await forceFailover(fake);
    await after(fake, 3 * minute);
    expect(await describeOne(fake)).toMatchObject({ DBParameterGroups: [{ ParameterApplyStatus: 'in-sync' }] });
  });

  test('goes on through a deployment', async () => {
    const fake = withDatabase();
    const { definition, secondaryAvailabilityZone: standby } = fake.account.rds.database('shop');
    await forceFailover(fake);
    await after(fake, 20 * second);
    fake.account.rds.putDatabase({ ...definition, backupRetentionDays: 7 });
    expect(await describeOne(fake)).toMatchObject({ DBInstanceStatus: 'rebooting', BackupRetentionPeriod: 7 });
    expect(() => fake.account.rds.putDatabase({ ...definition, isMultiAz: false })).toThrow('MultiAZ of shop while it is rebooting');
    await after(fake, 8 * minute);
    expect(await describeOne(fake)).toMatchObject({ DBInstanceStatus: 'available', AvailabilityZone: standby });
  });
});

describe('a request for a failover is refused', () => {
  const reboot = (fake: FakeAccount, input: object): Promise<unknown> => fake.call('RDS', 'RebootDBInstance', { DBInstanceIdentifier: 'shop', ...input });

  test('of an instance that does not exist', async () => {
    await expect(reboot(withDatabase(), { DBInstanceIdentifier: 'gone', ForceFailover: true })).rejects.toMatchObject({ name: 'DBInstanceNotFoundFault', statusCode: 404 });
  });

  test('of one without a standby', async () => {
    await expect(forceFailover(withDatabase({ isMultiAz: false }))).rejects.toMatchObject({ name: 'InvalidParameterCombination', statusCode: 400 });
  });

  test('of one that is not available: it is modified, or fails over already', async () => {
    const refusal = { name: 'InvalidDBInstanceStateFault', statusCode: 400, message: 'Instance cannot currently reboot due to an in-progress management operation.' };
    const modified = withDatabase();
    modified.account.rds.database('shop').status = 'modifying';
    await expect(forceFailover(modified)).rejects.toMatchObject(refusal);
    const twice = withDatabase();
    await forceFailover(twice);
    await expect(forceFailover(twice)).rejects.toMatchObject(refusal);
    const crashed = withDatabase();
    crashed.account.rds.crash('shop');
    expect(await describeOne(crashed)).toMatchObject({ DBInstanceStatus: 'available' });
    await expect(forceFailover(crashed)).rejects.toMatchObject(refusal);
  });

  test('without ForceFailover it is not modelled', async () => {
    await expect(reboot(withDatabase(), {})).rejects.toThrow('without ForceFailover is not modelled');
    await expect(reboot(withDatabase(), { ForceFailover: false })).rejects.toMatchObject({ name: 'NotModelledError' });
  });

  test('by IAM, on the wrong instance, without the tag, or without a standby', async () => {
    const force = (fake: FakeAccount, resource = 'db:shop'): Promise<unknown> => {
      const roleArn = putRole(fake);
      fake.account.iam.putRolePolicy('Caller', 'Drill', {
        Statement: {
          Effect: 'Allow',
          Action: 'rds:RebootDBInstance',
          Resource: `arn:aws:rds:eu-west-3:123456789012:${resource}`,
          Condition: { Bool: { 'rds:MultiAz': 'true' }, StringEquals: { 'aws:ResourceTag/webmarket:drill': 'allowed' } },
        },
      });
      return fake.call('RDS', 'RebootDBInstance', { DBInstanceIdentifier: 'shop', ForceFailover: true }, sessionOf(roleArn));
    };
    await expect(force(withDatabase())).resolves.toBeDefined();
    await expect(force(withDatabase(), 'db:other')).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(force(withDatabase({ tags: {} }))).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(force(withDatabase({ isMultiAz: false }))).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('a failover that RDS accepts and abandons', () => {
  test('moves nothing, and tells so: once, where a scenario wants it', async () => {
    const fake = withDatabase();
    fake.account.rds.abandonNextFailover = true;
    const { turns, availableAt, before, after: then } = await watch(fake, () => forceFailover(fake));
    expect(turns).toEqual([]);
    expect(availableAt).toBeLessThanOrEqual(31 * second);
    expect(then).toEqual({ ...before, LatestRestorableTime: then['LatestRestorableTime'] });
    const events = await listEvents(fake);
    expect(events).toMatchObject([{ Message: 'Abandoning user requested failover since a failover recently occurred on the database instance.', EventCategories: ['failover'] }]);
    expect(fake.account.rds.abandonNextFailover).toBe(false);
    expect((await watch(fake, () => forceFailover(fake))).turns.length).toBeGreaterThan(0);
  });

  /** Forces one failover, and another one so long after the first was completed. */
  async function secondAfter(seed: number, milliseconds: number): Promise<'abandoned' | 'carried out'> {
    const fake = withDatabase({}, seed);
    await forceFailover(fake);
    await after(fake, 3 * minute);
    const completedAt = (await listEvents(fake)).find(({ Message }) => Message === 'Multi-AZ instance failover completed')?.Date.getTime() ?? Number.NaN;
    await fake.clock.runUntil(Math.max(fake.clock.now(), completedAt + milliseconds));
    const turns = follow(fake);
    await forceFailover(fake);
    await after(fake, 3 * minute);
    const isAbandoned = messagesOf(await listEvents(fake)).some((message) => message.startsWith('Abandoning'));
    expect(isAbandoned).toBe(turns.length === 0);
    return isAbandoned ? 'abandoned' : 'carried out';
  }

  test('is one that is asked for soon after another, drawn between one and ten minutes; never later', async () => {
    const soon = new Set<string>();
    for (const seed of seeds.slice(0, 12)) {
      soon.add(await secondAfter(seed, 4 * minute));
      expect(await secondAfter(seed, 10 * minute + second)).toBe('carried out');
    }
    expect(soon).toEqual(new Set(['abandoned', 'carried out']));
  });
});

describe('a primary that dies', () => {
  test('is lost at once; RDS finds out, and fails over as it does on request', async () => {
    for (const seed of seeds) {
      const fake = withDatabase({}, seed);
      const crashedAt = fake.clock.now();
      const { turns, availableAt, before, after: then } = await watch(fake, () => fake.account.rds.crash('shop'));
      expect(sequence(turns)).toBe(hanging);
      expect(turns[0]?.at).toBe(0);
      expect(availableAt).toBeLessThanOrEqual(121 * second);
      expect(then).toMatchObject({ AvailabilityZone: before['SecondaryAvailabilityZone'], SecondaryAvailabilityZone: before['AvailabilityZone'] });
      const events = await listEvents(fake);
      expect(messagesOf(events).toSorted()).toEqual([
        'DB instance restarted',
        'Multi-AZ instance failover completed',
        'Multi-AZ instance failover started.',
        'The primary host of the RDS Multi-AZ instance is unhealthy.',
      ]);
      const startedAt = Number(events[0]?.Date.getTime()) - crashedAt;
      expect(startedAt).toBeGreaterThanOrEqual(5 * second);
      expect(turns[1]?.at).toBeGreaterThan(startedAt);
    }
  });

  test('is not modelled without a standby, nor a second time before the first is over', () => {
    expect(() => withDatabase({ isMultiAz: false }).account.rds.crash('shop')).toThrow('has no standby, is not modelled');
    const fake = withDatabase();
    fake.account.rds.crash('shop');
    expect(() => fake.account.rds.crash('shop')).toThrow('is not modelled');
    expect(() => fake.account.rds.crash('gone')).toThrow('not found');
  });
});
