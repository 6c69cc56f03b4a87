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

/** When the database was made to fail over, in epoch milliseconds, whatever the ledger says of it. */
export function witnessFailovers(account: Account): readonly number[] {
  const times: number[] = [];
  account.calls.onCall(({ at, sdkId, operation, outcome }) => {
    if (outcome === 'succeeded' && sdkId === 'RDS' && operation === 'RebootDBInstance') times.push(at);
  });
  return times;
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
