import type {
  DescribeReservedInstancesCommandInput,
  DescribeReservedInstancesCommandOutput,
  PurchaseReservedInstancesOfferingCommandInput,
  PurchaseReservedInstancesOfferingCommandOutput,
  ReservedInstances as ReservedInstancesDescription,
} from '@aws-sdk/client-ec2';
import type { Account } from '../../kernel/account.ts';
import { AwsError, NotModelledError } from '../../kernel/aws-error.ts';
import { describePrincipal, type Principal } from '../../kernel/principal.ts';
import { type AuthorisationRequest, type Operation, operation } from '../../kernel/service.ts';
import { endOf, isInForce, type PaymentOption, type TermYears, termSeconds } from '../cost-explorer/commitments.ts';
import { applyFilters, chooseByIds, type FilterTable } from './filters.ts';
import { instanceType } from './instance-types.ts';
import { type Tags, tagList } from './network.ts';

/** Instances that somebody reserved: standard ones, for Linux on shared hardware, anywhere in the Region. */
export interface ReservedInstancesDefinition {
  readonly instanceType: string;
  readonly count: number;
  readonly years: TermYears;
  readonly payment: PaymentOption;
  /** For the whole term, of one instance. @default 0 */
  readonly upfrontUsd?: number;
  /** Paid every hour of the term, for one instance. @default 0 */
  readonly perHourUsd?: number;
  /** Epoch milliseconds. @default now */
  readonly startAt?: number;
  readonly tags?: Tags;
}

export interface Reservation extends Required<ReservedInstancesDefinition> {
  readonly id: string;
}

/** A reservation that was bought by a call. What the offering was is not known here. */
export interface ReservedInstancesPurchase {
  readonly id: string;
  readonly at: number;
  readonly offeringId: string;
  readonly count: number;
  readonly by: string;
}

/** Reservations of EC2 instances: those that stories add, and purchases for checkers to see. */
export class ReservedInstances {
  readonly purchases: ReservedInstancesPurchase[] = [];
  readonly #account: Account;
  readonly #reservations: Reservation[] = [];

  constructor(account: Account) {
    this.#account = account;
  }

  /** As somebody bought it by hand. Throws for a type that is not known. */
  add(definition: ReservedInstancesDefinition): Reservation {
    instanceType(definition.instanceType);
    const defaults = { upfrontUsd: 0, perHourUsd: 0, startAt: this.#account.clock.now(), tags: {} };
    const reservation = { ...defaults, ...definition, id: this.#newId() };
    this.#reservations.push(reservation);
    return reservation;
  }

  /** Those whose term is over are among them. */
  all(): readonly Reservation[] {
    return this.#reservations;
  }

  /** Nobody asks here what the offering is: any id counts as one of AWS's, and is on the bill. */
  purchase(offeringId: string, count: number, by: Principal): ReservedInstancesPurchase {
    const bought = { id: this.#newId(), at: this.#account.clock.now(), offeringId, count, by: describePrincipal(by) };
    this.purchases.push(bought);
    this.#account.note('ec2.reservation-purchased', `${bought.by} bought ${count} reserved instance(s).`, { ...bought });
    return bought;
  }

  #newId(): string {
    return this.#account.random.stream('ec2.reservation').uuid();
  }
}

type Shown = Reservation & { readonly state: 'queued' | 'active' | 'retired' };

const filters: FilterTable<Shown> = {
  'duration': ({ years }) => String(termSeconds(years)),
  'instance-type': ({ instanceType: type }) => type,
  'product-description': () => productDescription,
  'reserved-instances-id': ({ id }) => id,
  'scope': () => 'Region',
  'state': ({ state }) => state,
};

const productDescription = 'Linux/UNIX';

/** Operations on reserved instances. */
export function reservedInstanceOperations(account: () => Account): Readonly<Record<string, Operation>> {
  return {
    DescribeReservedInstances: operation<DescribeReservedInstancesCommandInput, DescribeReservedInstancesCommandOutput>({
      authorise: () => onAnyReservation(account(), 'DescribeReservedInstances'),
      execute: (input) => describe(account(), input),
    }),
    PurchaseReservedInstancesOffering: operation<PurchaseReservedInstancesOfferingCommandInput, PurchaseReservedInstancesOfferingCommandOutput>({
      authorise: () => onAnyReservation(account(), 'PurchaseReservedInstancesOffering'),
      execute: (input, { principal }) => ({ ReservedInstancesId: purchase(account(), input, principal).id }),
    }),
  };
}

/** Neither has a resource; the Region is their one condition key (Service Authorization Reference, EC2). */
function onAnyReservation({ region }: Account, action: string): AuthorisationRequest[] {
  return [{ action: `ec2:${action}`, resource: '*', context: { 'ec2:Region': region } }];
}

/** The API knows no pages here, and lists those whose term is over too. */
function describe({ clock, ec2 }: Account, input: DescribeReservedInstancesCommandInput): Omit<DescribeReservedInstancesCommandOutput, '$metadata'> {
  if (input.DryRun === true) throw new NotModelledError('DryRun of DescribeReservedInstances is not modelled.');
  const now = clock.now();
  const shown = ec2.reservedInstances.all().map((reservation): Shown => ({ ...reservation, state: stateAt(reservation, now) }));
  const chosen = applyFilters(chooseByIds(shown, input.ReservedInstancesIds, noSuchReservation), input.Filters, filters).filter(
    ({ payment }) => (input.OfferingClass ?? 'standard') === 'standard' && (input.OfferingType ?? payment) === payment,
  );
  return { ReservedInstances: chosen.map(describeReservation) };
}

function stateAt(reservation: Reservation, now: number): Shown['state'] {
  if (isInForce(reservation, now)) return 'active';
  return now < reservation.startAt ? 'queued' : 'retired';
}

function describeReservation(reservation: Shown): ReservedInstancesDescription {
  return {
    ReservedInstancesId: reservation.id,
    InstanceType: reservation.instanceType as never,
    InstanceCount: reservation.count,
    ProductDescription: productDescription,
    InstanceTenancy: 'default',
    Scope: 'Region',
    OfferingClass: 'standard',
    OfferingType: reservation.payment,
    State: reservation.state,
    Start: new Date(reservation.startAt),
    End: new Date(endOf(reservation)),
    Duration: termSeconds(reservation.years),
    FixedPrice: reservation.upfrontUsd,
    UsagePrice: 0,
    RecurringCharges: [{ Amount: reservation.perHourUsd, Frequency: 'Hourly' }],
    CurrencyCode: 'USD',
    Tags: tagList(reservation.tags),
  };
}

function purchase({ ec2 }: Account, input: PurchaseReservedInstancesOfferingCommandInput, by: Principal): ReservedInstancesPurchase {
  for (const member of ['DryRun', 'LimitPrice', 'PurchaseTime'] as const) {
    if (input[member] !== undefined) throw new NotModelledError(`${member} of PurchaseReservedInstancesOffering is not modelled.`);
  }
  const { InstanceCount: count = 0, ReservedInstancesOfferingId: offeringId = '' } = input;
  if (!Number.isInteger(count) || count < 1) throw new AwsError('InvalidParameterValue', `Value (${count}) for parameter instanceCount is invalid.`);
  return ec2.reservedInstances.purchase(offeringId, count, by);
}

function noSuchReservation(id: string): AwsError {
  return new AwsError('InvalidReservedInstancesId', `The reserved instances ID '${id}' does not exist`);
}
