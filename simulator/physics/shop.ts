import type { Account } from '../kernel/account.ts';
import { NotModelledError } from '../kernel/aws-error.ts';
import type { Instance } from '../services/ec2/instances.ts';
import type { LoadBalancer } from '../services/elastic-load-balancing/load-balancer.ts';
import type { Target, TargetGroup } from '../services/elastic-load-balancing/target-group.ts';
import { BalancerMetrics, countTargets } from './shop/balancer-metrics.ts';
import { DatabaseOutages } from './shop/database-outages.ts';
import { type Capacity, divideLoad, type GroupLoad } from './shop/load.ts';
import { NetworkAccess } from './shop/network-access.ts';
import { Processors } from './shop/processors.ts';

/** One minute of the shop. */
export interface ShopSample {
  /** Beginning of the minute, epoch milliseconds. */
  readonly at: number;
  readonly requestsPerSecond: number;
  /** Healthy targets at its end, like the three sizes below. */
  readonly healthy: number;
  readonly inService: number;
  readonly desired: number;
  readonly minSize: number;
  /** Requests of that minute that were not served. */
  readonly refused: number;
}

interface Application {
  /** Epoch milliseconds from which it answers; `Infinity` if it never will. */
  readonly startsAt: number;
  isBroken: boolean;
}

const minuteMilliseconds = 60_000;
/** About 200 days of minutes; then the older half is dropped. */
const maximumSamples = 288_000;

/**
 * The shop itself: who visits it, what its instances can serve, and what became of the requests. Once a minute
 * the load of that minute is divided over the targets; CPU, metrics, alarms and scaling follow from it.
 */
export class Shop {
  /** Requests a second at an instant (epoch milliseconds), over all internet-facing load balancers. A scenario sets it. */
  visitors: (at: number) => number = () => 0;
  /** Requests a second that an instance of a type serves with its vCPUs at 100 %. A scenario sets it. */
  servesRequestsPerSecond: Readonly<Record<string, number>> = {};
  /** From launch until the application answers, in seconds; drawn for each instance. */
  bootSeconds: { readonly low: number; readonly high: number } = { low: 45, high: 110 };
  /** Response time without load, in seconds. */
  baseResponseSeconds = 0.08;
  /** False while a release is rolled out that never starts: instances launched meanwhile never answer. */
  doesReleaseStart = true;

  /** Requests since the beginning. */
  served = 0;
  refused = 0;
  /** Minutes with visitors and not one healthy target. */
  minutesWithoutHealthyCapacity = 0;
  /** The latest minutes, oldest first. */
  readonly samples: ShopSample[] = [];

  readonly #account: Account;
  readonly #applications = new Map<string, Application>();
  readonly #processors: Processors;
  readonly #metrics: BalancerMetrics;
  readonly #access: NetworkAccess;
  readonly #outages: DatabaseOutages;
  #isKeepingTime = false;

  constructor(account: Account) {
    this.#account = account;
    this.#processors = new Processors(account);
    this.#metrics = new BalancerMetrics(account);
    this.#access = new NetworkAccess(account);
    this.#outages = new DatabaseOutages(account);
  }

  /** Starts the minutes: load, metrics, alarms and scaling, in this order. Calling it again does nothing. */
  keepTime(): void {
    if (this.#isKeepingTime) return;
    this.#isKeepingTime = true;
    this.#account.clock.every(minuteMilliseconds, () => this.#endMinute());
  }

  /** To be called for every instance that is launched to serve the shop. */
  boot(instance: Instance): void {
    const { low, high } = this.bootSeconds;
    const seconds = this.#account.random.stream('shop.boot').between(low, high);
    const startsAt = this.doesReleaseStart ? Math.max(instance.runsAt, instance.launchedAt + Math.round(seconds * 1000)) : Infinity;
    this.#applications.set(instance.id, { startsAt, isBroken: false });
  }

  /** Epoch milliseconds from which an instance answers the checks of a target group; `Infinity` if it does not. */
  answersAt(instance: Instance, group: TargetGroup): number {
    return this.isReached(instance, group) ? this.#startsAt(instance.id) : Infinity;
  }

  /** Whether the checks of a target group reach an instance, as far as security groups let them. */
  isReached(instance: Instance, group: TargetGroup): boolean {
    return this.#access.isChecked(instance, group);
  }

  /** The application of an instance stops answering. */
  breakInstance(instanceId: string): void {
    this.#setBroken(instanceId, true);
  }

  repairInstance(instanceId: string): void {
    this.#setBroken(instanceId, false);
  }

  /** CPU of an instance over the last full minute in percent, or undefined before there is one. */
  cpuPercent(instanceId: string): number | undefined {
    return this.#processors.percent(instanceId);
  }

  /** CPU credits of a burstable instance: `{ balance, surplus, charged }`. */
  creditsOf(instanceId: string): ReturnType<Processors['creditsOf']> {
    return this.#processors.creditsOf(instanceId);
  }

  /** Billed instance-hours until now, by type. */
  instanceHours(): Record<string, number> {
    return this.#account.ec2.instanceHours();
  }

  /** Billed surplus CPU credits until now, in vCPU-hours. */
  surplusVCpuHours(): number {
    return this.#processors.chargedVCpuHours();
  }

  #startsAt(instanceId: string): number {
    const application = this.#applications.get(instanceId);
    if (application === undefined) return -Infinity;
    return application.isBroken ? Infinity : application.startsAt;
  }

