import type { ScalingPolicy as PolicyDescription } from '@aws-sdk/client-auto-scaling';
import type { Account } from '../../kernel/account.ts';
import type { AlarmDefinition } from '../cloudwatch/alarm.ts';
import type { Group, Member } from './group.ts';

export interface TargetTrackingPolicy {
  readonly arn: string;
  readonly name: string;
  readonly group: Group;
  /** CPU utilisation to keep, in percent. */
  readonly targetPercent: number;
  readonly isScaleInDisabled: boolean;
  /** Overrides the group's, in seconds. */
  readonly warmupSeconds: number | undefined;
  readonly highAlarm: string;
  readonly lowAlarm: string;
}

/** The alarms of a policy: three minutes above the target, fifteen below nine tenths of it. */
const highPeriods = 3;
const lowPeriods = 15;
const lowShareOfTarget = 0.9;

/**
 * The two alarms that EC2 Auto Scaling creates for a policy on the group's average CPU (EC2 Auto Scaling user guide,
 * "Target tracking scaling policies"; the figures are those of the alarms it creates).
 */
export function alarmsOf(policy: TargetTrackingPolicy): AlarmDefinition[] {
  const { group, targetPercent } = policy;
  const base = {
    namespace: 'AWS/EC2',
    metricName: 'CPUUtilization',
    dimensions: { AutoScalingGroupName: group.name },
    description: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${policy.arn}.`,
    actionsEnabled: true,
    alarmActions: [policy.arn],
    okActions: [],
    insufficientDataActions: [],
    statistic: 'Average',
    periodSeconds: 60,
    treatMissingData: 'missing',
    queryId: undefined,
  } as const;
  const high: AlarmDefinition = {
    ...base,
    name: policy.highAlarm,
    comparison: 'GreaterThanThreshold',
    threshold: targetPercent,
    evaluationPeriods: highPeriods,
    datapointsToAlarm: highPeriods,
  };
  const low: AlarmDefinition = {
    ...base,
    name: policy.lowAlarm,
    comparison: 'LessThanThreshold',
    threshold: targetPercent * lowShareOfTarget,
    evaluationPeriods: lowPeriods,
    datapointsToAlarm: lowPeriods,
  };
  return policy.isScaleInDisabled ? [high] : [high, low];
}

/**
 * The desired capacity that a policy asks for when one of its alarms is on, or undefined when it leaves things as
 * they are. Scaling out is proportional, and counts instances that still warm up as capacity that is on its way;
 * scaling in waits for them, and is gradual: AWS publishes no figure for that, here a tenth, at least one.
 */
export function capacityFor(account: Account, policy: TargetTrackingPolicy, alarm: string): number | undefined {
  const { group, targetPercent } = policy;
  const now = account.clock.now();
  const warmup = (policy.warmupSeconds ?? group.warmupSeconds) * 1000;
  const isWarm = (member: Member): boolean => now >= member.inServiceAt + warmup;
  const warm = group.inService().filter(isWarm);
  const readings = warm.map(({ instance }) => account.shop.cpuPercent(instance.id)).filter((reading) => reading !== undefined);
  if (readings.length === 0) return undefined;
  const average = readings.reduce((sum, reading) => sum + reading, 0) / readings.length;
  const needed = Math.ceil((readings.length * average) / targetPercent);
  if (alarm === policy.highAlarm) return needed > group.desired ? Math.min(group.max, needed) : undefined;
  if (warm.length < group.active().length || group.members.size > group.desired) return undefined;
  const step = Math.max(1, Math.floor(group.desired / 10));
  const wanted = Math.max(group.min, needed, group.desired - step);
  return wanted < group.desired ? wanted : undefined;
}

export function describePolicy(account: Account, policy: TargetTrackingPolicy): PolicyDescription {
  const alarms = alarmsOf(policy).map(({ name }) => ({ AlarmName: name, AlarmARN: account.arn('cloudwatch', `alarm:${name}`) }));
  return {
    AutoScalingGroupName: policy.group.name,
    PolicyName: policy.name,
    PolicyARN: policy.arn,
    PolicyType: 'TargetTrackingScaling',
    StepAdjustments: [],
    ...(policy.warmupSeconds === undefined ? {} : { EstimatedInstanceWarmup: policy.warmupSeconds }),
    Alarms: alarms,
    TargetTrackingConfiguration: {
      PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageCPUUtilization' },
      TargetValue: policy.targetPercent,
      DisableScaleIn: policy.isScaleInDisabled,
    },
    Enabled: true,
  };
}
