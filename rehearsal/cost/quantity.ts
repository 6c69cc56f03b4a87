/**
 * How a quantity is known. `counted`: by the simulated account, call by call. `declared`: it stands in the templates.
 * `estimated`: reckoned from what was counted, by a rule that is printed with the bill.
 */
export type Certainty = 'counted' | 'declared' | 'estimated';

/** So much of something that has a rate in the price table. */
export interface Quantity {
  /** Name of a rate of the section `operations` of config/prices.yaml. */
  readonly rate: string;
  /** In units of the rate: requests, GB-seconds, metric-months. */
  readonly amount: number;
  /** What of the orchestrator it is, for people: a workflow, a kind of log. */
  readonly what: string;
  readonly certainty: Certainty;
  /** Whether the free tier leaves it out. @default false */
  readonly isNeverFree?: boolean;
}

/** The same quantities with those of one rate, thing and certainty put together, in the order of their first mention. */
export function merge(quantities: readonly Quantity[]): Quantity[] {
  const merged = new Map<string, Quantity>();
  for (const quantity of quantities) {
    const { rate, what, certainty, isNeverFree = false } = quantity;
    const key = [rate, what, certainty, isNeverFree].join('\n');
    const before = merged.get(key);
    merged.set(key, before === undefined ? quantity : { ...before, amount: before.amount + quantity.amount });
  }
  return [...merged.values()].filter(({ amount }) => amount !== 0);
}

export function scale(quantities: readonly Quantity[], factor: number): Quantity[] {
  return quantities.map((quantity) => ({ ...quantity, amount: quantity.amount * factor }));
}
