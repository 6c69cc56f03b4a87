import { formatParisTime } from '../paris.ts';
import { samplesBetween } from '../promises/evidence.ts';
import { timesOf } from '../sale-story.ts';
import type { SaleRequest } from '../scenario.ts';
import type { Invariant } from './invariant.ts';

export const floorNeverLowered = (sale: SaleRequest): Invariant => ({
  id: 'floor-never-lowered',
  statement: 'Between the beginning of a lease and the end of its sale, MinSize never goes down',
  check: (stage) => {
    const { from, endsAt } = timesOf(sale, stage.config.capacity);
    const samples = samplesBetween(stage, from, endsAt);
    return samples.flatMap((sample, index) => {
      const before = samples[index - 1];
      if (before === undefined || sample.minSize >= before.minSize) return [];
      return [`MinSize went from ${before.minSize} to ${sample.minSize} at ${formatParisTime(sample.at)}`];
    });
  },
});
