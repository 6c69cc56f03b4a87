import type { loadPrices } from '../../infra/prices.ts';

/** The dated price table, as config/prices.yaml holds it. */
export type PriceTable = ReturnType<typeof loadPrices>;

export type Rates = PriceTable['operations']['rates'];
export type Rate = Rates[string];
