import type { SaleLease } from './lease.ts';
import { type CapacityModel, reservationFor } from './model.ts';
import { evaluatePreflight, type PreflightVerdict } from './preflight.ts';
import { gatherPreflightFacts } from './preflight-facts.ts';

interface PreflightEnvironment {
  readonly GROUP_NAME: string;
  readonly LOAD_BALANCER_ARN: string;
  readonly CAPACITY_MODEL: CapacityModel;
}

/** Looks at the account and says whether the capacity of a sale can be had, with every blocker. */
export async function preflightSale(lease: SaleLease, environment: PreflightEnvironment): Promise<PreflightVerdict> {
  const model = environment.CAPACITY_MODEL;
  const facts = await gatherPreflightFacts({
    groupName: environment.GROUP_NAME,
    loadBalancerArn: environment.LOAD_BALANCER_ARN,
    model,
  });
  const peak = lease.sale.expectedPeakRequestsPerSecond;
  const isReserving = model.loadBalancerReservation.enabled && peak !== undefined;
  return evaluatePreflight(facts, {
    saleId: lease.id,
    floor: lease.floor,
    ceiling: lease.ceiling,
    maxCeiling: model.maxCeiling,
    ...(isReserving ? { reservationLcus: reservationFor(peak, model) } : {}),
  });
}
