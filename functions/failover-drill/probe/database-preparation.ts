import { Refused } from '../../platform/errors.ts';
import type { DatabaseConnection, Engine } from './engine.ts';
import { mysqlPreparation } from './mysql-sql.ts';
import { postgresPreparation } from './postgres-sql.ts';

/** Makes the user, the table and the grants of the probe, as far as they are missing. Gives what was made sure of. */
export function prepare(engine: Engine['name'], administrator: DatabaseConnection): Promise<string[]> {
  return engine === 'postgres' ? preparePostgres(administrator) : prepareMysql(administrator);
}

async function preparePostgres(administrator: DatabaseConnection): Promise<string[]> {
  const { findUser, createUser, ...rest } = postgresPreparation;
  const isMissing = (await administrator.query(findUser)).length === 0;
  return runAll(administrator, { ...(isMissing ? { createUser } : {}), ...rest });
}

async function prepareMysql(administrator: DatabaseConnection): Promise<string[]> {
  const { findUser, createUser, allowTable, ...rest } = mysqlPreparation;
  const [user] = await administrator.query(findUser);
  if (user !== undefined && user['plugin'] !== 'AWSAuthenticationPlugin') {
    throw new Refused(`The user webmarket_probe signs in by ${String(user['plugin'])}: somebody else made it. Drop it, and run this again.`);
  }
  return runAll(administrator, { ...rest, ...(user === undefined ? { createUser } : {}), allowTable });
}

/** One statement after the other: each stands by itself, and after a failure all are run again. */
async function runAll(administrator: DatabaseConnection, statements: Readonly<Record<string, string>>): Promise<string[]> {
  for (const sql of Object.values(statements)) await administrator.query(sql);
  return Object.keys(statements);
}
