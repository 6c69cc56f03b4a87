import type { StartInstanceRefreshCommandInput } from '@aws-sdk/client-auto-scaling';
import type { Account } from '../kernel/account.ts';
import { AwsError } from '../kernel/aws-error.ts';
import type { AwsService } from '../kernel/service.ts';
import { type Activity, activityTime } from './auto-scaling/activities.ts';
import { ControlLoop } from './auto-scaling/control-loop.ts';
import { Group, type GroupSettings, type Member, type ProcessName, processNames } from './auto-scaling/group.ts';
import { GroupMetrics } from './auto-scaling/group-metrics.ts';
import { HealthWatch } from './auto-scaling/health-watch.ts';
import { InstanceRefreshes } from './auto-scaling/instance-refresh.ts';
import { changeOperations, describeOperations } from './auto-scaling/operations.ts';
import { alarmsOf, capacityFor, type TargetTrackingPolicy } from './auto-scaling/target-tracking.ts';
import type { Tags } from './ec2/network.ts';

/** Sizes that a request names; what it leaves out stays, as far as the others allow. */
export interface SizeChange {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly desired?: number | undefined;
}

/** Simulated EC2 Auto Scaling: groups that work towards their desired capacity, against everything that can refuse. */
export class AutoScaling implements AwsService {
  readonly sdkId = 'Auto Scaling';
  readonly statesName = 'autoscaling';
  readonly statesErrorPrefix = 'AutoScaling';
  readonly refreshes: InstanceRefreshes;
  readonly policies: TargetTrackingPolicy[] = [];

  readonly #account: Account;
  readonly #groups = new Map<string, Group>();
  readonly #loop: ControlLoop;
  readonly #health: HealthWatch;
  readonly #metrics: GroupMetrics;

  constructor(account: Account) {
    this.#account = account;
    this.refreshes = new InstanceRefreshes(account);
    this.#loop = new ControlLoop(account, this.refreshes);
    this.#health = new HealthWatch(account, (group) => this.#loop.wake(group));
    this.#metrics = new GroupMetrics(account);
  }

