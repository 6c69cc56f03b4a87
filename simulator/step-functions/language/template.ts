import { copyJson, isRecord, type Json, jsonTypeOf, NotJson } from '../json.ts';
import { messageOf, statesErrors, StateFailure } from '../errors.ts';
import type { EvaluationScope, Expression } from './expression.ts';

/** A value of a definition in which some strings are expressions. */
export type Template =
  | { readonly kind: 'literal'; readonly value: Json }
  | { readonly kind: 'expression'; readonly expression: Expression }
  | { readonly kind: 'array'; readonly items: readonly Template[] }
  | { readonly kind: 'object'; readonly members: readonly (readonly [string, Template])[] };

/** Only a string that starts exactly with `{%` and ends exactly with `%}` is an expression. */
export function expressionText(text: string): string | undefined {
  return text.length >= 4 && text.startsWith('{%') && text.endsWith('%}') ? text.slice(2, -2).trim() : undefined;
}

/** Compiles a value of a definition; what holds no expression stays one literal. */
export function compileTemplate(
  value: unknown,
  location: string,
  compile: (source: string, location: string) => Expression | undefined,
): Template {
  if (typeof value === 'string') {
    const source = expressionText(value);
    const expression = source === undefined ? undefined : compile(source, location);
    return expression === undefined ? { kind: 'literal', value } : { kind: 'expression', expression };
  }
  if (Array.isArray(value)) {
    const items = value.map((item: unknown, index) => compileTemplate(item, `${location}[${index}]`, compile));
    return items.every((item) => item.kind === 'literal') ? literal(value) : { kind: 'array', items };
  }
  if (isRecord(value)) {
    const members = Object.entries(value).map(
      ([key, member]) => [key, compileTemplate(member, `${location}/${key}`, compile)] as const,
    );
    return members.every(([, member]) => member.kind === 'literal') ? literal(value) : { kind: 'object', members };
  }
  return literal(value);
}

function literal(value: unknown): Template {
  return { kind: 'literal', value: copyJson(value).value };
}

/** An expression failed; the state turns this into a failure that names itself. */
export class QueryEvaluationFailure extends StateFailure {
  /** The field that failed, for the history: `Output/result`. */
  readonly field: string;

  constructor(field: string, cause: string) {
    super(statesErrors.queryEvaluationError, cause);
    this.field = field;
  }
}

/** Where JSONata's error codes are, a full stop leads to them; AWS puts a colon before messages without one. */
function describeError(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? `. ${code}: ${messageOf(error)}` : `: ${messageOf(error)}`;
}

/** `field` is where the template stands in its state; AWS names it in the cause of every failure. */
export async function evaluateTemplate(template: Template, field: string, scope: EvaluationScope): Promise<Json> {
  switch (template.kind) {
    case 'literal':
      return template.value;
    case 'expression':
      return evaluateExpression(template.expression, field, scope);
    case 'array': {
      const items: Json[] = [];
      for (const [index, item] of template.items.entries()) {
        items.push(await evaluateTemplate(item, `${field}[${index}]`, scope));
      }
      return items;
    }
    case 'object': {
      const members: [string, Json][] = [];
      for (const [key, member] of template.members) {
        members.push([key, await evaluateTemplate(member, `${field}/${key}`, scope)]);
      }
      return Object.fromEntries(members);
    }
  }
}

async function evaluateExpression(expression: Expression, field: string, scope: EvaluationScope): Promise<Json> {
  const where = `The JSONata expression '${expression.source}' specified for the field '${field}'`;
  let value: unknown;
  try {
    value = await expression.evaluate(scope);
  } catch (error) {
    throw new QueryEvaluationFailure(field, `${where} threw an error during evaluation${describeError(error)}`);
  }
  if (value === undefined) throw new QueryEvaluationFailure(field, `${where} returned nothing (undefined).`);
  try {
    return copyJson(value).value;
  } catch (error) {
    if (!(error instanceof NotJson)) throw error;
    throw new QueryEvaluationFailure(field, `${where} returned an unsupported result: ${error.message}.`);
  }
}

/** What a field must evaluate to. */
export interface Expected<T extends Json> {
  /** As a noun, for the cause: `a boolean`. */
  readonly description: string;
  matches(value: Json): value is T;
}

export const expected = {
  boolean: { description: 'a boolean', matches: (value): value is boolean => typeof value === 'boolean' },
  string: { description: 'a string', matches: (value): value is string => typeof value === 'string' },
  array: { description: 'an array', matches: (value): value is readonly Json[] => Array.isArray(value) },
  positiveInteger: {
    description: 'a positive integer',
    matches: (value): value is number => Number.isInteger(value) && Number(value) > 0,
  },
  nonNegativeInteger: {
    description: 'a non-negative integer',
    matches: (value): value is number => Number.isInteger(value) && Number(value) >= 0,
  },
  percentage: {
    description: 'a number between 0 and 100',
    matches: (value): value is number => typeof value === 'number' && value >= 0 && value <= 100,
  },
} as const satisfies Record<string, Expected<Json>>;

/** Evaluates a field whose type is fixed; a value of another type fails the state, naming the type. */
export async function evaluateAs<T extends Json>(
  template: Template,
  field: string,
  type: Expected<T>,
  scope: EvaluationScope,
): Promise<T> {
  const value = await evaluateTemplate(template, field, scope);
  if (type.matches(value)) return value;
  const where = template.kind === 'expression' ? `The JSONata expression '${template.expression.source}'` : 'The value';
  const shown = typeof value === 'object' ? '' : ` (${JSON.stringify(value)})`;
  throw new QueryEvaluationFailure(
    field,
    `${where} specified for the field '${field}' returned an unexpected result of type '${jsonTypeOf(value)}'${shown}, ` +
    `expected ${type.description}.`,
  );
}
