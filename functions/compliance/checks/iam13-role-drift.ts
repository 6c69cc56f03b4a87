import type { DeclaredRole } from '../baseline.ts';
import { defineCheck } from '../check.ts';
import type { Finding } from '../finding.ts';
import { saySame } from '../policy-comparison.ts';
import type { RepairAction } from '../repair.ts';
import type { InlinePolicy, Role } from '../snapshot.ts';

interface Detail {
  readonly actions: readonly RepairAction[];
}

export const roleDrift = defineCheck<Detail>({
  id: 'IAM13',
  title: 'Declared roles are as declared',
  description:
    'Inline policies, attached policies, trust and boundary of every declared role are compared by what they mean with what the stacks declare. The repair first gives back what is missing and then takes away what is too much, so that the role never has less than both have in common.',
  severity: 'high',
  references: [],
  remediation: 'approval',
  reads: ['roles'],
  scope: 'resource',
  evaluate({ roles }, baseline) {
    const actual = new Map(roles.map((role) => [role.name, role]));
    return baseline.roles.flatMap((declared) => {
      const role = actual.get(declared.roleName);
      return role === undefined ? [missing(declared)] : [...permissions(role, declared), ...trust(role, declared), ...boundary(role, declared)];
    });
  },
  repair({ detail: { actions } }) {
    return { actions: [...actions] };
  },
});

function finding({ roleName }: DeclaredRole, what: string, message: string, actions: readonly RepairAction[]): Finding<Detail> {
  return {
    checkId: 'IAM13',
    key: `IAM13/${roleName}/${what}`,
    resource: { type: 'AWS::IAM::Role', id: roleName },
    severity: 'high',
    remediation: actions.length === 0 ? 'report-only' : 'approval',
    message,
    detail: { actions },
  };
}

function missing(declared: DeclaredRole): Finding<Detail> {
  return finding(declared, 'missing', `The role ${declared.roleName} of the stack ${declared.stackName} does not exist: deploy the stack again.`, []);
}

function permissions(role: Role, declared: DeclaredRole): readonly Finding<Detail>[] {
  const { roleName } = declared;
  const puts = declared.inlinePolicies.flatMap(({ name: policyName, document }): readonly RepairAction[] => {
    const standing = policyNamed(role.inlinePolicies, policyName);
    if (standing !== undefined && saySame(standing.document, document)) return [];
    return [{ kind: 'put-role-policy', roleName, policyName, document, ...(standing === undefined ? {} : { before: standing.document }) }];
  });
  const attachments = declared.attachedPolicyArns
    .filter((policyArn) => !role.attachedPolicyArns.includes(policyArn))
    .map((policyArn) => ({ kind: 'attach-role-policy', roleName, policyArn }) as const);
  const detachments = role.attachedPolicyArns
    .filter((policyArn) => !declared.attachedPolicyArns.includes(policyArn))
    .map((policyArn) => ({ kind: 'detach-role-policy', roleName, policyArn }) as const);
  const deletions = role.inlinePolicies
    .filter(({ name }) => policyNamed(declared.inlinePolicies, name) === undefined)
    .map(({ name: policyName, document: before }) => ({ kind: 'delete-role-policy', roleName, policyName, before }) as const);
  const actions: readonly RepairAction[] = [...puts, ...attachments, ...detachments, ...deletions];
  if (actions.length === 0) return [];
  return [finding(declared, 'permissions', `The permissions of the role ${roleName} are not the declared ones: ${actions.map(describe).join(', ')}.`, actions)];
}

function policyNamed<Policy extends Pick<InlinePolicy, 'name'>>(policies: readonly Policy[], wanted: string): Policy | undefined {
  return policies.find(({ name }) => name === wanted);
}

function describe(action: RepairAction): string {
  switch (action.kind) {
    case 'put-role-policy':
      return action.before === undefined ? `inline policy ${action.policyName} is missing` : `inline policy ${action.policyName} was changed`;
    case 'delete-role-policy':
      return `inline policy ${action.policyName} was added`;
    case 'attach-role-policy':
      return `${action.policyArn} is not attached`;
    case 'detach-role-policy':
      return `${action.policyArn} was attached`;
    default:
      return action.kind;
  }
}

function trust(role: Role, declared: DeclaredRole): readonly Finding<Detail>[] {
  if (saySame(role.trust, declared.trust)) return [];
  const { roleName } = declared;
  const message = `The trust policy of the role ${roleName} is not the declared one.`;
  return [finding(declared, 'trust', message, [{ kind: 'set-role-trust', roleName, trust: declared.trust, before: role.trust }])];
}

function boundary(role: Role, declared: DeclaredRole): readonly Finding<Detail>[] {
  const { boundaryArn: before } = role;
  const { roleName, boundaryArn } = declared;
  if (before === boundaryArn) return [];
  const message = `The boundary of the role ${roleName} is ${before ?? 'none'} instead of ${boundaryArn ?? 'none'}.`;
  const action = { kind: 'set-role-boundary', roleName, ...(boundaryArn === undefined ? {} : { boundaryArn }), ...(before === undefined ? {} : { before }) } as const;
  return [finding(declared, 'boundary', message, [action])];
}
