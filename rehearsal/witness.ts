import type { LifecycleRule } from '@aws-sdk/client-s3';
import type { Account } from '../simulator/kernel/account.ts';

/** A write that a repair made, as the account saw it. */
export interface WitnessedWrite {
  /** Epoch milliseconds. */
  readonly at: number;
  /** `EC2 RevokeSecurityGroupIngress` */
  readonly operation: string;
  /** Ids and names of what it was allowed on: the last part of each ARN. */
  readonly resources: readonly string[];
}

/** Every commitment that somebody bought, whoever it was. */
export function purchasesOf({ ec2, rds, savingsPlans }: Account): readonly unknown[] {
  return [...ec2.reservedInstances.purchases, ...rds.reservations.purchases, ...savingsPlans.purchases];
}

/** When the database was made to fail over, in epoch milliseconds, whatever the ledger says of it. */
export function witnessFailovers(account: Account): readonly number[] {
  const times: number[] = [];
  account.calls.onCall(({ at, sdkId, operation, outcome }) => {
    if (outcome === 'succeeded' && sdkId === 'RDS' && operation === 'RebootDBInstance') times.push(at);
  });
  return times;
}

/** A write to the lifecycle rules of a bucket, as the account saw it. */
export interface WitnessedRules {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly bucket: string;
  /** Whether a function wrote it, and not somebody by hand. */
  readonly isByFunction: boolean;
  readonly before: readonly LifecycleRule[];
  readonly after: readonly LifecycleRule[];
}

/** Sees every change of lifecycle rules from now on, also one whose writer was told that it had failed. */
export function witnessRules(account: Account): readonly WitnessedRules[] {
  const writes: WitnessedRules[] = [];
  const known = new Map<string, readonly LifecycleRule[]>();
  account.calls.onCall(({ at, principal, sdkId, operation, authorisations }) => {
    if (sdkId !== 'S3' || !/BucketLifecycle/u.test(operation) || reading.test(operation)) return;
    const bucket = authorisations[0]?.resource.slice('arn:aws:s3:::'.length) ?? '';
    const [before, after] = [known.get(bucket) ?? [], account.s3.lifecycle(bucket)?.Rules ?? []];
    known.set(bucket, after);
    if (before !== after) writes.push({ at, bucket, isByFunction: principal.kind === 'role', before, after });
  });
  return writes;
}

const writersPath = ':role/webmarket-writers/';
const reading = /^(Get|List|Describe)/u;

/** Sees every write of the writers from now on, whatever their journal says. */
export function witnessWrites(account: Account): readonly WitnessedWrite[] {
  const writes: WitnessedWrite[] = [];
  account.calls.onCall(({ at, principal, sdkId, operation, outcome, authorisations }) => {
    if (outcome !== 'succeeded' || principal.kind !== 'role' || !principal.roleArn.includes(writersPath)) return;
    if (sdkId === 'DynamoDB' || reading.test(operation)) return;
    const resources = authorisations.map(({ resource }) => resource.slice(Math.max(resource.lastIndexOf('/'), resource.lastIndexOf(':')) + 1));
    writes.push({ at, operation: `${sdkId} ${operation}`, resources });
  });
  return writes;
}
