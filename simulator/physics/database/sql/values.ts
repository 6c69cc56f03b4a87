import { DatabaseRefusal } from './errors.ts';
import type { ColumnDefinition, Expression, Operator, Value } from './syntax.ts';

/** What expressions may refer to. */
export interface Evaluation {
  readonly parameters: readonly Value[];
  /** Epoch milliseconds. */
  readonly now: number;
}

export function valueOf(expression: Expression, { parameters, now }: Evaluation): Value {
  switch (expression.kind) {
    case 'value':
      return expression.value;
    case 'now':
      return new Date(now);
    case 'parameter': {
      const value = parameters[expression.index];
      if (value === undefined) throw new DatabaseRefusal('bad-parameters', `there is no parameter $${expression.index + 1}`);
      return value;
    }
  }
}

/** A value as a column holds it: drivers send numbers and times as text as well. */
export function asColumnValue(value: Value, column: Pick<ColumnDefinition, 'name' | 'type'>): Value {
  if (value === null) return null;
  switch (column.type) {
    case 'bigint':
    case 'integer': {
      const text = String(value).trim();
      if (!/^-?\d+$/u.test(text)) throw new DatabaseRefusal('bad-value', `invalid input syntax for type ${column.type}: "${text}"`);
      return Number(text);
    }
    case 'text':
      return value instanceof Date ? value.toISOString() : String(value);
    case 'boolean':
      return value === true || value === 1 || ['t', 'true', '1'].includes(String(value));
    case 'timestamp': {
      const time = value instanceof Date ? value.getTime() : Date.parse(withZone(String(value)));
      if (Number.isNaN(time)) throw new DatabaseRefusal('bad-value', `invalid input syntax for type timestamp with time zone: "${String(value)}"`);
      return new Date(time);
    }
  }
}

/** Times without a zone are UTC: databases of RDS have that zone unless told otherwise. */
function withZone(text: string): string {
  return /(?:Z|[+-]\d\d:?\d\d)$/iu.test(text.trim()) ? text : `${text.trim().replace(' ', 'T')}Z`;
}

/** Whether two values of a column compare so; never, if one is null. */
export function compares(left: Value, operator: Operator, right: Value): boolean {
  if (left === null || right === null) return false;
  const order = orderOf(left, right);
  switch (operator) {
    case '=':
      return order === 0;
    case '<>':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

/** Negative, zero or positive, as the first comes before, with or after the second. Nulls come last. */
export function orderOf(left: Value, right: Value): number {
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  const [one, other] = [comparable(left), comparable(right)];
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function comparable(value: string | number | boolean | Date): string | number {
  if (value instanceof Date) return value.getTime();
  return typeof value === 'boolean' ? Number(value) : value;
}
