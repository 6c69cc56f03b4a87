import type { Account } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/aws-error.ts';
import type { Instance } from '../ec2/instances.ts';
import { dataOfVersion, type LaunchTemplate, versionNumber } from '../ec2/launch-templates.ts';
import type { Subnet } from '../ec2/network.ts';
import { type Activity, activityTime, publishActivity } from './activities.ts';
import type { Group, Member } from './group.ts';
import { nextSubnet } from './placement.ts';

/** From `running` to `InService` without lifecycle hooks, in seconds: AWS publishes no figure; some seconds is usual. */
const inServiceDelaySeconds = { low: 3, high: 12 };

/** Launches instances of a group until it has what it should have, or until every zone refuses. */
export class Launcher {
  readonly #account: Account;
  readonly #onInService: (group: Group) => void;

  constructor(account: Account, onInService: (group: Group) => void) {
    this.#account = account;
    this.#onInService = onInService;
  }

  /** Launches up to `count` instances and gives how many were launched. */
  launch(group: Group, count: number, options: { readonly cause: string; readonly isRebalancing?: boolean }): number {
    const failedZones = new Set<string>();
    const failures = new Set<string>();
    const launchedByZone = new Map<string, number>();
    let launched = 0;
    while (launched < count) {
      const subnet = nextSubnet(group, failedZones);
      if (subnet === undefined) break;
      const result = this.#tryTypes(group, subnet);
      if (result instanceof AwsError) {
        failedZones.add(subnet.availabilityZone);
        this.#recordFailure(group, subnet, options.cause, result);
        failures.add(`${result.name} in ${subnet.availabilityZone}`);
        // A quota of the Region refuses in every zone alike.
        if (result.name === 'VcpuLimitExceeded') break;
        continue;
      }
      this.#admit(group, result, options);
      launchedByZone.set(subnet.availabilityZone, (launchedByZone.get(subnet.availabilityZone) ?? 0) + 1);
      launched += 1;
    }
    this.#note(group, { launched, asked: count, launchedByZone, failures: [...failures] });
    return launched;
  }

  /** Types are tried in the order of their priority; the first refusal is the one that is reported. */
  #tryTypes(group: Group, subnet: Subnet): Instance | AwsError {
    const { launch } = group.settings;
    const template = this.#account.ec2.launchTemplate({ id: launch.templateId });
    const data = dataOfVersion(template, launch.version);
    const types = launch.types.length > 0 ? launch.types : [data.instanceType ?? ''];
    const tags = { ...group.tags, 'aws:autoscaling:groupName': group.name };
    let refusal: AwsError | undefined;
    for (const type of types) {
      try {
        return this.#account.ec2.instances.launch({ type, subnet, template: data, tags });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        refusal ??= error;
      }
    }
    return refusal ?? new AwsError('ValidationError', `The group ${group.name} has no instance type to launch.`);
  }

  #admit(group: Group, instance: Instance, options: { readonly cause: string; readonly isRebalancing?: boolean }): void {
    const { clock, random } = this.#account;
    const template = this.#account.ec2.launchTemplate({ id: group.settings.launch.templateId });
    const member = memberOf(group, instance, template, options.isRebalancing ?? false);
    group.members.set(instance.id, member);
    const activity = group.activities.add({
      ...this.#newActivity(instance.subnet, options.cause),
      description: `Launching a new EC2 instance: ${instance.id}`,
      status: 'InProgress',
    });
    this.#account.shop.boot(instance);
    const delaySeconds = random.stream('auto-scaling.in-service').between(inServiceDelaySeconds.low, inServiceDelaySeconds.high);
    clock.at(instance.runsAt + Math.round(delaySeconds * 1000), () => this.#putInService(group, member, activity));
  }

  #putInService(group: Group, member: Member, activity: Activity): void {
    if (member.lifecycle !== 'Pending') return;
    const { instance } = member;
    member.lifecycle = 'InService';
    member.inServiceAt = this.#account.clock.now();
    activity.status = 'Successful';
    activity.endedAt = member.inServiceAt;
    publishActivity(this.#account, group, activity, { name: 'EC2 Instance Launch Successful', instanceId: instance.id });
    // With AddToLoadBalancer suspended the instance is not registered, and resuming does not do it later
    // (EC2 Auto Scaling user guide, "Suspend and resume processes").
    if (!group.isSuspended('AddToLoadBalancer')) {
      for (const arn of group.settings.targetGroupArns) this.#account.elasticLoadBalancing.targetGroup(arn).register(instance);
    }
    this.#onInService(group);
  }

  #recordFailure(group: Group, subnet: Subnet, cause: string, error: AwsError): void {
    const prefix = group.settings.launch.mixedInstancesPolicy === undefined ? '' : 'Could not launch On-Demand Instances. ';
    const reason = `${prefix}${error.name} - ${error.message} Launching EC2 instance failed.`;
    const activity = group.activities.add({
      ...this.#newActivity(subnet, cause),
      description: `Launching a new EC2 instance.  Status Reason: ${reason}`,
      status: 'Failed',
      statusMessage: reason,
      endedAt: this.#account.clock.now(),
    });
    publishActivity(this.#account, group, activity, { name: 'EC2 Instance Launch Unsuccessful', instanceId: '' });
  }

  #newActivity(subnet: Subnet, cause: string): Omit<Activity, 'description' | 'status'> {
    return {
      id: this.#account.random.stream('auto-scaling.id').uuid(),
      cause,
      startedAt: this.#account.clock.now(),
      zone: subnet.availabilityZone,
      subnetId: subnet.id,
      statusMessage: undefined,
      endedAt: undefined,
    };
  }

  #note(group: Group, wave: { readonly launched: number; readonly asked: number; readonly launchedByZone: ReadonlyMap<string, number>; readonly failures: readonly string[] }): void {
    const { launched, asked, failures } = wave;
    if (launched > 0) {
      const zones = [...wave.launchedByZone].map(([zone, count]) => `${count} in ${zone}`).join(', ');
      this.#account.note('auto-scaling.launched', `${group.name}: ${launched} of ${asked} missing instances launched (${zones}).`, { group: group.name, launched, asked });
    }
    if (failures.length > 0) {
      const isRepeated = group.failedAttempts > 0 && launched === 0;
      if (!isRepeated) this.#account.note('auto-scaling.launch-failed', `${group.name}: launches fail: ${failures.join('; ')}.`, { group: group.name, failures });
    }
  }
}

/** The part of a cause that says why this launch happens now. */
export function launchCause(group: Group, now: number, wanted: number): string {
  const from = group.active().length;
  return `${group.cause}  At ${activityTime(now)} an instance was started in response to a difference between desired and actual capacity, increasing the capacity from ${from} to ${from + wanted}.`.trim();
}

function memberOf(group: Group, instance: Instance, template: LaunchTemplate, isRebalancing: boolean): Member {
  return {
    instance,
    templateId: template.id,
    templateVersion: versionNumber(template, group.settings.launch.version),
    isRebalancing,
    lifecycle: 'Pending',
    health: 'Healthy',
    healthReason: '',
    inServiceAt: Infinity,
    isProtected: group.settings.protectNewInstances,
  };
}
