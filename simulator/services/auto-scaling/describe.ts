import type { AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import type { Account } from '../../kernel/account.ts';
import type { Group, Member } from './group.ts';

export function describeGroup(account: Account, group: Group): AutoScalingGroup {
  const { settings } = group;
  const template = account.ec2.launchTemplate({ id: settings.launch.templateId });
  const specification = { LaunchTemplateId: template.id, LaunchTemplateName: template.name, Version: settings.launch.version ?? '$Default' };
  const mixed = settings.launch.mixedInstancesPolicy;
  return {
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    ...(mixed === undefined ? { LaunchTemplate: specification } : { MixedInstancesPolicy: describeMixed(group, specification) }),
    MinSize: group.min,
    MaxSize: group.max,
    DesiredCapacity: group.desired,
    DefaultCooldown: settings.cooldownSeconds,
    AvailabilityZones: [...new Set(settings.subnets.map(({ availabilityZone }) => availabilityZone))],
    LoadBalancerNames: [],
    TargetGroupARNs: [...settings.targetGroupArns],
    HealthCheckType: settings.healthCheckType,
    HealthCheckGracePeriod: settings.gracePeriodSeconds,
    Instances: [...group.members.values()].map((member) => describeMember(member, template.name)),
    CreatedTime: new Date(group.createdAt),
    SuspendedProcesses: [...group.suspended].map(([ProcessName, SuspensionReason]) => ({ ProcessName, SuspensionReason })),
    VPCZoneIdentifier: settings.subnets.map(({ id }) => id).join(','),
    EnabledMetrics: [...group.enabledMetrics].map((Metric) => ({ Metric, Granularity: '1Minute' })),
    Tags: Object.entries(group.tags).map(([Key, Value]) => ({ Key, Value, PropagateAtLaunch: true, ResourceId: group.name, ResourceType: 'auto-scaling-group' })),
    TerminationPolicies: [...settings.terminationPolicies],
    NewInstancesProtectedFromScaleIn: settings.protectNewInstances,
    ServiceLinkedRoleARN: `arn:aws:iam::${account.id}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
    CapacityRebalance: settings.capacityRebalance,
    ...(settings.warmupSeconds === undefined ? {} : { DefaultInstanceWarmup: settings.warmupSeconds }),
  };
}

function describeMixed(group: Group, specification: object): NonNullable<AutoScalingGroup['MixedInstancesPolicy']> {
  return {
    LaunchTemplate: {
      LaunchTemplateSpecification: specification,
      Overrides: group.settings.launch.types.map((InstanceType) => ({ InstanceType })),
    },
    InstancesDistribution: {
      OnDemandAllocationStrategy: 'prioritized',
      OnDemandBaseCapacity: 0,
      OnDemandPercentageAboveBaseCapacity: 100,
      SpotAllocationStrategy: 'lowest-price',
      SpotInstancePools: 2,
    },
  };
}

function describeMember(member: Member, templateName: string): NonNullable<AutoScalingGroup['Instances']>[number] {
  return {
    InstanceId: member.instance.id,
    InstanceType: member.instance.type,
    AvailabilityZone: member.instance.subnet.availabilityZone,
    LifecycleState: member.lifecycle,
    HealthStatus: member.health,
    LaunchTemplate: { LaunchTemplateId: member.templateId, LaunchTemplateName: templateName, Version: String(member.templateVersion) },
    ProtectedFromScaleIn: member.isProtected,
  };
}
