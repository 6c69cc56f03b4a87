import { Signer } from '@aws-sdk/rds-signer';
import { closeHost } from '../kernel/fixtures/host.ts';
import { administrator, allowed, type DatabaseHost, engines, openDatabaseHost, port, probe, query, wait } from './database-host.ts';

afterEach(closeHost);

const one = query('SELECT 1 AS one');

/** A user who signs in by tokens, made by the administrator. */
async function createProbe(host: DatabaseHost): Promise<void> {
  const statements =
    host.engine === 'postgres'
      ? [`CREATE ROLE ${probe} LOGIN`, `GRANT rds_iam TO ${probe}`]
      : [`CREATE USER IF NOT EXISTS '${probe}'@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'`, `GRANT SELECT ON shop.* TO '${probe}'@'%'`];
  const { results } = await host.ask(statements.map((sql) => query(sql)));
  expect(results.map(({ error }) => error)).toEqual(statements.map(() => undefined));
}

const asProbe = { user: probe, password: { isToken: true } } as const;
const reasons = (host: DatabaseHost) => host.account.occurrences.filter(({ kind }) => kind === 'database.sign-in-refused').map(({ detail }) => detail['reason']);

describe.each(engines)('%s: a function reaches the database', (engine) => {
  test('from a VPC where both security groups let it, in some milliseconds of virtual time', async () => {
    const host = openDatabaseHost(engine);
    const { connected, results, tookMilliseconds } = await host.ask([one, { do: 'lookup' }]);
    expect(connected).toBe(true);
    expect(results.map(({ rows }) => rows)).toEqual([[{ one: 1 }], [{ address: host.account.ec2.networkInterfaces.addressOf(host.database()), family: 4 }]]);
    expect(results[0]?.tookMilliseconds).toBeGreaterThanOrEqual(3);
    expect(tookMilliseconds).toBeGreaterThan(20);
    expect(tookMilliseconds).toBeLessThan(200);
  });

  const timeOut = engine === 'postgres' ? { message: 'timeout expired' } : { message: 'connect ETIMEDOUT', code: 'ETIMEDOUT' };

  test.each([
    ['when it is in no VPC', (_host: DatabaseHost) => {}, { isInVpc: false }],
    ['when the database no longer lets its group in', (host: DatabaseHost) => removeRules(host, host.serverGroup), {}],
    ['when its own group lets nothing out', (host: DatabaseHost) => removeRules(host, host.clientGroup), {}],
  ])('not %s: it waits as long as its driver does', async (_what, change, options) => {
    const host = openDatabaseHost(engine, options);
    change(host);
    const reply = await host.ask([one], { connectMilliseconds: 2500, password: 'any' });
    expect(reply).toMatchObject({ connected: false, error: timeOut });
    expect(reply.tookMilliseconds).toBeGreaterThanOrEqual(2500);
    expect(reply.tookMilliseconds).toBeLessThan(2600);
  });

  test('not on another port, and without a time-out of the driver only the system gives up', async () => {
    const host = openDatabaseHost(engine);
    const reply = await host.ask([one], { port: 5439, connectMilliseconds: 0, password: 'any' });
    expect(reply).toMatchObject({ connected: false, error: { code: 'ETIMEDOUT', message: expect.stringContaining('connect ETIMEDOUT 10.0.') } });
    expect(reply.tookMilliseconds).toBeGreaterThanOrEqual(127_000);
  });

  test('and hears at once where nobody listens', async () => {
    const host = openDatabaseHost(engine);
    host.become('refused');
    const reply = await host.ask([one], { password: 'any' });
    expect(reply).toMatchObject({ connected: false, error: { code: 'ECONNREFUSED', message: expect.stringMatching(new RegExp(String.raw`^connect ECONNREFUSED 10\.0\.\d\.\d+:${port[engine]}$`, 'u')) } });
    expect(reply.tookMilliseconds).toBeLessThan(20);
  });

  test('a connection that was asked for while it hung comes about when it answers again, at the next attempt of the system', async () => {
    const host = openDatabaseHost(engine);
    const password = host.account.secretsManager.passwordIn(host.secretArn) ?? '';
    host.become('hanging');
    const reply = host.begin([one], { connectMilliseconds: 10_000, password });
    await host.clock.runUntil(host.clock.now() + 5000);
    host.become('open', { isNewLife: true });
    const { connected, tookMilliseconds } = await host.clock.runWhilePending(reply);
    expect(connected).toBe(true);
    expect(tookMilliseconds).toBeGreaterThan(7000);
    expect(tookMilliseconds).toBeLessThan(7200);
  });
});

