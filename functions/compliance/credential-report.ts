import { Refused } from '../platform/errors.ts';
import type { AccessKey, User } from './snapshot.ts';

/** What a user signs in with. */
export type Credentials = Pick<User, 'password' | 'hasMfa' | 'accessKeys'>;

export interface CredentialReport {
  /** By user name. A user who was made after the report is not among them. */
  readonly users: ReadonlyMap<string, Credentials>;
  readonly root: { readonly passwordLastUsedAt?: string; readonly accessKeyLastUsedAt?: string };
}

/** Columns that are read, as the IAM user guide names them ("Generate credential reports for your AWS account"). */
const columns = [
  'user', 'password_enabled', 'password_last_used', 'password_last_changed', 'mfa_active',
  'access_key_1_active', 'access_key_1_last_rotated', 'access_key_1_last_used_date',
  'access_key_2_active', 'access_key_2_last_rotated', 'access_key_2_last_used_date',
] as const;

type Column = (typeof columns)[number];
type Row = (column: Column) => string;

const rootUser = '<root_account>';

/** Reads the CSV of `GetCredentialReport`. Throws {@link Refused} where a column is missing or a value is not of its kind. */
export function parseCredentialReport(csv: string): CredentialReport {
  const [header = [], ...lines] = csv.split(/\r?\n/u).filter((line) => line !== '').map(splitLine);
  const positions = new Map(columns.map((column) => [column, header.indexOf(column)]));
  const missing = columns.filter((column) => positions.get(column) === -1);
  if (missing.length > 0) throw new Refused(`The credential report has no column ${missing.join(', ')}.`);
  const users = new Map<string, Credentials>();
  let root: CredentialReport['root'] = {};
  for (const fields of lines) {
    // A comma in a user name that is not quoted would shift everything that follows.
    if (fields.length !== header.length) {
      throw new Refused(`The credential report has ${fields.length} fields for "${fields[0]}", expected ${header.length}.`);
    }
    const row: Row = (column) => fields[positions.get(column) ?? -1] ?? '';
    if (row('user') === rootUser) root = rootOf(row);
    else users.set(row('user'), credentialsOf(row));
  }
  return { users, root };
}

function credentialsOf(row: Row): Credentials {
  return {
    password: {
      isEnabled: isTrue(row, 'password_enabled'),
      ...dated('lastUsedAt', row, 'password_last_used'),
      ...dated('lastChangedAt', row, 'password_last_changed'),
    },
    hasMfa: isTrue(row, 'mfa_active'),
    accessKeys: [
      ...keyOf(row, 'access_key_1_active', 'access_key_1_last_rotated', 'access_key_1_last_used_date'),
      ...keyOf(row, 'access_key_2_active', 'access_key_2_last_rotated', 'access_key_2_last_used_date'),
    ],
  };
}

/** A key cannot be changed but for its status: "last rotated" is when it was created. */
function keyOf(row: Row, active: Column, rotated: Column, used: Column): AccessKey[] {
  const isActive = isTrue(row, active);
  const createdAt = dateOf(row, rotated);
  if (createdAt !== undefined) return [{ createdAt, isActive, ...dated('lastUsedAt', row, used) }];
  if (isActive) throw new Refused(`The credential report names no ${rotated} for the active key of ${row('user')}.`);
  return [];
}

function rootOf(row: Row): CredentialReport['root'] {
  const uses = [dateOf(row, 'access_key_1_last_used_date'), dateOf(row, 'access_key_2_last_used_date')].filter((use) => use !== undefined);
  const latest = uses.toSorted().at(-1);
  return { ...dated('passwordLastUsedAt', row, 'password_last_used'), ...(latest === undefined ? {} : { accessKeyLastUsedAt: latest }) };
}

/** The guide writes TRUE and FALSE, reports are in lower case; the root user's password is `not_supported`. */
function isTrue(row: Row, column: Column): boolean {
  const value = row(column).toLowerCase();
  if (value === 'true') return true;
  if (value === 'false' || value === 'not_supported') return false;
  throw new Refused(`The credential report says "${row(column)}" for ${column} of ${row('user')}, expected true or false.`);
}

function dated<Name extends string>(name: Name, row: Row, column: Column): { [Key in Name]?: string } {
  const date = dateOf(row, column);
  return date === undefined ? {} : ({ [name]: date } as { [Key in Name]: string });
}

const noDates: ReadonlySet<string> = new Set(['N/A', 'no_information', 'not_supported']);

function dateOf(row: Row, column: Column): string | undefined {
  const value = row(column);
  if (noDates.has(value)) return undefined;
  const at = Date.parse(value);
  if (Number.isNaN(at)) throw new Refused(`The credential report says "${value}" for ${column} of ${row('user')}, expected a date.`);
  return new Date(at).toISOString();
}

/** Fields of a line of CSV (RFC 4180). No field of the report holds a line break. */
function splitLine(line: string): string[] {
  if (!line.includes('"')) return line.split(',');
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/gu)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '');
}
