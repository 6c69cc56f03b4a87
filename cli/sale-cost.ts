import { instancePricePerHour, type InstancePrices } from '../functions/platform/prices.ts';

const hourMilliseconds = 3_600_000;

/** What decides what the floor of a sale costs. Instants are ISO 8601. */
export interface CostedFloor {
  readonly floor: number;
  readonly baselineFloor: number;
  readonly from: string;
  readonly until: string;
  /** Minutes after the end at which the floor is back at the baseline. */
  readonly descentMinutes: number;
  /** Undefined where it could not be read. */
  readonly instanceType: string | undefined;
}

export type FloorCost =
  | {
      readonly kind: 'known';
      /** On demand, before taxes: the most that the floor adds to the bill. */
      readonly atMostUsd: number;
      readonly extraInstances: number;
      readonly hours: number;
      readonly instanceType: string;
      readonly pricePerHourUsd: number;
      readonly pricesAsOf: string;
    }
  | { readonly kind: 'unknown'; readonly reason: string };

/** What the floor of a sale costs above the baseline, as if the descent kept all of it to its end. */
export function costOfFloor(sale: CostedFloor, prices: InstancePrices): FloorCost {
  const { instanceType, descentMinutes } = sale;
  if (instanceType === undefined) return { kind: 'unknown', reason: 'the instance type of the group could not be read' };
  const price = instancePricePerHour(prices, instanceType);
  if (price === undefined) return { kind: 'unknown', reason: `config/prices.yaml has no price of ${instanceType}` };
  const held = Date.parse(sale.until) - Date.parse(sale.from);
  const hours = held <= 0 ? 0 : held / hourMilliseconds + descentMinutes / 60;
  const extraInstances = Math.max(0, sale.floor - sale.baselineFloor);
  return {
    kind: 'known',
    atMostUsd: Math.round(extraInstances * hours * price * 100) / 100,
    extraInstances,
    hours: Math.round(hours * 100) / 100,
    instanceType,
    pricePerHourUsd: price,
    pricesAsOf: prices.asOf,
  };
}
