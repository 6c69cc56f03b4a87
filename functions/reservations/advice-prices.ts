import type * as z from 'zod';
import type { reservationVariables } from './environment.ts';

/** The prices that the advice reckons with. */
export type AdvicePrices = z.infer<(typeof reservationVariables)['ADVICE_PRICES']>;
