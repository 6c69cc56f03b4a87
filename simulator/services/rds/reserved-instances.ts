import type {
  DescribeReservedDBInstancesCommandInput,
  DescribeReservedDBInstancesCommandOutput,
  PurchaseReservedDBInstancesOfferingCommandInput,
  PurchaseReservedDBInstancesOfferingCommandOutput,
  ReservedDBInstance,
} from '@aws-sdk/client-rds';
import type { Account } from '../../kernel/account.ts';
import { AwsError, NotModelledError } from '../../kernel/aws-error.ts';
import { describePrincipal, type Principal } from '../../kernel/principal.ts';
import { type AuthorisationRequest, type Operation, operation } from '../../kernel/service.ts';
import { isInForce, type PaymentOption, type TermYears, termSeconds } from '../cost-explorer/commitments.ts';
import { pageByMarker } from './paging.ts';

/** Database instances that somebody reserved: they bind engine, class type, deployment and Region. */
export interface ReservedDatabaseDefinition {
  readonly id: string;
  readonly instanceClass: string;
  readonly count: number;
  /** `postgres` or `mysql`, as instances have it. */
  readonly engine: string;
  readonly isMultiAz: boolean;
  readonly years: TermYears;
  readonly payment: PaymentOption;
  /** For the whole term, of one. @default 0 */
  readonly upfrontUsd?: number;
  /** Paid every hour of the term, for one. @default 0 */
  readonly perHourUsd?: number;
  /** Epoch milliseconds. @default now */
  readonly startAt?: number;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface ReservedDatabase extends Required<ReservedDatabaseDefinition> {
  readonly offeringId: string;
  readonly leaseId: string;
}

/** A reservation that was bought by a call. What the offering was is not known here. */
export interface ReservedDatabasePurchase {
  readonly id: string;
  readonly at: number;
  readonly offeringId: string;
  readonly count: number;
  readonly by: string;
}

/** What offerings call the engines that the account has (RDS API reference, `ProductDescription`). */
const productDescriptions: Readonly<Record<string, string>> = { postgres: 'postgresql', mysql: 'mysql', mariadb: 'mariadb' };

/** Reservations of RDS: those that stories add, and purchases for checkers to see. */
export class ReservedDatabases {
  readonly purchases: ReservedDatabasePurchase[] = [];
  readonly #account: Account;
  readonly #reservations: ReservedDatabase[] = [];

  constructor(account: Account) {
    this.#account = account;
  }

