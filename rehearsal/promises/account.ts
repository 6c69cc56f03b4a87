import { describePrincipal } from '../../simulator/kernel/principal.ts';
import type { PromiseResult } from '../scenario.ts';
import type { Stage } from '../stage.ts';

/** What holds of every rehearsal, whatever its story: workflows end well, and nobody lacks a permission. */
export function judgeAccount(stage: Stage): readonly PromiseResult[] {
  return [judgeWorkflows(stage), judgePermissions(stage)];
}

function judgeWorkflows(stage: Stage): PromiseResult {
  const { executions } = stage.account.stepFunctions;
  const failed = executions.filter(({ status }) => status !== 'SUCCEEDED' && status !== 'RUNNING');
  return {
    id: 'workflows-succeed',
    statement: 'Every execution of every workflow succeeds',
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
    .filter(({ outcome, principal }) => outcome === 'denied' && principal.kind !== 'outside')
    .map(({ principal, authorisations, operation }) => {
      const needed = authorisations.map(({ action, resource }) => `${action} on ${resource}`).join(', ');
      return `${describePrincipal(principal)}: ${needed === '' ? operation : needed}`;
    });
  return [...new Set(denied)].toSorted();
}

/** `<role>: <action> (<statement>)`, of the operations stack: granted and never used in this rehearsal. */
export function unusedPermissions(stage: Stage): string[] {
  const unused = stage.account.iam
    .permissionUse()
    .filter(({ isUsed, stackName }) => !isUsed && stackName.endsWith('-Operations'))
    .map(({ policy, action, sid }) => `${nameOfRole(policy)}: ${action}${sid === undefined ? '' : ` (${sid})`}`);
  return [...new Set(unused)].toSorted();
}

/** The construct whose role a default policy belongs to: `SaleScaling` of `CapacitySaleScalingRoleDefaultPolicy1A2B3C4D`. */
function nameOfRole(policyName: string): string {
  return policyName.replace(/^Capacity/u, '').replace(/Role(DefaultPolicy)?[0-9A-F]{8}$/u, '');
}
