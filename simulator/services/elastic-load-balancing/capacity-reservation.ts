import type { DescribeCapacityReservationCommandOutput, ModifyCapacityReservationCommandInput } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Account } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/aws-error.ts';

type ZonalCode = 'provisioned' | 'pending' | 'rebalancing' | 'failed';

interface ZonalState {
  code: ZonalCode;
  reason: string | undefined;
  effectiveUnits: number;
}

type Description = Omit<DescribeCapacityReservationCommandOutput, '$metadata'>;

/** "you can only decrease the reserved capacity two times per day" (ALB guide, capacity unit reservation). */
const decreasesPerDay = 2;
/** "Most requests are typically fulfilled within a few minutes, but can take up to a few hours" (the same page). */
const provisioningMinutes = { low: 3, high: 25 };
/** Below this the service does not reserve for an Application Load Balancer (console and CLI examples begin here). */
const minimumUnits = 100;
const dayMilliseconds = 86_400_000;

/** What the Region has to give, as a scenario decides. */
export interface CapacitySupply {
  /** Refuses new reservations with `InsufficientCapacity`. */
  isExhausted: boolean;
  /** Zones in which requests fail after having been accepted. */
  readonly failingZones: Set<string>;
}

/** The LCU reservation of one load balancer. */
export class CapacityReservation {
  readonly #account: Account;
  readonly #zones: readonly string[];
  readonly #supply: CapacitySupply;
  readonly #states = new Map<string, ZonalState>();
  #units: number | undefined;
  #lastModifiedAt: number | undefined;
  #decreases: number[] = [];
  #request = 0;

  constructor(account: Account, zones: readonly string[], supply: CapacitySupply) {
    this.#account = account;
    this.#zones = zones;
    this.#supply = supply;
  }

  /** Units that are asked for, of the whole load balancer. */
  get units(): number {
    return this.#units ?? 0;
  }

  describe(): Description {
    return {
      ...(this.#lastModifiedAt === undefined ? {} : { LastModifiedTime: new Date(this.#lastModifiedAt) }),
      DecreaseRequestsRemaining: decreasesPerDay - this.#decreasesToday(),
      ...(this.#units === undefined ? {} : { MinimumLoadBalancerCapacity: { CapacityUnits: this.#units } }),
      CapacityReservationState: [...this.#states].map(([AvailabilityZone, { code, reason, effectiveUnits }]) => ({
        State: { Code: code, ...(reason === undefined ? {} : { Reason: reason }) },
        AvailabilityZone,
        EffectiveCapacityUnits: effectiveUnits,
      })),
    };
  }

  /** `unitsElsewhere` is what other load balancers of the Region have reserved. */
  modify(input: ModifyCapacityReservationCommandInput, unitsElsewhere: number): Description {
    const asked = input.MinimumLoadBalancerCapacity?.CapacityUnits;
    if (input.ResetCapacityReservation === true) this.#change(undefined, unitsElsewhere);
    else if (asked === undefined) throw new AwsError('ValidationError', 'Either MinimumLoadBalancerCapacity or ResetCapacityReservation must be specified');
    else this.#change(asked, unitsElsewhere);
    return this.describe();
  }

  #change(units: number | undefined, unitsElsewhere: number): void {
    if ([...this.#states.values()].some(({ code }) => code === 'pending')) {
      throw new AwsError('PriorRequestNotCompleteException', 'The prior capacity reservation request is not complete', { statusCode: 429 });
    }
    if (units !== undefined) this.#refuseBeyondLimits(units, unitsElsewhere);
    const isDecrease = (units ?? 0) < this.units;
    if (isDecrease && this.#decreasesToday() >= decreasesPerDay) {
      throw new AwsError('CapacityDecreaseRequestsLimitExceededException', 'You have exceeded the number of capacity decrease requests per day');
    }
    if (!isDecrease && units !== this.#units && this.#supply.isExhausted) {
      throw new AwsError('InsufficientCapacityException', 'There is insufficient capacity to reserve', { statusCode: 500 });
    }
    const now = this.#account.clock.now();
    if (isDecrease) this.#decreases.push(now);
    this.#units = units;
    this.#lastModifiedAt = now;
    this.#provision(units);
  }

  #refuseBeyondLimits(units: number, unitsElsewhere: number): void {
    if (!Number.isInteger(units) || units < minimumUnits) {
      throw new AwsError('ValidationError', `CapacityUnits must be at least ${minimumUnits}`);
    }
    const limit = this.#account.serviceQuotas.effectiveValue('elasticloadbalancing', 'L-8A66D0E6');
    if (units + unitsElsewhere > limit) {
      throw new AwsError('CapacityUnitsLimitExceededException', `The maximum number of reserved capacity units of the Region is ${limit}`);
    }
  }

  /** Capacity is spread evenly over the zones; each zone is served on its own time. */
  #provision(units: number | undefined): void {
    this.#request += 1;
    const request = this.#request;
    if (units === undefined) {
      this.#states.clear();
      return;
    }
    const random = this.#account.random.stream('elastic-load-balancing.reservation');
    for (const zone of this.#zones) {
      const before = this.#states.get(zone);
      this.#states.set(zone, { code: 'pending', reason: undefined, effectiveUnits: before?.effectiveUnits ?? 0 });
      const minutes = random.between(provisioningMinutes.low, provisioningMinutes.high);
      this.#account.clock.at(this.#account.clock.now() + Math.round(minutes * 60_000), () => {
        if (request === this.#request) this.#settle(zone, units / this.#zones.length);
      });
    }
  }

  #settle(zone: string, effectiveUnits: number): void {
    const state = this.#states.get(zone);
    if (state === undefined) return;
    if (this.#supply.failingZones.has(zone)) {
      state.code = 'failed';
      state.reason = 'Insufficient capacity in the Availability Zone';
      this.#account.note('elastic-load-balancing.reservation-failed', `LCU reservation failed in ${zone}.`, { zone });
      return;
    }
    state.code = 'provisioned';
    state.effectiveUnits = effectiveUnits;
    if ([...this.#states.values()].every(({ code }) => code === 'provisioned')) {
      this.#account.note('elastic-load-balancing.reservation-provisioned', `${this.units} LCU are reserved in every zone.`, { units: this.units });
    }
  }

  #decreasesToday(): number {
    const today = Math.floor(this.#account.clock.now() / dayMilliseconds);
    this.#decreases = this.#decreases.filter((at) => Math.floor(at / dayMilliseconds) === today);
    return this.#decreases.length;
  }
}
