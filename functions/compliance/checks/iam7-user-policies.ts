import { defineCheck } from '../check.ts';
import type { Finding } from '../finding.ts';
import { indexPolicies, type PolicyIndex } from '../policy-holder.ts';
import type { PolicyDocument } from '../policy-document.ts';
import { onlyDenies } from '../policy-semantics.ts';
import type { User } from '../snapshot.ts';
import { isContainment } from './iam-containment.ts';

type Detail =
  | { readonly kind: 'attached'; readonly userName: string; readonly policyArn: string }
  | { readonly kind: 'inline'; readonly userName: string; readonly policyName: string; readonly document: PolicyDocument };

export const userPolicies = defineCheck<Detail>({
  id: 'IAM7',
  title: 'Users have their rights from groups and roles',
  description:
    'A policy on a user directly is overlooked when rights are reviewed. Policies that only deny, such as those with which AWS quarantines a leaked key, are reported and stay: without them the user could do more.',
  severity: 'low',
  references: ['CIS 2.13', 'IAM.2'],
  remediation: 'approval',
  reads: ['users', 'managedPolicies'],
  scope: 'resource',
  evaluate(snapshot) {
    const policies = indexPolicies(snapshot);
    return snapshot.users.flatMap((user) => [...attached(user, policies), ...inline(user)]);
  },
  repair({ detail }) {
    const { userName } = detail;
    switch (detail.kind) {
      case 'attached':
        return { actions: [{ kind: 'detach-user-policy', userName, policyArn: detail.policyArn }] };
      case 'inline':
        return { actions: [{ kind: 'delete-user-policy', userName, policyName: detail.policyName, before: detail.document }] };
    }
  },
});

function attached(user: User, policies: PolicyIndex): readonly Finding<Detail>[] {
  return user.attachedPolicyArns.map((policyArn) => {
    const document = policies.get(policyArn)?.document;
    // Of a policy that was not read nobody knows whether it only denies.
    const isKept = document === undefined || onlyDenies(document);
    const detail = { kind: 'attached', userName: user.name, policyArn } as const;
    return finding(user, `attached/${policyArn}`, `The policy ${policyArn} is attached to the user ${user.name} directly`, isKept, detail);
  });
}

function inline(user: User): readonly Finding<Detail>[] {
  return user.inlinePolicies
    .filter((policy) => !isContainment(policy))
    .map(({ name, document }) => {
      const detail = { kind: 'inline', userName: user.name, policyName: name, document } as const;
      return finding(user, `inline/${name}`, `The user ${user.name} has the inline policy ${name}`, onlyDenies(document), detail);
    });
}

function finding({ name }: User, what: string, message: string, isKept: boolean, detail: Detail): Finding<Detail> {
  return {
    checkId: 'IAM7',
    key: `IAM7/${name}/${what}`,
    resource: { type: 'AWS::IAM::User', id: name },
    severity: 'low',
    remediation: isKept ? 'report-only' : 'approval',
    message: isKept ? `${message}; it stays, because nothing that it grants is known.` : `${message}.`,
    detail,
  };
}
