import { NotModelledError } from '../aws-error.ts';
import type { PolicyStatement } from '../authorisation.ts';
import { type CompiledCondition, compileCondition, type ContextLookup, substitute } from './conditions.ts';
import { compileArnPattern, compileWildcard, type Matcher } from './patterns.ts';

/** Which statement of which policy, for reports and error messages. */
export interface StatementReference {
  readonly policy: string;
  readonly sid?: string;
  /** Position in the policy, from 0. */
  readonly index: number;
}

/** The caller as a Principal element sees it. */
export type PolicyPrincipal =
  | { readonly kind: 'aws'; readonly arn: string; readonly accountId: string }
  | { readonly kind: 'service'; readonly service: string };

/**
 * How a Principal element names the caller. An account named as a whole delegates: what it is allowed, its own
 * identity-based policies must allow as well (IAM user guide, "AWS JSON policy elements: Principal").
 */
export type PrincipalMatch = 'direct' | 'account' | 'none';

/** A statement made ready for many evaluations. */
export interface CompiledStatement {
  readonly reference: StatementReference;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** The pattern that matches, `NotAction` for a statement that excludes, undefined where none does. */
  matchAction(action: string): string | undefined;
  matchResource(resource: string, lookup: ContextLookup, action: string): boolean;
  matchPrincipal(principal: PolicyPrincipal | undefined): PrincipalMatch;
  readonly matchCondition: CompiledCondition;
}

export function compileStatement(statement: PolicyStatement, reference: StatementReference): CompiledStatement {
  if (statement.NotPrincipal !== undefined) {
    throw new NotModelledError(`NotPrincipal, in ${describeStatement(reference)}, is not modelled.`);
  }
  return {
    reference,
    effect: statement.Effect,
    actions: listOf(statement.Action),
    resources: listOf(statement.Resource),
    matchAction: compileActions(statement),
    matchResource: compileResources(statement),
    matchPrincipal: compilePrincipal(statement.Principal),
    matchCondition: statement.Condition === undefined ? () => true : compileCondition(statement.Condition),
  };
}

/** For people: `AppPolicy statement 2 (AllowRead)`. */
export function describeStatement(reference: StatementReference): string {
  const sid = reference.sid === undefined ? '' : ` (${reference.sid})`;
  return `${reference.policy} statement ${reference.index}${sid}`;
}

function listOf(element: string | readonly string[] | undefined): readonly string[] {
  return element === undefined ? [] : [element].flat();
}

function compileActions(statement: PolicyStatement): CompiledStatement['matchAction'] {
  const excluded = statement.NotAction === undefined ? undefined : listOf(statement.NotAction);
  const patterns = (excluded ?? listOf(statement.Action)).map((pattern) => ({
    pattern,
    matches: compileWildcard(pattern, { ignoreCase: true }),
  }));
  if (excluded === undefined) return (action) => patterns.find(({ matches }) => matches(action))?.pattern;
  return (action) => (patterns.some(({ matches }) => matches(action)) ? undefined : 'NotAction');
}

function compileResources(statement: PolicyStatement): CompiledStatement['matchResource'] {
  const isExcluding = statement.NotResource !== undefined;
  const element = statement.NotResource ?? statement.Resource;
  // Trust policies carry no Resource: they belong to one.
  if (element === undefined) return () => true;
  const matchers = listOf(element).map(compileResource);
  return (resource, lookup, action) => matchers.some((matches) => matches(resource, lookup, action)) !== isExcluding;
}

function compileResource(pattern: string): (resource: string, lookup: ContextLookup, action: string) => boolean {
  if (!pattern.includes('${')) return compileArnPattern(pattern);
  return (resource, lookup, action) => {
    const substituted = substitute(pattern, lookup, action);
    return substituted !== undefined && compileArnPattern(substituted)(resource);
  };
}

function compilePrincipal(element: unknown): CompiledStatement['matchPrincipal'] {
  if (element === undefined || element === '*') return () => 'direct';
  const { AWS: aws, Service: service, ...others } = element as Readonly<Record<string, string | readonly string[]>>;
  const services = new Set(listOf(service));
  const names = listOf(aws);
  const matchers: readonly Matcher[] = names.map((name) => (name === '*' ? () => true : (arn) => arn === name));
  const unmodelled = Object.keys(others);
  return (principal) => {
    if (principal === undefined) return 'none';
    if (principal.kind === 'service') return services.has(principal.service) || names.includes('*') ? 'direct' : 'none';
    if (matchers.some((matches) => matches(principal.arn))) return 'direct';
    const { accountId } = principal;
    if (names.some((name) => name === accountId || name === `arn:aws:iam::${accountId}:root`)) return 'account';
    if (unmodelled.includes('CanonicalUser')) throw new NotModelledError('The principal CanonicalUser is not modelled.');
    return 'none';
  };
}
