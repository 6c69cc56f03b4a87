import { defineCheck } from '../check.ts';
import type { Finding, Resource } from '../finding.ts';
import { narrows } from '../policy-condition.ts';
import type { PolicyDocument, PolicyStatement } from '../policy-document.ts';
import { mayBeBoundary, policyHolders } from '../policy-holder.ts';
import { grantsEverything, isOnEveryResource, speaksOf, statementsOf, wholeServices } from '../policy-semantics.ts';
import type { Snapshot } from '../snapshot.ts';

interface Detail {
  readonly policy: string;
  readonly grants: readonly string[];
}

export const broadGrants = defineCheck<Detail>({
  id: 'IAM9',
  title: 'Policies say what they grant',
  description:
    'A customer or inline policy grants neither a whole service on every resource, nor everything but what it names (NotAction, NotResource), nor the passing or assuming of any role. A whole service on one resource is no fault, nor is NotAction in a Deny.',
  severity: 'high',
  references: ['IAM.21'],
  remediation: 'report-only',
  // Users and roles are each looked at where they were read: an event tells of one of them.
  reads: ['managedPolicies'],
  scope: 'resource',
  evaluate(snapshot) {
    return policiesOf(snapshot).flatMap(({ resource, what, policy, document }) => {
      // Full administration is told by a check of its own.
      const grants = grantsEverything(document) ? [] : broadIn(document);
      if (grants.length === 0) return [];
      const message = `${policy} grants ${grants.join(', ')}.`;
      const key = `IAM9/${resource.id}/${what}`;
      return [{ checkId: 'IAM9', key, resource, severity: 'high', remediation: 'report-only', message, detail: { policy, grants } } satisfies Finding<Detail>];
    });
  },
});

interface WrittenPolicy {
  readonly resource: Resource;
  readonly what: string;
  readonly policy: string;
  readonly document: PolicyDocument;
}

/** Policies that were written here: those of AWS are as they are. */
function policiesOf(snapshot: Snapshot): readonly WrittenPolicy[] {
  const inline = policyHolders(snapshot)
    .filter(({ isProtected }) => !isProtected)
    .flatMap(({ kind, name, resource, inlinePolicies }) =>
      inlinePolicies.map((policy) => ({
        resource,
        what: `${kind}-inline/${policy.name}`,
        policy: `The inline policy ${policy.name} of the ${kind} ${name}`,
        document: policy.document,
      })),
    );
  // A boundary grants nothing: it is wide so as to take away little.
  const managed = snapshot.managedPolicies
    .filter((policy) => !policy.isAwsManaged && !mayBeBoundary(policy, snapshot))
    .map(({ arn, document }): WrittenPolicy => ({
      resource: { type: 'AWS::IAM::ManagedPolicy', id: arn },
      what: 'policy',
      policy: `The policy ${arn}`,
      document,
    }));
  return [...inline, ...managed];
}

function broadIn(document: PolicyDocument): readonly string[] {
  const statements = statementsOf(document).filter(({ Effect }) => Effect === 'Allow');
  return [...new Set(statements.flatMap(broadInStatement))];
}

function broadInStatement(statement: PolicyStatement): readonly string[] {
  const grants: string[] = [];
  if (statement.NotResource !== undefined) grants.push('all resources but those it names (NotResource)');
  if (!isOnEveryResource(statement)) return grants;
  // A condition says under what circumstances, not how much: what grows by itself goes on growing.
  if (statement.NotAction !== undefined) grants.push('all actions but those it names (NotAction)');
  if (narrows(statement.Condition)) return grants;
  const services = wholeServices(statement);
  grants.push(...services.map((service) => `all of ${service === '*' ? 'every service' : `${service}:*`} on every resource`));
  if (statement.NotAction !== undefined) return grants;
  for (const action of ['iam:PassRole', 'sts:AssumeRole']) {
    const isTold = services.includes('*') || services.some((service) => action.startsWith(`${service}:`));
    if (!isTold && speaksOf(statement, action)) grants.push(`${action} on every role`);
  }
  return grants;
}
