/** What a server answers in place of a result: SQLSTATE of PostgreSQL; number and SQLSTATE of MySQL. */
const conditions = {
  'bad-value': { postgres: '22P02', mysql: [1366, 'HY000'] },
  'bad-password': { postgres: '28P01', mysql: [1045, '28000'] },
  'bad-token': { postgres: '28000', mysql: [1045, '28000'] },
  'bad-parameters': { postgres: '08P01', mysql: [1210, 'HY000'] },
  'database-denied': { postgres: '42501', mysql: [1044, '42000'] },
  denied: { postgres: '42501', mysql: [1227, '42000'] },
  'duplicate-database': { postgres: '42P04', mysql: [1007, 'HY000'] },
  'duplicate-key': { postgres: '23505', mysql: [1062, '23000'] },
  'duplicate-role': { postgres: '42710', mysql: [1396, 'HY000'] },
  'duplicate-schema': { postgres: '42P06', mysql: [1007, 'HY000'] },
  'duplicate-table': { postgres: '42P07', mysql: [1050, '42S01'] },
  insecure: { postgres: '28000', mysql: [3159, 'HY000'] },
  'missing-value': { postgres: '23502', mysql: [1048, '23000'] },
  'no-such-column': { postgres: '42703', mysql: [1054, '42S22'] },
  'no-such-database': { postgres: '3D000', mysql: [1049, '42000'] },
  'no-such-role': { postgres: '42704', mysql: [1410, '42000'] },
  'no-such-schema': { postgres: '3F000', mysql: [1049, '42000'] },
  'no-such-table': { postgres: '42P01', mysql: [1146, '42S02'] },
  'not-a-login': { postgres: '28000', mysql: [1045, '28000'] },
  'plugin-missing': { postgres: '42704', mysql: [1524, 'HY000'] },
  'table-denied': { postgres: '42501', mysql: [1142, '42000'] },
} as const satisfies Record<string, { readonly postgres: string; readonly mysql: readonly [number, string] }>;

export type ErrorCondition = keyof typeof conditions;

/** A refusal of the database server. */
export class DatabaseRefusal extends Error {
  override readonly name = 'DatabaseRefusal';
  readonly postgresState: string;
  readonly mysqlNumber: number;
  readonly mysqlState: string;

  constructor(condition: ErrorCondition, message: string) {
    super(message);
    const { postgres, mysql } = conditions[condition];
    this.postgresState = postgres;
    [this.mysqlNumber, this.mysqlState] = mysql;
  }
}