  #setBroken(instanceId: string, isBroken: boolean): void {
    const application = this.#applications.get(instanceId);
    if (application === undefined) throw new NotModelledError(`No application runs on ${instanceId}.`);
    application.isBroken = isBroken;
    this.#account.elasticLoadBalancing.answeringChanged(instanceId);
  }

  #endMinute(): void {
    const now = this.#account.clock.now();
    const minute = Math.round(now / minuteMilliseconds) - 1;
    const requestsPerSecond = Math.max(0, this.visitors(now - minuteMilliseconds / 2));
    const loads = this.#divide(minute, requestsPerSecond);
    this.#outages.forget(now);
    this.#processors.endMinute(minute);
    this.#sample(minute, requestsPerSecond, loads);
    this.#account.autoScaling.everyMinute();
    this.#account.cloudWatch.alarms.evaluate();
  }

  /** Visitors are spread evenly over the load balancers that face the internet. */
  #divide(minute: number, requestsPerSecond: number): GroupLoad[] {
    const balancers = [...this.#account.elasticLoadBalancing.loadBalancers.values()].filter(({ scheme }) => scheme === 'internet-facing');
    return balancers.flatMap((balancer) => {
      const loads = this.#loadsOf(balancer, requestsPerSecond / balancers.length);
      this.#metrics.record(minute, balancer, loads);
      return loads;
    });
  }

  #loadsOf(balancer: LoadBalancer, requestsPerSecond: number): GroupLoad[] {
    const traffic = this.#account.elasticLoadBalancing.trafficOf(balancer.arn);
    const weights = traffic.reduce((sum, { weight }) => sum + weight, 0);
    return traffic.map(({ group, weight }) =>
      divideLoad(group, weights === 0 ? 0 : (requestsPerSecond * weight) / weights, {
        baseResponseSeconds: this.baseResponseSeconds,
        capacityOf: (target) => this.#capacityOf(target, group, requestsPerSecond > 0),
        use: ({ instance }, share) => this.#processors.use(instance, share),
      }),
    );
  }

  /** Targets are those of the minute's end, so that is when they must answer; a database that comes back counts from when it does. */
  #capacityOf({ instance }: Target, group: TargetGroup, hasVisitors: boolean): Capacity {
    const now = this.#account.clock.now();
    const isUp = instance.state === 'running' && this.#startsAt(instance.id) <= now;
    return {
      requestsPerSecond: hasVisitors ? this.#servesOf(instance.type) : 1,
      isAnswering: isUp && this.#access.isServed(instance, group),
      databaseShare: this.#access.reachesDatabases(instance) ? this.#outages.servedShare(instance, now - minuteMilliseconds, now) : 0,
    };
  }

  #servesOf(type: string): number {
    const capacity = this.servesRequestsPerSecond[type];
    if (capacity === undefined) throw new NotModelledError(`The scenario does not say how many requests a second a ${type} serves.`);
    return capacity;
  }

  #sample(minute: number, requestsPerSecond: number, loads: readonly GroupLoad[]): void {
    const { groups } = this.#account.autoScaling;
    const refused = loads.reduce((sum, load) => sum + load.refusedByTargets + load.refusedByBalancer, 0);
    const healthy = loads.reduce((sum, { group }) => sum + countTargets(group, 'healthy'), 0);
    this.served += loads.reduce((sum, load) => sum + load.served, 0);
    this.refused += refused;
    if (requestsPerSecond > 0 && loads.length > 0 && healthy === 0) this.minutesWithoutHealthyCapacity += 1;
    if (this.samples.length >= maximumSamples) this.samples.splice(0, maximumSamples / 2);
    this.samples.push({
      at: minute * minuteMilliseconds,
      requestsPerSecond,
      healthy,
      inService: groups.reduce((sum, group) => sum + group.count('InService'), 0),
      desired: groups.reduce((sum, { desired }) => sum + desired, 0),
      minSize: groups.reduce((sum, { min }) => sum + min, 0),
      refused,
    });
  }
}
