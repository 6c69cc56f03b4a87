import { Account } from '../../../simulator/kernel/account.ts';
import type { PolicyDocument } from '../../../simulator/kernel/authorisation.ts';
import { runAs } from '../../../simulator/kernel/caller.ts';
import { VirtualClock } from '../../../simulator/kernel/clock.ts';
import type { Principal } from '../../../simulator/kernel/principal.ts';
import type { CostExplorerPrices } from '../../../simulator/services/cost-explorer.ts';
import type { Instance } from '../../../simulator/services/ec2/instances.ts';
import { parseLaunchTemplateData } from '../../../simulator/services/ec2/launch-templates.ts';
import { someone } from './fake-account.ts';
import { shopDatabase } from './rds/database-account.ts';

export const startsAt = Date.parse('2027-01-06T00:00:00Z');
export const hour = 3_600_000;
export const day = 24 * hour;

/** Options of every client; the Region is one where Cost Explorer is not. */
export const configuration = { region: 'eu-west-3', credentials: { accessKeyId: 'none', secretAccessKey: 'none' } };

/** Round figures, so that a test can reckon by hand. A term has 8,760 hours a year. */
export const prices: CostExplorerPrices = {
  instancesPerHour: { 't3.medium': 0.05, 'c5.large': 0.1 },
  multiAzDatabasesPerHour: { postgres: { 'db.m6g.large': 0.4 } },
  offers: [
    { kind: 'ec2-reserved-instance', for: 't3.medium', years: 1, payment: 'no-upfront', upfrontUsd: 0, perHour: 0.03 },
    { kind: 'ec2-reserved-instance', for: 't3.medium', years: 1, payment: 'all-upfront', upfrontUsd: 0.028 * 8760, perHour: 0 },
    { kind: 'ec2-instance-savings-plan', for: 't3.medium', years: 1, payment: 'no-upfront', upfrontUsd: 0, perHour: 0.032 },
    { kind: 'compute-savings-plan', for: 't3.medium', years: 1, payment: 'no-upfront', upfrontUsd: 0, perHour: 0.036 },
    { kind: 'compute-savings-plan', for: 'c5.large', years: 1, payment: 'no-upfront', upfrontUsd: 0, perHour: 0.08 },
    { kind: 'rds-reserved-instance', for: 'db.m6g.large', engine: 'postgres', years: 1, payment: 'no-upfront', upfrontUsd: 0, perHour: 0.3 },
  ],
};

/** An account with a network, in which instances are launched and end without any group. */
export class CostAccount {
  readonly clock = VirtualClock.detached(startsAt);
  readonly account = new Account({ clock: this.clock });

  /** Cost Explorer has been on for a year, and knows prices. */
  static withCostExplorer(): CostAccount {
    const cost = new CostAccount();
    cost.account.costExplorer.enable({ at: startsAt - 365 * day });
    cost.account.costExplorer.prices = prices;
    return cost;
  }

  constructor() {
    this.account.serviceQuotas.set('ec2', 'L-1216C47A', 256);
  }

  launch(type: string, count: number): Instance[] {
    const { ec2 } = this.account;
    const vpc = [...ec2.vpcs.values()][0] ?? ec2.createVpc('10.0.0.0/16', {});
    const subnet =
      [...ec2.subnets.values()][0] ?? ec2.createSubnet({ vpcId: vpc.id, cidrBlock: '10.0.0.0/20', availabilityZone: 'eu-west-3a', mapPublicIpOnLaunch: false, tags: {} });
    const template = parseLaunchTemplateData({ InstanceType: type, ImageId: 'ami-0123456789abcdef0' });
    return Array.from({ length: count }, () => ec2.instances.launch({ type, subnet, template, tags: {} }));
  }

  end(instances: readonly Instance[]): void {
    for (const { id } of instances) this.account.ec2.instances.terminate(id);
  }

  putDatabase(change: Partial<typeof shopDatabase> = {}): void {
    this.account.rds.putDatabase({ ...shopDatabase, ...change });
  }

  async after(milliseconds: number): Promise<void> {
    await this.clock.runUntil(this.clock.now() + milliseconds);
  }

  /** A role with one policy. */
  role(document: PolicyDocument): Principal {
    const trust = { Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' } } as const;
    const { arn: roleArn } = this.account.iam.putRole({ name: 'Caller', trust });
    this.account.iam.putRolePolicy('Caller', 'Policy', document);
    return { kind: 'role', roleArn, session: 'test' };
  }

  /** Runs code with the SDK's own clients as somebody's session. */
  as<T>(principal: Principal, code: () => Promise<T>): Promise<T> {
    let index = 0;
    const caller = { account: this.account, principal, name: 'test', environment: {}, print: () => {}, isGone: () => false, nextCallIndex: () => index++ };
    return this.clock.runWhilePending(runAs(caller, code));
  }

  asSomeone<T>(code: () => Promise<T>): Promise<T> {
    return this.as(someone, code);
  }
}
