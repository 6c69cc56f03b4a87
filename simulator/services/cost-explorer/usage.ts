import type { Account } from '../../kernel/account.ts';
import { NotModelledError } from '../../kernel/aws-error.ts';
import type { MeteredDatabase } from '../rds/database-usage.ts';
import { type CommitmentTerm, isInForce, type PaymentOption } from './commitments.ts';
import {
  type CommitmentKind,
  type CostExplorerPrices,
  databasePerUnit,
  type OfferPayment,
  offerPerUnit,
  type OfferQuery,
  onDemandPerUnit,
  standbyFactor,
} from './prices.ts';
import { familyOf, normalizedUnits } from './units.ts';

const hourMilliseconds = 3_600_000;
const dayMilliseconds = 24 * hourMilliseconds;

/** Whole days, UTC, that end with the last one that is over. */
export interface LookBack {
  /** Epoch milliseconds. */
  readonly from: number;
  readonly hours: number;
}

/** Usage that one sort of reservation could cover, hour by hour, in normalised units; what is committed already is left out. */
export interface UsagePool {
  readonly family: string;
  /** Of databases. */
  readonly engine?: string;
  readonly isMultiAz?: boolean;
  readonly units: Float64Array;
  /** USD for one unit and hour. */
  readonly onDemandPerUnit: number;
}

/** What a look at usage goes by. */
interface Reckoning {
  readonly prices: CostExplorerPrices;
  readonly lookBack: LookBack;
}

const offerPayments: Readonly<Record<PaymentOption, OfferPayment>> = {
  'No Upfront': 'no-upfront',
  'Partial Upfront': 'partial-upfront',
  'All Upfront': 'all-upfront',
};

/** The last whole day is the latest that Cost Explorer has: it takes up to 24 hours to know of one. */
export function lookBackFrom(now: number, days: number): LookBack {
  const end = Math.floor(now / dayMilliseconds) * dayMilliseconds;
  return { from: end - days * dayMilliseconds, hours: days * 24 };
}

/** Whether anything at all had been billed by the end of the last whole day. */
export function hasBill(account: Account): boolean {
  const end = Math.floor(account.clock.now() / dayMilliseconds) * dayMilliseconds;
  return [...account.ec2.usage.runs(), ...account.rds.usage.runs()].some(({ from }) => from < end);
}

/** What instances ran on demand, by family: after reservations and savings plans, as Cost Explorer looks at it. */
export function instancePools(account: Account, { prices, lookBack }: Reckoning): UsagePool[] {
  const byFamily = new Map<string, Float64Array>();
  for (const run of account.ec2.usage.runs()) addRun(entryOf(byFamily, familyOf(run.type), lookBack), lookBack, run, normalizedUnits(run.type));
  for (const reservation of account.ec2.reservedInstances.all()) {
    const units = byFamily.get(familyOf(reservation.instanceType));
    if (units !== undefined) subtract(units, lookBack, reservation, normalizedUnits(reservation.instanceType) * reservation.count);
  }
  const pools = [...byFamily].map(([family, units]): UsagePool => ({ family, units, onDemandPerUnit: onDemandPerUnit(prices, family) }));
  // A plan for a family is used before one for all compute (savings plans user guide, "How Savings Plans apply to your usage").
  coverBySavingsPlans(account, pools, { type: 'EC2Instance', kind: 'ec2-instance-savings-plan' }, { prices, lookBack });
  coverBySavingsPlans(account, pools, { type: 'Compute', kind: 'compute-savings-plan' }, { prices, lookBack });
  return pools.filter(({ units }) => units.some((used) => used > 0));
}

/** What databases ran on demand, by engine, family and deployment. */
export function databasePools(account: Account, { prices, lookBack }: Reckoning): UsagePool[] {
  const pools = new Map<string, UsagePool>();
  for (const run of account.rds.usage.runs()) {
    const { engine, isMultiAz } = run;
    const family = familyOf(run.instanceClass);
    const pool = pools.get(keyOf(run)) ?? { family, engine, isMultiAz, units: new Float64Array(lookBack.hours), onDemandPerUnit: databasePerUnit(prices, engine, family) };
    pools.set(keyOf(run), pool);
    addRun(pool.units, lookBack, run, unitsOf(run));
  }
  for (const reservation of account.rds.reservations.all()) {
    const pool = pools.get(keyOf(reservation));
    if (pool !== undefined) subtract(pool.units, lookBack, reservation, unitsOf(reservation) * reservation.count);
  }
  const all = [...pools.values()];
  coverBySavingsPlans(account, all, { type: 'Database', kind: 'database-savings-plan' }, { prices, lookBack });
  return all.filter(({ units }) => units.some((used) => used > 0));
}