  /** As somebody bought it by hand. */
  add(definition: ReservedDatabaseDefinition): ReservedDatabase {
    productDescription(definition.engine);
    const random = this.#account.random.stream('rds.reservation');
    const defaults = { upfrontUsd: 0, perHourUsd: 0, startAt: this.#account.clock.now(), tags: {} };
    const reservation = { ...defaults, ...definition, offeringId: random.uuid(), leaseId: random.uuid() };
    this.#reservations.push(reservation);
    return reservation;
  }

  /** Those whose term is over are among them. */
  all(): readonly ReservedDatabase[] {
    return this.#reservations;
  }

  /** Nobody asks here what the offering is: any id counts as one of AWS's, and is on the bill. */
  purchase(input: PurchaseReservedDBInstancesOfferingCommandInput, principal: Principal): ReservedDatabasePurchase {
    const { DBInstanceCount: count = 1, ReservedDBInstancesOfferingId: offeringId = '', ReservedDBInstanceId: named } = input;
    const id = named ?? `ri-${this.#account.random.stream('rds.reservation').hex(12)}`;
    if ([...this.#reservations, ...this.purchases].some((other) => other.id === id)) {
      throw new AwsError('ReservedDBInstanceAlreadyExistsFault', `ReservedDBInstance ${id} already exists.`, { statusCode: 404 });
    }
    const bought = { id, at: this.#account.clock.now(), offeringId, count, by: describePrincipal(principal) };
    this.purchases.push(bought);
    this.#account.note('rds.reservation-purchased', `${bought.by} bought ${count} reserved database instance(s).`, { ...bought });
    return bought;
  }
}

/** Operations on reserved database instances. */
export function reservedDatabaseOperations(account: () => Account): Readonly<Record<string, Operation>> {
  return {
    DescribeReservedDBInstances: operation<DescribeReservedDBInstancesCommandInput, DescribeReservedDBInstancesCommandOutput>({
      authorise: (input) => [onReservation(account(), 'DescribeReservedDBInstances', input.ReservedDBInstanceId)],
      execute: (input) => describe(account(), input),
    }),
    PurchaseReservedDBInstancesOffering: operation<PurchaseReservedDBInstancesOfferingCommandInput, PurchaseReservedDBInstancesOfferingCommandOutput>({
      authorise: (input) => [onNewReservation(account(), input)],
      execute: (input, { principal }) => {
        const { id, offeringId, count, at } = account().rds.reservations.purchase(input, principal);
        return {
          ReservedDBInstance: {
            ReservedDBInstanceId: id,
            ReservedDBInstancesOfferingId: offeringId,
            ReservedDBInstanceArn: account().arn('rds', `ri:${id}`),
            DBInstanceCount: count,
            StartTime: new Date(at),
            State: 'payment-pending',
          },
        };
      },
    }),
  };
}

function onReservation(account: Account, action: string, id: string | undefined): AuthorisationRequest {
  const tags = Object.entries(account.rds.reservations.all().find((reservation) => reservation.id === id)?.tags ?? {});
  const context = Object.fromEntries(tags.flatMap(([key, value]) => [[`aws:ResourceTag/${key}`, value] as const, [`rds:ri-tag/${key}`, value] as const]));
  return { action: `rds:${action}`, resource: account.arn('rds', `ri:${id ?? '*'}`), context };
}

function onNewReservation(account: Account, { ReservedDBInstanceId: id, Tags = [] }: PurchaseReservedDBInstancesOfferingCommandInput): AuthorisationRequest {
  const tags = Tags.flatMap(({ Key, Value }) => [[`aws:RequestTag/${Key}`, String(Value)] as const, [`rds:req-tag/${Key}`, String(Value)] as const]);
  const keys = Tags.map(({ Key }) => String(Key));
  const context = { ...Object.fromEntries(tags), ...(keys.length === 0 ? {} : { 'aws:TagKeys': keys }) };
  return { action: 'rds:PurchaseReservedDBInstancesOffering', resource: account.arn('rds', `ri:${id ?? '*'}`), context };
}

function describe(account: Account, input: DescribeReservedDBInstancesCommandInput): Omit<DescribeReservedDBInstancesCommandOutput, '$metadata'> {
  if (input.Duration !== undefined) throw new NotModelledError('Duration of DescribeReservedDBInstances is not modelled.');
  const shown = account.rds.reservations.all().map((reservation) => describeReservation(account, reservation));
  const { ReservedDBInstanceId: id } = input;
  if (id !== undefined && !shown.some(({ ReservedDBInstanceId }) => ReservedDBInstanceId === id)) {
    throw new AwsError('ReservedDBInstanceNotFoundFault', `ReservedDBInstance ${id} not found.`, { statusCode: 404 });
  }
  const members = ['ReservedDBInstanceId', 'ReservedDBInstancesOfferingId', 'DBInstanceClass', 'ProductDescription', 'OfferingType', 'MultiAZ', 'LeaseId'] as const;
  const chosen = shown.filter((reservation) => members.every((member) => (input[member] ?? reservation[member]) === reservation[member]));
  const { items, rest } = pageByMarker('DescribeReservedDBInstances', chosen, input);
  return { ReservedDBInstances: items, ...rest };
}

/** AWS names three states: `payment-pending`, `active`, `retired`. What a story adds is paid. */
function describeReservation(account: Account, reservation: ReservedDatabase): ReservedDBInstance {
  const now = account.clock.now();
  return {
    ReservedDBInstanceId: reservation.id,
    ReservedDBInstanceArn: account.arn('rds', `ri:${reservation.id}`),
    ReservedDBInstancesOfferingId: reservation.offeringId,
    DBInstanceClass: reservation.instanceClass,
    DBInstanceCount: reservation.count,
    ProductDescription: productDescription(reservation.engine),
    MultiAZ: reservation.isMultiAz,
    OfferingType: reservation.payment,
    State: isInForce(reservation, now) ? 'active' : now < reservation.startAt ? 'payment-pending' : 'retired',
    StartTime: new Date(reservation.startAt),
    Duration: termSeconds(reservation.years),
    FixedPrice: reservation.upfrontUsd,
    UsagePrice: 0,
    RecurringCharges: [{ RecurringChargeAmount: reservation.perHourUsd, RecurringChargeFrequency: 'Hourly' }],
    CurrencyCode: 'USD',
    LeaseId: reservation.leaseId,
  };
}

function productDescription(engine: string): string {
  const description = Object.hasOwn(productDescriptions, engine) ? productDescriptions[engine] : undefined;
  if (description === undefined) throw new NotModelledError(`Reservations of the engine ${engine} are not modelled.`);
  return description;
}
