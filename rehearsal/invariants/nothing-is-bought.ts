import { purchasesOf } from '../witness.ts';
import type { Invariant } from './invariant.ts';

export const nothingIsBought: Invariant = {
  id: 'nothing-is-bought',
  statement: 'Nobody has made a commitment',
  check: ({ account }) => {
    const bought = purchasesOf(account).length;
    return bought === 0 ? [] : [`${bought} commitments were bought`];
  },
};
