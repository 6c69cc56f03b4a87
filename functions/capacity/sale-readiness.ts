import { MINUTE_MILLISECONDS, toEpoch } from './instant.ts';
import type { SaleLease } from './lease.ts';
import type { CapacityModel } from './model.ts';
import { countInService, describeActivities, describeGroup, describeTargets } from './observations.ts';
import { type ActivityFact, assessReadiness, type ReadinessVerdict, type TargetFact } from './readiness.ts';

interface ReadinessEnvironment {
  readonly GROUP_NAME: string;
  readonly TARGET_GROUP_ARN: string;
  readonly CAPACITY_MODEL: CapacityModel;
}

/** Looks at the group and its targets, and says whether the sale could open on them at `now`. */
export async function assessSaleReadiness(lease: SaleLease, environment: ReadinessEnvironment, now: number): Promise<ReadinessVerdict> {
  const [group, targets, activities] = await Promise.all([
    describeGroup(environment.GROUP_NAME),
    describeTargets(environment.TARGET_GROUP_ARN),
    describeActivities(environment.GROUP_NAME),
  ]);
  const zoneOf = new Map((group.Instances ?? []).map(({ InstanceId, AvailabilityZone }) => [InstanceId, AvailabilityZone]));
  const opensAt = toEpoch(lease.sale.startsAt);
  const preparedSince = toEpoch(lease.from);
  return assessReadiness({
    wantedFloor: lease.floor,
    zones: group.AvailabilityZones ?? [],
    targets: targets.map(
      ({ Target, TargetHealth }): TargetFact => ({
        zone: zoneOf.get(Target?.Id) ?? Target?.AvailabilityZone ?? 'unknown',
        state: TargetHealth?.State ?? 'unavailable',
      }),
    ),
    group: {
      minSize: group.MinSize ?? 0,
      desired: group.DesiredCapacity ?? 0,
      inService: countInService(group),
      suspendedProcesses: (group.SuspendedProcesses ?? []).flatMap(({ ProcessName }) => ProcessName ?? []),
    },
    activities: activities
      .filter(({ StartTime }) => StartTime !== undefined && StartTime.getTime() >= preparedSince)
      .map(
        (activity): ActivityFact => ({
          activityId: activity.ActivityId ?? '',
          status: activity.StatusCode ?? '',
          description: activity.Description ?? '',
          statusMessage: activity.StatusMessage,
        }),
      ),
    now,
    gateAt: opensAt - environment.CAPACITY_MODEL.gateMinutes * MINUTE_MILLISECONDS,
    opensAt,
  });
}
