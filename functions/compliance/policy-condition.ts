import type { PolicyStatement } from './policy-document.ts';
import { covers, hasWildcard } from './policy-pattern.ts';

export type Condition = NonNullable<PolicyStatement['Condition']>;

/** A condition that keeps somebody out. Every key in lower case, as IAM compares them. */
export interface Restriction {
  readonly key: string;
  /** The operator in lower case, without `ForAnyValue:` and `IfExists`. */
  readonly operator: string;
  readonly values: readonly string[];
}

/**
 * The conditions that really restrict. What lets everybody in (`StringLike` with `*`), what only excludes by name, what
 * the caller chooses, and what an operator that is not known here may mean, do not: a grant is rather shown too often.
 */
export function restrictionsOf(condition: Condition | undefined): readonly Restriction[] {
  if (condition === undefined) return [];
  const tests = testsOf(condition);
  return tests.filter((test) => isAlwaysAsked(test, tests) && !isSaidByCaller(test.key) && isRestricting(test));
}

export function narrows(condition: Condition | undefined): boolean {
  return restrictionsOf(condition).length > 0;
}

/** Whether a request in which these keys have these values, and of which nothing else is known, surely passes. Keys in lower case. */
export function passes(restrictions: readonly Restriction[], context: Readonly<Record<string, string>>): boolean {
  return restrictions.every(({ key, operator, values }) => {
    const actual = context[key];
    if (actual === undefined) return false;
    switch (operator) {
      case 'stringequals':
        return values.includes(actual);
      case 'stringequalsignorecase':
        return values.some((value) => value.toLowerCase() === actual.toLowerCase());
      case 'stringlike':
        return values.some((value) => covers(value, actual));
      default:
        return false;
    }
  });
}

/** The values of a condition as IAM compares them: numbers and booleans are texts. */
export function valuesOf(value: Condition[string][string]): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map(String);
}

interface Test extends Restriction {
  readonly isIfExists: boolean;
  readonly isForAllValues: boolean;
}

function testsOf(condition: Condition): readonly Test[] {
  return Object.entries(condition).flatMap(([name, keys]) => {
    const [, quantifier = '', operator = '', ifExists] = /^(?:(\w+):)?(\w+?)(ifexists)?$/u.exec(name.toLowerCase()) ?? [];
    return Object.entries(keys).map(([key, value]) => ({
      key: key.toLowerCase(),
      operator,
      values: valuesOf(value),
      isIfExists: ifExists !== undefined,
      isForAllValues: quantifier === 'forallvalues',
    }));
  });
}

/** Keys that every request has (IAM user guide, "AWS global condition context keys", under Availability). */
const keysOfEveryRequest: ReadonlySet<string> = new Set([
  'aws:principalaccount', 'aws:principalarn', 'aws:principaltype', 'aws:userid', 'aws:requestedregion',
]);

/** `IfExists` and `ForAllValues` let a request pass that does not have the key at all. */
function isAlwaysAsked({ key, isIfExists, isForAllValues }: Test, tests: readonly Test[]): boolean {
  if (!isIfExists && !isForAllValues) return true;
  if (keysOfEveryRequest.has(key)) return true;
  return tests.some((test) => test.operator === 'null' && test.key === key && test.values.every((value) => value === 'false'));
}

/** Keys whose values the caller writes into the request, or that only say when and how it comes. */
const keysOfCaller = ['aws:useragent', 'aws:referer', 'aws:securetransport', 'aws:currenttime', 'aws:epochtime', 'aws:tagkeys'];
const keyPrefixesOfCaller = ['aws:requesttag/'];

function isSaidByCaller(key: string): boolean {
  return keysOfCaller.includes(key) || keyPrefixesOfCaller.some((prefix) => key.startsWith(prefix));
}

export const mfaKeys: readonly string[] = ['aws:multifactorauthpresent', 'aws:multifactorauthage'];

function isRestricting({ key, operator, values }: Test): boolean {
  switch (operator) {
    case 'stringequals':
    case 'stringequalsignorecase':
    case 'binaryequals':
    case 'numericequals':
    case 'numericlessthan':
    case 'numericlessthanequals':
    case 'numericgreaterthan':
    case 'numericgreaterthanequals':
      return true;
    case 'stringlike':
    case 'arnlike':
    case 'arnequals':
      return values.every((value) => (key.endsWith('arn') ? namesOwner(value) : !covers(value, '?*')));
    case 'bool':
      return values.every((value) => value.toLowerCase() === 'true');
    case 'ipaddress':
      return values.every((value) => !isWideBlock(value));
    case 'null':
      // That a key is there says nothing of its value; the keys of MFA are there only where MFA was used.
      return key === 'aws:multifactorauthage' && values.every((value) => value === 'false');
    default:
      return false;
  }
}

/** An ARN says whose it is by its account, or, where it has none (a bucket), by the name that it begins with. */
function namesOwner(pattern: string): boolean {
  const [, , , , account, ...resource] = pattern.split(':');
  if (account === undefined) return false;
  return account === '' ? /^[^*?]/u.test(resource.join(':')) : !hasWildcard(account);
}

/** Halves and quarters of the internet, taken together, let everybody in; no registry gives out blocks shorter than this. */
const shortestPrefixBits = 8;

function isWideBlock(block: string): boolean {
  const length = block.split('/')[1];
  return length !== undefined && Number(length) < shortestPrefixBits;
}
