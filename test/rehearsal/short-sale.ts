import { paris } from '../../rehearsal/paris.ts';
import type { SaleRequest } from '../../rehearsal/scenario.ts';
import { playSale, registerSale } from '../../rehearsal/sale-story.ts';
import { Stage } from '../../rehearsal/stage.ts';
import type { Synthesis } from '../../rehearsal/synthesis.ts';
import { ordinaryDays } from '../../rehearsal/visitors.ts';
import { prepareShop } from '../../rehearsal/world.ts';

/** A sale of one hour: all its phases, in a second. */
export const shortSale: SaleRequest = {
  id: 'short',
  name: 'Short sale',
  startsAt: '2027-01-13T08:00',
  endsAt: '2027-01-13T09:00',
  floor: 8,
};

interface Interference {
  readonly at: string;
  readonly act: (stage: Stage) => Promise<unknown>;
}

/** Plays the short sale, with somebody interfering at one Paris time, and looks at what is left. */
export function playShortSale<T>(
  synthesis: Synthesis,
  look: (stage: Stage) => Promise<T>,
  interference?: Interference,
): Promise<T> {
  const startsAt = paris('2027-01-13T06:00');
  const prepare: Parameters<typeof Stage.open>[0]['prepare'] = (account, { config }) => {
    prepareShop(account, config);
    account.shop.visitors = ordinaryDays(60);
  };
  return Stage.open({ synthesis, seed: 1, startsAt, prepare }, async (stage) => {
    await stage.until(paris('2027-01-13T06:30'), 'first deployment');
    await registerSale(stage, shortSale);
    if (interference !== undefined) {
      await stage.until(paris(interference.at), 'interference');
      await interference.act(stage);
    }
    await playSale(stage, shortSale);
    return look(stage);
  });
}
