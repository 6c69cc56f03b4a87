import { prepare } from '../../../../functions/failover-drill/probe/database-preparation.ts';
import type { DatabaseConnection, Row } from '../../../../functions/failover-drill/probe/engine.ts';

/** An administrator who finds these users, and writes down what is said. */
function administratorOf(users: readonly Row[]): DatabaseConnection & { readonly said: string[] } {
  const said: string[] = [];
  return {
    said,
    isBroken: false,
    query: (sql) => {
      said.push(sql);
      return Promise.resolve(sql.startsWith('SELECT') ? [...users] : []);
    },
    close: () => Promise.resolve(),
    destroy: () => undefined,
  };
}

test('PostgreSQL: a user that stands is not made again, and everything else is made sure of', async () => {
  const [first, again] = [administratorOf([]), administratorOf([{ rolname: 'webmarket_probe' }])];

  expect(await prepare('postgres', first)).toEqual(['createUser', 'signInByToken', 'createSchema', 'createTable', 'allowSchema', 'allowTable']);
  expect(await prepare('postgres', again)).toEqual(['signInByToken', 'createSchema', 'createTable', 'allowSchema', 'allowTable']);
  expect(first.said.some((sql) => sql.startsWith('CREATE ROLE'))).toBe(true);
  expect(again.said.some((sql) => sql.startsWith('CREATE ROLE'))).toBe(false);
});

test('MySQL: a user that stands is not made again, and everything else is made sure of', async () => {
  const [first, again] = [administratorOf([]), administratorOf([{ plugin: 'AWSAuthenticationPlugin' }])];

  expect(await prepare('mysql', first)).toEqual(['createDatabase', 'createTable', 'createUser', 'allowTable']);
  expect(await prepare('mysql', again)).toEqual(['createDatabase', 'createTable', 'allowTable']);
  expect(again.said.some((sql) => sql.startsWith('CREATE USER'))).toBe(false);
});

test('MySQL: a user who signs in by a password is somebody else, and is given nothing', async () => {
  const administrator = administratorOf([{ plugin: 'caching_sha2_password' }]);

  await expect(prepare('mysql', administrator)).rejects.toMatchObject({ name: 'Refused' });
  expect(administrator.said).toHaveLength(1);
});

test.each(['postgres', 'mysql'] as const)('%s: the probe is granted reading, adding and removing on its own table, and nothing more', async (engine) => {
  const administrator = administratorOf([]);
  await prepare(engine, administrator);
  const grants = administrator.said.filter((sql) => sql.startsWith('GRANT'));

  expect(grants.filter((sql) => sql.includes(' ON '))).toEqual(
    engine === 'postgres'
      ? ['GRANT USAGE ON SCHEMA webmarket_probe TO webmarket_probe', 'GRANT SELECT, INSERT, DELETE ON webmarket_probe.probe_commits TO webmarket_probe']
      : [`GRANT SELECT, INSERT, DELETE ON webmarket_probe.probe_commits TO 'webmarket_probe'@'%'`],
  );
});

test('every statement stands by itself: no blocks, no semicolons', async () => {
  for (const engine of ['postgres', 'mysql'] as const) {
    const administrator = administratorOf([]);
    await prepare(engine, administrator);

    for (const sql of administrator.said) expect(sql).not.toMatch(/;|\bDO\b|\bBEGIN\b/u);
  }
});
