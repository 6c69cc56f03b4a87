import { describePrincipal } from '../../simulator/kernel/principal.ts';
import type { PromiseResult } from '../scenario.ts';
import type { Stage } from '../stage.ts';

/** What holds of every rehearsal, whatever its story: workflows end well, and nobody lacks a permission. */
export function judgeAccount(stage: Stage): readonly PromiseResult[] {
  return [judgeWorkflows(stage), judgePermissions(stage)];
}

function judgeWorkflows(stage: Stage): PromiseResult {
  const { executions } = stage.account.stepFunctions;
  // What a person stopped did not fail.
  const failed = executions.filter(({ status }) => !['SUCCEEDED', 'RUNNING', 'ABORTED'].includes(status));
  return {
    id: 'workflows-succeed',
    statement: 'Every execution of every workflow succeeds that nobody stopped',
    held: failed.length === 0,
    figure: failed.length === 0 ? `${executions.length} kept, 0 failed` : failed.map(({ name }) => name).slice(0, 5).join(', '),
  };
}

function judgePermissions(stage: Stage): PromiseResult {
  const denied = deniedPermissions(stage);
  return {
    id: 'permissions-missing',
    statement: 'No call of a workflow or a function is refused by its policies',
    held: denied.length === 0,
    figure: denied.length === 0 ? '0 missing' : denied.join('; '),
  };
}

/** `<role>: <action> on <resource>`, each once, in order. */
export function deniedPermissions(stage: Stage): string[] {
  const denied = stage.account.calls.mishaps
    .filter(({ outcome, principal, phase }) => outcome === 'denied' && principal.kind !== 'outside' && !stage.denyingPhases.has(phase))
    .map(({ principal, authorisations, operation }) => {
      const needed = authorisations.map(({ action, resource }) => `${action} on ${resource}`).join(', ');
      return `${describePrincipal(principal)}: ${needed === '' ? operation : needed}`;
    });
  return [...new Set(denied)].toSorted();
}

/** Permissions of log delivery and tracing: Step Functions demands them of every workflow, and nothing here ever uses them. */
const serviceDemanded = /: (logs:\w+|xray:\w+)$/u;

export interface UnusedPermissions {
  /** `<role>: <action> (<statement>)`, of the operations stack: granted, and not used in this rehearsal. */
  readonly unused: readonly string[];
  /** Of those, what is the business of Step Functions itself. */
  readonly demanded: readonly string[];
  /** Roles that had nothing to do in this rehearsal: of theirs, nothing was used. */
  readonly idleRoles: readonly string[];
}

export function unusedPermissions(stage: Stage): UnusedPermissions {
  const uses = stage.account.iam.permissionUse().filter(({ stackName }) => stackName.endsWith('-Operations'));
  const described = uses
    .filter(({ isUsed }) => !isUsed)
    .map(({ policy, action, sid }) => `${nameOfRole(policy)}: ${action}${sid === undefined ? '' : ` (${sid})`}`);
  const unused = [...new Set(described)].toSorted();
  const busy = new Set(uses.filter(({ isUsed }) => isUsed).map(({ policy }) => nameOfRole(policy)));
  const roles = new Set(uses.map(({ policy }) => nameOfRole(policy)));
  return {
    unused,
    demanded: unused.filter((permission) => serviceDemanded.test(permission)),
    idleRoles: [...roles].filter((role) => !busy.has(role)).toSorted(),
  };
}

/** Of permissions that were not used, those of the roles that had something to do, and that nobody demands for itself. */
export function unusedOfBusyRoles({ unused, demanded, idleRoles }: UnusedPermissions): string[] {
  const [left, idle] = [new Set(demanded), new Set(idleRoles)];
  return unused.filter((permission) => !left.has(permission) && !idle.has(roleOf(permission)));
}

/** The role of a permission as it is described here. */
export function roleOf(permission: string): string {
  return permission.split(':', 1)[0] ?? '';
}

/** The construct whose role a default policy belongs to: `SaleScaling` of `CapacitySaleScalingRoleDefaultPolicy1A2B3C4D`. */
function nameOfRole(policyName: string): string {
  return policyName.replace(/^Capacity/u, '').replace(/Role(DefaultPolicy)?[0-9A-F]{8}$/u, '');
}
