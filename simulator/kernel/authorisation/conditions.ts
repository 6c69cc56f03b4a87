import { NotModelledError } from '../aws-error.ts';
import type { ConditionValue } from '../service.ts';
import { isModelledKey } from './condition-keys.ts';
import { compileArnPattern, compileWildcard } from './patterns.ts';

/** The value of a condition key (in lower case) in a request, or undefined where the request has none. */
export type ContextLookup = (key: string) => ConditionValue | undefined;

/** True when every operator and every key of a Condition element holds. */
export type CompiledCondition = (lookup: ContextLookup, action: string) => boolean;

/** One value of the request against one value of the policy. */
type Comparison = (actual: string, expected: string) => boolean;

interface Operator {
  readonly compare: Comparison;
  /** A negated operator holds when no value of the policy matches. */
  readonly isNegated: boolean;
}

const positive = (compare: Comparison): Operator => ({ compare, isNegated: false });
const negative = (compare: Comparison): Operator => ({ compare, isNegated: true });

const equals: Comparison = (actual, expected) => actual === expected;
const equalsIgnoringCase: Comparison = (actual, expected) => actual.toLowerCase() === expected.toLowerCase();
const like: Comparison = (actual, expected) => cachedWildcard(expected)(actual);
const arnLike: Comparison = (actual, expected) => cachedArnPattern(expected)(actual);
const numbers = (test: (actual: number, expected: number) => boolean): Comparison => {
  return (actual, expected) => test(Number(actual), Number(expected));
};
const dates = (test: (actual: number, expected: number) => boolean): Comparison => {
  return (actual, expected) => test(epochMilliseconds(actual), epochMilliseconds(expected));
};

/** The operators of the IAM user guide's "Condition operators". `IpAddress` and `BinaryEquals` are not modelled. */
const operators: Readonly<Record<string, Operator>> = {
  StringEquals: positive(equals),
  StringNotEquals: negative(equals),
  StringEqualsIgnoreCase: positive(equalsIgnoringCase),
  StringNotEqualsIgnoreCase: negative(equalsIgnoringCase),
  StringLike: positive(like),
  StringNotLike: negative(like),
  NumericEquals: positive(numbers((actual, expected) => actual === expected)),
  NumericNotEquals: negative(numbers((actual, expected) => actual === expected)),
  NumericLessThan: positive(numbers((actual, expected) => actual < expected)),
  NumericLessThanEquals: positive(numbers((actual, expected) => actual <= expected)),
  NumericGreaterThan: positive(numbers((actual, expected) => actual > expected)),
  NumericGreaterThanEquals: positive(numbers((actual, expected) => actual >= expected)),
  DateEquals: positive(dates((actual, expected) => actual === expected)),
  DateNotEquals: negative(dates((actual, expected) => actual === expected)),
  DateLessThan: positive(dates((actual, expected) => actual < expected)),
  DateLessThanEquals: positive(dates((actual, expected) => actual <= expected)),
  DateGreaterThan: positive(dates((actual, expected) => actual > expected)),
  DateGreaterThanEquals: positive(dates((actual, expected) => actual >= expected)),
  Bool: positive(equalsIgnoringCase),
  // ArnEquals and ArnLike behave identically, wildcards included (IAM user guide).
  ArnEquals: positive(arnLike),
  ArnLike: positive(arnLike),
  ArnNotEquals: negative(arnLike),
  ArnNotLike: negative(arnLike),
};

const wildcards = new Map<string, ReturnType<typeof compileWildcard>>();
const arnPatterns = new Map<string, ReturnType<typeof compileArnPattern>>();

function cachedWildcard(pattern: string): ReturnType<typeof compileWildcard> {
  return wildcards.get(pattern) ?? remember(wildcards, pattern, compileWildcard(pattern));
}

function cachedArnPattern(pattern: string): ReturnType<typeof compileArnPattern> {
  return arnPatterns.get(pattern) ?? remember(arnPatterns, pattern, compileArnPattern(pattern));
}

function remember<V>(cache: Map<string, V>, key: string, value: V): V {
  cache.set(key, value);
  return value;
}