function removeRules({ account }: DatabaseHost, groupId: string): void {
  const { securityGroups } = account.ec2;
  securityGroups.removeRules(groupId, [...securityGroups.find(groupId).rules.keys()]);
}

describe.each(engines)('%s: TLS', (engine) => {
  test('who does not have the authority of RDS goes no further', async () => {
    const host = openDatabaseHost(engine);
    const { connected, error } = await host.ask([one], { tls: 'without-authorities' });
    expect(connected).toBe(false);
    expect(error?.message).toBe('self-signed certificate in certificate chain');
  });

  test('who does not look at the certificate is let through', async () => {
    expect((await openDatabaseHost(engine).ask([one], { tls: 'unverified' })).connected).toBe(true);
  });

  test('the certificate is for the name of the endpoint, and not for its address', async () => {
    const host = openDatabaseHost(engine);
    const address = host.account.ec2.networkInterfaces.addressOf(host.database()) ?? '';
    const { connected, error } = await host.ask([one], { host: address });
    expect(connected).toBe(false);
    expect(error?.message).toMatch(/Hostname\/IP does not match|altnames/u);
  });

  test('a connection without it is refused, unless the parameters of the server say otherwise', async () => {
    const refusal = engine === 'postgres' ? { code: '28000' } : { code: 'ER_SECURE_TRANSPORT_REQUIRED' };
    expect(await openDatabaseHost(engine).ask([one], { tls: 'none' })).toMatchObject({ connected: false, error: refusal });
    closeHost();
    const parameters = engine === 'postgres' ? { 'rds.force_ssl': '0' } : { require_secure_transport: 'OFF' };
    expect((await openDatabaseHost(engine, { parameters }).ask([one], { tls: 'none' })).connected).toBe(true);
  });
});

