import type { ContextLookup } from './authorisation/conditions.ts';
import {
  type CompiledStatement,
  compileStatement,
  describeStatement,
  type PolicyPrincipal,
  type StatementReference,
} from './authorisation/statement.ts';
import type { AuthorisationRequest, ConditionValue } from './service.ts';

export type { ContextLookup, PolicyPrincipal, StatementReference };

/** An IAM policy document, identity- or resource-based. */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: PolicyStatement | readonly PolicyStatement[];
}

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface NamedPolicy {
  readonly name: string;
  readonly document: PolicyDocument;
}

/** The statement that allowed a request, and the pattern of its `Action` that matched. */
export interface Grant extends StatementReference {
  readonly action: string;
}

/** Whether a caller may do something, and which statement says so. */
export type Decision =
  | {
      readonly allowed: true;
      readonly reason: string;
      /** Absent where no policy is asked: the world outside, or a service on a resource without a policy. */
      readonly grantedBy?: Grant;
    }
  | {
      readonly allowed: false;
      readonly reason: string;
      /** Absent when nothing allows the request; present for an explicit deny. */
      readonly deniedBy?: StatementReference;
    };

/** What a set of policies says, before it is put together with the others that apply. */
export type Finding =
  | { readonly effect: 'allow'; readonly through: 'direct' | 'account'; readonly grant: Grant }
  | { readonly effect: 'deny'; readonly statement: StatementReference }
  | { readonly effect: 'none' };

export interface EvaluationRequest extends AuthorisationRequest {
  /** Who asks; only statements with a Principal look at it. */
  readonly principal?: PolicyPrincipal;
}

interface Candidate {
  readonly statement: CompiledStatement;
  readonly grant: Grant;
}

interface Candidates {
  readonly denies: readonly Candidate[];
  readonly allows: readonly Candidate[];
}

const nothing: Finding = { effect: 'none' };

/** Policies that are evaluated together, compiled once. */
export class PolicySet {
  readonly statements: readonly CompiledStatement[];
  readonly #candidates = new Map<string, Candidates>();

  constructor(policies: readonly NamedPolicy[]) {
    this.statements = policies.flatMap(compilePolicy);
  }

  /** An explicit deny wins over any allow; a direct allow over one that only delegates to the account. */
  find(request: EvaluationRequest, lookup: ContextLookup): Finding {
    const { denies, allows } = this.#candidatesFor(request.action);
    for (const { statement, grant } of denies) {
      if (applies(statement, request, lookup) !== 'none') return { effect: 'deny', statement: grant };
    }
    let delegation = nothing;
    for (const { statement, grant } of allows) {
      const through = applies(statement, request, lookup);
      if (through === 'direct') return { effect: 'allow', through, grant };
      if (through === 'account' && delegation === nothing) delegation = { effect: 'allow', through, grant };
    }
    return delegation;
  }

  #candidatesFor(action: string): Candidates {
    let candidates = this.#candidates.get(action);
    if (candidates === undefined) {
      const matching = this.statements.flatMap((statement): Candidate[] => {
        const pattern = statement.matchAction(action);
        return pattern === undefined ? [] : [{ statement, grant: { ...statement.reference, action: pattern } }];
      });
      candidates = {
        denies: matching.filter(({ statement }) => statement.effect === 'Deny'),
        allows: matching.filter(({ statement }) => statement.effect === 'Allow'),
      };
      this.#candidates.set(action, candidates);
    }
    return candidates;
  }
}

/** Decides a request by policies alone. A condition that is not modelled throws, when it matters. */
export function evaluate(policies: readonly NamedPolicy[], request: EvaluationRequest): Decision {
  const finding = new PolicySet(policies).find(request, lookupIn(request.context ?? {}));
  switch (finding.effect) {
    case 'allow':
      return { allowed: true, reason: `allowed by ${describeStatement(finding.grant)}`, grantedBy: finding.grant };
    case 'deny':
      return explicitlyDenied(finding.statement);
    case 'none':
      return { allowed: false, reason: `no policy allows ${request.action}` };
  }
}

export function explicitlyDenied(statement: StatementReference): Decision {
  return { allowed: false, reason: `explicitly denied by ${describeStatement(statement)}`, deniedBy: statement };
}

/** Looks condition keys up without regard to case, in the first of `contexts` that has them. */
export function lookupIn(...contexts: readonly Readonly<Record<string, ConditionValue>>[]): ContextLookup {
  return (key) => {
    for (const context of contexts) {
      for (const name in context) {
        if (name.length === key.length && name.toLowerCase() === key) return context[name];
      }
    }
    return undefined;
  };
}

function compilePolicy({ name, document }: NamedPolicy): readonly CompiledStatement[] {
  return [document.Statement].flat().map((statement, index) =>
    compileStatement(statement, { policy: name, index, ...(statement.Sid === undefined ? {} : { sid: statement.Sid }) }),
  );
}

function applies(
  statement: CompiledStatement,
  request: EvaluationRequest,
  lookup: ContextLookup,
): 'direct' | 'account' | 'none' {
  if (!statement.matchResource(request.resource, lookup, request.action)) return 'none';
  const principal = statement.matchPrincipal(request.principal);
  if (principal === 'none') return 'none';
  return statement.matchCondition(lookup, request.action) ? principal : 'none';
}
