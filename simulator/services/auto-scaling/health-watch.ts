import type { Account } from '../../kernel/account.ts';
import type { Group, Member } from './group.ts';

/** EC2's own status checks are noticed within about two minutes; in seconds. */
const ec2CheckSeconds = { low: 30, high: 120 };

/** Finds members of groups unhealthy, from EC2 and from target groups, and has them replaced. */
export class HealthWatch {
  readonly #account: Account;
  readonly #wake: (group: Group) => void;
  #isListening = false;

  constructor(account: Account, wake: (group: Group) => void) {
    this.#account = account;
    this.#wake = wake;
  }

  /** Listens for instances that end without the group's doing. */
  start(): void {
    if (this.#isListening) return;
    this.#isListening = true;
    this.#account.ec2.instances.onEnd(({ id }) => {
      const seconds = this.#account.random.stream('auto-scaling.health').between(ec2CheckSeconds.low, ec2CheckSeconds.high);
      for (const group of this.#account.autoScaling.groups) {
        if (group.members.get(id) === undefined) continue;
        this.#account.clock.at(this.#account.clock.now() + Math.round(seconds * 1000), () => this.recheck(group));
      }
    });
  }

  /** A target group found an instance unhealthy: within the grace period that is looked at again when it ends. */
  targetFailed(instanceId: string, groups: readonly Group[]): void {
    for (const group of groups) {
      const member = group.members.get(instanceId);
      if (member === undefined) continue;
      const graceEndsAt = this.#graceEndsAt(group, member);
      if (this.#account.clock.now() < graceEndsAt) this.#account.clock.at(graceEndsAt, () => this.recheck(group));
      else this.recheck(group);
    }
  }

  /** Looks at every member as health checks would now. */
  recheck(group: Group): void {
    if (group.isSuspended('HealthCheck')) return;
    for (const member of group.members.values()) {
      if (member.lifecycle === 'Terminating' || member.health === 'Unhealthy') continue;
      if (member.instance.terminatedAt !== undefined) {
        this.condemn(group, member, 'an EC2 health check indicating it has been terminated or stopped');
      } else if (this.#isFailingBehindLoadBalancer(group, member)) {
        this.condemn(group, member, 'an ELB system health check failure');
      }
    }
  }

  /** Marks a member unhealthy; the group replaces it unless that is suspended. */
  condemn(group: Group, member: Member, reason: string): void {
    if (member.lifecycle === 'Terminating') return;
    // A pending instance that is already gone never gets into service by itself.
    if (member.instance.terminatedAt !== undefined) member.lifecycle = 'InService';
    member.health = 'Unhealthy';
    member.healthReason = reason;
    this.#wake(group);
  }

  #isFailingBehindLoadBalancer(group: Group, member: Member): boolean {
    if (!group.settings.healthCheckType.split(',').includes('ELB')) return false;
    if (member.lifecycle !== 'InService' || this.#account.clock.now() < this.#graceEndsAt(group, member)) return false;
    return group.settings.targetGroupArns.some(
      (arn) => this.#account.elasticLoadBalancing.targetGroup(arn).targets.get(member.instance.id)?.state === 'unhealthy',
    );
  }

  #graceEndsAt(group: Group, member: Member): number {
    return member.inServiceAt + group.settings.gracePeriodSeconds * 1000;
  }
}
