import { type AutoScalingGroup, DescribeInstanceRefreshesCommand, type LaunchTemplateSpecification } from '@aws-sdk/client-auto-scaling';
import {
  type _InstanceType,
  DescribeInstanceTypesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeSubnetsCommand,
  paginateDescribeInstances,
} from '@aws-sdk/client-ec2';
import { DescribeCapacityReservationCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetAWSDefaultServiceQuotaCommand, GetServiceQuotaCommand } from '@aws-sdk/client-service-quotas';
import { autoScaling, ec2, elasticLoadBalancing, serviceQuotas } from '../platform/clients.ts';
import { classify, isNamed, Refused } from '../platform/errors.ts';
import type { CapacityModel } from './model.ts';
import { describeGroup } from './observations.ts';
import type { Fact, InstanceTypeFact, LoadBalancerFact, PreflightFacts, SubnetFact } from './preflight.ts';
import { isStandardFamily } from './preflight-quotas.ts';

interface PreflightSubject {
  readonly groupName: string;
  readonly loadBalancerArn: string;
  readonly model: CapacityModel;
}

/** Quotas by service and code, as Service Quotas names them. */
const quotas = {
  standardVcpus: { serviceCode: 'ec2', quotaCode: 'L-1216C47A' },
  regionLcus: { serviceCode: 'elasticloadbalancing', quotaCode: 'L-8A66D0E6' },
} as const;

/** Statuses of an instance refresh in which it still replaces instances. */
const refreshInProgress = new Set(['Pending', 'InProgress', 'Cancelling', 'RollbackInProgress', 'Baking']);

/** Reads everything that a preflight judges. What is refused becomes an unknown fact; what may pass is thrown. */
export async function gatherPreflightFacts({ groupName, loadBalancerArn, model }: PreflightSubject): Promise<PreflightFacts> {
  const group = await describeGroup(groupName);
  const template = launchTemplateOf(group);
  const [quotaVcpus, running, instanceTypes, instanceRefresh, cpuCredits, subnets, loadBalancer] = await Promise.all([
    fact(() => readQuota(quotas.standardVcpus)),
    fact(readRunningInstances),
    describeInstanceTypes(group, template),
    fact(() => readInstanceRefresh(groupName)),
    fact(() => readCpuCredits(template.specification)),
    fact(() => readSubnets(group)),
    model.loadBalancerReservation.enabled
      ? fact(() => readReservation(loadBalancerArn))
      : ({ known: false, reason: 'the model reserves nothing' } as const),
  ]);
  return {
    quotaVcpus,
    runningVcpus: running,
    group: {
      name: groupName,
      maxSize: group.MaxSize ?? 0,
      runningByZone: countByZone(group),
      instanceTypes,
      suspendedProcesses: (group.SuspendedProcesses ?? []).flatMap(({ ProcessName }) => ProcessName ?? []),
    },
    instanceRefresh,
    cpuCredits,
    subnets,
    loadBalancer,
  };
}

/** A reading as a fact: refused is unknown, and why; everything else that fails is worth another try and is thrown. */
async function fact<T>(read: () => Promise<T>): Promise<Fact<T>> {
  try {
    return { known: true, value: await read() };
  } catch (error) {
    const classified = classify(error);
    if (classified instanceof Refused) return { known: false, reason: classified.message };
    throw classified;
  }
}

/** The applied value, or AWS's default where none was applied (`GetServiceQuota` knows only the former). */
async function readQuota(quota: { readonly serviceCode: string; readonly quotaCode: string }): Promise<number> {
  const input = { ServiceCode: quota.serviceCode, QuotaCode: quota.quotaCode };
  const { Quota } = await serviceQuotas()
    .send(new GetServiceQuotaCommand(input))
    .catch((error: unknown) => {
      if (!isNamed(error, 'NoSuchResourceException')) throw error;
      return serviceQuotas().send(new GetAWSDefaultServiceQuotaCommand(input));
    });
  if (Quota?.Value === undefined) throw new Refused(`Service Quotas gives no value for ${quota.quotaCode}.`);
  return Quota.Value;
}

/** vCPUs of the Region's on-demand instances of the standard families that run or are about to. */
async function readRunningInstances(): Promise<number> {
  let vcpus = 0;
  const states = { Name: 'instance-state-name', Values: ['pending', 'running'] };
  for await (const page of paginateDescribeInstances({ client: ec2() }, { Filters: [states] })) {
    for (const instance of (page.Reservations ?? []).flatMap(({ Instances }) => Instances ?? [])) {
      if (instance.InstanceLifecycle !== undefined || !isStandardFamily(instance.InstanceType ?? '')) continue;
      vcpus += (instance.CpuOptions?.CoreCount ?? 0) * (instance.CpuOptions?.ThreadsPerCore ?? 0);
    }
  }
  return vcpus;
}

