import type { DrillFacts } from '../../../functions/failover-drill/drill-facts.ts';
import { collectDrillFacts } from '../../../functions/failover-drill/drill-facts-collect.ts';
import type { DrillSettings } from '../../../functions/failover-drill/settings.ts';
import { type DrillScene, ledger, openDrillScene } from './drill-scene.ts';
import { known, settingsOf } from './facts.ts';

let scene: DrillScene;
beforeEach(() => {
  scene = openDrillScene();
});
afterEach(() => scene.close());

function collect(settings: Partial<DrillSettings> = {}, alarms: readonly string[] = ['errors']): Promise<DrillFacts> {
  const sources = {
    DATABASE_ID: 'shop', DATABASE_ENGINE: 'postgres' as const, AUTO_SCALING_GROUP_NAME: 'web', TARGET_GROUP_ARN: 'arn', LOAD_BALANCER_FULL_NAME: 'app/web/1', GUARD_ALARMS: alarms,
    DRILL_SETTINGS: settingsOf(settings),
  };
  return scene.run(() => collectDrillFacts('drill-1', sources, { ledger, now: scene.clock.now() }));
}

describe('the facts of a drill', () => {
  test('are what AWS and the ledger show', async () => {
    expect(await collect()).toMatchObject({
      subject: { drillId: 'drill-1', databaseId: 'shop', engine: 'postgres' },
      database: known({
        resourceId: 'db-SHOP', status: 'available', isMultiAz: true, primaryZone: 'eu-west-3a', standbyZone: 'eu-west-3b', pendingModifications: [], replicaIds: [],
        parameterGroups: [{ name: 'shop-parameters', applyStatus: 'in-sync' }], tags: { 'webmarket:failover-drills': 'allowed' },
      }),
      maintenance: known([]), replicas: known([]), failoverEvents: known([]), alarms: known([{ name: 'errors', state: 'OK' }]), floor: known(2),
      health: known({ healthy: 2, unhealthy: 0, errorPercent: 0 }), leases: known([]), lockOwner: known(undefined), drills: known([]),
    });
  });

  test('name what is pending, and not what RDS shows as empty', async () => {
    scene.database.PendingModifiedValues = { MultiAZ: false, Iops: 0, ProcessorFeatures: [], PendingCloudwatchLogsExports: {}, ResumeFullAutomationModeTime: new Date(0) };
    const { database } = await collect();
    expect(database).toMatchObject(known({ pendingModifications: ['MultiAZ', 'Iops', 'ResumeFullAutomationModeTime'] }));
  });

  test('hold the settings of the engine, on whatever page they stand, and their absence', async () => {
    scene.answers.parameters = [{ ParameterName: 'fsync', ParameterValue: '1' }, { ParameterName: 'sync_binlog', ParameterValue: '0' }];
    expect((await collect()).durability).toEqual(
      known([{ name: 'synchronous_commit', value: undefined }, { name: 'fsync', value: '1' }, { name: 'full_page_writes', value: undefined }]),
    );
  });

  test('hold the latest lag of every replica, of those that tell one', async () => {
    scene.database.ReadReplicaDBInstanceIdentifiers = ['fast', 'slow', 'stopped', 'arn:aws:rds:eu-west-1:123456789012:db:far'];
    const put = (id: string, value: number, minutesAgo: number) =>
      scene.account.cloudWatch.putMetric({
        namespace: 'AWS/RDS', metricName: 'ReplicaLag', dimensions: { DBInstanceIdentifier: id }, value, at: scene.clock.now() - minutesAgo * 60_000,
      });
    put('fast', 500, 3);
    put('fast', 2, 1);
    put('slow', 90, 2);
    put('stopped', -1, 1);
    expect((await collect()).replicas).toEqual(
      known([
        { id: 'fast', lagSeconds: 2 }, { id: 'slow', lagSeconds: 90 }, { id: 'stopped', lagSeconds: undefined },
        { id: 'arn:aws:rds:eu-west-1:123456789012:db:far', lagSeconds: undefined },
      ]),
    );
  });

  test('hold the failovers of the cool-down, as far as RDS remembers', async () => {
    const ranges: { readonly from: number; readonly to: number }[] = [];
    const execute = ({ StartTime, EndTime }: { StartTime: Date; EndTime: Date }) => {
      ranges.push({ from: (StartTime.getTime() - scene.clock.now()) / 3_600_000, to: (EndTime.getTime() - scene.clock.now()) / 3_600_000 });
      return { Events: [] };
    };
    Object.assign(scene.account.rds.operations, { DescribeEvents: { authorise: () => [], execute } });
    await collect({ coolDownHours: 24 });
    await collect({ coolDownHours: 720 });
    expect(ranges[0]?.from).toBeCloseTo(-24, 2);
    expect(ranges[1]?.from).toBeGreaterThan(-14 * 24);
    expect(ranges[1]?.from).toBeCloseTo(-14 * 24, 1);
    expect(ranges[1]?.to).toBeLessThanOrEqual(0);
  });

  test('hold every alarm that is named, those that do not exist as well', async () => {
    scene.answers.alarms.push({ AlarmName: 'latency', StateValue: 'INSUFFICIENT_DATA' }, { AlarmName: 'other', StateValue: 'ALARM' });
    expect((await collect({}, ['latency', 'errors', 'gone'])).alarms).toEqual(
      known([{ name: 'latency', state: 'INSUFFICIENT_DATA' }, { name: 'errors', state: 'OK' }, { name: 'gone', state: undefined }]),
    );
    scene.fail('DescribeAlarms', 'denied', Infinity);
    expect((await collect({}, [])).alarms).toEqual(known([]));
  });

  test('are not guessed when the group is gone', async () => {
    Object.assign(scene.account.autoScaling.operations, { DescribeAutoScalingGroups: { authorise: () => [], execute: () => ({ AutoScalingGroups: [] }) } });
    expect((await collect()).floor).toEqual({ isKnown: false, reason: 'There is no Auto Scaling group web.' });
  });
});
