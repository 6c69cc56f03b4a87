import type { Account } from '../../kernel/account.ts';
import { type Activity, activityTime, publishActivity } from './activities.ts';
import type { Group, Member } from './group.ts';

/** Takes instances out of a group: out of the load balancer first, then out of existence. */
export class Terminator {
  readonly #account: Account;
  readonly #onGone: (group: Group) => void;

  constructor(account: Account, onGone: (group: Group) => void) {
    this.#account = account;
    this.#onGone = onGone;
  }

  /** Starts to drain the instance; it ends when the longest deregistration delay of its target groups is over. */
  terminate(group: Group, member: Member, cause: string): Activity {
    const { instance } = member;
    const now = this.#account.clock.now();
    member.lifecycle = 'Terminating';
    const groups = group.settings.targetGroupArns.map((arn) => this.#account.elasticLoadBalancing.targetGroup(arn));
    const registered = groups.filter(({ targets }) => targets.has(instance.id));
    const activity = group.activities.add({
      id: this.#account.random.stream('auto-scaling.id').uuid(),
      description: `Terminating EC2 instance: ${instance.id}${registered.length > 0 ? ' - Waiting For ELB Connection Draining.' : ''}`,
      cause,
      startedAt: now,
      zone: instance.subnet.availabilityZone,
      subnetId: instance.subnet.id,
      status: registered.length > 0 ? 'WaitingForELBConnectionDraining' : 'InProgress',
      statusMessage: undefined,
      endedAt: undefined,
    });
    const drainedAt = Math.max(now, ...registered.map((target) => target.deregister(instance.id)));
    this.#account.clock.at(drainedAt, () => this.#end(group, member, activity));
    return activity;
  }

  #end(group: Group, member: Member, activity: Activity): void {
    const { instance } = member;
    group.members.delete(instance.id);
    this.#account.ec2.instances.terminate(instance.id);
    activity.status = 'Successful';
    activity.endedAt = this.#account.clock.now();
    publishActivity(this.#account, group, activity, { name: 'EC2 Instance Terminate Successful', instanceId: instance.id });
    this.#onGone(group);
  }
}

export function scaleInCause(group: Group, member: Member, now: number): string {
  const from = group.active().length;
  const time = activityTime(now);
  return `${group.cause}  At ${time} an instance was taken out of service in response to a difference between desired and actual capacity, shrinking the capacity from ${from} to ${from - 1}.  At ${time} instance ${member.instance.id} was selected for termination.`.trim();
}

export function healthCause(member: Member, now: number): string {
  return `At ${activityTime(now)} an instance was taken out of service in response to ${member.healthReason}.`;
}
