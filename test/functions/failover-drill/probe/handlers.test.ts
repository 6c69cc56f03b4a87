import { fileURLToPath } from 'node:url';
import { getProgress, type ProbeProgress } from '../../../../functions/failover-drill/probe/probe-records.ts';
import { probeReportSchema } from '../../../../functions/failover-drill/probe/probe-report.ts';
import { Ledger } from '../../../../functions/platform/ledger.ts';
import { type FaultKind, noFaults } from '../../../../simulator/kernel/faults.ts';
import { closeHost, ownLog } from '../../../simulator/kernel/fixtures/host.ts';
import { allowed, type DatabaseHost, type Engine, engines, openDatabaseHost, port, query } from '../../../simulator/physics/database-host.ts';

/** Both handlers in the simulated account: with their drivers, in their VPC, with the permissions that they have. */

afterEach(closeHost);

const table = 'Ledger';
const drillId = 'drill-1';
const entryOf = (name: string): string => fileURLToPath(new URL(`../../../../functions/failover-drill/${name}.ts`, import.meta.url));
const networkActions = allowed.filter((action) => action.startsWith('ec2:'));
const ledger = new Ledger(table);

function open(engine: Engine, parameters: Readonly<Record<string, string>> = {}): DatabaseHost {
  const host = openDatabaseHost(engine, { parameters });
  const { account, clientGroup, subnetIds, secretArn } = host;
  account.dynamoDb.putTable({
    name: table,
    arn: account.arn('dynamodb', `table/${table}`),
    keys: { hash: { name: 'type', type: 'S' }, range: { name: 'id', type: 'S' } },
    indexes: [],
    ttlAttribute: 'expiresAt',
    tags: {},
  });
  const connection = { DATABASE_ENGINE: engine, DATABASE_HOST: host.database().address, DATABASE_PORT: String(port[engine]), DATABASE_NAME: 'shop' };
  const network = { subnetIds, securityGroupIds: [clientGroup] };
  host.deploy('prepare-database', {
    entry: entryOf('prepare-database'), network, timeoutSeconds: 120, actions: [...ownLog, ...networkActions, 'secretsmanager:GetSecretValue'], environment: { ...connection, DATABASE_SECRET_ARN: secretArn },
  });
  host.deploy('run-probe', {
    entry: entryOf('run-probe'), network, timeoutSeconds: 720, actions: [...ownLog, ...networkActions, 'rds-db:connect', 'dynamodb:GetItem', 'dynamodb:PutItem'], environment: { ...connection, LEDGER_TABLE: table },
  });
  return host;
}

async function prepared(engine: Engine, parameters?: Readonly<Record<string, string>>): Promise<DatabaseHost> {
  const host = open(engine, parameters);
  const { payload, failed } = await host.invoke('prepare-database');
  if (failed) throw new Error(JSON.stringify(payload));
  return host;
}

function progressOf(host: DatabaseHost): Promise<ProbeProgress | undefined> {
  return host.asInvocation(() => getProgress(ledger, drillId));
}

/** Loses the primary, and has the next life begin a minute later. */
async function failOver(host: DatabaseHost, afterMilliseconds: number): Promise<void> {
  await host.clock.runUntil(host.clock.now() + afterMilliseconds);
  host.become('hanging');
  await host.clock.runUntil(host.clock.now() + 60_000);
  host.become('open', { isNewLife: true });
}

