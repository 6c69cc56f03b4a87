import { adviceReports, subjectOf } from '../../../rehearsal/advice-story.ts';
import { deniedPermissions } from '../../../rehearsal/promises/account.ts';
import { registerSale } from '../../../rehearsal/sale-story.ts';
import type { Stage } from '../../../rehearsal/stage.ts';
import { synthesise } from '../../../rehearsal/synthesis.ts';
import { purchasesOf } from '../../../rehearsal/witness.ts';
import { executionsOf, hour, minute, playIn, told, wait } from '../account-scene.ts';

async function ask(stage: Stage, name: string): Promise<void> {
  await stage.start('ReservationAdvice', name);
  await wait(stage, 5 * minute);
  expect(executionsOf(stage, 'ReservationAdvice').at(-1)).toMatchObject({ name, status: 'SUCCEEDED' });
}

test('as deployed: too early, then advised on the hours outside of a sale, and nothing once that is committed to', async () => {
  const synthesis = synthesise('production', (config) => ({ ...config, reservations: { ...config.reservations, observationDays: 2 } }));
  await playIn({ synthesis, startsAt: '2027-01-12T06:00', settlingMinutes: 30 }, async (stage) => {
    await registerSale(stage, { id: 'soldes', name: 'Soldes', startsAt: '2027-01-13T08:00', endsAt: '2027-01-13T10:00', floor: 13 });
    await wait(stage, 24 * hour);
    await ask(stage, 'first-day');
    await wait(stage, 26 * hour);
    await ask(stage, 'after-two-days');
    const { baseline } = stage.config.capacity;
    stage.account.savingsPlans.add({ type: 'Compute', commitmentUsdPerHour: 1, payment: 'No Upfront', years: 1 });
    await ask(stage, 'committed');
    const reports = await adviceReports(stage);
    expect(reports.map((report) => report.subjects.map(({ verdict }) => verdict))).toEqual([
      ['too-early', 'too-early'], ['advised', 'unsettled'], ['nothing', 'unsettled'],
    ]);
    expect(subjectOf(reports[0], 'instances')?.reason).toBe('Day 2 of 2.');
    // The sale and what leads to it from 06:55, and the descent to 10:50.
    expect(reports[1]?.observation.hours).toMatchObject({ inEvents: 5 });
    expect(reports[1]?.observation.hoursByInstances.map(([instances]) => instances).filter((instances) => instances >= 13)).toEqual([]);
    expect(subjectOf(reports[1], 'instances')?.uncovered).toBeGreaterThanOrEqual(baseline.floor - 1);
    expect(told(stage, 'reservations.advice')).toHaveLength(3);
    expect(deniedPermissions(stage)).toEqual([]);
    expect(purchasesOf(stage.account)).toEqual([]);
  });
});
