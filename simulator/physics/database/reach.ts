import type { Account } from '../../kernel/account.ts';
import { NotModelledError } from '../../kernel/aws-error.ts';
import { addressIn, type SecurityGroup } from '../../services/ec2/network.ts';
import { isOpen } from '../../services/ec2/reachability.ts';
import type { FunctionNetwork } from '../../services/lambda.ts';
import type { Database } from '../../services/rds.ts';

/** Whether security groups let code in a network reach an address of a database. Code outside of its VPC does not. */
export function isReached(account: Account, from: FunctionNetwork | undefined, database: Database, address: string): boolean {
  const { ec2, rds } = account;
  if (database.definition.isPubliclyAccessible) throw new NotModelledError(`The database ${database.definition.id} is publicly accessible, which is not modelled.`);
  const home = rds.subnetOf(database);
  if (home === undefined) throw new NotModelledError(`The database ${database.definition.id} is in no known subnet: nothing can connect to it.`);
  if (from === undefined) return false;
  const subnets = from.subnetIds.map((id) => ec2.subnet(id));
  if (!subnets.every(({ vpcId }) => vpcId === home.vpcId)) return false;
  const groupsOf = (ids: readonly string[]): SecurityGroup[] => ids.filter((id) => ec2.securityGroups.has(id)).map((id) => ec2.securityGroups.find(id));
  // The function may run in any of its subnets.
  const client = { groups: groupsOf(from.securityGroupIds), blocks: subnets.map(({ cidrBlock }) => cidrBlock) };
  const server = { groups: groupsOf(rds.securityGroupIdsOf(database)), blocks: [`${address}/32`] };
  return isOpen(client, server, database.definition.port, (id) => ec2.prefixLists.blocks(id));
}

/** An address that a function may have; servers name it in their refusals. */
export function clientAddress({ ec2 }: Account, from: FunctionNetwork | undefined): string {
  const [first = ''] = from?.subnetIds ?? [];
  return addressIn(ec2.subnet(first).cidrBlock, 100);
}
