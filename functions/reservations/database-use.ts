import { DescribeDBInstancesCommand } from '@aws-sdk/client-rds';
import { rds } from '../platform/clients.ts';
import { Refused } from '../platform/errors.ts';
import type { Observation } from './observation.ts';

/** The database as it stands now. That it ran as such since its creation is assumed, and said. */
export async function readDatabase(databaseId: string): Promise<Exclude<Observation['database'], 'unknown'>> {
  const { DBInstances: [instance] = [] } = await rds().send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: databaseId }));
  const { DBInstanceClass: instanceClass, Engine: engine, MultiAZ: isMultiAz, InstanceCreateTime: createdAt } = instance ?? {};
  if (instanceClass === undefined || engine === undefined) throw new Refused(`RDS does not say what the database ${databaseId} is.`);
  return { id: databaseId, instanceClass, engine, isMultiAz: isMultiAz === true, ...(createdAt === undefined ? {} : { createdAt: createdAt.toISOString() }) };
}
