import { z } from 'zod';
import { NotModelledError } from '../../kernel/aws-error.ts';
import { type Group, groupMetricNames, type GroupSettings, type LaunchSettings, terminationPolicies } from '../../services/auto-scaling/group.ts';
import type { Provisioned, ResourceProvider, ResourceRequest } from '../provider.ts';
import { physicalName } from './physical-name.ts';
import { tagList } from './tags.ts';
import { flag } from './template-values.ts';

const specification = z.object({
  LaunchTemplateId: z.string().optional(),
  LaunchTemplateName: z.string().optional(),
  Version: z.coerce.string().optional(),
});

/** Strict: a weight, a Spot share or another strategy would change what is launched, and is not modelled. */
const mixedInstances = z.strictObject({
  LaunchTemplate: z.strictObject({
    LaunchTemplateSpecification: specification,
    Overrides: z.array(z.strictObject({ InstanceType: z.string() })).default([]),
  }),
  InstancesDistribution: z
    .object({
      OnDemandAllocationStrategy: z.literal('prioritized').optional(),
      OnDemandPercentageAboveBaseCapacity: z.coerce.number().pipe(z.literal(100)).optional(),
    })
    .optional(),
});

/** Defaults are those of CreateAutoScalingGroup (API reference): grace 0 s, cooldown 300 s, EC2 checks only. */
const groupProperties = z.object({
  AutoScalingGroupName: z.string().optional(),
  CapacityRebalance: flag.default(false),
  Cooldown: z.coerce.number().default(300),
  DefaultInstanceWarmup: z.coerce.number().optional(),
  DesiredCapacity: z.coerce.number().optional(),
  HealthCheckGracePeriod: z.coerce.number().default(0),
  HealthCheckType: z.string().default('EC2'),
  LaunchTemplate: specification.optional(),
  MaxSize: z.coerce.number(),
  MetricsCollection: z.array(z.object({ Metrics: z.array(z.string()).default([...groupMetricNames]) })).default([]),
  MinSize: z.coerce.number(),
  MixedInstancesPolicy: mixedInstances.optional(),
  NewInstancesProtectedFromScaleIn: flag.default(false),
  Tags: tagList,
  TargetGroupARNs: z.array(z.string()).default([]),
  TerminationPolicies: z.array(z.enum(terminationPolicies)).default(['Default']),
  VPCZoneIdentifier: z.array(z.string()),
});
type GroupProperties = z.infer<typeof groupProperties>;

const policyProperties = z.object({
  AutoScalingGroupName: z.string(),
  EstimatedInstanceWarmup: z.coerce.number().optional(),
  PolicyType: z.literal('TargetTrackingScaling'),
  TargetTrackingConfiguration: z.strictObject({
    PredefinedMetricSpecification: z.strictObject({ PredefinedMetricType: z.literal('ASGAverageCPUUtilization') }),
    TargetValue: z.coerce.number(),
    DisableScaleIn: flag.default(false),
  }),
});

/** The update policy is not a property: it tells CloudFormation how to update. */
const updatePolicy = z.object({ AutoScalingScheduledAction: z.object({ IgnoreUnmodifiedGroupSizeProperties: flag.default(false) }).optional() });

const autoScalingGroup: ResourceProvider = {
  type: 'AWS::AutoScaling::AutoScalingGroup',
  modelled: Object.keys(groupProperties.shape),
  recorded: {
    AvailabilityZones: 'The subnets decide on the zones.',
    NotificationConfigurations: 'Notifications of single launches are not sent: the project listens to events.',
  },
  create(request) {
    const properties = groupProperties.parse(request.properties);
    const name = properties.AutoScalingGroupName ?? physicalName(request, 255);
    const size = { min: properties.MinSize, max: properties.MaxSize, desired: properties.DesiredCapacity };
    const group = request.account.autoScaling.createGroup(name, properties.Tags, settingsOf(request, properties), size);
    enableMetrics(group, properties);
    return { ref: name, attributes: { AutoScalingGroupARN: group.arn } };
  },
  /**
   * CloudFormation sends every property again when any of them changed: Min and Max fall back to the template's
   * values, the desired capacity only if the template names one. With `IgnoreUnmodifiedGroupSizeProperties` it
   * sends those sizes only that the template changed (CloudFormation user guide, UpdatePolicy attribute).
   */
  update(request, current, previous) {
    const properties = groupProperties.parse(request.properties);
    const before = groupProperties.parse(previous.properties);
    const group = request.account.autoScaling.group(current.ref);
    group.settings = settingsOf(request, properties);
    group.tags = properties.Tags;
    group.enabledMetrics.clear();
    enableMetrics(group, properties);
    const ignores = ignoresUnmodifiedSizes(request);
    const size = (name: 'MinSize' | 'MaxSize' | 'DesiredCapacity'): number | undefined => (ignores && before[name] === properties[name] ? undefined : properties[name]);
    request.account.autoScaling.resize(group, { min: size('MinSize'), max: size('MaxSize'), desired: size('DesiredCapacity') });
    return current;
  },
};

