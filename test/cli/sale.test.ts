import { fileURLToPath } from 'node:url';
import { ledgerItems } from '../../rehearsal/promises/evidence.ts';
import { type Synthesis, synthesise } from '../../rehearsal/synthesis.ts';
import { told } from '../functions/account-scene.ts';
import { play, registrations, until } from '../functions/capacity-account/scene.ts';
import { deniedPermissions, webmarket, webmarketJson } from './operator.ts';

let synthesis: Synthesis;
beforeAll(() => {
  synthesis = synthesise('production');
});

const exampleFile = fileURLToPath(new URL('../../config/sale.example.yaml', import.meta.url));
const soldes = ['--id', 'soldes', '--name', 'Soldes', '--starts-at', '2027-01-13T12:00', '--ends-at', '2027-01-13T14:00'];

test('a sale is planned without a trace, added, extended, brought forward, cancelled, and followed', async () => {
  await play({ synthesis }, async (stage) => {
    const before = registrations(stage);
    const plan = await webmarket(stage, ['sale', 'plan', ...soldes, '--peak', '900']);
    expect(plan).toMatchObject({ exitCode: 0, err: '' });
    expect(plan.out).toContain('Opens     2027-01-13 12:00 in Paris');
    expect(plan.out).toContain('Floor     15 instances, 3 on an ordinary day');
    expect(plan.out).toMatch(/Quota {5}\d+ vCPUs; \d+ are running, the floor takes the Region to 30/u);
    // Twelve instances more from 10:55 to 14:50, at 0.0472 USD an hour.
    expect(plan.out).toContain('at most 2.22 USD for the floor: 12 × t3.medium for 3.92 h at 0.0472 USD (prices of 2025-03-02)');
    expect(plan.out).toContain('Nothing was written.');
    expect(registrations(stage)).toEqual(before);
    expect(told(stage, 'sale.registered')).toHaveLength(0);
    expect((await webmarket(stage, ['sale', 'list'])).out).toBe('No sale is ahead. --all shows those that are over.\n');

    expect((await webmarket(stage, ['sale', 'add', ...soldes, '--peak', '900'])).exitCode).toBe(0);
    expect(told(stage, 'sale.registered')).toHaveLength(1);
    expect((await webmarket(stage, ['sale', 'add', ...soldes, '--peak', '900'])).out).toContain('It stands already');
    const list = await webmarket(stage, ['sale', 'list']);
    expect(list.out).toContain('  soldes  ahead  2027-01-13 12:00  2027-01-13 14:00  15     Soldes');

    const dryRun = await webmarketJson(stage, ['sale', 'extend', 'soldes', '--ends-at', '2027-01-13T15:00', '--dry-run']);
    expect(dryRun.value).toMatchObject({ status: 'planned', wouldWrite: true, lease: { revision: 2, until: '2027-01-13T14:00:00.000Z' }, cost: { kind: 'known', extraInstances: 12 } });
    expect((await webmarketJson(stage, ['sale', 'show', 'soldes'])).value).toMatchObject({ revision: 1, state: 'ahead', sale: { endsAt: '2027-01-13T13:00:00.000Z' } });
    await webmarket(stage, ['sale', 'extend', 'soldes', '--ends-at', '2027-01-13T15:00']);
    await webmarket(stage, ['sale', 'bring-forward', 'soldes', '--starts-at', '2027-01-13T11:00']);
    expect((await webmarketJson(stage, ['sale', 'show', 'soldes'])).value).toMatchObject({
      revision: 3,
      sale: { startsAt: '2027-01-13T10:00:00.000Z', endsAt: '2027-01-13T14:00:00.000Z' },
    });
    await until(stage, '11:10');
    expect((await webmarket(stage, ['sale', 'show', 'soldes'])).out).toMatch(/State {5}open\n[\s\S]*GO {8}2027-01-13 09:58  15 healthy targets/u);

    const cancel = await webmarket(stage, ['sale', 'cancel', 'soldes', '--dry-run']);
    expect(cancel.out).toContain('Capacity  cancelled as of 2027-01-13 11:10');
    expect(cancel.out).not.toContain('Cost');
    expect((await webmarketJson(stage, ['sale', 'show', 'soldes'])).value).toMatchObject({ state: 'open' });
    expect((await webmarket(stage, ['sale', 'cancel', 'soldes'])).exitCode).toBe(0);
    expect((await webmarket(stage, ['sale', 'list'])).out).toContain('No sale is ahead');
    expect((await webmarketJson(stage, ['sale', 'list', '--all'])).value).toMatchObject([{ id: 'soldes', state: 'cancelled', revision: 4 }]);
    await until(stage, '13:00');
    expect((await webmarket(stage, ['sale', 'show', 'soldes'])).out).toMatch(/Report {4}\S+: s3:\/\/\S+\/sales\/soldes\/report.json/u);
    expect(deniedPermissions(stage)).toEqual([]);
  });
});