function keyOf({ engine, instanceClass, isMultiAz }: MeteredDatabase): string {
  return `${engine}/${familyOf(instanceClass)}/${isMultiAz}`;
}

function unitsOf({ instanceClass, isMultiAz }: MeteredDatabase): number {
  return normalizedUnits(instanceClass) * (isMultiAz ? standbyFactor : 1);
}

function entryOf(pools: Map<string, Float64Array>, key: string, { hours }: LookBack): Float64Array {
  let units = pools.get(key);
  if (units === undefined) pools.set(key, (units = new Float64Array(hours)));
  return units;
}

/** Adds the share of every hour that a run took. */
function addRun(units: Float64Array, { from, hours }: LookBack, run: { readonly from: number; readonly until: number }, perHour: number): void {
  const first = Math.max(0, Math.floor((run.from - from) / hourMilliseconds));
  const end = Math.min(hours, Math.ceil((run.until - from) / hourMilliseconds));
  for (let hour = first; hour < end; hour += 1) {
    const begins = from + hour * hourMilliseconds;
    const share = (Math.min(run.until, begins + hourMilliseconds) - Math.max(run.from, begins)) / hourMilliseconds;
    units[hour] = (units[hour] ?? 0) + share * perHour;
  }
}

function subtract(units: Float64Array, { from, hours }: LookBack, term: CommitmentTerm, covered: number): void {
  for (let hour = 0; hour < hours; hour += 1) {
    if (isInForce(term, from + hour * hourMilliseconds)) units[hour] = Math.max(0, (units[hour] ?? 0) - covered);
  }
}

/** Takes out of every hour what the plans of one type pay for. */
function coverBySavingsPlans(
  account: Account,
  pools: readonly UsagePool[],
  { type, kind }: { readonly type: string; readonly kind: CommitmentKind },
  { prices, lookBack }: Reckoning,
): void {
  for (const plan of account.savingsPlans.all().filter((candidate) => candidate.type === type)) {
    const query = { kind, years: plan.years, payment: offerPayments[plan.payment] };
    const covered = pools.filter(({ family }) => plan.family === undefined || plan.family === family).map((pool) => ({ pool, rate: rateOf(prices, pool, query) }));
    const order = byDiscount(covered);
    for (let hour = 0; hour < lookBack.hours; hour += 1) {
      if (isInForce(plan, lookBack.from + hour * hourMilliseconds)) spend(order, hour, plan.commitmentUsdPerHour);
    }
  }
}

function spend(order: readonly RatedPool[], hour: number, commitment: number): void {
  let left = commitment;
  for (const { pool, rate } of order) {
    const units = Math.min(pool.units[hour] ?? 0, left / rate);
    pool.units[hour] = (pool.units[hour] ?? 0) - units;
    left -= units * rate;
  }
}

/** A pool, and what a savings plan charges for one of its units and an hour. */
export interface RatedPool {
  readonly pool: UsagePool;
  readonly rate: number;
}

/** What saves most a dollar is paid by a plan first (savings plans user guide, "How Savings Plans apply to your usage"). */
export function byDiscount(pools: readonly RatedPool[]): RatedPool[] {
  const share = ({ pool, rate }: RatedPool): number => rate / pool.onDemandPerUnit;
  return pools.toSorted((left, right) => share(left) - share(right));
}

function rateOf(prices: CostExplorerPrices, pool: UsagePool, query: Omit<OfferQuery, 'family'>): number {
  const { family, engine } = pool;
  const rate = offerPerUnit(prices, { ...query, family, ...(engine === undefined ? {} : { engine }) });
  if (rate === undefined) throw new NotModelledError(`The prices given to Cost Explorer lack the ${query.kind} of ${family} that the account has.`);
  return rate.effectivePerHour;
}
