import type { CheckOutcome, InstanceTypeFact, PreflightFacts, PreflightFinding, PreflightPlan, SubnetFact } from './preflight.ts';

/**
 * Families counted by quota `L-1216C47A`, "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z)
 * instances", in vCPUs, all together. Im and Is are storage families counted with I.
 */
const STANDARD_FAMILIES: ReadonlySet<string> = new Set(['a', 'c', 'd', 'h', 'i', 'im', 'is', 'm', 'r', 't', 'z']);

export function isStandardFamily(instanceType: string): boolean {
  return STANDARD_FAMILIES.has(/^[a-z]+/.exec(instanceType)?.[0] ?? '');
}

function runningInstances({ group }: PreflightFacts): number {
  return Object.values(group.runningByZone).reduce((sum, running) => sum + running, 0);
}

function unknownFact(code: PreflightFinding['code'], what: string, reason: string): PreflightFinding {
  return { code, message: `${what} could not be read: ${reason}.`, evidence: { reason } };
}

/**
 * vCPU quota. A mixed-instances group may launch any of its types, so the figures are computed for
 * each and the largest is judged.
 */
export function checkVcpus(facts: PreflightFacts, plan: PreflightPlan): CheckOutcome {
  const { quotaVcpus, runningVcpus, group } = facts;
  const blockers: PreflightFinding[] = [];
  const warnings: PreflightFinding[] = [];
  if (!quotaVcpus.known) blockers.push(unknownFact('vcpu-quota-unknown', 'The vCPU quota', quotaVcpus.reason));
  if (!runningVcpus.known) blockers.push(unknownFact('vcpu-quota-unknown', 'The vCPUs in use in the Region', runningVcpus.reason));
  const other = group.instanceTypes.filter(({ type }) => !isStandardFamily(type)).map(({ type }) => type);
  if (other.length > 0) {
    blockers.push({
      code: 'vcpu-quota-other-family',
      message: `${other.join(', ')} count against another quota than the standard families', which was not read.`,
      evidence: { types: other },
    });
  }
  const largest = group.instanceTypes.reduce<InstanceTypeFact | undefined>(
    (worst, type) => (worst === undefined || type.vcpus > worst.vcpus ? type : worst),
    undefined,
  );
  if (largest === undefined) {
    blockers.push({ code: 'instance-type-unknown', message: `No instance type of ${group.name} is known.`, evidence: { group: group.name } });
  }
  if (largest === undefined || !quotaVcpus.known || !runningVcpus.known) return { blockers, warnings, evidence: {} };

  const running = runningInstances(facts);
  const neededFor = (instances: number, vcpus: number): number => runningVcpus.value + Math.max(0, instances - running) * vcpus;
  const byType = group.instanceTypes.map(({ type, vcpus }) => ({
    type,
    vcpus,
    floorVcpus: neededFor(plan.floor, vcpus),
    ceilingVcpus: neededFor(plan.ceiling, vcpus),
  }));
  const evidence = { vcpus: { quota: quotaVcpus.value, running: runningVcpus.value, groupInstances: running, byType } };
  for (const [bound, instances, findings] of [
    ['floor', plan.floor, blockers],
    ['ceiling', plan.ceiling, warnings],
  ] as const) {
    const needed = neededFor(instances, largest.vcpus);
    if (needed <= quotaVcpus.value) continue;
    findings.push({
      code: 'vcpu-quota-exceeded',
      message: `The ${bound} of ${instances} instances takes the Region to ${needed} vCPUs of standard families; the quota is ${quotaVcpus.value}. An increase takes days.`,
      evidence: { quotaCode: 'L-1216C47A', bound, needed, quota: quotaVcpus.value, missing: needed - quotaVcpus.value, type: largest.type },
    });
    // The ceiling needs no warning of its own when not even the floor fits.
    break;
  }
  return { blockers, warnings, evidence };
}

