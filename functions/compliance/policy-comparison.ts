import { valuesOf } from './policy-condition.ts';
import type { PolicyDocument, PolicyStatement } from './policy-document.ts';
import { statementsOf, textsOf } from './policy-semantics.ts';

/**
 * Whether two documents say the same: neither the order of statements and members counts, nor whether one value stands
 * alone or in a list, nor the case of actions and condition keys, nor names (`Sid`, `Id`) that IAM does not evaluate.
 */
export function saySame(left: PolicyDocument, right: PolicyDocument): boolean {
  return left === right || canonical(left) === canonical(right);
}

function canonical(document: PolicyDocument): string {
  // Without a version IAM takes the old language, in which variables are plain text.
  return JSON.stringify([document.Version ?? '2008-10-17', inOrder(statementsOf(document).map(canonicalStatement))]);
}

function canonicalStatement(statement: PolicyStatement): string {
  return JSON.stringify({
    effect: statement.Effect,
    principal: canonicalPrincipal(statement.Principal),
    notPrincipal: canonicalPrincipal(statement.NotPrincipal),
    action: canonicalActions(statement.Action),
    notAction: canonicalActions(statement.NotAction),
    resource: statement.Resource === undefined ? undefined : inOrder(textsOf(statement.Resource)),
    notResource: statement.NotResource === undefined ? undefined : inOrder(textsOf(statement.NotResource)),
    condition: canonicalCondition(statement.Condition),
  });
}

function canonicalActions(actions: string | readonly string[] | undefined): readonly string[] | undefined {
  return actions === undefined ? undefined : inOrder(textsOf(actions).map((action) => action.toLowerCase()));
}

function canonicalPrincipal(principal: PolicyStatement['Principal']): readonly string[] | undefined {
  if (principal === undefined) return undefined;
  // `"*"` and `{"AWS": "*"}` are equal, and so are an account and its root (IAM user guide, "Principal").
  const kinds = typeof principal === 'string' ? { AWS: principal } : principal;
  return inOrder(
    Object.entries(kinds).flatMap(([kind, names]) =>
      textsOf(names).map((name) => `${kind} ${kind === 'AWS' ? name.replace(/^arn:[\w-]+:iam::(\d{12}):root$/u, '$1') : name}`),
    ),
  );
}

function canonicalCondition(condition: PolicyStatement['Condition']): readonly string[] {
  return inOrder(
    Object.entries(condition ?? {}).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => JSON.stringify([operator.toLowerCase(), key.toLowerCase(), inOrder(valuesOf(values))])),
    ),
  );
}

function inOrder(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].toSorted();
}