/** Dates are W3C ISO 8601, or seconds since the epoch. */
function epochMilliseconds(text: string): number {
  return /^\d+$/u.test(text) ? Number(text) * 1000 : Date.parse(text);
}

type Quantifier = 'one' | 'ForAnyValue' | 'ForAllValues';

interface Test {
  readonly key: string;
  readonly expected: readonly string[];
  readonly operator: Operator;
  readonly quantifier: Quantifier;
  readonly holdsWhenAbsent: boolean;
}

/** Compiles a Condition element. An operator that is not modelled throws. */
export function compileCondition(
  condition: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): CompiledCondition {
  const checks = Object.entries(condition).flatMap(([name, keys]) =>
    Object.entries(keys).map(([key, values]) => compileTest(name, key, [values].flat().map(String))),
  );
  return (lookup, action) => checks.every((check) => check(lookup, action));
}

function compileTest(name: string, rawKey: string, expected: readonly string[]): CompiledCondition {
  const key = rawKey.toLowerCase();
  if (name === 'Null') {
    return (lookup, action) => String(valueOf(key, lookup, action) === undefined) === expected[0];
  }
  const { operator, quantifier, isIfExists } = parseOperator(name);
  const test: Test = {
    key,
    expected,
    operator,
    quantifier,
    holdsWhenAbsent: isIfExists || quantifier === 'ForAllValues' || (operator.isNegated && quantifier === 'one'),
  };
  return (lookup, action) => holds(test, lookup, action);
}

function parseOperator(name: string): { operator: Operator; quantifier: Quantifier; isIfExists: boolean } {
  const [, prefix, base = '', suffix] = /^(?:(ForAnyValue|ForAllValues):)?(.*?)(IfExists)?$/u.exec(name) ?? [];
  const operator = Object.hasOwn(operators, base) ? operators[base] : undefined;
  if (operator === undefined) throw new NotModelledError(`The IAM condition operator ${name} is not modelled.`);
  const quantifier = prefix === 'ForAnyValue' || prefix === 'ForAllValues' ? prefix : 'one';
  return { operator, quantifier, isIfExists: suffix !== undefined };
}

function holds(test: Test, lookup: ContextLookup, action: string): boolean {
  const value = valueOf(test.key, lookup, action);
  if (value === undefined) return test.holdsWhenAbsent;
  const actuals = (Array.isArray(value) ? value : [value]).map(String);
  const expected = test.expected.map((text) => substitute(text, lookup, action));
  const matches = (actual: string): boolean => {
    const isMatch = expected.some((text) => text !== undefined && test.operator.compare(actual, text));
    return test.operator.isNegated ? !isMatch : isMatch;
  };
  if (test.quantifier === 'ForAllValues') return actuals.every(matches);
  // Without a quantifier, several values of the request are compared as IAM does for a single-valued key: any may match,
  // and a negated operator wants that none does.
  return test.operator.isNegated && test.quantifier === 'one' ? actuals.every(matches) : actuals.some(matches);
}

function valueOf(key: string, lookup: ContextLookup, action: string): ConditionValue | undefined {
  const value = lookup(key);
  if (value === undefined && !isModelledKey(key, action)) {
    throw new NotModelledError(`The IAM condition key ${key} of ${action} is not modelled.`);
  }
  return value;
}

/**
 * Puts values for `${…}` policy variables. Undefined when a variable without a default is
 * absent from the request: what holds it then matches nothing (IAM user guide, "Variables and tags").
 */
export function substitute(text: string, lookup: ContextLookup, action: string): string | undefined {
  if (!text.includes('${')) return text;
  let isMissing = false;
  const replaced = text.replaceAll(/\$\{([^}]*)\}/gu, (_whole, content: string) => {
    if (/^[*?$]$/u.test(content)) throw new NotModelledError(`The escape \${${content}} in a policy is not modelled.`);
    const [, key = '', fallback] = /^\s*([^,\s]+)\s*(?:,\s*'([^']*)')?\s*$/u.exec(content) ?? [];
    const value = valueOf(key.toLowerCase(), lookup, action) ?? fallback;
    if (value === undefined || typeof value === 'object') {
      isMissing = true;
      return '';
    }
    return String(value);
  });
  return isMissing ? undefined : replaced;
}