  readonly operations: AwsService['operations'] = {
    ...describeOperations(() => ({ account: this.#account, service: this })),
    ...changeOperations(() => ({ account: this.#account, service: this })),
  };

  get groups(): readonly Group[] {
    return [...this.#groups.values()];
  }

  group(name: string | undefined): Group {
    const group = this.#groups.get(name ?? '');
    if (group === undefined) throw validationError(`AutoScalingGroup name not found - AutoScalingGroup '${name}' not found`);
    return group;
  }

  createGroup(name: string, tags: Tags, settings: GroupSettings, size: { readonly min: number; readonly max: number; readonly desired: number | undefined }): Group {
    const now = this.#account.clock.now();
    const { min, max, desired = size.min } = size;
    refuseImpossible(min, max, desired);
    const arn = this.#account.arn('autoscaling', `autoScalingGroup:${this.#account.random.stream('auto-scaling.id').uuid()}:autoScalingGroupName/${name}`);
    const group = new Group({ name, arn, createdAt: now, tags }, settings, { min, max, desired });
    group.cause = `At ${activityTime(now)} a user request created an AutoScalingGroup changing the desired capacity from 0 to ${desired}.`;
    this.#groups.set(name, group);
    this.#health.start();
    this.#account.shop.keepTime();
    this.#loop.wake(group);
    return group;
  }

  /**
   * As UpdateAutoScalingGroup does: Min above the desired capacity raises it, Max below it cuts it
   * (API reference, "Considerations for changing Desired capacity, Min and Max").
   */
  resize(group: Group, change: SizeChange): void {
    const min = change.min ?? group.min;
    const max = change.max ?? group.max;
    const desired = change.desired ?? Math.min(max, Math.max(min, group.desired));
    refuseImpossible(min, max, desired);
    group.min = min;
    group.max = max;
    const constraints = `a user request update of AutoScalingGroup constraints to min: ${min}, max: ${max}, desired: ${desired}`;
    this.#setDesired(group, desired, constraints);
    this.#loop.wake(group);
  }

  /** As SetDesiredCapacity does: within the limits, and only within them. */
  setDesired(group: Group, desired: number): void {
    if (desired > group.max) throw validationError(`New SetDesiredCapacity value ${desired} is above max value ${group.max} for the AutoScalingGroup.`);
    if (desired < group.min) throw validationError(`New SetDesiredCapacity value ${desired} is below min value ${group.min} for the AutoScalingGroup.`);
    this.#setDesired(group, desired, 'a user request explicitly set group desired capacity');
  }

  suspend(group: Group, processes: readonly string[] | undefined): void {
    for (const process of chosenProcesses(processes)) {
      group.suspended.set(process, `User suspended at ${activityTime(this.#account.clock.now())}`);
    }
  }

  resume(group: Group, processes: readonly string[] | undefined): void {
    for (const process of chosenProcesses(processes)) group.suspended.delete(process);
    this.#health.recheck(group);
    this.#loop.wake(group);
  }

  startRefresh(group: Group, input: StartInstanceRefreshCommandInput): string {
    const id = this.refreshes.start(group, input);
    this.#loop.wake(group);
    return id;
  }

  memberOf(instanceId: string | undefined): { readonly group: Group; readonly member: Member } {
    for (const group of this.#groups.values()) {
      const member = group.members.get(instanceId ?? '');
      if (member !== undefined) return { group, member };
    }
    throw validationError(`Instance Id not found - No managed instance found for instance ID: ${instanceId}`);
  }

  terminateMember(group: Group, member: Member, decrementsDesired: boolean): Activity {
    if (decrementsDesired) {
      if (group.desired - 1 < group.min) {
        throw validationError(`Currently, desiredSize equals minSize (${group.min}). Terminating instance without replacement will violate group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.`);
      }
      group.desired -= 1;
    }
    const cause = `At ${activityTime(this.#account.clock.now())} instance ${member.instance.id} was taken out of service in response to a user request.`;
    return this.#loop.terminateNow(group, member, cause);
  }

  setHealth(instanceId: string | undefined, status: string, respectsGracePeriod: boolean): void {
    const { group, member } = this.memberOf(instanceId);
    const graceEndsAt = member.inServiceAt + group.settings.gracePeriodSeconds * 1000;
    if (respectsGracePeriod && this.#account.clock.now() < graceEndsAt) return;
    if (status === 'Unhealthy') this.#health.condemn(group, member, 'a user health-check');
    else member.health = 'Healthy';
  }

  /** Adds a policy, or changes the one of that name, and the alarms that call it. */
  putPolicy(definition: Pick<TargetTrackingPolicy, 'name' | 'group' | 'targetPercent' | 'isScaleInDisabled' | 'warmupSeconds'>): TargetTrackingPolicy {
    const random = this.#account.random.stream('auto-scaling.id');
    const { group, name } = definition;
    const existing = this.policies.find((policy) => policy.name === name && policy.group === group);
    const policy: TargetTrackingPolicy = {
      arn: existing?.arn ?? this.#account.arn('autoscaling', `scalingPolicy:${random.uuid()}:autoScalingGroupName/${group.name}:policyName/${name}`),
      highAlarm: existing?.highAlarm ?? `TargetTracking-${group.name}-AlarmHigh-${random.uuid()}`,
      lowAlarm: existing?.lowAlarm ?? `TargetTracking-${group.name}-AlarmLow-${random.uuid()}`,
      ...definition,
    };
    if (existing !== undefined) this.policies.splice(this.policies.indexOf(existing), 1);
    this.policies.push(policy);
    for (const alarm of alarmsOf(policy)) this.#account.cloudWatch.putAlarm(alarm);
    return policy;
  }

  /** To be called by an alarm, when it goes off and once a minute while it lasts. */
  executePolicy(policyArn: string, alarm: string): void {
    const policy = this.policies.find(({ arn }) => arn === policyArn);
    if (policy === undefined) throw validationError(`No policy ${policyArn}`);
    const { group } = policy;
    if (group.isSuspended('AlarmNotification')) return;
    const desired = capacityFor(this.#account, policy, alarm);
    if (desired === undefined || desired === group.desired) return;
    this.#account.note('auto-scaling.policy-executed', `${group.name}: ${policy.name} changes the desired capacity from ${group.desired} to ${desired}.`, { group: group.name, from: group.desired, to: desired });
    this.#setDesired(group, desired, `a monitor alarm ${alarm} in state ALARM triggered policy ${policy.name}`);
  }

  /** To be called when a target group finds an instance unhealthy. */
  targetFailed(instanceId: string): void {
    this.#health.targetFailed(instanceId, this.groups);
  }

  /** To be called once a minute, after the load of that minute is known. */
  everyMinute(): void {
    for (const group of this.#groups.values()) {
      this.#metrics.record(group);
      this.#loop.everyMinute(group);
    }
  }

  #setDesired(group: Group, desired: number, why: string): void {
    if (desired === group.desired) return;
    group.cause = `At ${activityTime(this.#account.clock.now())} ${why} changing the desired capacity from ${group.desired} to ${desired}.`;
    group.desired = desired;
    group.failedAttempts = 0;
    this.#loop.wake(group);
  }
}

function refuseImpossible(min: number, max: number, desired: number): void {
  if (min > max) throw validationError(`Max bound, ${max}, must be greater than or equal to min bound, ${min}`);
  if (desired < min || desired > max) {
    throw validationError(`Desired capacity:${desired} must be between the specified min size:${min} and max size:${max}`);
  }
}

function chosenProcesses(names: readonly string[] | undefined): readonly ProcessName[] {
  if (names === undefined || names.length === 0) return processNames;
  return names.map((name) => {
    const process = processNames.find((candidate) => candidate === name);
    if (process === undefined) throw validationError(`Invalid Process Name: ${name}`);
    return process;
  });
}

function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