const scalingPolicy: ResourceProvider = {
  type: 'AWS::AutoScaling::ScalingPolicy',
  modelled: Object.keys(policyProperties.shape),
  recorded: {},
  create: (request) => putPolicy(request, physicalName(request, 255)),
  update: (request, current) => putPolicy(request, z.string().parse(current.attributes['PolicyName'])),
};

export const providers: readonly ResourceProvider[] = [autoScalingGroup, scalingPolicy];

function putPolicy({ account, logicalId, properties }: ResourceRequest, name: string): Provisioned {
  const parsed = policyProperties.safeParse(properties);
  if (!parsed.success) {
    throw new NotModelledError(`The scaling policy ${logicalId} is not modelled: only target tracking of the average CPU utilisation is.`, { cause: parsed.error });
  }
  const { AutoScalingGroupName, EstimatedInstanceWarmup, TargetTrackingConfiguration } = parsed.data;
  const policy = account.autoScaling.putPolicy({
    name,
    group: account.autoScaling.group(AutoScalingGroupName),
    targetPercent: TargetTrackingConfiguration.TargetValue,
    isScaleInDisabled: TargetTrackingConfiguration.DisableScaleIn,
    warmupSeconds: EstimatedInstanceWarmup,
  });
  return { ref: policy.arn, attributes: { Arn: policy.arn, PolicyName: policy.name } };
}

function settingsOf(request: ResourceRequest, properties: GroupProperties): GroupSettings {
  return {
    subnets: properties.VPCZoneIdentifier.map((id) => request.account.ec2.subnet(id)),
    launch: launchOf(request, properties),
    targetGroupArns: properties.TargetGroupARNs,
    healthCheckType: properties.HealthCheckType,
    gracePeriodSeconds: properties.HealthCheckGracePeriod,
    cooldownSeconds: properties.Cooldown,
    warmupSeconds: properties.DefaultInstanceWarmup,
    terminationPolicies: properties.TerminationPolicies,
    protectNewInstances: properties.NewInstancesProtectedFromScaleIn,
    capacityRebalance: properties.CapacityRebalance,
  };
}

function launchOf({ account, logicalId }: ResourceRequest, { LaunchTemplate, MixedInstancesPolicy: mixed }: GroupProperties): LaunchSettings {
  const chosen = mixed?.LaunchTemplate.LaunchTemplateSpecification ?? LaunchTemplate;
  if (chosen === undefined) throw new NotModelledError(`The group ${logicalId} has no launch template.`);
  const template = account.ec2.launchTemplate({ id: chosen.LaunchTemplateId, name: chosen.LaunchTemplateName });
  return {
    templateId: template.id,
    version: chosen.Version,
    types: (mixed?.LaunchTemplate.Overrides ?? []).map(({ InstanceType }) => InstanceType),
    mixedInstancesPolicy: mixed,
  };
}

function enableMetrics(group: Group, properties: GroupProperties): void {
  for (const { Metrics } of properties.MetricsCollection) {
    for (const name of Metrics) group.enabledMetrics.add(name);
  }
}

function ignoresUnmodifiedSizes(request: ResourceRequest): boolean {
  return updatePolicy.parse(request.updatePolicy).AutoScalingScheduledAction?.IgnoreUnmodifiedGroupSizeProperties ?? false;
}
