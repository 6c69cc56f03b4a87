import { defineCheck } from '../check.ts';
import type { PolicyDocument } from '../policy-document.ts';
import { isProtected, isServiceLinked } from '../policy-holder.ts';
import { openness, trustedParties } from '../policy-trust.ts';
import type { Role } from '../snapshot.ts';

interface Detail {
  readonly roleName: string;
  readonly trust: PolicyDocument;
  /** What the baseline declares; a person has to decide where it declares nothing. */
  readonly declared?: PolicyDocument;
}

export const openTrust = defineCheck<Detail>({
  id: 'IAM11',
  title: 'Roles trust only whom they name',
  description:
    'No role can be assumed by everybody, by an account that is not among trustedAccounts without an external id, or by web identities whoever they are. An external id of * and a subject whose owner is a wildcard name nobody. The repair puts the declared trust back; of a role that is not declared nobody knows whom it should trust.',
  severity: 'critical',
  references: [],
  remediation: 'approval',
  reads: ['roles'],
  scope: 'resource',
  evaluate({ roles, accountId }, baseline, { trustedAccounts }) {
    const ownAccounts = [accountId, ...trustedAccounts];
    const declaredTrusts = new Map(baseline.roles.map(({ roleName, trust }) => [roleName, trust]));
    return roles
      .filter((role) => !isServiceLinked(role))
      .flatMap((role) => {
        const reasons = reasonsOf(role.trust, ownAccounts);
        if (reasons.length === 0) return [];
        const declared = declaredTrusts.get(role.name);
        const byHand = reasonForPerson(role, declared, ownAccounts);
        const message = `The role ${role.name} trusts ${reasons.join(', ')}`;
        return [
          {
            checkId: 'IAM11',
            key: `IAM11/${role.name}/trust`,
            resource: { type: 'AWS::IAM::Role', id: role.name },
            severity: 'critical',
            remediation: byHand === undefined ? 'approval' : 'report-only',
            message: byHand === undefined ? `${message}.` : `${message}; ${byHand}.`,
            detail: { roleName: role.name, trust: role.trust, ...(declared === undefined ? {} : { declared }) },
          } as const,
        ];
      });
  },
  repair({ detail: { roleName, trust, declared } }) {
    if (declared === undefined) throw new TypeError(`the role ${roleName} is not declared: its finding is report-only`);
    return { actions: [{ kind: 'set-role-trust', roleName, trust: declared, before: trust }] };
  },
});

function reasonsOf(trust: PolicyDocument, ownAccounts: readonly string[]): readonly string[] {
  return [...new Set(trustedParties(trust).flatMap((party) => openness(party, ownAccounts) ?? []))];
}

/** Why no repair is offered, if none is. */
function reasonForPerson(role: Role, declared: PolicyDocument | undefined, ownAccounts: readonly string[]): string | undefined {
  if (declared === undefined) return 'the role is not declared, so a person has to say whom it should trust';
  if (isProtected(role)) return 'only its service can change it';
  return reasonsOf(declared, ownAccounts).length > 0 ? 'the baseline declares such a trust, so the stack is what has to change' : undefined;
}
