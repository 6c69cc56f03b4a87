import type { Account } from '../../kernel/account.ts';
import type { MetricSeries } from '../../services/cloudwatch/series.ts';
import { instanceType, type InstanceTypeInfo } from '../../services/ec2/instance-types.ts';
import type { Instance } from '../../services/ec2/instances.ts';
import { type CreditAccount, newCreditAccount, spendMinute } from './credits.ts';

interface Processor {
  readonly type: InstanceTypeInfo;
  readonly credits: CreditAccount;
  /** CPU of the last full minute in percent. */
  percent: number | undefined;
  /** Share of the vCPUs in use this minute, 0 to 1. */
  wanted: number;
  /** Readings since the last one that was published. */
  sum: number;
  count: number;
  readonly series: InstanceSeries;
}

interface InstanceSeries {
  readonly cpu: MetricSeries;
  readonly groupCpu: MetricSeries | undefined;
  readonly creditBalance: MetricSeries | undefined;
  readonly surplusBalance: MetricSeries | undefined;
}

/** What an instance uses without any request: system, agents, health checks. */
const idleShare = 0.02;
/** Half the width of the noise on readings, in percent points. */
const noisePercent = 0.6;
/** Credit metrics come every five minutes; so does the CPU of an instance without detailed monitoring (EC2 user guide). */
const basicPeriodMinutes = 5;

/** The processors of every running instance: how busy they are, and their CPU credits. */
export class Processors {
  readonly #account: Account;
  readonly #processors = new Map<string, Processor>();
  #isListening = false;
  /** Surplus credits that were billed, in vCPU-hours. */
  #chargedVCpuHours = 0;

  constructor(account: Account) {
    this.#account = account;
  }

  /** CPU of the last full minute in percent, or undefined before there is one. */
  percent(instanceId: string): number | undefined {
    return this.#processors.get(instanceId)?.percent;
  }

  creditsOf(instanceId: string): Readonly<CreditAccount> | undefined {
    return this.#processors.get(instanceId)?.credits;
  }

  /** Billed surplus credits until now, in vCPU-hours: charged ones, and those owed by instances that ended. */
  chargedVCpuHours(): number {
    let credits = 0;
    for (const processor of this.#processors.values()) credits += processor.credits.charged;
    return this.#chargedVCpuHours + credits / 60;
  }

  /** Wants a share of the vCPUs of an instance for this minute, and gives the share that it gets. */
  use(instance: Instance, share: number): number {
    const processor = this.#find(instance);
    processor.wanted += share;
    const { credits } = processor.type;
    if (credits === undefined || instance.credits !== 'standard') return share;
    return Math.min(share, (processor.credits.balance + credits.earnedPerHour / 60) / processor.type.vCpus);
  }

  /** Ends the minute that begins at `minute` (whole minutes since the epoch). */
  endMinute(minute: number): void {
    const random = this.#account.random.stream('shop.cpu');
    for (const instance of this.#account.ec2.instances.all()) {
      if (instance.state !== 'running') continue;
      const processor = this.#find(instance);
      const wanted = Math.min(1, processor.wanted + idleShare);
      const used = spendMinute(processor.credits, processor.type, instance.credits ?? 'unlimited', wanted);
      processor.percent = Math.min(100, Math.max(0, used * 100 + random.between(-noisePercent, noisePercent)));
      processor.wanted = 0;
      processor.sum += processor.percent;
      processor.count += 1;
      publish(processor, instance.detailedMonitoring, minute);
    }
  }

  #find(instance: Instance): Processor {
    let processor = this.#processors.get(instance.id);
    if (processor === undefined) {
      this.#listen();
      const type = instanceType(instance.type);
      processor = { type, credits: newCreditAccount(), percent: undefined, wanted: 0, sum: 0, count: 0, series: this.#seriesOf(instance, type) };
      this.#processors.set(instance.id, processor);
    }
    return processor;
  }

  #listen(): void {
    if (this.#isListening) return;
    this.#isListening = true;
    this.#account.ec2.instances.onEnd((instance) => this.#end(instance));
  }

  /** Surplus that was not paid back is billed when the instance ends. */
  #end(instance: Instance): void {
    const processor = this.#processors.get(instance.id);
    if (processor === undefined) return;
    this.#chargedVCpuHours += (processor.credits.charged + processor.credits.surplus) / 60;
    this.#processors.delete(instance.id);
  }

  #seriesOf(instance: Instance, type: InstanceTypeInfo): InstanceSeries {
    const one = { InstanceId: instance.id };
    const group = instance.tags['aws:autoscaling:groupName'];
    const series = (metricName: string, dimensions: Record<string, string>): MetricSeries => this.#account.cloudWatch.series({ namespace: 'AWS/EC2', metricName, dimensions });
    const isBurstable = type.credits !== undefined;
    return {
      cpu: series('CPUUtilization', one),
      groupCpu: group === undefined ? undefined : series('CPUUtilization', { AutoScalingGroupName: group }),
      creditBalance: isBurstable ? series('CPUCreditBalance', one) : undefined,
      surplusBalance: isBurstable ? series('CPUSurplusCreditBalance', one) : undefined,
    };
  }
}

function publish(processor: Processor, isDetailed: boolean, minute: number): void {
  const isFifth = (minute + 1) % basicPeriodMinutes === 0;
  const { cpu, creditBalance, groupCpu, surplusBalance } = processor.series;
  const periodStart = minute + 1 - basicPeriodMinutes;
  if (isDetailed || isFifth) {
    const at = isDetailed ? minute : periodStart;
    const value = processor.sum / processor.count;
    cpu.add(at, value);
    groupCpu?.add(at, value);
    processor.sum = 0;
    processor.count = 0;
  }
  if (!isFifth) return;
  creditBalance?.add(periodStart, processor.credits.balance);
  surplusBalance?.add(periodStart, processor.credits.surplus);
}
