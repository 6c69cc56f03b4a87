/** Engines that are modelled. */
export type Engine = 'postgres' | 'mysql';

/** A value of a column, or a parameter as the driver sent it. */
export type Value = string | number | boolean | Date | null;

export type Expression =
  | { readonly kind: 'value'; readonly value: Value }
  /** From 0. */
  | { readonly kind: 'parameter'; readonly index: number }
  | { readonly kind: 'now' };

export type Operator = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** One of the conditions that `AND` joins. */
export type Condition =
  | { readonly kind: 'compare'; readonly column: string; readonly operator: Operator; readonly to: Expression }
  | { readonly kind: 'in'; readonly column: string; readonly among: readonly Expression[] };

export const columnTypes = ['bigint', 'integer', 'text', 'timestamp', 'boolean'] as const;
export type ColumnType = (typeof columnTypes)[number];

export interface ColumnDefinition {
  readonly name: string;
  readonly type: ColumnType;
  readonly isNullable: boolean;
  readonly default: Expression | undefined;
}

/** What a name is qualified with: a schema in PostgreSQL, a database in MySQL. */
export interface QualifiedName {
  readonly namespace: string | undefined;
  readonly name: string;
}

export type SelectItem =
  | { readonly kind: 'all' }
  | { readonly kind: 'column'; readonly column: string; readonly as: string }
  | { readonly kind: 'count'; readonly as: string }
  | { readonly kind: 'maximum'; readonly column: string; readonly as: string }
  /** A parameter of the server. */
  | { readonly kind: 'setting'; readonly name: Expression; readonly as: string }
  | { readonly kind: 'expression'; readonly expression: Expression; readonly as: string };

export type Grantable =
  | { readonly kind: 'role'; readonly name: string }
  | { readonly kind: 'database'; readonly name: string }
  | { readonly kind: 'schema'; readonly name: string }
  | { readonly kind: 'table'; readonly table: QualifiedName }
  /** Every table of a database, `shop.*` of MySQL. */
  | { readonly kind: 'tables-of'; readonly database: string };

export interface Select {
  readonly kind: 'select';
  readonly items: readonly SelectItem[];
  readonly from: QualifiedName | undefined;
  readonly where: readonly Condition[];
  readonly orderBy: readonly { readonly column: string; readonly isDescending: boolean }[];
  readonly limit: number | undefined;
}

export type Statement =
  | Select
  | { readonly kind: 'show'; readonly name: string }
  | { readonly kind: 'insert'; readonly table: QualifiedName; readonly columns: readonly string[]; readonly rows: readonly (readonly Expression[])[]; readonly ignoresDuplicates: boolean }
  | { readonly kind: 'delete'; readonly table: QualifiedName; readonly where: readonly Condition[] }
  | { readonly kind: 'create-user'; readonly name: string; readonly canLogin: boolean; readonly isByToken: boolean; readonly isOptional: boolean }
  | { readonly kind: 'create-namespace'; readonly what: 'schema' | 'database'; readonly name: string; readonly isOptional: boolean }
  | { readonly kind: 'create-table'; readonly table: QualifiedName; readonly columns: readonly ColumnDefinition[]; readonly primaryKey: readonly string[]; readonly isOptional: boolean }
  | { readonly kind: 'grant' | 'revoke'; readonly privileges: readonly string[]; readonly on: Grantable; readonly grantees: readonly string[] };