/** Load balancer capacity (LCU), when the plan reserves any. */
export function checkLoadBalancer({ loadBalancer }: PreflightFacts, plan: PreflightPlan): CheckOutcome {
  const wanted = plan.reservationLcus;
  if (wanted === undefined) return { blockers: [], warnings: [], evidence: {} };
  if (!loadBalancer.known) {
    const blocker = unknownFact('lcu-quota-unknown', 'The reservation of the load balancer', loadBalancer.reason);
    return { blockers: [blocker], warnings: [], evidence: {} };
  }
  const { quotaLcus, reservedInRegionLcus, reservedHereLcus, states, decreasesRemaining } = loadBalancer.value;
  const blockers: PreflightFinding[] = [];
  const warnings: PreflightFinding[] = [];
  if (!quotaLcus.known) blockers.push(unknownFact('lcu-quota-unknown', 'The LCU quota', quotaLcus.reason));
  if (!reservedInRegionLcus.known) {
    blockers.push(unknownFact('lcu-quota-unknown', 'The LCUs reserved in the Region', reservedInRegionLcus.reason));
  }
  if (quotaLcus.known && reservedInRegionLcus.known) {
    const needed = reservedInRegionLcus.value - reservedHereLcus + Math.max(wanted, reservedHereLcus);
    if (needed > quotaLcus.value) {
      blockers.push({
        code: 'lcu-quota-exceeded',
        message: `Reserving ${wanted} LCUs takes the Region to ${needed}; the quota is ${quotaLcus.value} (0 unless it was raised).`,
        evidence: { quotaCode: 'L-8A66D0E6', needed, quota: quotaLcus.value, missing: needed - quotaLcus.value },
      });
    }
  }
  const busy = states.filter((state) => state === 'pending' || state === 'rebalancing');
  if (busy.length > 0) {
    warnings.push({
      code: 'lcu-reservation-busy',
      message: 'An earlier reservation request is not complete: a new one is refused until it is.',
      evidence: { states },
    });
  }
  if (decreasesRemaining === 0) {
    warnings.push({
      code: 'lcu-decreases-used-up',
      message: 'No decrease is left today: a reservation made now is paid for until tomorrow at least.',
      evidence: { decreasesRemaining },
    });
  }
  return { blockers, warnings, evidence: { lcus: { wanted, reservedHere: reservedHereLcus, states, decreasesRemaining } } };
}

/**
 * Zones and addresses. Auto Scaling spreads instances evenly over zones, so a zone needs room for
 * its share, rounded up; instances that run already have their address.
 */
export function checkAddresses({ subnets, group }: PreflightFacts, plan: PreflightPlan): CheckOutcome {
  if (!subnets.known) return { blockers: [unknownFact('subnets-unknown', "The group's subnets", subnets.reason)], warnings: [], evidence: {} };
  const blockers: PreflightFinding[] = [];
  const warnings: PreflightFinding[] = [];
  const byZone = Map.groupBy(subnets.value, ({ zone }) => zone);
  const zones = [...byZone.keys()].toSorted();
  if (zones.length < 2) {
    blockers.push({
      code: 'too-few-zones',
      message: `The group spans ${zones.length} zones: the loss of a zone would end the sale.`,
      evidence: { zones },
    });
  }
  const subnetCounts = [...byZone.values()].map((inZone) => inZone.length);
  if (new Set(subnetCounts).size > 1) {
    const evidence = { subnets: subnets.value.map(({ id, zone }) => ({ id, zone })) };
    warnings.push({ code: 'subnets-uneven', message: 'Zones have different numbers of subnets.', evidence });
  }
  const freeByZone = Object.fromEntries(zones.map((zone) => [zone, countFree(byZone.get(zone) ?? [])]));
  for (const zone of zones) {
    const available = freeByZone[zone] ?? 0;
    const running = group.runningByZone[zone] ?? 0;
    for (const [bound, instances, findings] of [
      ['floor', plan.floor, blockers],
      ['ceiling', plan.ceiling, warnings],
    ] as const) {
      const needed = Math.max(0, Math.ceil(instances / zones.length) - running);
      if (needed <= available) continue;
      findings.push({
        code: 'subnet-addresses-short',
        message: `The ${bound} of ${instances} instances needs ${needed} more addresses in ${zone}; ${available} are free.`,
        evidence: { zone, bound, needed, available },
      });
      break;
    }
  }
  return { blockers, warnings, evidence: { freeAddressesByZone: freeByZone } };
}

function countFree(subnets: readonly SubnetFact[]): number {
  return subnets.reduce((sum, { availableIpAddresses }) => sum + availableIpAddresses, 0);
}
