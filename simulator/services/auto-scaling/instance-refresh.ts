import type { InstanceRefresh as RefreshDescription, StartInstanceRefreshCommandInput } from '@aws-sdk/client-auto-scaling';
import type { Account } from '../../kernel/account.ts';
import { AwsError, NotModelledError } from '../../kernel/aws-error.ts';
import { versionNumber } from '../ec2/launch-templates.ts';
import type { Group, Member } from './group.ts';

interface Refresh {
  readonly id: string;
  readonly startedAt: number;
  readonly minHealthyPercentage: number;
  readonly warmupSeconds: number;
  readonly skipMatching: boolean;
  readonly total: number;
  status: 'InProgress' | 'Successful';
  endedAt: number | undefined;
}

const modelledPreferences = new Set(['MinHealthyPercentage', 'InstanceWarmup', 'SkipMatching']);

/** Rolling instance refreshes, which end instances first and let the group launch what is then missing. */
export class InstanceRefreshes {
  readonly #account: Account;
  readonly #refreshes = new Map<Group, Refresh[]>();

  constructor(account: Account) {
    this.#account = account;
  }

  isActive(group: Group): boolean {
    return this.#active(group) !== undefined;
  }

  start(group: Group, input: StartInstanceRefreshCommandInput): string {
    if (this.isActive(group)) {
      throw new AwsError('InstanceRefreshInProgressFault', 'An Instance Refresh is already in progress and blocks the execution of this Instance Refresh.');
    }
    if (input.DesiredConfiguration !== undefined || (input.Strategy ?? 'Rolling') !== 'Rolling') {
      throw new NotModelledError('DesiredConfiguration and strategies other than Rolling of StartInstanceRefresh are not modelled.');
    }
    const other = Object.keys(input.Preferences ?? {}).find((name) => !modelledPreferences.has(name));
    if (other !== undefined) throw new NotModelledError(`The preference ${other} of StartInstanceRefresh is not modelled.`);
    const refresh: Refresh = {
      id: this.#account.random.stream('auto-scaling.id').uuid(),
      startedAt: this.#account.clock.now(),
      minHealthyPercentage: input.Preferences?.MinHealthyPercentage ?? 90,
      warmupSeconds: input.Preferences?.InstanceWarmup ?? group.warmupSeconds,
      skipMatching: input.Preferences?.SkipMatching ?? false,
      total: group.active().length,
      status: 'InProgress',
      endedAt: undefined,
    };
    this.#refreshes.set(group, [refresh, ...(this.#refreshes.get(group) ?? [])]);
    this.#account.note('auto-scaling.refresh-started', `${group.name}: an instance refresh began.`, { group: group.name });
    return refresh.id;
  }

  /** The instances to end now, so that the minimum healthy percentage holds. Ends the refresh when none is left. */
  nextToReplace(group: Group): readonly Member[] {
    const refresh = this.#active(group);
    if (refresh === undefined || group.isSuspended('InstanceRefresh') || group.isSuspended('Terminate') || group.isSuspended('Launch')) return [];
    const now = this.#account.clock.now();
    const outdated = this.#outdated(group, refresh);
    const ready = group.inService().filter((member) => member.health === 'Healthy' && this.#isWarm(member, refresh, now));
    if (outdated.length === 0) {
      if (ready.length >= group.desired) this.#finish(group, refresh);
      return [];
    }
    // If the percentage leaves no instance to spare, one is replaced at a time (guide, "Instance refresh limits").
    const spare = Math.max(1, group.desired - Math.ceil((group.desired * refresh.minHealthyPercentage) / 100));
    const room = spare - (group.desired - ready.length);
    return outdated.filter(({ lifecycle }) => lifecycle === 'InService').slice(0, Math.max(0, room));
  }

  describe(group: Group): RefreshDescription[] {
    return (this.#refreshes.get(group) ?? []).map((refresh) => {
      const left = refresh.status === 'InProgress' ? this.#outdated(group, refresh).length : 0;
      return {
        InstanceRefreshId: refresh.id,
        AutoScalingGroupName: group.name,
        Status: refresh.status,
        StartTime: new Date(refresh.startedAt),
        ...(refresh.endedAt === undefined ? {} : { EndTime: new Date(refresh.endedAt) }),
        PercentageComplete: refresh.total === 0 ? 100 : Math.floor(((refresh.total - left) / refresh.total) * 100),
        InstancesToUpdate: left,
        Preferences: { MinHealthyPercentage: refresh.minHealthyPercentage, InstanceWarmup: refresh.warmupSeconds, SkipMatching: refresh.skipMatching },
        Strategy: 'Rolling',
      };
    });
  }

  #active(group: Group): Refresh | undefined {
    return this.#refreshes.get(group)?.find(({ status }) => status === 'InProgress');
  }

  #outdated(group: Group, refresh: Refresh): Member[] {
    const { launch } = group.settings;
    const current = versionNumber(this.#account.ec2.launchTemplate({ id: launch.templateId }), launch.version);
    const matches = (member: Member): boolean => member.templateId === launch.templateId && member.templateVersion === current;
    return group.active().filter((member) => member.instance.launchedAt < refresh.startedAt && !(refresh.skipMatching && matches(member)));
  }

  /** An instance from before counts at once; a new one when it answers its health checks and is warm. */
  #isWarm(member: Member, refresh: Refresh, now: number): boolean {
    if (member.instance.launchedAt < refresh.startedAt) return true;
    return now >= member.inServiceAt + refresh.warmupSeconds * 1000;
  }

  #finish(group: Group, refresh: Refresh): void {
    refresh.status = 'Successful';
    refresh.endedAt = this.#account.clock.now();
    this.#account.note('auto-scaling.refresh-finished', `${group.name}: the instance refresh ended.`, { group: group.name });
  }
}
