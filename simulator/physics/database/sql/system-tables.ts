import type { Catalogue, Session } from './catalogue.ts';
import { DatabaseRefusal } from './errors.ts';
import type { Source } from './queries.ts';
import type { QualifiedName } from './syntax.ts';

/** Tables of the system that are modelled, with the columns that are; undefined for every other name. */
export function systemTable(catalogue: Catalogue, session: Session, { namespace, name }: QualifiedName): Source | undefined {
  const roles = [...catalogue.roles.values()];
  if (catalogue.engine === 'postgres') {
    if (name === 'pg_roles' && (namespace ?? 'pg_catalog') === 'pg_catalog') {
      return {
        columns: [{ name: 'rolname', type: 'text' }, { name: 'rolcanlogin', type: 'boolean' }],
        rows: roles.map((role) => ({ rolname: role.name, rolcanlogin: role.canLogin })),
      };
    }
    if (name === 'pg_database' && (namespace ?? 'pg_catalog') === 'pg_catalog') {
      return { columns: [{ name: 'datname', type: 'text' }], rows: [...catalogue.databases.keys()].map((datname) => ({ datname })) };
    }
    if (name === 'pg_class' && (namespace ?? 'pg_catalog') === 'pg_catalog') {
      const tables = [...catalogue.tables].filter(([key]) => key.startsWith(`${session.database}.`));
      return {
        columns: (['relname', 'relkind', 'relpersistence'] as const).map((column) => ({ name: column, type: 'text' as const })),
        // Ordinary tables, and permanent: UNLOGGED ones are not modelled.
        rows: tables.map(([, table]) => ({ relname: table.name.name, relkind: 'r', relpersistence: 'p' })),
      };
    }
    return undefined;
  }
  if (namespace !== 'mysql' || name !== 'user') return undefined;
  if (session.user !== catalogue.administrator) {
    throw new DatabaseRefusal('table-denied', `SELECT command denied to user '${session.user}'@'${session.clientAddress}' for table 'user'`);
  }
  return {
    columns: (['Host', 'User', 'plugin'] as const).map((column) => ({ name: column, type: 'text' as const })),
    rows: roles.map((role) => ({ Host: '%', User: role.name, plugin: role.isByToken ? 'AWSAuthenticationPlugin' : 'caching_sha2_password' })),
  };
}
