import type { Account } from '../../kernel/account.ts';
import type { Cancel } from '../../kernel/clock.ts';
import type { Group, Member } from './group.ts';
import { type InstanceRefreshes } from './instance-refresh.ts';
import { launchCause, Launcher } from './launcher.ts';
import { countsByZone, nextToTerminate } from './placement.ts';
import { healthCause, scaleInCause, Terminator } from './terminator.ts';

/** A group acts some seconds after it was changed: AWS publishes no figure; seconds to half a minute is usual. */
const reactionSeconds = { low: 3, high: 15 };
/** Launches that fail are tried again, ever more slowly: AWS publishes no figure; in seconds. */
const retryDelaysSeconds = [30, 60, 120, 300];

/** Makes every group what it should be, whenever something gave it a reason to act. */
export class ControlLoop {
  readonly #account: Account;
  readonly #launcher: Launcher;
  readonly #terminator: Terminator;
  readonly #refreshes: InstanceRefreshes;
  readonly #steps = new Map<Group, { readonly at: number; readonly cancel: Cancel }>();

  constructor(account: Account, refreshes: InstanceRefreshes) {
    this.#account = account;
    this.#refreshes = refreshes;
    this.#launcher = new Launcher(account, (group) => this.#onProgress(group));
    this.#terminator = new Terminator(account, (group) => this.wake(group));
  }

  /** Lets the group act within some seconds, or earlier if it was to do so anyway. */
  wake(group: Group): void {
    this.#wakeAfter(group, this.#account.random.stream('auto-scaling.reaction').between(reactionSeconds.low, reactionSeconds.high));
  }

  /** To be called once a minute: zones are evened out when nothing else is going on. */
  everyMinute(group: Group): void {
    this.#rebalance(group);
    if (this.#refreshes.isActive(group)) this.wake(group);
  }

  terminateNow(group: Group, member: Member, cause: string): ReturnType<Terminator['terminate']> {
    const activity = this.#terminator.terminate(group, member, cause);
    this.wake(group);
    return activity;
  }

  #wakeAfter(group: Group, seconds: number): void {
    const at = this.#account.clock.now() + Math.round(seconds * 1000);
    const planned = this.#steps.get(group);
    if (planned !== undefined && planned.at <= at) return;
    planned?.cancel();
    const cancel = this.#account.clock.at(at, () => {
      this.#steps.delete(group);
      this.#step(group);
    });
    this.#steps.set(group, { at, cancel });
  }

  #step(group: Group): void {
    this.#replaceUnhealthy(group);
    this.#launchMissing(group);
    this.#terminateExcess(group);
    this.#refresh(group);
  }

  #replaceUnhealthy(group: Group): void {
    if (group.isSuspended('ReplaceUnhealthy') || group.isSuspended('Terminate')) return;
    const unhealthy = group.inService().filter(({ health }) => health === 'Unhealthy');
    for (const member of unhealthy) this.#terminator.terminate(group, member, healthCause(member, this.#account.clock.now()));
    const [first] = unhealthy;
    if (first === undefined) return;
    this.#account.note('auto-scaling.unhealthy-replaced', `${group.name}: ${unhealthy.length} unhealthy instance(s) are replaced (${first.healthReason}).`, { group: group.name, count: unhealthy.length });
  }

  #launchMissing(group: Group): void {
    const missing = group.desired - group.active().length;
    if (missing <= 0 || group.isSuspended('Launch')) return;
    const launched = this.#launcher.launch(group, missing, { cause: launchCause(group, this.#account.clock.now(), missing) });
    if (launched === missing) {
      group.failedAttempts = 0;
      return;
    }
    const delay = retryDelaysSeconds[Math.min(group.failedAttempts, retryDelaysSeconds.length - 1)] ?? 300;
    group.failedAttempts = launched > 0 ? 0 : group.failedAttempts + 1;
    this.#wakeAfter(group, delay);
  }

  #terminateExcess(group: Group): void {
    if (group.isSuspended('Terminate')) return;
    const now = this.#account.clock.now();
    const awaited = group.active().filter(({ isRebalancing, lifecycle }) => isRebalancing && lifecycle === 'Pending').length;
    const excess = group.active().length - awaited - group.desired;
    let ended = 0;
    for (; ended < excess; ended += 1) {
      const member = nextToTerminate(group, now);
      if (member === undefined) break;
      this.#terminator.terminate(group, member, scaleInCause(group, member, now));
    }
    if (ended === 0) return;
    group.reached = group.desired;
    this.#account.note('auto-scaling.terminating', `${group.name}: ${ended} instance(s) leave; the desired capacity is ${group.desired}.`, { group: group.name, ended, desired: group.desired });
  }

  /** A new instance in the smallest zone first, then one fewer in the largest (guide, "Rebalancing activities"). */
  #rebalance(group: Group): void {
    if (group.isSuspended('AZRebalance') || group.isSuspended('Launch') || group.isSuspended('Terminate')) return;
    if (group.members.size === 0 || this.#refreshes.isActive(group)) return;
    const sizes = [...countsByZone(group)];
    const counts = sizes.map(([, count]) => count);
    const smallest = Math.min(...counts);
    if (Math.max(...counts) - smallest < 2) return;
    const isSettled = group.inService().length === group.desired && group.members.size === group.desired;
    const [zone] = sizes.find(([, count]) => count === smallest) ?? [''];
    if (!isSettled || !this.#canLaunchIn(group, zone)) return;
    const cause = 'An instance was launched to aid in balancing the group\'s zones.';
    this.#launcher.launch(group, 1, { cause, isRebalancing: true });
  }

  #canLaunchIn(group: Group, zone: string): boolean {
    const { launch } = group.settings;
    const template = this.#account.ec2.launchTemplate({ id: launch.templateId });
    const types = launch.types.length > 0 ? launch.types : [template.versions.at(-1)?.data.instanceType ?? ''];
    return types.some((type) => this.#account.ec2.instances.refusal(type, zone) === undefined);
  }

  #refresh(group: Group): void {
    for (const member of this.#refreshes.nextToReplace(group)) {
      this.#terminator.terminate(group, member, `At ${new Date(this.#account.clock.now()).toISOString()} an instance was taken out of service in response to an instance refresh.`);
      this.wake(group);
    }
  }

  #onProgress(group: Group): void {
    const inService = group.inService().length;
    if (inService === group.desired && group.reached !== group.desired) {
      group.reached = group.desired;
      this.#account.note('auto-scaling.in-service', `${group.name}: ${inService} of ${group.desired} instances are in service.`, { group: group.name, inService });
    }
    if (inService > group.desired) this.wake(group);
  }
}
