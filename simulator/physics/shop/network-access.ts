import type { Account } from '../../kernel/account.ts';
import type { AccessChange } from '../../services/ec2/access-changes.ts';
import type { Instance } from '../../services/ec2/instances.ts';
import { type Endpoint, isOpen } from '../../services/ec2/reachability.ts';
import type { TargetGroup } from '../../services/elastic-load-balancing/target-group.ts';
import type { Database } from '../../services/rds.ts';

/** What is known of one instance, by question. */
type Answers = Map<string, boolean>;

/**
 * Whether load balancers reach instances, and instances their databases, as far as security groups let them. Worked
 * out when groups change and then remembered: the shop asks every minute, for months.
 */
export class NetworkAccess {
  readonly #account: Account;
  readonly #answers = new Map<string, Answers>();

  constructor(account: Account) {
    this.#account = account;
    account.ec2.accessChanges.subscribe((change) => this.#follow(change));
    account.rds.onChange(() => this.#follow({ kind: 'attachments' }));
    account.ec2.instances.onEnd(({ id }) => this.#answers.delete(id));
  }

  /** Whether health checks of a target group reach an instance. */
  isChecked(instance: Instance, group: TargetGroup): boolean {
    return this.#isReached(instance, group, checkPort(group));
  }

  /** Whether requests to a target group reach an instance. */
  isServed(instance: Instance, group: TargetGroup): boolean {
    return this.#isReached(instance, group, group.definition.port);
  }

  /** Whether an instance reaches every database of its VPC: which of them its pages need is not known. */
  reachesDatabases(instance: Instance): boolean {
    return this.#account.rds.databases.every((database) => this.#remember(instance, accessOf(database), () => this.#reachesDatabase(instance, database)));
  }

  #reachesDatabase(instance: Instance, database: Database): boolean {
    const { ec2, rds } = this.#account;
    const address = ec2.networkInterfaces.addressOf(database);
    if (address === undefined || rds.subnetOf(database)?.vpcId !== instance.subnet.vpcId) return true;
    const end = { groups: this.#groups(rds.securityGroupIdsOf(database)), blocks: [`${address}/32`] };
    return this.#isOpen(this.#instanceEnd(instance), end, database.definition.port);
  }

  /** A target group without a load balancer sends no checks: nothing keeps it from its targets. */
  #isReached(instance: Instance, group: TargetGroup, port: number): boolean {
    return this.#remember(instance, reachOf(group, port), () => {
      const { elasticLoadBalancing: elb } = this.#account;
      return elb.loadBalancersOf(group.definition.arn).every((arn) => {
        const balancer = elb.loadBalancer(arn);
        // Its nodes may have any address of their subnets.
        const end = { groups: this.#groups(balancer.securityGroupIds), blocks: balancer.subnets.map(({ cidrBlock }) => cidrBlock) };
        return this.#isOpen(end, this.#instanceEnd(instance), port);
      });
    });
  }

  #isOpen(from: Endpoint, to: Endpoint, port: number): boolean {
    return isOpen(from, to, port, (id) => this.#account.ec2.prefixLists.blocks(id));
  }

  #instanceEnd(instance: Instance): Endpoint {
    return { groups: this.#groups(instance.securityGroupIds), blocks: [`${instance.privateIpAddress}/32`] };
  }

  #groups(ids: readonly string[]): Endpoint['groups'] {
    const { securityGroups } = this.#account.ec2;
    return ids.filter((id) => securityGroups.has(id)).map((id) => securityGroups.find(id));
  }

  #remember(instance: Instance, question: string, workOut: () => boolean): boolean {
    let answers = this.#answers.get(instance.id);
    if (answers === undefined) {
      answers = new Map();
      this.#answers.set(instance.id, answers);
    }
    let answer = answers.get(question);
    if (answer === undefined) {
      answer = workOut();
      answers.set(question, answer);
    }
    return answer;
  }

  /** Works everything out anew for the targets there are, and tells those whose checks begin or cease to arrive. */
  #follow(change: AccessChange): void {
    if (change.kind === 'security-group' && !this.#isInUse(change.id)) return;
    const before = new Map(this.#answers);
    this.#answers.clear();
    const targets = [...this.#account.elasticLoadBalancing.targetGroups.values()].flatMap((group) =>
      [...group.targets.values()].map(({ instance }) => ({ group, instance, was: before.get(instance.id) })),
    );
    const flipped = targets.filter(({ group, instance, was }) => (was?.get(checkOf(group)) ?? this.isChecked(instance, group)) !== this.isChecked(instance, group));
    for (const { group, instance } of flipped) group.answeringChanged(instance.id);
    if (flipped.length > 0) this.#note('shop.targets-reach-changed', 'Load balancers reach', targets.filter(({ group, instance }) => this.isChecked(instance, group)).length, targets.length);
    this.#noteDatabases(targets);
  }

  #noteDatabases(targets: readonly { readonly instance: Instance; readonly was: Answers | undefined }[]): void {
    const { databases } = this.#account.rds;
    const reached = targets.filter(({ instance }) => this.reachesDatabases(instance)).length;
    const hasFlipped = targets.some(({ instance, was }) =>
      databases.some((database) => {
        const now = this.#answers.get(instance.id)?.get(accessOf(database));
        return now !== undefined && (was?.get(accessOf(database)) ?? now) !== now;
      }),
    );
    if (hasFlipped) this.#note('shop.databases-reach-changed', 'The database is reached by', reached, targets.length);
  }

  #note(kind: string, what: string, reached: number, all: number): void {
    this.#account.note(kind, `${what} ${reached} of ${all} instances, as security groups now are.`, { reached, all });
  }

  /** Whether anything of the shop has a group: a change of any other changes nothing. */
  #isInUse(groupId: string): boolean {
    const { ec2, elasticLoadBalancing, rds } = this.#account;
    return (
      ec2.instances.all().some(({ securityGroupIds }) => securityGroupIds.includes(groupId)) ||
      [...elasticLoadBalancing.loadBalancers.values()].some(({ securityGroupIds }) => securityGroupIds.includes(groupId)) ||
      rds.databases.some((database) => rds.securityGroupIdsOf(database).includes(groupId))
    );
  }
}

function checkPort({ definition }: TargetGroup): number {
  const { port } = definition.healthCheck;
  return port === 'traffic-port' ? definition.port : Number(port);
}

function checkOf(group: TargetGroup): string {
  return reachOf(group, checkPort(group));
}

function reachOf({ definition }: TargetGroup, port: number): string {
  return `${definition.arn}/${port}`;
}

/** A failover moves the primary to another subnet without a change of any group. */
function accessOf({ arn, availabilityZone }: Database): string {
  return `${arn}/${availabilityZone}`;
}
