import { type Blocker, blockerCodes } from '../../../functions/failover-drill/blocker.ts';
import type { DatabaseFact, DrillFacts } from '../../../functions/failover-drill/drill-facts.ts';
import { planOf } from '../../../functions/failover-drill/drill-facts-plan.ts';
import { judgeGuards } from '../../../functions/failover-drill/guards.ts';
import { hashDrillPlan } from '../../../functions/failover-drill/plan.ts';
import { at, databaseOf, drillOf, factsOf, known, now, settingsOf } from './facts.ts';

type Code = Blocker['code'];

const withDatabase = (changes: Partial<DatabaseFact>): DrillFacts => factsOf({ database: known(databaseOf(changes)) });
const lease = (changes: object) => ({ id: 'soldes', kind: 'sale' as const, status: 'active' as const, from: at(-60), until: at(60), ...changes });

const found = (facts: DrillFacts, changes: Partial<ReturnType<typeof settingsOf>> = {}): Blocker[] => judgeGuards(facts, settingsOf(changes), now).blockers;
const codes = (facts: DrillFacts, changes: Partial<ReturnType<typeof settingsOf>> = {}): Code[] => found(facts, changes).map(({ code }) => code);

describe('a drill against which nothing speaks', () => {
  test('has no blocker and no remark', () => {
    expect(judgeGuards(factsOf(), settingsOf(), now)).toEqual({ blockers: [], remarks: [] });
  });

  test.each<[string, DrillFacts]>([
    ['a lock of its own', factsOf({ lockOwner: known('drill-1') })],
    ['a rehearsal\'s lease', factsOf({ leases: known([lease({ kind: 'rehearsal' })]) })],
    ['a sale that is over', factsOf({ leases: known([lease({ until: at(0) })]) })],
    ['a sale that was cancelled before it began', factsOf({ leases: known([lease({ status: 'cancelled', from: at(60), until: at(60) })]) })],
    ['a sale that begins in more than the lead', factsOf({ leases: known([lease({ from: at(24 * 60 + 1), until: at(48 * 60) })]) })],
    ['a drill that forced nothing', factsOf({ drills: known([drillOf({ state: 'closed', outcome: 'refused' })]) })],
    ['an act of its own record', factsOf({ drills: known([drillOf({ drillId: 'drill-1', act: { begunAt: at(-1) } })]) })],
    ['a failover exactly as long ago as the cool-down', factsOf({ drills: known([drillOf({ act: { begunAt: at(-24 * 60) } })]) })],
    ['a replica at the limit', factsOf({ replicas: known([{ id: 'reader', lagSeconds: 60 }]) })],
    ['more targets than the floor', factsOf({ health: known({ healthy: 3, unhealthy: 1, errorPercent: 0 }) })],
  ])('may have %s', (_what, facts) => {
    expect(found(facts)).toEqual([]);
  });
});