interface LaunchTemplate {
  readonly specification: LaunchTemplateSpecification;
  /** Types that a mixed-instances policy puts before the template's own. */
  readonly overrides: readonly string[];
}

function launchTemplateOf(group: AutoScalingGroup): LaunchTemplate {
  const mixed = group.MixedInstancesPolicy?.LaunchTemplate;
  const specification = mixed?.LaunchTemplateSpecification ?? group.LaunchTemplate;
  if (specification === undefined) throw new Refused(`${group.AutoScalingGroupName} has no launch template.`);
  return { specification, overrides: (mixed?.Overrides ?? []).flatMap(({ InstanceType }) => InstanceType ?? []) };
}

async function describeInstanceTypes(group: AutoScalingGroup, template: LaunchTemplate): Promise<InstanceTypeFact[]> {
  const running = (group.Instances ?? []).flatMap(({ InstanceType }) => InstanceType ?? []);
  const types = template.overrides.length > 0 ? template.overrides : [...new Set(running)];
  if (types.length === 0) return [];
  const { InstanceTypes } = await ec2().send(new DescribeInstanceTypesCommand({ InstanceTypes: types as _InstanceType[] }));
  return (InstanceTypes ?? []).flatMap(({ InstanceType, VCpuInfo }) =>
    InstanceType === undefined || VCpuInfo?.DefaultVCpus === undefined ? [] : [{ type: InstanceType, vcpus: VCpuInfo.DefaultVCpus }],
  );
}

async function readInstanceRefresh(groupName: string): Promise<'none' | 'in-progress'> {
  const { InstanceRefreshes } = await autoScaling().send(
    new DescribeInstanceRefreshesCommand({ AutoScalingGroupName: groupName, MaxRecords: 1 }),
  );
  return (InstanceRefreshes ?? []).some(({ Status }) => refreshInProgress.has(Status ?? '')) ? 'in-progress' : 'none';
}

/** T3 runs `unlimited` unless told otherwise; the launch template is where this project tells it. */
async function readCpuCredits(specification: LaunchTemplateSpecification): Promise<'standard' | 'unlimited'> {
  const { LaunchTemplateVersions } = await ec2().send(
    new DescribeLaunchTemplateVersionsCommand({
      LaunchTemplateId: specification.LaunchTemplateId,
      Versions: [specification.Version ?? '$Default'],
    }),
  );
  const credits = LaunchTemplateVersions?.[0]?.LaunchTemplateData?.CreditSpecification?.CpuCredits;
  return credits === 'standard' ? 'standard' : 'unlimited';
}

async function readSubnets(group: AutoScalingGroup): Promise<SubnetFact[]> {
  const ids = (group.VPCZoneIdentifier ?? '').split(',').filter((id) => id !== '');
  const { Subnets } = await ec2().send(new DescribeSubnetsCommand({ SubnetIds: ids }));
  return (Subnets ?? []).map((subnet) => ({
    id: subnet.SubnetId ?? '',
    zone: subnet.AvailabilityZone ?? '',
    availableIpAddresses: subnet.AvailableIpAddressCount ?? 0,
  }));
}

async function readReservation(loadBalancerArn: string): Promise<LoadBalancerFact> {
  const reservation = await elasticLoadBalancing().send(
    new DescribeCapacityReservationCommand({ LoadBalancerArn: loadBalancerArn }),
  );
  const reserved = reservation.MinimumLoadBalancerCapacity?.CapacityUnits ?? 0;
  return {
    quotaLcus: await fact(() => readQuota(quotas.regionLcus)),
    // One load balancer stands in this architecture; what others in the Region reserve is not asked for.
    reservedInRegionLcus: { known: true, value: reserved },
    reservedHereLcus: reserved,
    states: (reservation.CapacityReservationState ?? []).flatMap(({ State }) => State?.Code ?? []),
    decreasesRemaining: reservation.DecreaseRequestsRemaining ?? 0,
  };
}

function countByZone(group: AutoScalingGroup): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const zone of group.AvailabilityZones ?? []) counts[zone] = 0;
  for (const { AvailabilityZone, LifecycleState } of group.Instances ?? []) {
    if (AvailabilityZone === undefined || LifecycleState?.startsWith('Terminat') === true) continue;
    counts[AvailabilityZone] = (counts[AvailabilityZone] ?? 0) + 1;
  }
  return counts;
}
