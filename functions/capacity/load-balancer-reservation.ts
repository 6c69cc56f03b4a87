import { DescribeCapacityReservationCommand, ModifyCapacityReservationCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { elasticLoadBalancing } from '../platform/clients.ts';
import type { Lease } from './lease.ts';
import type { CapacityModel } from './model.ts';
import { decideReservation, type ReservationDecision, type ReservationFacts } from './reservation.ts';

/** Carries out {@link decideReservation} where the model asks for reservations. */
export async function reconcileReservation(
  leases: readonly Lease[],
  environment: { readonly CAPACITY_MODEL: CapacityModel; readonly LOAD_BALANCER_ARN: string },
  now: number,
): Promise<ReservationDecision | undefined> {
  const { CAPACITY_MODEL: model, LOAD_BALANCER_ARN: LoadBalancerArn } = environment;
  if (!model.loadBalancerReservation.enabled) return undefined;
  const found = await elasticLoadBalancing().send(new DescribeCapacityReservationCommand({ LoadBalancerArn }));
  const facts: ReservationFacts = {
    reservedLcus: found.MinimumLoadBalancerCapacity?.CapacityUnits ?? 0,
    decreasesRemaining: found.DecreaseRequestsRemaining ?? 0,
    isChanging: (found.CapacityReservationState ?? []).some(({ State }) => State?.Code === 'pending' || State?.Code === 'rebalancing'),
  };
  const decision = decideReservation(leases, model, facts, now);
  if (decision.kind === 'hold') return decision;
  await elasticLoadBalancing().send(
    new ModifyCapacityReservationCommand({
      LoadBalancerArn,
      ...(decision.kind === 'reset'
        ? { ResetCapacityReservation: true }
        : { MinimumLoadBalancerCapacity: { CapacityUnits: decision.lcus } }),
    }),
  );
  return decision;
}
