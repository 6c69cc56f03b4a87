import type { CheckOutcome, PreflightFacts, PreflightFinding, PreflightPlan } from './preflight.ts';

/**
 * What a suspended process does to a sale.
 * Source: AWS, "Suspend and resume Amazon EC2 Auto Scaling processes".
 */
export const suspendedProcessEffects = {
  Launch: { weight: 'blocker', effect: 'no instance is launched' },
  AddToLoadBalancer: { weight: 'blocker', effect: 'instances launched meanwhile are never registered, not even after it is resumed' },
  HealthCheck: { weight: 'warning', effect: 'unhealthy instances are not noticed' },
  ReplaceUnhealthy: { weight: 'warning', effect: 'unhealthy instances are not replaced' },
  AZRebalance: { weight: 'warning', effect: 'zones that became uneven stay so' },
  AlarmNotification: { weight: 'warning', effect: 'target tracking does not act: the floor holds, nothing goes above it' },
  Terminate: { weight: 'warning', effect: 'nothing is terminated, so the descent waits and the capacity is paid for' },
  InstanceRefresh: { weight: 'warning', effect: 'no instance refresh can run' },
  ScheduledActions: { weight: 'warning', effect: 'scheduled actions do not run; this capability uses none' },
} as const satisfies Record<string, { weight: 'blocker' | 'warning'; effect: string }>;

/** Whether a suspended process keeps a sale from being ready. One that is not known counts as harmful. */
export function isBlockingProcess(process: string): boolean {
  return effectOf(process).weight === 'blocker';
}

function effectOf(process: string): { weight: 'blocker' | 'warning'; effect: string } {
  const effects: Readonly<Record<string, { weight: 'blocker' | 'warning'; effect: string }>> = suspendedProcessEffects;
  const known = Object.hasOwn(effects, process) ? effects[process] : undefined;
  return known ?? { weight: 'blocker', effect: 'its effect on a sale is not known' };
}

/** Bounds, suspended processes and a refresh under way. */
export function checkGroup(facts: PreflightFacts, plan: PreflightPlan): CheckOutcome {
  const { group, instanceRefresh } = facts;
  const blockers: PreflightFinding[] = [];
  const warnings: PreflightFinding[] = [];
  const bounds = { floor: plan.floor, ceiling: plan.ceiling, maxCeiling: plan.maxCeiling, maxSize: group.maxSize };
  if (plan.floor > plan.maxCeiling) {
    blockers.push({
      code: 'floor-above-maximum',
      message: `The sale needs ${plan.floor} instances; nothing may raise ${group.name} above ${plan.maxCeiling}.`,
      evidence: bounds,
    });
  } else if (plan.ceiling >= plan.maxCeiling) {
    warnings.push({
      code: 'ceiling-at-maximum',
      message: `The ceiling of the sale is the maximum of ${plan.maxCeiling} instances: a surge has no room above it.`,
      evidence: bounds,
    });
  }
  for (const process of group.suspendedProcesses) {
    const { weight, effect } = effectOf(process);
    (weight === 'blocker' ? blockers : warnings).push({
      code: 'process-suspended',
      message: `Process ${process} of ${group.name} is suspended: ${effect}.`,
      evidence: { group: group.name, process },
    });
  }
  if (!instanceRefresh.known) {
    warnings.push({
      code: 'instance-refresh-unknown',
      message: `Whether an instance refresh is running could not be read: ${instanceRefresh.reason}.`,
      evidence: { reason: instanceRefresh.reason },
    });
  } else if (instanceRefresh.value === 'in-progress') {
    warnings.push({
      code: 'instance-refresh-in-progress',
      message: `An instance refresh of ${group.name} is running: instances added now get the new configuration, proved or not.`,
      evidence: { group: group.name },
    });
  }
  return { blockers, warnings, evidence: { bounds, suspendedProcesses: group.suspendedProcesses } };
}

/**
 * CPU credits of burstable types. T3, T3a and T4g have no launch credits; T2 has them, a few.
 * Source: AWS, "Burstable performance instances", standard and unlimited mode.
 */
export function checkInstances({ group, cpuCredits }: PreflightFacts): CheckOutcome {
  const types = group.instanceTypes.map(({ type }) => type).filter((type) => /^t\d/.test(type));
  const evidence = { instanceTypes: group.instanceTypes, cpuCredits: cpuCredits.known ? cpuCredits.value : null };
  if (types.length === 0) return { blockers: [], warnings: [], evidence: { instanceTypes: group.instanceTypes } };
  const names = types.join(', ');
  if (!cpuCredits.known) {
    const message = `The credit option of ${names} could not be read: ${cpuCredits.reason}.`;
    return { blockers: [{ code: 'cpu-credits-unknown', message, evidence: { types, reason: cpuCredits.reason } }], warnings: [], evidence };
  }
  if (cpuCredits.value === 'standard') {
    const message = `${names} run in standard mode: a fresh instance has no credits banked and serves at its baseline CPU only.`;
    return { blockers: [{ code: 'cpu-credits-standard', message, evidence: { types } }], warnings: [], evidence };
  }
  const message = `${names} run in unlimited mode: surplus credits are billed when instances end, that is, in the descent.`;
  return { blockers: [], warnings: [{ code: 'cpu-credits-unlimited', message, evidence: { types } }], evidence };
}