describe.each(engines)('%s: signing in', (engine) => {
  const wrongPassword = engine === 'postgres' ? { code: '28P01', message: `password authentication failed for user "${administrator}"` } : { code: 'ER_ACCESS_DENIED_ERROR', message: expect.stringContaining(`Access denied for user '${administrator}'@'10.0.0.`) };
  const refusedToken = engine === 'postgres' ? { code: '28000', message: `PAM authentication failed for user "${probe}"` } : { code: 'ER_ACCESS_DENIED_ERROR' };

  test('the administrator has the password that RDS keeps in a secret, and no other', async () => {
    const host = openDatabaseHost(engine);
    expect((await host.ask([one])).connected).toBe(true);
    expect(await host.ask([one], { password: 'wrong' })).toMatchObject({ connected: false, error: wrongPassword });
    expect(await host.ask([one], { password: { isToken: true } })).toMatchObject({ connected: false, error: wrongPassword });
  });

  test('nobody else has a password', async () => {
    const host = openDatabaseHost(engine);
    expect((await host.ask([one], { user: 'visitor', password: 'any' })).connected).toBe(false);
    await createProbe(host);
    expect(await host.ask([one], { ...asProbe, password: { secretArn: host.secretArn } })).toMatchObject({ connected: false, ...(engine === 'postgres' ? { error: refusedToken } : {}) });
  });

  test('a database that is not there is not opened', async () => {
    const missing = engine === 'postgres' ? { code: '3D000' } : { code: 'ER_BAD_DB_ERROR' };
    expect(await openDatabaseHost(engine).ask([one], { database: 'other' })).toMatchObject({ connected: false, error: missing });
  });

  test('a user who was given tokens signs in by one, if its role may', async () => {
    const host = openDatabaseHost(engine);
    await createProbe(host);
    expect((await host.ask([one], asProbe)).results).toMatchObject([{ rows: [{ one: 1 }] }]);
  });

  test('not without rds-db:connect, nor with it on another user, which the timeline tells and the client does not', async () => {
    const host = openDatabaseHost(engine, { actions: allowed.filter((action) => action !== 'rds-db:connect') });
    await createProbe(host);
    expect(await host.ask([one], asProbe)).toMatchObject({ connected: false, error: refusedToken });
    const grant = (user: string) =>
      host.account.iam.putRolePolicy('clientRole', 'Connect', { Statement: { Effect: 'Allow', Action: 'rds-db:connect', Resource: `arn:aws:rds-db:eu-west-3:123456789012:dbuser:${host.database().resourceId}/${user}` } });
    grant(administrator);
    expect((await host.ask([one], asProbe)).connected).toBe(false);
    grant(probe);
    expect((await host.ask([one], asProbe)).connected).toBe(true);
    expect(reasons(host)).toEqual(['no identity-based policy of clientRole allows it', 'no identity-based policy of clientRole allows it']);
  });

  test.each([
    ['for another host', { hostname: 'other.c0.eu-west-3.rds.amazonaws.com' }, 'it is for other'],
    ['for another port', { port: 1 }, 'it is for '],
    ['for another user', { username: administrator }, `it is for the user ${administrator}`],
    ['of another Region', { region: 'eu-west-1' }, 'it is signed for rds-db in eu-west-1'],
  ])('a token %s is refused', async (_what, change, reason) => {
    const host = openDatabaseHost(engine);
    await createProbe(host);
    const token = await tokenOf(host, change);
    expect((await host.ask([one], { user: probe, password: token })).connected).toBe(false);
    expect(reasons(host)).toEqual([expect.stringContaining(reason)]);
  });

  test('a token is good for a quarter of an hour; what it opened stays open', async () => {
    const host = openDatabaseHost(engine);
    await createProbe(host);
    const token = await tokenOf(host, {});
    const signIn = { user: probe, password: token };
    await host.clock.runUntil(host.clock.now() + 890_000);
    const early = host.begin([wait(60_000), one], signIn);
    await host.clock.runUntil(host.clock.now() + 15_000);
    expect((await host.ask([one], signIn)).connected).toBe(false);
    expect(await host.clock.runWhilePending(early)).toMatchObject({ connected: true, results: [{}, { rows: [{ one: 1 }] }] });
  });
});

/** The signer's own token, as the function would have it. */
function tokenOf(host: DatabaseHost, change: Partial<{ hostname: string; port: number; username: string; region: string }>): Promise<string> {
  const credentials = { accessKeyId: 'ASIASIMULATEDACCOUNT', secretAccessKey: 'simulated', sessionToken: 'simulated' };
  return host.clock.runWhilePending(new Signer({ hostname: host.database().address, port: port[host.engine], username: probe, region: 'eu-west-3', credentials, ...change }).getAuthToken());
}

test('a function that is killed has no effect any more, and its connection dies with it', async () => {
  const host = openDatabaseHost('postgres');
  await host.ask([query('CREATE TABLE t (id bigint PRIMARY KEY)')]);
  const invocations: string[] = [];
  host.account.calls.onCall(({ origin }) => void (origin?.invocationId !== undefined && invocations.push(origin.invocationId)));
  const reply = host.begin([wait(1000), query('INSERT INTO t (id) VALUES (1)')]);
  reply.catch(() => {});
  await host.clock.runUntil(host.clock.now() + 900);
  host.account.lambda.kill(invocations.at(-1) ?? '');
  await host.clock.runUntil(host.clock.now() + 5000);
  await expect(reply).rejects.toThrow('Runtime.ExitError');
  expect((await host.ask([query('SELECT count(*) AS rows FROM t')])).results).toMatchObject([{ rows: [{ rows: '0' }] }]);
});
