import type { Blocker } from './blocker.ts';
import { checkGroup, checkInstances } from './preflight-group.ts';
import { checkAddresses, checkLoadBalancer, checkVcpus } from './preflight-quotas.ts';

/** A figure that was read, or the reason why it could not be. */
export type Fact<T> = { readonly known: true; readonly value: T } | { readonly known: false; readonly reason: string };

export interface InstanceTypeFact {
  /** `t3.medium`. */
  readonly type: string;
  readonly vcpus: number;
}

export interface SubnetFact {
  readonly id: string;
  readonly zone: string;
  readonly availableIpAddresses: number;
}

export interface LoadBalancerFact {
  /** Region quota `L-8A66D0E6`; its default is 0. */
  readonly quotaLcus: Fact<number>;
  /** Reserved in the Region by all load balancers, this one included. */
  readonly reservedInRegionLcus: Fact<number>;
  readonly reservedHereLcus: number;
  /** State per zone of the reservation that stands; empty when there is none, which is not "done". */
  readonly states: readonly ('provisioned' | 'pending' | 'rebalancing' | 'failed')[];
  /** Of two decreases a day; `DecreaseRequestsRemaining`. */
  readonly decreasesRemaining: number;
}

export interface PreflightFacts {
  /** Applied value of quota `L-1216C47A`, or the default one when none is applied. */
  readonly quotaVcpus: Fact<number>;
  /** vCPUs of all running on-demand instances of the standard families in the Region, this group's included. */
  readonly runningVcpus: Fact<number>;
  readonly group: {
    readonly name: string;
    readonly maxSize: number;
    /** Instances of the group that are running, per zone. */
    readonly runningByZone: Readonly<Record<string, number>>;
    /** Every type the group may launch; more than one for a mixed-instances policy. */
    readonly instanceTypes: readonly InstanceTypeFact[];
    readonly suspendedProcesses: readonly string[];
  };
  readonly instanceRefresh: Fact<'none' | 'in-progress'>;
  /** Credit option of the launch template; only read for burstable types. */
  readonly cpuCredits: Fact<'standard' | 'unlimited'>;
  readonly subnets: Fact<readonly SubnetFact[]>;
  /** Only read when the plan reserves load balancer capacity. */
  readonly loadBalancer: Fact<LoadBalancerFact>;
}

export interface PreflightPlan {
  readonly saleId: string;
  readonly floor: number;
  readonly ceiling: number;
  readonly maxCeiling: number;
  /** Leave out when nothing is reserved. */
  readonly reservationLcus?: number | undefined;
}

export const preflightCodes = [
  'floor-above-maximum',
  'ceiling-at-maximum',
  'process-suspended',
  'instance-refresh-in-progress',
  'instance-refresh-unknown',
  'instance-type-unknown',
  'cpu-credits-standard',
  'cpu-credits-unlimited',
  'cpu-credits-unknown',
  'vcpu-quota-exceeded',
  'vcpu-quota-unknown',
  'vcpu-quota-other-family',
  'lcu-quota-exceeded',
  'lcu-quota-unknown',
  'lcu-reservation-busy',
  'lcu-decreases-used-up',
  'too-few-zones',
  'subnets-uneven',
  'subnets-unknown',
  'subnet-addresses-short',
] as const;

export type PreflightFinding = Blocker<(typeof preflightCodes)[number]>;

/** What one check has to say: figures for the record, and findings of either weight. */
export interface CheckOutcome {
  readonly blockers: readonly PreflightFinding[];
  readonly warnings: readonly PreflightFinding[];
  readonly evidence: Readonly<Record<string, unknown>>;
}

export interface PreflightVerdict extends CheckOutcome {
  readonly feasible: boolean;
  readonly reason: string;
}

/**
 * Whether the plan can be carried out, days ahead, with every blocker named.
 *
 * What the floor needs and does not have is a blocker; what only the ceiling needs is a warning,
 * since the floor is what was promised. A fact that could not be read weighs as much as the worst
 * it could have said: an unread quota is a blocker, because a GO on a guess is how a sale opens
 * without instances, and a quota increase takes days.
 */
export function evaluatePreflight(facts: PreflightFacts, plan: PreflightPlan): PreflightVerdict {
  const outcomes = [
    checkGroup(facts, plan),
    checkInstances(facts),
    checkVcpus(facts, plan),
    checkLoadBalancer(facts, plan),
    checkAddresses(facts, plan),
  ];
  const blockers = outcomes.flatMap((outcome) => outcome.blockers);
  const warnings = outcomes.flatMap((outcome) => outcome.warnings);
  const evidence = Object.fromEntries(outcomes.flatMap((outcome) => Object.entries(outcome.evidence)));
  const feasible = blockers.length === 0;
  const reason = feasible
    ? `sale ${plan.saleId} is feasible with ${plan.floor} to ${plan.ceiling} instances, ${warnings.length} warnings`
    : `sale ${plan.saleId} is blocked: ${blockers.map(({ code }) => code).join(', ')}`;
  return { feasible, blockers, warnings, evidence, reason };
}
