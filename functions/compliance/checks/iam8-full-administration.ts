import type { DeclaredRole } from '../baseline.ts';
import { defineCheck } from '../check.ts';
import type { Finding } from '../finding.ts';
import type { PolicyDocument } from '../policy-document.ts';
import { indexPolicies, mayBeBoundary, type PolicyHolder, policyHolders, type PolicyIndex } from '../policy-holder.ts';
import { grantsEverything } from '../policy-semantics.ts';
import type { RepairAction } from '../repair.ts';
import type { Snapshot } from '../snapshot.ts';

type Detail =
  | { readonly kind: 'inline'; readonly holder: PolicyHolder['kind']; readonly name: string; readonly policyName: string; readonly document: PolicyDocument; readonly declared?: PolicyDocument }
  | { readonly kind: 'attached'; readonly holder: PolicyHolder['kind']; readonly name: string; readonly policyArn: string }
  | { readonly kind: 'unattached'; readonly policyArn: string };

export const fullAdministration = defineCheck<Detail>({
  id: 'IAM8',
  title: 'No policy grants full administration',
  description:
    'No inline, customer or AWS policy allows every action on every resource, whichever way it is written. A condition that really restricts, and a Deny that leaves no way back to the rest, make the difference. What the baseline itself declares is reported only: the declaration is wrong then.',
  severity: 'critical',
  references: ['CIS 2.14', 'IAM.1'],
  remediation: 'approval',
  // Users and roles are each looked at where they were read: an event tells of one of them.
  reads: ['managedPolicies'],
  scope: 'resource',
  evaluate(snapshot, baseline) {
    const policies = indexPolicies(snapshot);
    const declared = new Map(baseline.roles.map((role) => [role.roleName, role]));
    return [
      ...policyHolders(snapshot).flatMap((holder) => {
        const role = holder.kind === 'role' ? declared.get(holder.name) : undefined;
        return [...inline(holder, role), ...attached(holder, role, policies)];
      }),
      ...unattached(snapshot),
    ];
  },
  repair({ detail }) {
    return { actions: [actionFor(detail)] };
  },
});

function actionFor(detail: Detail): RepairAction {
  if (detail.kind === 'unattached' || detail.holder === 'group') throw new TypeError(`a finding about a ${detail.kind} policy of no user or role is report-only`);
  const { holder, name } = detail;
  if (detail.kind === 'attached') {
    const { policyArn } = detail;
    return holder === 'role' ? { kind: 'detach-role-policy', roleName: name, policyArn } : { kind: 'detach-user-policy', userName: name, policyArn };
  }
  const { policyName, document: before, declared } = detail;
  if (holder === 'user') return { kind: 'delete-user-policy', userName: name, policyName, before };
  // What is declared under that name goes on; only what was added to it goes.
  if (declared !== undefined) return { kind: 'put-role-policy', roleName: name, policyName, document: declared, before };
  return { kind: 'delete-role-policy', roleName: name, policyName, before };
}

function inline(holder: PolicyHolder, role: DeclaredRole | undefined): readonly Finding<Detail>[] {
  return holder.inlinePolicies
    .filter(({ document }) => grantsEverything(document))
    .map(({ name: policyName, document }) => {
      const declared = role?.inlinePolicies.find(({ name }) => name === policyName)?.document;
      const isDeclared = declared !== undefined && grantsEverything(declared);
      const message = `The inline policy ${policyName} of the ${holder.kind} ${holder.name} grants every action on every resource`;
      const detail = { kind: 'inline', holder: holder.kind, name: holder.name, policyName, document, ...(declared === undefined ? {} : { declared }) } as const;
      return finding(holder, `inline/${policyName}`, message, isDeclared, detail);
    });
}

function attached(holder: PolicyHolder, role: DeclaredRole | undefined, policies: PolicyIndex): readonly Finding<Detail>[] {
  return holder.attachedPolicyArns.flatMap((policyArn) => {
    const policy = policies.get(policyArn);
    if (policy === undefined || !grantsEverything(policy.document)) return [];
    const isDeclared = role?.attachedPolicyArns.includes(policyArn) === true;
    const message = `The policy ${policyArn} on the ${holder.kind} ${holder.name} grants every action on every resource`;
    return [finding(holder, `attached/${policyArn}`, message, isDeclared, { kind: 'attached', holder: holder.kind, name: holder.name, policyArn })];
  });
}

function finding(holder: PolicyHolder, what: string, message: string, isDeclared: boolean, detail: Detail): Finding<Detail> {
  const byHand = reasonForPerson(holder, isDeclared);
  return {
    checkId: 'IAM8',
    key: `IAM8/${holder.name}/${holder.kind}-${what}`,
    resource: holder.resource,
    severity: 'critical',
    remediation: byHand === undefined ? 'approval' : 'report-only',
    message: byHand === undefined ? `${message}.` : `${message}; ${byHand}.`,
    detail,
  };
}

/** Why no repair is offered, if none is. */
function reasonForPerson({ kind, isProtected }: PolicyHolder, isDeclared: boolean): string | undefined {
  if (isDeclared) return 'the baseline declares it, so the stack is what has to change';
  if (isProtected) return 'only its service can change it';
  return kind === 'group' ? 'groups are changed by hand' : undefined;
}

/** A policy that nobody has is one attachment away from mattering. As a boundary it is a limit, and no grant. */
function unattached(snapshot: Snapshot): readonly Finding<Detail>[] {
  return snapshot.managedPolicies
    .filter((policy) => policy.attachmentCount === 0 && !policy.isAwsManaged && !mayBeBoundary(policy, snapshot) && grantsEverything(policy.document))
    .map(({ arn }) => ({
      checkId: 'IAM8',
      key: `IAM8/${arn}/unattached`,
      resource: { type: 'AWS::IAM::ManagedPolicy', id: arn },
      severity: 'medium',
      remediation: 'report-only',
      message: `The policy ${arn} grants every action on every resource, and is attached to nobody.`,
      detail: { kind: 'unattached', policyArn: arn },
    }));
}
