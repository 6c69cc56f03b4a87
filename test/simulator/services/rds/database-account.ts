import type { Connectivity } from '../../../../simulator/services/rds/database.ts';
import type { DatabaseDefinition } from '../../../../simulator/services/rds.ts';
import { type FakeAccount, fakeAccount } from '../fake-account.ts';

export const second = 1000;
export const minute = 60 * second;

export const shopDatabase: DatabaseDefinition = {
  id: 'Shop',
  engine: 'postgres',
  engineVersion: '17.5',
  instanceClass: 'db.t4g.medium',
  allocatedStorageGibibytes: 100,
  storageType: 'gp3',
  isMultiAz: true,
  isEncrypted: true,
  isPubliclyAccessible: false,
  isDeletionProtected: true,
  hasIamAuthentication: true,
  port: 5432,
  masterUsername: 'webmarket',
  databaseName: 'shop',
  backupRetentionDays: 14,
  backupWindow: '02:00-03:00',
  maintenanceWindow: 'mon:03:30-mon:04:30',
  parameterGroup: 'shop',
  subnetGroup: 'private',
  securityGroupIds: ['sg-1'],
  kmsKeyArn: undefined,
  secretArn: undefined,
  tags: { 'webmarket:drill': 'allowed' },
};

export function withDatabase(definition: Partial<DatabaseDefinition> = {}, seed = 1): FakeAccount {
  const fake = fakeAccount('2027-01-06T07:00:00Z', seed);
  const zones = ['eu-west-3b', 'eu-west-3c'];
  for (const [index, availabilityZone] of zones.entries()) {
    (fake.account.ec2.subnets as Map<string, unknown>).set(`subnet-${index}`, { availabilityZone });
  }
  fake.account.rds.putSubnetGroup({ name: 'private', description: 'Private subnets', subnetIds: ['subnet-0', 'subnet-1'] });
  fake.account.rds.putDatabase({ ...shopDatabase, ...definition });
  return fake;
}

export async function describeOne(fake: FakeAccount): Promise<Record<string, unknown>> {
  const { DBInstances: found } = await fake.call<{ DBInstances: Record<string, unknown>[] }>('RDS', 'DescribeDBInstances', {
    DBInstanceIdentifier: 'SHOP',
  });
  return found[0] ?? {};
}

export function forceFailover(fake: FakeAccount): Promise<Record<string, unknown>> {
  return fake.call('RDS', 'RebootDBInstance', { DBInstanceIdentifier: 'shop', ForceFailover: true });
}

export async function after(fake: FakeAccount, milliseconds: number): Promise<void> {
  await fake.clock.runUntil(fake.clock.now() + milliseconds);
}

/** What happened to the connections of the database, in milliseconds since the listening began. */
export interface Turn {
  readonly at: number;
  readonly connectivity: Connectivity;
  readonly generation: number;
  readonly zone: string;
}

export function follow(fake: FakeAccount): Turn[] {
  const startedAt = fake.clock.now();
  const turns: Turn[] = [];
  fake.account.rds.onConnectivityChange(({ connectivity, generation, availabilityZone: zone }) => {
    turns.push({ at: fake.clock.now() - startedAt, connectivity, generation, zone });
  });
  return turns;
}

interface ListedEvent {
  readonly Date: Date;
  readonly Message: string;
  readonly EventCategories: readonly string[];
}

export async function listEvents(fake: FakeAccount, input: object = {}): Promise<ListedEvent[]> {
  const { Events } = await fake.call<{ Events: ListedEvent[] }>('RDS', 'DescribeEvents', input);
  return Events;
}

export function messagesOf(events: readonly ListedEvent[]): string[] {
  return events.map(({ Message }) => Message);
}

export const seeds = Array.from({ length: 40 }, (_none, index) => index + 1);
