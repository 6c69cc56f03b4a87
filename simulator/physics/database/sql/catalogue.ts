import { DatabaseRefusal } from './errors.ts';
import type { ColumnDefinition, Engine, QualifiedName, Value } from './syntax.ts';

/** A user of the database; in PostgreSQL also a role that others have. */
export interface Role {
  readonly name: string;
  readonly canLogin: boolean;
  /** MySQL: authenticated by `AWSAuthenticationPlugin`. */
  readonly isByToken: boolean;
  /** PostgreSQL: roles that it was granted. */
  readonly roles: Set<string>;
}

export type Grants = Map<string, Set<string>>;

/** A database; in PostgreSQL also a schema in one. */
export interface Space {
  readonly name: string;
  readonly owner: string;
  readonly grants: Grants;
}

export type Row = Readonly<Record<string, Value>>;

export interface Table {
  readonly name: QualifiedName;
  readonly owner: string;
  readonly columns: readonly ColumnDefinition[];
  readonly primaryKey: readonly string[];
  readonly grants: Grants;
  /** By the text of their primary key. */
  readonly rows: Map<string, Row>;
}

/** Who is asking, and in which database. */
export interface Session {
  readonly user: string;
  readonly database: string;
  /** Of the client: MySQL names it in its refusals. */
  readonly clientAddress: string;
}

/** Everyone, in PostgreSQL. */
export const everyone = 'public';
/** Members of this role sign in by an IAM token (RDS user guide, "Creating a database account using IAM authentication"). */
export const tokenRole = 'rds_iam';

/** What a database server knows: users, databases, tables with their rows. */
export class Catalogue {
  readonly engine: Engine;
  readonly administrator: string;
  readonly roles = new Map<string, Role>();
  readonly databases = new Map<string, Space>();
  /** PostgreSQL: by `database.schema`. */
  readonly schemas = new Map<string, Space>();
  /** By `database.schema.table`, or `database.table` in MySQL. */
  readonly tables = new Map<string, Table>();

  constructor(engine: Engine, administrator: string, databaseName: string | undefined) {
    this.engine = engine;
    this.administrator = administrator;
    if (engine === 'postgres') {
      for (const name of ['rds_superuser', tokenRole]) this.addRole({ name, canLogin: false, isByToken: false });
      this.createDatabase('postgres', 'rdsadmin');
    }
    this.addRole({ name: administrator, canLogin: true, isByToken: false });
    if (databaseName !== undefined) this.createDatabase(databaseName, administrator);
  }

  addRole(definition: Omit<Role, 'roles'>): void {
    this.roles.set(definition.name, { ...definition, roles: new Set() });
  }

  createDatabase(name: string, owner: string): void {
    const grants: Grants = this.engine === 'postgres' ? new Map([[everyone, new Set(['CONNECT', 'TEMPORARY'])]]) : new Map();
    this.databases.set(name, { name, owner, grants });
    // Since PostgreSQL 15 nobody but its owner may create anything in it.
    if (this.engine === 'postgres') this.schemas.set(`${name}.public`, { name: 'public', owner, grants: new Map([[everyone, new Set(['USAGE'])]]) });
  }

  /** The schema of a table in PostgreSQL, its database in MySQL. */
  spaceOf({ namespace }: QualifiedName, { database }: Session): Space {
    if (this.engine === 'mysql') {
      const name = namespace ?? database;
      const found = this.databases.get(name);
      if (found === undefined) throw new DatabaseRefusal('no-such-database', name === '' ? 'No database selected' : `Unknown database '${name}'`);
      return found;
    }
    const found = this.schemas.get(`${database}.${namespace ?? 'public'}`);
    if (found === undefined) throw new DatabaseRefusal('no-such-schema', `schema "${namespace}" does not exist`);
    return found;
  }

  keyOf({ namespace, name }: QualifiedName, { database }: Session): string {
    return this.engine === 'mysql' ? `${namespace ?? database}.${name}` : `${database}.${namespace ?? 'public'}.${name}`;
  }

  /** Throws what the engine says of a table that is not there. */
  table(name: QualifiedName, session: Session): Table {
    const found = this.tables.get(this.keyOf(name, session));
    if (found !== undefined) return found;
    if (this.engine === 'mysql') throw new DatabaseRefusal('no-such-table', `Table '${name.namespace ?? session.database}.${name.name}' doesn't exist`);
    const text = name.namespace === undefined ? name.name : `${name.namespace}.${name.name}`;
    throw new DatabaseRefusal('no-such-table', `relation "${text}" does not exist`);
  }
}

export function keyOfRow(table: Table, row: Row): string {
  return JSON.stringify(table.primaryKey.map((column) => row[column]));
}
