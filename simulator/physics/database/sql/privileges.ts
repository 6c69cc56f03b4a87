import { type Catalogue, everyone, type Grants, type Session, type Space, type Table } from './catalogue.ts';
import { DatabaseRefusal } from './errors.ts';

/** Who may do what, by ownership, by grants, and by the roles that a user has. */

/** May a user do this on a table? Throws what the engine says where not. */
export function needTable(catalogue: Catalogue, session: Session, table: Table, privilege: string): void {
  const { name } = table;
  if (catalogue.engine === 'mysql') {
    const database = catalogue.spaceOf(name, session);
    if (isAdministrator(catalogue, session) || isGranted(catalogue, session, table.grants, privilege) || isGranted(catalogue, session, database.grants, privilege)) return;
    throw new DatabaseRefusal('table-denied', `${privilege} command denied to user '${session.user}'@'${session.clientAddress}' for table '${name.name}'`);
  }
  needSchema(catalogue, session, catalogue.spaceOf(name, session), 'USAGE');
  if (owns(catalogue, session, table.owner) || isGranted(catalogue, session, table.grants, privilege)) return;
  throw new DatabaseRefusal('table-denied', `permission denied for table ${name.name}`);
}

export function needSchema(catalogue: Catalogue, session: Session, schema: Space, privilege: string): void {
  if (owns(catalogue, session, schema.owner) || isGranted(catalogue, session, schema.grants, privilege)) return;
  throw new DatabaseRefusal('denied', `permission denied for schema ${schema.name}`);
}

export function needDatabase(catalogue: Catalogue, session: Session, database: Space, privilege: string): void {
  if (owns(catalogue, session, database.owner) || isGranted(catalogue, session, database.grants, privilege)) return;
  const message =
    catalogue.engine === 'postgres'
      ? `permission denied for database ${database.name}`
      : `Access denied for user '${session.user}'@'${session.clientAddress}' to database '${database.name}'`;
  throw new DatabaseRefusal('database-denied', message);
}

/** Whether anything in a database of MySQL is a user's: without that, it cannot be used. */
export function hasAnythingIn(catalogue: Catalogue, session: Session, database: Space): boolean {
  if (isAdministrator(catalogue, session) || database.grants.has(session.user)) return true;
  return [...catalogue.tables.values()].some(({ name, grants }) => name.namespace === database.name && grants.has(session.user));
}

export function needAdministrator(catalogue: Catalogue, session: Session, what: string): void {
  if (isAdministrator(catalogue, session)) return;
  const message =
    catalogue.engine === 'postgres'
      ? `permission denied to ${what}`
      : 'Access denied; you need (at least one of) the CREATE USER privilege(s) for this operation';
  throw new DatabaseRefusal('denied', message);
}

/** Only who owns something, or has what owns it, grants anything on it. */
export function needOwner(catalogue: Catalogue, session: Session, owner: string, what: string): void {
  if (owns(catalogue, session, owner)) return;
  throw new DatabaseRefusal('denied', `permission denied for ${what}`);
}

function owns(catalogue: Catalogue, session: Session, owner: string): boolean {
  return catalogue.engine === 'mysql' ? isAdministrator(catalogue, session) : identitiesOf(catalogue, session).has(owner);
}

function isAdministrator({ administrator }: Catalogue, { user }: Session): boolean {
  return user === administrator;
}

function isGranted(catalogue: Catalogue, session: Session, grants: Grants, privilege: string): boolean {
  return [...identitiesOf(catalogue, session)].some((name) => {
    const granted = grants.get(name);
    return granted !== undefined && (granted.has(privilege) || granted.has('ALL'));
  });
}

/** A user, everyone, and the roles that it has, those of roles included. */
function identitiesOf({ roles }: Catalogue, { user }: Session): Set<string> {
  const found = new Set([user, everyone]);
  for (const name of found) for (const role of roles.get(name)?.roles ?? []) found.add(role);
  return found;
}