const alone: readonly [Code, string, DrillFacts, string][] = [
  ['database-not-found', 'RDS knows no such database', factsOf({ database: known(undefined) }), 'shop'],
  ['not-opted-in', 'it has no tag', withDatabase({ tags: {} }), 'webmarket:failover-drills'],
  ['not-opted-in', 'the tag says something else', withDatabase({ tags: { 'webmarket:failover-drills': 'no' } }), 'is no'],
  ['not-multi-az', 'it has no standby', withDatabase({ isMultiAz: false }), 'Multi-AZ'],
  ['no-standby-zone', 'RDS names no zone of the standby', withDatabase({ standbyZone: undefined }), 'zone'],
  ['cluster-member', 'it belongs to a cluster', withDatabase({ clusterId: 'aurora' }), 'aurora'],
  ['engine-unknown', 'its engine is not the one of the probe', withDatabase({ engine: 'mariadb' }), 'mariadb'],
  ['status', 'it is being backed up', withDatabase({ status: 'backing-up' }), 'backing-up'],
  ['status', 'its storage is being optimised', withDatabase({ status: 'storage-optimization' }), 'RDS would accept it'],
  ['status', 'RDS tells no status', withDatabase({ status: undefined }), 'not told'],
  ['pending-modification', 'a class waits to be changed', withDatabase({ pendingModifications: ['DBInstanceClass'] }), 'DBInstanceClass'],
  ['pending-modification', 'parameters wait for a restart', withDatabase({ parameterGroups: [{ name: 'shop-parameters', applyStatus: 'pending-reboot' }] }), 'pending-reboot'],
  ['pending-maintenance', 'maintenance waits', factsOf({ maintenance: known([{ action: 'system-update', description: 'New OS' }]) }), 'system-update (New OS)'],
  ['backup-window', 'it is backed up now', withDatabase({ backupWindow: '09:30-10:30' }), '09:30-10:30'],
  ['maintenance-window', 'it is maintained now', withDatabase({ maintenanceWindow: 'wed:09:30-wed:10:30' }), 'wed:09:30-wed:10:30'],
  ['facts-unread', 'its backup window is no window', withDatabase({ backupWindow: 'at night' }), 'at night'],
  ['facts-unread', 'its maintenance window is not told', withDatabase({ maintenanceWindow: undefined }), 'maintenance window'],
  ['facts-unread', 'its endpoint is not told', withDatabase({ endpoint: undefined }), 'endpoint'],
  ['alarm-red', 'an alarm is red', factsOf({ alarms: known([{ name: 'errors', state: 'ALARM' }]) }), 'errors'],
  ['facts-unread', 'an alarm does not exist', factsOf({ alarms: known([{ name: 'errors', state: undefined }]) }), 'errors'],
  ['replica-lag', 'a replica is behind', factsOf({ replicas: known([{ id: 'reader', lagSeconds: 61 }]) }), '61 s'],
  ['replica-lag', 'how far a replica is behind is not known', factsOf({ replicas: known([{ id: 'reader', lagSeconds: undefined }]) }), 'unknown'],
  ['lease-active', 'a sale is on', factsOf({ leases: known([lease({})]) }), 'sale soldes'],
  ['lease-active', 'a surge is on', factsOf({ leases: known([lease({ id: 'surge-1', kind: 'surge' })]) }), 'surge surge-1'],
  ['lease-active', 'a sale begins now', factsOf({ leases: known([lease({ from: at(0) })]) }), 'soldes'],
  ['lease-active', 'a sale that was cancelled holds on', factsOf({ leases: known([lease({ status: 'cancelled', until: at(1) })]) }), 'soldes'],
  ['lease-soon', 'a sale begins within the lead', factsOf({ leases: known([lease({ from: at(24 * 60), until: at(48 * 60) })]) }), 'soldes'],
  ['drill-running', 'another drill holds the lock', factsOf({ lockOwner: known('drill-9') }), 'drill-9'],
  ['cool-down', 'another drill forced a failover', factsOf({ drills: known([drillOf({ act: { begunAt: at(-24 * 60 + 1) } })]) }), 'drill-0'],
  ['cool-down', 'a failover was observed', factsOf({ drills: known([drillOf({ kind: 'observation', openedAt: at(-90) })]) }), 'observation'],
  ['cool-down', 'RDS tells of a failover', factsOf({ failoverEvents: known([{ at: at(-30), message: 'Multi-AZ instance failover started.' }]) }), 'failover started'],
  ['targets-below-floor', 'a target is unhealthy', factsOf({ health: known({ healthy: 1, unhealthy: 1, errorPercent: 0 }) }), 'floor of the group is 2'],
];