test('what is wrong is named with its value and what was expected, and nothing is written', async () => {
  await play({ synthesis, startsAt: '2027-01-12T06:00' }, async (stage) => {
    const before = ledgerItems(stage).filter(({ id }) => String(id).startsWith('lease/'));
    const calls = (): number => stage.account.calls.total;
    const asked = calls();
    const badDate = await webmarket(stage, ['sale', 'plan', '--file', exampleFile, '--starts-at', 'tomorrow']);
    expect(badDate.exitCode).toBe(2);
    expect(badDate.err).toContain('startsAt: "tomorrow" given, expected a Paris time such as 2027-01-13T08:00');
    expect((await webmarket(stage, ['sale', 'add', '--id', 'x'])).err).toContain('name: nothing given, expected a name of 1 to 100 characters.');
    expect(await webmarket(stage, ['sale', 'add', ...soldes, '--peak', 'many'])).toMatchObject({ exitCode: 2 });
    const noFile = await webmarket(stage, ['sale', 'plan', '--file', 'nowhere.yaml']);
    expect(noFile).toMatchObject({ exitCode: 2, out: '' });
    expect(noFile.err).toContain('--file nowhere.yaml: cannot be read');
    // All of that was seen before anything was asked of AWS.
    expect(calls()).toBe(asked);

    const unknown = await webmarket(stage, ['sale', 'cancel', 'noel']);
    expect(unknown).toMatchObject({ exitCode: 2, out: '' });
    expect(unknown.err).toBe('saleId: "noel" given, expected a registered sale.\nSee `webmarket sale list --all` for those that there are.\n');
    expect((await webmarket(stage, ['sale', 'show', 'noel'])).exitCode).toBe(2);
    const past = await webmarket(stage, ['sale', 'plan', '--file', exampleFile, '--starts-at', '2027-01-11T08:00']);
    expect(past.exitCode).toBe(1);
    expect(past.err).toContain('expected a time after now (2027-01-12T06:30');
    const notAllowed = await webmarket(stage, ['sale', 'add', '--file', exampleFile], { role: 'ReadOnly' });
    expect(notAllowed).toMatchObject({ exitCode: 3, out: '' });
    expect(notAllowed.err).toContain('Assume the role WebMarket-<Environment>-Operator');
    expect(ledgerItems(stage).filter(({ id }) => String(id).startsWith('lease/'))).toEqual(before);
  });
});

test('a quota that is too small blocks the plan, and the exit code says so', async () => {
  const prepare = (account: Parameters<NonNullable<Parameters<typeof play>[0]['prepare']>>[0]): void => account.serviceQuotas.set('ec2', 'L-1216C47A', 16);
  await play({ synthesis, prepare }, async (stage) => {
    const plan = await webmarket(stage, ['sale', 'plan', '--file', exampleFile, '--id', 'large', '--ends-at', '2027-01-13T20:00', '--starts-at', '2027-01-13T12:00'], { isTTY: true });
    expect(plan.exitCode).toBe(1);
    expect(plan.out).toContain('vcpu-quota-exceeded: The floor of 15 instances takes the Region to 30 vCPUs');
    expect(plan.out).toContain('\u001B[31mIt is blocked.');
    const plain = await webmarket(stage, ['sale', 'plan', '--file', exampleFile, '--starts-at', '2027-01-13T12:00'], { isTTY: true, env: { NO_COLOR: '1' } });
    expect(plain.out).not.toContain('\u001B');
    const added = await webmarket(stage, ['sale', 'add', '--file', exampleFile, '--starts-at', '2027-01-13T12:00']);
    expect(added.exitCode).toBe(1);
    expect(added.out).toContain('Registered:');
    expect(added.out).not.toContain('\u001B');
  });
});
