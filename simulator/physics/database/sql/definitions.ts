import { type Catalogue, type Grants, type Session, tokenRole } from './catalogue.ts';
import { DatabaseRefusal } from './errors.ts';
import { needAdministrator, needDatabase, needOwner, needSchema } from './privileges.ts';
import type { Grantable, Statement } from './syntax.ts';

type Of<Kind extends Statement['kind']> = Extract<Statement, { readonly kind: Kind }>;

/** Whether IAM authentication is on for the instance: MySQL has its plugin only then. */
export interface ServerOptions {
  readonly hasTokens: boolean;
}

export function createUser(catalogue: Catalogue, session: Session, statement: Of<'create-user'>, { hasTokens }: ServerOptions): void {
  const { name, canLogin, isByToken, isOptional } = statement;
  needAdministrator(catalogue, session, 'create role');
  if (isByToken && !hasTokens) throw new DatabaseRefusal('plugin-missing', "Plugin 'AWSAuthenticationPlugin' is not loaded");
  if (!catalogue.roles.has(name)) {
    catalogue.addRole({ name, canLogin, isByToken });
    return;
  }
  if (isOptional) return;
  const message = catalogue.engine === 'postgres' ? `role "${name}" already exists` : `Operation CREATE USER failed for '${name}'@'%'`;
  throw new DatabaseRefusal('duplicate-role', message);
}

export function createSpace(catalogue: Catalogue, session: Session, { what, name, isOptional }: Of<'create-namespace'>): void {
  if (what === 'database') {
    needAdministrator(catalogue, session, 'create database');
    if (!catalogue.databases.has(name)) catalogue.createDatabase(name, session.user);
    else if (!isOptional) throw new DatabaseRefusal('duplicate-database', catalogue.engine === 'postgres' ? `database "${name}" already exists` : `Can't create database '${name}'; database exists`);
    return;
  }
  const database = catalogue.databases.get(session.database);
  if (database !== undefined) needDatabase(catalogue, session, database, 'CREATE');
  const key = `${session.database}.${name}`;
  if (!catalogue.schemas.has(key)) catalogue.schemas.set(key, { name, owner: session.user, grants: new Map() });
  else if (!isOptional) throw new DatabaseRefusal('duplicate-schema', `schema "${name}" already exists`);
}

export function createTable(catalogue: Catalogue, session: Session, { table, columns, primaryKey, isOptional }: Of<'create-table'>): void {
  const space = catalogue.spaceOf(table, session);
  if (catalogue.engine === 'postgres') needSchema(catalogue, session, space, 'CREATE');
  else needDatabase(catalogue, session, space, 'CREATE');
  const key = catalogue.keyOf(table, session);
  if (catalogue.tables.has(key)) {
    if (isOptional) return;
    throw new DatabaseRefusal('duplicate-table', catalogue.engine === 'postgres' ? `relation "${table.name}" already exists` : `Table '${table.name}' already exists`);
  }
  const unknown = primaryKey.find((name) => !columns.some((column) => column.name === name));
  if (unknown !== undefined) throw new DatabaseRefusal('no-such-column', `column "${unknown}" named in key does not exist`);
  catalogue.tables.set(key, { name: { namespace: space.name, name: table.name }, owner: session.user, columns, primaryKey, grants: new Map(), rows: new Map() });
}

export function changeGrants(catalogue: Catalogue, session: Session, { kind, privileges, on, grantees }: Of<'grant' | 'revoke'>): void {
  for (const grantee of grantees) {
    if (!catalogue.roles.has(grantee) && grantee !== 'public') {
      throw new DatabaseRefusal('no-such-role', catalogue.engine === 'postgres' ? `role "${grantee}" does not exist` : 'You are not allowed to create a user with GRANT');
    }
    if (on.kind === 'role') {
      changeRole(catalogue, session, { isGranted: kind === 'grant', role: on.name, grantee });
      continue;
    }
    const grants = grantsOn(catalogue, session, on);
    const held = grants.get(grantee) ?? new Set();
    if (kind === 'grant') grants.set(grantee, new Set([...held, ...privileges]));
    else if (privileges.includes('ALL')) grants.delete(grantee);
    else grants.set(grantee, new Set([...held].filter((privilege) => !privileges.includes(privilege))));
  }
}

function changeRole(catalogue: Catalogue, session: Session, { isGranted, role, grantee }: { isGranted: boolean; role: string; grantee: string }): void {
  needAdministrator(catalogue, session, `grant role "${role}"`);
  if (!catalogue.roles.has(role)) throw new DatabaseRefusal('no-such-role', `role "${role}" does not exist`);
  const roles = catalogue.roles.get(grantee)?.roles;
  if (isGranted) roles?.add(role);
  else roles?.delete(role);
}

function grantsOn(catalogue: Catalogue, session: Session, on: Exclude<Grantable, { kind: 'role' }>): Grants {
  switch (on.kind) {
    case 'database':
    case 'tables-of': {
      const name = on.kind === 'database' ? on.name : on.database;
      const database = catalogue.databases.get(name);
      // MySQL keeps grants on databases that do not exist; nothing in the product should.
      if (database === undefined) throw new DatabaseRefusal('no-such-database', catalogue.engine === 'postgres' ? `database "${name}" does not exist` : `Unknown database '${name}'`);
      needOwner(catalogue, session, database.owner, `database ${name}`);
      return database.grants;
    }
    case 'schema': {
      const schema = catalogue.spaceOf({ namespace: on.name, name: '' }, session);
      needOwner(catalogue, session, schema.owner, `schema ${on.name}`);
      return schema.grants;
    }
    case 'table': {
      const table = catalogue.table(on.table, session);
      needOwner(catalogue, session, table.owner, `table ${on.table.name}`);
      return table.grants;
    }
  }
}

/** Whether a user signs in by an IAM token, which in PostgreSQL a role decides that it was granted. */
export function isByToken(catalogue: Catalogue, user: string): boolean {
  const role = catalogue.roles.get(user);
  return role !== undefined && (role.isByToken || role.roles.has(tokenRole));
}
