import type { Instance } from '../ec2/instances.ts';
import type { Subnet, Tags } from '../ec2/network.ts';
import { ActivityLog } from './activities.ts';

/** API reference, SuspendProcesses: the processes that can be suspended one by one. */
export const processNames = [
  'AddToLoadBalancer', 'AlarmNotification', 'AZRebalance', 'HealthCheck', 'InstanceRefresh', 'Launch', 'ReplaceUnhealthy',
  'ScheduledActions', 'Terminate',
] as const;
export type ProcessName = (typeof processNames)[number];

export const groupMetricNames = [
  'GroupMinSize', 'GroupMaxSize', 'GroupDesiredCapacity', 'GroupInServiceInstances', 'GroupPendingInstances', 'GroupStandbyInstances',
  'GroupTerminatingInstances', 'GroupTotalInstances',
] as const;

/** Policies that choose the instance to end (EC2 Auto Scaling user guide, "Configure termination policies"). */
export const terminationPolicies = [
  'Default', 'OldestInstance', 'NewestInstance', 'OldestLaunchTemplate', 'OldestLaunchConfiguration', 'ClosestToNextInstanceHour', 'AllocationStrategy',
] as const;
export type TerminationPolicy = (typeof terminationPolicies)[number];

export interface LaunchSettings {
  readonly templateId: string;
  /** A number in text, `$Latest` or `$Default`. */
  readonly version: string | undefined;
  /** Types in the order of their priority; empty where the template's own type is launched. */
  readonly types: readonly string[];
  /** The mixed instances policy as it was given, for groups that have one. */
  readonly mixedInstancesPolicy: Readonly<Record<string, unknown>> | undefined;
}

export interface GroupSettings {
  readonly subnets: readonly Subnet[];
  readonly launch: LaunchSettings;
  readonly targetGroupArns: readonly string[];
  readonly healthCheckType: string;
  readonly gracePeriodSeconds: number;
  readonly cooldownSeconds: number;
  readonly warmupSeconds: number | undefined;
  readonly terminationPolicies: readonly TerminationPolicy[];
  readonly protectNewInstances: boolean;
  readonly capacityRebalance: boolean;
}

export interface Member {
  readonly instance: Instance;
  readonly templateId: string;
  readonly templateVersion: number;
  /** Launched beyond the desired capacity to even out zones: it replaces another once it is in service. */
  readonly isRebalancing: boolean;
  lifecycle: 'Pending' | 'InService' | 'Terminating';
  health: 'Healthy' | 'Unhealthy';
  /** Why it was found unhealthy, as activities say it. */
  healthReason: string;
  inServiceAt: number;
  isProtected: boolean;
}

export interface SizeLimits {
  readonly min: number;
  readonly max: number;
}

/** An Auto Scaling group: what it should be, and the instances that it has. */
export class Group {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly activities = new ActivityLog();
  readonly members = new Map<string, Member>();
  /** Suspended processes and the reason that the API shows. */
  readonly suspended = new Map<ProcessName, string>();
  readonly enabledMetrics = new Set<string>();
  settings: GroupSettings;
  tags: Tags;
  min: number;
  max: number;
  desired: number;
  /** Why the desired capacity is what it is, as activities say it. */
  cause: string;
  /** Failed attempts to launch since the last one that succeeded. */
  failedAttempts = 0;
  /** The desired capacity that was last announced as reached. */
  reached = 0;

  constructor(identity: { readonly name: string; readonly arn: string; readonly createdAt: number; readonly tags: Tags }, settings: GroupSettings, size: SizeLimits & { readonly desired: number }) {
    this.name = identity.name;
    this.arn = identity.arn;
    this.createdAt = identity.createdAt;
    this.tags = identity.tags;
    this.settings = settings;
    this.min = size.min;
    this.max = size.max;
    this.desired = size.desired;
    this.cause = '';
  }

  isSuspended(process: ProcessName): boolean {
    return this.suspended.has(process);
  }

  /** Instances that count towards the desired capacity: pending and in service. */
  active(): Member[] {
    return [...this.members.values()].filter(({ lifecycle }) => lifecycle !== 'Terminating');
  }

  inService(): Member[] {
    return [...this.members.values()].filter(({ lifecycle }) => lifecycle === 'InService');
  }

  count(lifecycle: Member['lifecycle']): number {
    let count = 0;
    for (const member of this.members.values()) if (member.lifecycle === lifecycle) count += 1;
    return count;
  }

  /** Warm-up of new instances, in seconds: the default cooldown stands in for a group without one of its own. */
  get warmupSeconds(): number {
    return this.settings.warmupSeconds ?? this.settings.cooldownSeconds;
  }
}
