import { samplesBetween } from '../promises/evidence.ts';
import { timesOf } from '../sale-story.ts';
import type { SaleRequest } from '../scenario.ts';
import type { Invariant } from './invariant.ts';

const hour = 3_600_000;

export const nothingLeftRaised = (sale: SaleRequest): Invariant => ({
  id: 'nothing-left-raised',
  statement: 'An hour after the last lease ended, MinSize is the floor of the baseline',
  check: (stage) => {
    const { endsAt } = timesOf(sale, stage.config.capacity);
    const { floor } = stage.config.capacity.baseline;
    const raised = samplesBetween(stage, endsAt + hour, stage.now + 1).filter(({ minSize }) => minSize > floor);
    const last = raised.at(-1);
    return last === undefined ? [] : [`MinSize was ${last.minSize}, ${Math.round((last.at - endsAt) / 60_000)} minutes after the end`];
  },
});
