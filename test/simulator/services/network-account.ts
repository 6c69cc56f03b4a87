import { Account } from '../../../simulator/kernel/account.ts';
import { VirtualClock } from '../../../simulator/kernel/clock.ts';
import type { Principal } from '../../../simulator/kernel/principal.ts';
import type { SecurityGroup, Vpc } from '../../../simulator/services/ec2/network.ts';
import { someone } from './shop-account.ts';

/** An account with a VPC and nothing in it. */
export class NetworkAccount {
  readonly clock = VirtualClock.detached(Date.parse('2026-01-05T00:00:00Z'));
  readonly account = new Account({ clock: this.clock });
  readonly vpc: Vpc;

  constructor(options: { readonly isDefault?: boolean } = {}) {
    this.vpc = this.account.ec2.createVpc('10.0.0.0/16', {}, options);
  }

  /** An empty group, of the VPC unless another is named. */
  group(name = 'app', { vpcId = this.vpc.id, tags = {} }: { readonly vpcId?: string; readonly tags?: Readonly<Record<string, string>> } = {}): SecurityGroup {
    return this.account.ec2.securityGroups.create({ name, description: name, vpcId, tags });
  }

  /** Calls an operation of EC2; no time passes. */
  call<T = Record<string, unknown>>(operation: string, input: unknown, principal: Principal = someone): Promise<T> {
    return this.account.call({ principal, sdkId: 'EC2', operation, input }) as Promise<T>;
  }

  /** Every item of a listing, page by page. */
  async all<T>(operation: string, member: string, input: Record<string, unknown> = {}): Promise<{ readonly items: T[]; readonly pages: number }> {
    const items: T[] = [];
    let pages = 0;
    let NextToken: string | undefined;
    do {
      const answer: Record<string, unknown> = await this.call(operation, { ...input, NextToken });
      items.push(...(answer[member] as T[]));
      NextToken = answer['NextToken'] as string | undefined;
      pages += 1;
    } while (NextToken !== undefined);
    return { items, pages };
  }

  /** A session of a new role that may do `actions` on `resource` under a condition. */
  role(actions: readonly string[], resource: string | readonly string[] = '*', condition?: Record<string, Record<string, unknown>>): Principal {
    const name = `Role${this.account.iam.roles.length}`;
    const { arn } = this.account.iam.putRole({
      name,
      stackName: 'Stack',
      trust: { Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' } },
    });
    this.account.iam.putRolePolicy(name, 'Allowed', { Statement: { Effect: 'Allow', Action: actions, Resource: resource, ...(condition === undefined ? {} : { Condition: condition }) } });
    return { kind: 'role', roleArn: arn, session: 'test' };
  }

  arn(resource: string): string {
    return this.account.arn('ec2', resource);
  }
}

/** `IpPermissions` of one TCP port from CIDR blocks. */
export function fromBlocks(port: number, ...blocks: string[]): object[] {
  return [{ IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: blocks.map((CidrIp) => ({ CidrIp })) }];
}
