import { paris } from '../../rehearsal/paris.ts';
import type { Stage } from '../../rehearsal/stage.ts';
import { type Synthesis, synthesise } from '../../rehearsal/synthesis.ts';
import { minute, playIn, wait } from '../functions/account-scene.ts';
import { deniedPermissions, webmarket, webmarketJson } from './operator.ts';

let synthesis: Synthesis;
beforeAll(() => {
  synthesis = synthesise('production');
});

const name = ['--as', 'Somebody'];
const reason = ['--reason', 'A proof that the database can fail over.'];

test('status shows the leases, the workflows, the alarms and the last night on one screen', async () => {
  await playIn({ synthesis, startsAt: '2027-01-12T22:00', settlingMinutes: 30 }, async (stage) => {
    const empty = await webmarket(stage, ['status']);
    expect(empty).toMatchObject({ exitCode: 0, err: '' });
    for (const text of ['WebMarket+ production, 2027-01-12 22:30 in Paris', 'No lease: the baseline.', 'No run of the night has ended yet.']) expect(empty.out).toContain(text);
    await registerSales(stage);
    await stage.until(paris('2027-01-13T07:30'), 'preparing');
    const status = await webmarket(stage, ['status']);
    expect(status.out).toMatch(/^ {2}soldes {2}sale {2}2027-01-13 06:55 {2}2027-01-13 10:00 {2}active$/mu);
    expect(status.out).toMatch(/^ {2}later {3}sale {2}2027-01-19 06:55 {2}2027-01-19 10:00 {2}ahead$/mu);
    expect(status.out).not.toContain('in-a-month');
    expect(status.out).toMatch(/^ {2}SaleScaling +sale-soldes-r1 +2027-01-13 06:5\d$/mu);
    expect(status.out).toMatch(/Ended 2027-01-13 02:\d\d: .*\n {2}s3:\/\/\S+\/compliance\/2027-01-13\/\S+\/report.html/u);
    expect(status.out.split('\n').length).toBeLessThan(40);
    await redAlarm(stage);
    const { value } = await webmarketJson(stage, ['status']);
    // Each once: a reconciliation may be at work at that very moment.
    const { workflows } = value as { readonly workflows: readonly { readonly workflow: string; readonly name: string }[] };
    expect(workflows.filter(({ workflow }) => workflow !== 'CapacityReconciliation')).toMatchObject([{ workflow: 'SaleScaling', name: 'sale-soldes-r1' }]);
    expect(value).toMatchObject({ environment: 'production', at: '2027-01-13T06:30:00.000Z', leases: [{ id: 'soldes', isActive: true }, { id: 'later', isActive: false }] });
    expect(deniedPermissions(stage)).toEqual([]);
  });
});

async function registerSales(stage: Stage): Promise<void> {
  for (const [id, day] of [['soldes', '2027-01-13'], ['later', '2027-01-19'], ['in-a-month', '2027-02-13']] as const) {
    const added = await webmarket(stage, ['sale', 'add', '--id', id, '--name', id, '--starts-at', `${day}T08:00`, '--ends-at', `${day}T10:00`, '--floor', '13']);
    expect(added).toMatchObject({ exitCode: 0 });
  }
}

/** What the account shows as red, and nothing that it does not. */
async function redAlarm(stage: Stage): Promise<void> {
  const { value } = await webmarketJson(stage, ['status']);
  const red = (await stage.asOperator('CloudWatch', 'DescribeAlarms', { StateValue: 'ALARM' })) as { readonly MetricAlarms: readonly { readonly AlarmName: string }[] };
  const names = red.MetricAlarms.map(({ AlarmName }) => AlarmName).filter((alarm) => !alarm.startsWith('TargetTracking-'));
  expect((value as { readonly alarms: readonly { readonly name: string }[] }).alarms.map((alarm) => alarm.name)).toEqual(names);
}

test('a dry run of a drill, a drill that is refused, and what cannot be asked for', async () => {
  await playIn({ synthesis, startsAt: '2027-01-20T08:00', settlingMinutes: 30 }, async (stage) => {
    expect((await webmarket(stage, ['drill', 'status'])).out).toBe('There was no drill yet.\n');
    expect(await webmarket(stage, ['drill', 'start', 'no-name', ...reason])).toMatchObject({ exitCode: 2, out: '' });
    expect((await webmarket(stage, ['drill', 'start', 'short', '--reason', 'why', ...name])).err).toContain('reason is "why"; a sentence of 10 to 1000 characters was expected.');
    expect((await webmarket(stage, ['drill', 'start', 'a b', ...reason, ...name])).err).toContain('id: "a b" given, expected letters, digits, - and _');
    expect((await webmarket(stage, ['drill', 'status', 'never'])).err).toBe('id: there is no drill "never".\nSee `webmarket drill status` for the last ones.\n');

    expect(await webmarket(stage, ['drill', 'start', 'try', '--dry-run', ...reason, ...name])).toMatchObject({ exitCode: 0 });
    expect((await webmarket(stage, ['drill', 'report', 'try'])).exitCode).toBe(1);
    await wait(stage, 2 * minute);
    expect((await webmarketJson(stage, ['drill', 'status', 'try'])).value).toMatchObject({ drillId: 'try', isDryRun: true, outcome: 'dry-run', blockers: [] });
    expect((await webmarket(stage, ['drill', 'report', 'try'])).out).toContain('Drill try: dry-run');
    const again = await webmarket(stage, ['drill', 'start', 'try', ...reason, ...name]);
    expect(again.exitCode).toBe(1);
    expect(again.err).toContain('Choose another name.');
    expect(stage.failovers).toEqual([]);

    await webmarket(stage, ['sale', 'add', '--id', 'soldes', '--name', 'Soldes', '--starts-at', '2027-01-20T12:00', '--ends-at', '2027-01-20T14:00', '--floor', '13']);
    await webmarket(stage, ['drill', 'start', 'before-the-sale', ...reason, ...name]);
    await wait(stage, 2 * minute);
    const refused = await webmarket(stage, ['drill', 'status', 'before-the-sale']);
    expect(refused.exitCode).toBe(1);
    expect(refused.out).toContain('lease-soon: ');
    expect(deniedPermissions(stage)).toEqual([]);
  });
});
