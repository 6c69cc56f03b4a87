import { describePosition, faultsAt } from '../../rehearsal/sweep/position.ts';
import { listPositions, runWithFault } from '../../rehearsal/sweep/run.ts';
import { openSubject } from '../../rehearsal/sweep/subject.ts';

/** Runs of the slice; `npm run sweep` does them all. */
const sliceRuns = 12;

describe('a slice of the fault sweep', () => {
  test.each(['sale-day', 'drift-and-night'])('%s holds every invariant, wherever a fault strikes', async (story) => {
    const subject = openSubject({ environment: 'production', story, seed: 1 });
    const { positions, violations } = await listPositions(subject);
    expect(violations).toEqual([]);
    const jobs = positions.flatMap((position) => faultsAt(position).map((fault) => ({ position, fault })));
    // Evenly over the story, another kind of fault each time.
    const stride = Math.max(1, Math.floor(jobs.length / sliceRuns));
    const slice = jobs.filter((_job, index) => index % stride === Math.floor(index / stride) % stride).slice(0, sliceRuns);
    for (const { position, fault } of slice) {
      const run = await runWithFault(subject, position, fault);
      expect({ position: describePosition(position), fault, struck: run.hasStruck, violations: run.violations }).toEqual({
        position: describePosition(position),
        fault,
        struck: true,
        violations: [],
      });
    }
    expect(slice).toHaveLength(sliceRuns);
  }, 400_000);
});
