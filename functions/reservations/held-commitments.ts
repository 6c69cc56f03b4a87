import { DescribeReservedInstancesCommand, type ReservedInstances } from '@aws-sdk/client-ec2';
import { paginateDescribeReservedDBInstances, type ReservedDBInstance } from '@aws-sdk/client-rds';
import { DescribeSavingsPlansCommand, type SavingsPlan } from '@aws-sdk/client-savingsplans';
import { ec2, rds, savingsPlans } from '../platform/clients.ts';
import { Refused } from '../platform/errors.ts';
import { gather } from '../platform/paging.ts';
import type { Commitments } from './commitments.ts';

/** What is bought but not paid for yet binds as well. */
const inForce = ['active', 'payment-pending'] as const;

const linux = /^Linux\/UNIX/u;

/** Reservations for what the shop runs: Linux on shared hardware. The API knows no pages here. */
export async function readReservedInstances(): Promise<Exclude<Commitments['instances'], 'unknown'>> {
  const command = new DescribeReservedInstancesCommand({ Filters: [{ Name: 'state', Values: [...inForce] }] });
  const { ReservedInstances = [] } = await ec2().send(command);
  return ReservedInstances.filter(({ ProductDescription: product = '', InstanceTenancy: tenancy }) => linux.test(product) && tenancy !== 'dedicated').map(
    ({ InstanceType: type, InstanceCount: count, End: end, Scope: scope }: ReservedInstances) => ({
      type: given(type), count: given(count), endsAt: given(end).toISOString(), isSizeFlexible: scope === 'Region',
    }),
  );
}

/** What offerings call the engines that have another name as an instance (RDS API reference, `ProductDescription`). */
const engines: Readonly<Record<string, string>> = { postgresql: 'postgres' };

export async function readReservedDatabases(): Promise<Exclude<Commitments['databases'], 'unknown'>> {
  const reservations = await gather(paginateDescribeReservedDBInstances({ client: rds() }, {}), ({ ReservedDBInstances = [] }) => ReservedDBInstances);
  return reservations.filter(({ State: state = '' }) => (inForce as readonly string[]).includes(state)).map((reservation) => ({
    type: given(reservation.DBInstanceClass),
    count: given(reservation.DBInstanceCount),
    endsAt: endOf(reservation),
    engine: engineOf(given(reservation.ProductDescription)),
    isMultiAz: reservation.MultiAZ === true,
  }));
}

function engineOf(product: string): string {
  return Object.hasOwn(engines, product) ? (engines[product] ?? product) : product;
}

function endOf({ StartTime: start, Duration: seconds }: ReservedDBInstance): string {
  return new Date(given(start).getTime() + given(seconds) * 1000).toISOString();
}

export async function readSavingsPlans(): Promise<Exclude<Commitments['savingsPlans'], 'unknown'>> {
  const plans: SavingsPlan[] = [];
  let nextToken: string | undefined;
  do {
    const page = await savingsPlans().send(new DescribeSavingsPlansCommand({ states: [...inForce], nextToken }));
    plans.push(...(page.savingsPlans ?? []));
    // Empty where there are no more.
    nextToken = page.nextToken === '' ? undefined : page.nextToken;
  } while (nextToken !== undefined);
  return plans.map(({ savingsPlanType: kind, ec2InstanceFamily: family, commitment, end }) => ({
    kind: given(kind), ...(family === undefined || family === '' ? {} : { family }), perHourUsd: Number(given(commitment)), endsAt: given(end),
  }));
}

/** A commitment of which a part is missing is not known; it is not none either. */
function given<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Refused('AWS does not say all of a commitment.');
  return value;
}