describe.each(engines)('%s', (engine) => {
  test('the database can be prepared any number of times, and the probe may then write to its table only', async () => {
    const host = open(engine);
    const first = await host.invoke('prepare-database');
    const again = await host.invoke('prepare-database');

    expect([first.failed, again.failed]).toEqual([false, false]);
    expect(first.payload['prepared']).toContain('createUser');
    expect(again.payload['prepared']).not.toContain('createUser');
    const { results } = await host.ask([query('SELECT writer, id FROM webmarket_probe.probe_commits')]);
    expect(results[0]?.rows).toEqual([]);
  });

  test('a failover of a minute is measured, and the report is in the ledger', async () => {
    const host = await prepared(engine);
    const answer = host.start('run-probe', { drillId, mode: 'drill' });
    await failOver(host, 20_000);
    const { payload, failed } = await host.clock.runWhilePending(answer);
    const progress = await progressOf(host);

    expect({ payload, failed }).toEqual({ payload: { ended: 'recovered' }, failed: false });
    expect(progress).toMatchObject({ state: 'ended' });
    const report = probeReportSchema.parse(progress?.report);
    for (const { outageSeconds } of report.writers) {
      expect(outageSeconds).toBeGreaterThan(59);
      expect(outageSeconds).toBeLessThan(66);
    }
    expect(report.verification).toMatchObject({ status: 'read', lost: { count: 0 }, phantom: { count: 0 } });
    expect(report.durability.length).toBeGreaterThan(1);
    expect(report.durability.every(({ isSafe }) => isSafe)).toBe(true);
  });

  test('a setting that is not durable is told', async () => {
    const host = await prepared(engine, engine === 'postgres' ? { synchronous_commit: 'off' } : { sync_binlog: '0' });
    await host.invoke('run-probe', { drillId, mode: 'observation' });
    const unsafe = (await progressOf(host))?.report?.durability.filter(({ isSafe }) => !isSafe);

    expect(unsafe?.map(({ name }) => name)).toEqual([engine === 'postgres' ? 'synchronous_commit' : 'sync_binlog']);
  });

  test('an observation makes sure for a minute that writing works', async () => {
    const host = await prepared(engine);
    const from = host.clock.now();
    const { payload } = await host.invoke('run-probe', { drillId, mode: 'observation' });

    expect(payload).toEqual({ ended: 'no-outage' });
    expect(host.clock.now() - from).toBeLessThan(75_000);
  });

  test('a probe whose table nobody made says so, and gives up after a minute', async () => {
    const host = open(engine);
    const { payload } = await host.invoke('run-probe', { drillId, mode: 'drill' });

    expect(payload).toEqual({ ended: 'never-wrote' });
    expect((await progressOf(host))?.report?.writers.every(({ refused, attempts }) => refused === attempts && attempts > 50)).toBe(true);
  });
});

test('called again with its report in the ledger, the probe answers with it and connects to nothing', async () => {
  const host = await prepared('postgres');
  await host.invoke('run-probe', { drillId, mode: 'observation' });
  const before = await progressOf(host);
  host.become('refused');
  const { payload } = await host.invoke('run-probe', { drillId, mode: 'observation' });

  expect(payload).toEqual({ ended: 'no-outage' });
  expect(await progressOf(host)).toEqual(before);
});

test('a probe that another invocation is at is left alone', async () => {
  const host = await prepared('postgres');
  const first = host.start('run-probe', { drillId, mode: 'observation' });
  await host.clock.runUntil(host.clock.now() + 10_000);
  const { payload, failed } = await host.invoke('run-probe', { drillId, mode: 'observation' });

  expect({ failed, name: payload['errorType'] }).toEqual({ failed: true, name: 'Transient' });
  expect((await host.clock.runWhilePending(first)).payload).toEqual({ ended: 'no-outage' });
});

test.each(['throttled', 'unavailable', 'reply-lost', 'reply-lost-for-good'] as const)('a ledger that is %s for a while costs no report', async (kind: FaultKind) => {
  const host = await prepared('postgres');
  const from = host.clock.now();
  host.account.faults = { faultFor: ({ operation }) => (operation === 'PutItem' && host.clock.now() < from + 70_000 ? kind : undefined) };
  const { payload } = await host.invoke('run-probe', { drillId, mode: 'observation' });
  host.account.faults = noFaults;

  expect(payload).toEqual({ ended: 'no-outage' });
  expect((await progressOf(host))?.report?.verification).toMatchObject({ status: 'read', lost: { count: 0 } });
});
