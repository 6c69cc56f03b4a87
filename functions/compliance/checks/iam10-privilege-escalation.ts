import { defineCheck } from '../check.ts';
import type { Finding } from '../finding.ts';
import { openEscalations } from '../policy-escalation.ts';
import { indexPolicies, isProtected, policySetOf } from '../policy-holder.ts';
import { grantsEverything } from '../policy-semantics.ts';
import type { Role, User } from '../snapshot.ts';

interface Detail {
  readonly methods: readonly string[];
}

export const privilegeEscalation = defineCheck<Detail>({
  id: 'IAM10',
  title: 'Nobody can give themselves more rights',
  description:
    'No user or role may do, by all of its policies and its groups’ together and within its boundary, what is known to lead to rights that nobody gave: rewriting policies that it has, making credentials for others, or passing any role to something that it controls. Rights over single, named roles are no fault, nor are rights over one’s own credentials.',
  severity: 'high',
  references: [],
  remediation: 'report-only',
  // Users and roles are each looked at where they were read: an event tells of one of them.
  reads: ['managedPolicies'],
  scope: 'resource',
  evaluate(snapshot) {
    const policies = indexPolicies(snapshot);
    return [...snapshot.users, ...snapshot.roles.filter((role) => !isProtected(role))].flatMap((principal) => {
      const set = policySetOf(principal, policies);
      // An administrator has nothing left to gain; a boundary may leave it something.
      if (set.boundary === undefined && set.documents.some(grantsEverything)) return [];
      const methods = openEscalations(principal, set, snapshot).map(({ method }) => method);
      return methods.length === 0 ? [] : [findingOf(principal, methods)];
    });
  },
});

function findingOf(principal: User | Role, methods: readonly string[]): Finding<Detail> {
  const kind = 'groups' in principal ? 'user' : 'role';
  return {
    checkId: 'IAM10',
    key: `IAM10/${principal.name}/${kind}`,
    resource: { type: kind === 'user' ? 'AWS::IAM::User' : 'AWS::IAM::Role', id: principal.name },
    severity: 'high',
    remediation: 'report-only',
    message: `The ${kind} ${principal.name} can raise its own rights by ${methods.join('; ')}.`,
    detail: { methods },
  };
}