describe('a guard', () => {
  test.each(alone)('%s: %s', (code, _what, facts, told) => {
    const blockers = found(facts);
    expect(blockers.map((blocker) => blocker.code)).toEqual([code]);
    expect(blockers[0]?.message).toContain(told);
  });

  test('names its part when it could not be read, and nothing is concluded from it', () => {
    const parts = ['database', 'maintenance', 'durability', 'replicas', 'failoverEvents', 'alarms', 'floor', 'health', 'leases', 'lockOwner', 'drills'] as const;
    for (const part of parts) {
      const blockers = found(factsOf({ [part]: { isKnown: false, reason: 'AccessDenied: no' } }));
      expect(blockers).toEqual([{ code: 'facts-unread', message: expect.stringContaining('AccessDenied: no') }]);
    }
    const all = factsOf(Object.fromEntries(parts.map((part) => [part, { isKnown: false, reason: 'denied' }])));
    const messages = found(all).map(({ message }) => message);
    expect(new Set(messages).size).toBe(parts.length);
  });

  test('exists for every code, apart from that of a wrong request', () => {
    const guarded = new Set<Code>(alone.map(([code]) => code));
    expect(blockerCodes.filter((code) => !guarded.has(code))).toEqual(['invalid-request']);
  });
});

describe('the guards', () => {
  test('are all looked at, and everything that they find is told', () => {
    const facts = factsOf({
      database: known(
        databaseOf({
          tags: {}, isMultiAz: false, standbyZone: undefined, clusterId: 'aurora', engine: 'oracle-ee', status: 'modifying', pendingModifications: ['Port', 'StorageType'],
          backupWindow: '09:30-10:30', maintenanceWindow: 'wed:09:30-wed:10:30',
        }),
      ),
      maintenance: known([{ action: 'db-upgrade', description: '' }]),
      alarms: known([{ name: 'errors', state: 'ALARM' }, { name: 'latency', state: 'ALARM' }]),
      replicas: known([{ id: 'reader', lagSeconds: 600 }]),
      leases: known([lease({}), lease({ id: 'next', from: at(60), until: at(120) })]),
      lockOwner: known('drill-9'),
      drills: known([drillOf({ act: { begunAt: at(-60) } })]),
      health: known({ healthy: 0, unhealthy: 2, errorPercent: 100 }),
      durability: { isKnown: false, reason: 'denied' },
    });
    expect(codes(facts)).toEqual([
      'not-opted-in', 'not-multi-az', 'no-standby-zone', 'cluster-member', 'engine-unknown', 'status', 'pending-modification', 'pending-modification',
      'pending-maintenance', 'backup-window', 'maintenance-window', 'alarm-red', 'alarm-red', 'replica-lag', 'lease-active', 'lease-soon', 'drill-running',
      'cool-down', 'targets-below-floor', 'facts-unread',
    ]);
  });

  test('tell the latest of several failovers, and from when on it is long enough ago', () => {
    const facts = factsOf({
      drills: known([drillOf({ act: { begunAt: at(-600) } }), drillOf({ drillId: 'drill-2', act: { begunAt: at(-60) } })]),
      failoverEvents: known([{ at: at(-300), message: 'Multi-AZ instance failover completed' }]),
    });
    expect(found(facts)).toEqual([{ code: 'cool-down', message: expect.stringMatching(/drill-2.*2027-01-14T09:00:00/u) }]);
  });

  test('count an observation from the event that told of it', () => {
    const failover = { outcome: 'swapped' as const, zoneBefore: 'a', statuses: [], events: [{ at: at(-25 * 60), message: 'Multi-AZ instance failover started' }] };
    expect(found(factsOf({ drills: known([drillOf({ kind: 'observation', openedAt: at(-23 * 60), failover })]) }))).toEqual([]);
  });

  test('need no lead where none is configured', () => {
    const facts = factsOf({ leases: known([lease({ from: at(1), until: at(60) })]) });
    expect(codes(facts, { saleLeadHours: 0 })).toEqual([]);
  });
});

