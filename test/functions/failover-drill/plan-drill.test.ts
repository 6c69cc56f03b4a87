import { handler as plan } from '../../../functions/failover-drill/plan-drill.ts';
import { AwsError } from '../../../simulator/kernel/aws-error.ts';
import { context, errorOf } from '../platform/session.ts';
import { type DrillScene, ledger, lock, openDrillScene } from './drill-scene.ts';

let scene: DrillScene;
beforeEach(() => {
  scene = openDrillScene();
});
afterEach(() => scene.close());

const request = { requester: 'Ada', reason: 'The quarterly drill.' };
const ask = (asked: unknown = request, drillId = 'drill-1') => scene.run(() => plan({ drillId, request: asked }, context));

/** What a drill is refused for. */
async function blockers(asked?: unknown): Promise<readonly string[]> {
  expect(await ask(asked)).toMatchObject({ verdict: 'refused', outcome: 'refused' });
  return (await scene.drill()).blockers.map(({ code, message }) => `${code}: ${message}`);
}

describe('a request for a drill', () => {
  test('against which nothing speaks is to be asked for, and opened with its plan', async () => {
    expect(await ask()).toEqual({ verdict: 'ask', outcome: '', reason: '', approvalSeconds: 3600 });
    expect(await scene.drill()).toMatchObject({
      kind: 'drill', requester: 'Ada', reason: 'The quarterly drill.', isDryRun: false, state: 'opened', blockers: [], remarks: [],
      plan: {
        databaseId: 'shop', engine: 'postgres', engineVersion: '17.4', primaryZone: 'eu-west-3a', standbyZone: 'eu-west-3b', parameterGroups: ['shop-parameters'],
        endpoint: { port: 5432 }, objectives: { rtoSeconds: 120, maxLostCommits: 0 },
      },
      planHash: expect.stringMatching(/^[0-9a-f]{64}$/u),
    });
    expect(scene.reboots).toEqual([]);
  });

  test('for a dry run ends there', async () => {
    expect(await ask({ ...request, dryRun: true })).toMatchObject({ verdict: 'dry-run', outcome: 'dry-run' });
    expect(await scene.drill()).toMatchObject({ isDryRun: true, planHash: expect.any(String) });
  });

  test('for a dry run tells what would speak against the drill', async () => {
    scene.database.DBInstanceStatus = 'modifying';
    expect(await ask({ ...request, dryRun: true })).toMatchObject({ verdict: 'refused', reason: expect.stringContaining('modifying') });
  });

  test.each<[string, unknown, string[]]>([
    ['that is none', null, ['The request is null']],
    ['that is empty', {}, ['requester is not there', 'reason is not there']],
    ['by nobody', { ...request, requester: '  ' }, ['requester is "  "; the name of a person']],
    ['without a reason', { ...request, reason: 'because' }, ['reason is "because"; a sentence of 10 to 1000']],
    ['that says maybe', { ...request, dryRun: 'yes' }, ['dryRun is "yes"; true, false']],
    ['with more in it', { ...request, force: true, token: 7 }, ['force is true', 'token is 7']],
  ])('%s is refused, and every wrong field is named with its value', async (_what, asked, told) => {
    const found = await blockers(asked);
    expect(found).toHaveLength(told.length);
    for (const [index, text] of told.entries()) expect(found[index]).toContain(`invalid-request: ${text}`);
  });

  test('that is wrong is told what else speaks against it', async () => {
    scene.database.DBInstanceStatus = 'modifying';
    expect((await blockers({ reason: 'The quarterly drill.' })).map((text) => text.slice(0, text.indexOf(':')))).toEqual(['invalid-request', 'status']);
    expect(await scene.drill()).toMatchObject({ requester: 'unknown', reason: 'The quarterly drill.' });
  });

  test('is refused for everything that AWS and the ledger tell at once', async () => {
    scene.database.DBInstanceStatus = 'storage-optimization';
    scene.answers.maintenance.push({ Action: 'system-update' });
    scene.answers.alarms = [{ AlarmName: 'errors', StateValue: 'ALARM' }];
    scene.answers.healthy = 1;
    scene.answers.events.push({ Date: new Date(scene.at(-3600)), Message: 'Multi-AZ instance failover completed', EventCategories: ['failover'] });
    scene.answers.events.push({ Date: new Date(scene.at(-60)), Message: 'Finished DB Instance backup', EventCategories: ['backup'] });
    await scene.putRecord({ type: 'capacity', id: 'lease/soldes', value: { id: 'soldes', kind: 'sale', status: 'active', from: scene.at(-60), until: scene.at(60), floor: 9 } });
    await scene.putRecord({ type: 'capacity', id: 'workflow/sale-soldes-r1', value: { startedAt: scene.at(0) } });
    await scene.run(() => ledger.lock(lock, 'drill-0', 600));
    const codes = (await blockers()).map((text) => text.slice(0, text.indexOf(':')));
    expect(codes).toEqual(['status', 'pending-maintenance', 'alarm-red', 'lease-active', 'drill-running', 'cool-down', 'targets-below-floor']);
  });

  test('of a database that RDS does not know is refused for that alone', async () => {
    const unknown = () => {
      throw new AwsError('DBInstanceNotFoundFault', 'DBInstance shop not found.', { statusCode: 404 });
    };
    Object.assign(scene.account.rds.operations, { DescribeDBInstances: { authorise: () => [], execute: unknown } });
    expect(await blockers()).toEqual([expect.stringContaining('database-not-found')]);
  });

  test('of a database that nobody may look at is refused, and nothing is guessed', async () => {
    scene.fail('DescribeDBInstances', 'denied', 1);
    const found = await blockers();
    expect(found.map((text) => text.slice(0, text.indexOf(':')))).toEqual(Array.from({ length: 5 }, () => 'facts-unread'));
    expect(found[0]).toContain('AccessDenied');
    expect((await scene.drill()).plan).toBeUndefined();
  });

  test.each([
    ['DescribePendingMaintenanceActions', 'pending maintenance'],
    ['DescribeDBParameters', 'parameters'],
    ['DescribeEvents', 'earlier failovers'],
    ['DescribeAlarms', 'alarms'],
    ['DescribeAutoScalingGroups', 'Auto Scaling'],
    ['DescribeTargetHealth', 'targets'],
  ])('is refused when %s is denied, and the part is named', async (operation, part) => {
    scene.fail(operation, 'denied', 1);
    const found = await blockers();
    expect(found).toEqual([expect.stringContaining(part)]);
    expect(found[0]).toMatch(/^facts-unread: /u);
  });

  test.each(['DescribeDBInstances', 'DescribeEvents', 'DescribeAlarms', 'Query', 'GetItem'])('is tried again when %s is throttled, and opens nothing until then', async (operation) => {
    scene.fail(operation, 'throttled', Infinity);
    expect((await errorOf(ask())).name).toBe('Transient');
    scene.fail(operation, 'throttled', 0);
    expect(await scene.run(() => ledger.list('drill'))).toEqual([]);
  });

  test('tells of settings that are not durable, and goes on', async () => {
    scene.answers.parameters = [{ ParameterName: 'synchronous_commit', ParameterValue: 'off' }, { ParameterName: 'fsync', ParameterValue: '1' }];
    expect(await ask()).toMatchObject({ verdict: 'ask' });
    expect((await scene.drill()).remarks).toEqual([expect.stringContaining('synchronous_commit is off')]);
  });

  test('that comes twice gets the same answer, whatever changed in between', async () => {
    scene.fail('PutItem', 'reply-lost', 1);
    expect(await ask()).toMatchObject({ verdict: 'ask' });
    const opened = await scene.drill();
    scene.database.DBInstanceStatus = 'modifying';
    expect(await ask()).toMatchObject({ verdict: 'ask' });
    expect(await scene.drill()).toEqual(opened);
  });

  test('under a name that another drill has is refused as a defect, and changes nothing', async () => {
    await ask();
    const before = await scene.drill();
    expect((await errorOf(ask({ ...request, requester: 'Bob' }))).name).toBe('Defect');
    await scene.put({ ...before, state: 'closed', outcome: 'passed' });
    expect((await errorOf(ask())).message).toContain('new name');
  });

  test('fails as a defect when a lease cannot be understood', async () => {
    await scene.putRecord({ type: 'capacity', id: 'lease/soldes', value: { id: 'soldes', kind: 'flash' } });
    expect((await errorOf(ask())).message).toContain('lease/soldes');
  });
});