describe('a remark', () => {
  const remarks = (facts: DrillFacts, changes: Partial<ReturnType<typeof settingsOf>> = {}): string[] => judgeGuards(facts, settingsOf(changes), now).remarks;
  const setting = (name: string, value: string | undefined, engine: 'postgres' | 'mysql' = 'postgres'): DrillFacts =>
    factsOf({ subject: { drillId: 'drill-1', databaseId: 'shop', engine }, database: known(databaseOf({ engine })), durability: known([{ name, value }]) });

  test.each([
    { name: 'synchronous_commit', value: 'off' },
    { name: 'fsync', value: '0' },
    { name: 'full_page_writes', value: 'OFF' },
    { name: 'innodb_flush_log_at_trx_commit', value: '2', engine: 'mysql' as const },
    { name: 'sync_binlog', value: '0', engine: 'mysql' as const },
  ])('names $name = $value, and it stops nothing', ({ name, value, engine }) => {
    const facts = setting(name, value, engine);
    expect(remarks(facts)).toEqual([expect.stringContaining(`${name} is ${value}`)]);
    expect(found(facts)).toEqual([]);
  });

  test.each([
    { name: 'synchronous_commit', value: 'remote_write' },
    { name: 'synchronous_commit', value: undefined },
    { name: 'fsync', value: 'ON' },
    { name: 'sync_binlog', value: '1', engine: 'mysql' as const },
  ])('is not made of $name = $value', ({ name, value, engine }) => {
    expect(remarks(setting(name, value, engine))).toEqual([]);
  });

  test('tells of an alarm without data, and of a cool-down longer than RDS remembers', () => {
    const facts = factsOf({ alarms: known([{ name: 'errors', state: 'INSUFFICIENT_DATA' }]) });
    expect(found(facts)).toEqual([]);
    expect(remarks(facts, { coolDownHours: 337 })).toEqual([expect.stringContaining('errors'), expect.stringContaining('336 hours')]);
    expect(remarks(factsOf(), { coolDownHours: 336 })).toEqual([]);
  });
});

describe('the plan', () => {
  const hashed = (facts: DrillFacts, changes: Partial<ReturnType<typeof settingsOf>> = {}): string => {
    const plan = planOf(facts, settingsOf(changes));
    if (plan === undefined) throw new Error('There is no plan.');
    return hashDrillPlan(plan);
  };

  test('is the same for the same database, in whatever order its groups come', () => {
    const groups = (...names: string[]) => names.map((name) => ({ name, applyStatus: 'in-sync' }));
    expect(hashed(withDatabase({ parameterGroups: groups('a', 'b') }))).toBe(hashed(withDatabase({ parameterGroups: groups('b', 'a') })));
  });

  test.each<[string, Partial<DatabaseFact>]>([
    ['was replaced', { resourceId: 'db-OTHER' }],
    ['failed over meanwhile', { primaryZone: 'eu-west-3b', standbyZone: 'eu-west-3a' }],
    ['was upgraded', { engineVersion: '17.5' }],
    ['has another class', { instanceClass: 'db.m6g.xlarge' }],
    ['has another endpoint', { endpoint: { address: 'other', port: 5432 } }],
    ['has other parameters', { parameterGroups: [{ name: 'other', applyStatus: 'in-sync' }] }],
  ])('is another one when the database %s', (_what, changes) => {
    expect(hashed(withDatabase(changes))).not.toBe(hashed(factsOf()));
  });

  test('is another one when an objective was changed, and the same when only the patience was', () => {
    expect(hashed(factsOf(), { rtoSeconds: 60 })).not.toBe(hashed(factsOf()));
    expect(hashed(factsOf(), { maxLostCommits: 1 })).not.toBe(hashed(factsOf()));
    expect(hashed(factsOf(), { approvalMinutes: 30 })).toBe(hashed(factsOf()));
  });

  test('cannot be made of a database of which something is missing', () => {
    for (const member of ['resourceId', 'engineVersion', 'instanceClass', 'primaryZone', 'standbyZone', 'endpoint'] as const) {
      expect(planOf(withDatabase({ [member]: undefined }), settingsOf())).toBeUndefined();
    }
    expect(planOf(withDatabase({ engine: 'mysql' }), settingsOf())).toBeUndefined();
  });
});
