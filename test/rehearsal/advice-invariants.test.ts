import { type AdviceEvidence, adviceReports } from '../../rehearsal/advice-story.ts';
import { adviceInvariants } from '../../rehearsal/invariants.ts';
import { oneAdvice } from '../../rehearsal/scenarios/one-advice.ts';
import { Stage } from '../../rehearsal/stage.ts';
import { synthesise } from '../../rehearsal/synthesis.ts';

async function broken(stage: Stage): Promise<string[]> {
  const ids: string[] = [];
  for (const invariant of adviceInvariants) if ((await invariant.check(stage)).length > 0) ids.push(invariant.id);
  return ids;
}

/** Files an advice otherwise than the function did. */
async function rewrite(stage: Stage, key: string, report: AdviceEvidence): Promise<void> {
  await stage.asOperator('S3', 'PutObject', { Bucket: stage.output('EvidenceBucketName'), Key: key, Body: JSON.stringify(report) });
}

describe('each invariant of advice', () => {
  test('holds after the story, and fires on the bug that it is there for', async () => {
    const { startsAt, prepare, play, change } = oneAdvice;
    await Stage.open({ synthesis: synthesise('production', change), seed: 1, startsAt, prepare }, async (stage) => {
      await play(stage);
      expect(await broken(stage)).toEqual([]);
      const report = (await adviceReports(stage)).at(-1);
      const key = stage.account.s3.objects(stage.output('EvidenceBucketName'), 'reservations/').find((object) => object.key.endsWith(`/${report?.adviceId}/advice.json`))?.key;
      if (report === undefined || key === undefined) throw new Error('The story gives no advice.');

      const { observation } = report;
      const bugs: readonly AdviceEvidence[] = [
        // Hours that nobody saw, taken for ordinary ones.
        { ...report, observation: { ...observation, hoursByInstances: [[0, 500], ...observation.hoursByInstances] } },
        // Instances of a sale, taken for those of every day.
        { ...report, observation: { ...observation, hoursByInstances: observation.hoursByInstances.map(([, hours]) => [40, hours] as const) } },
        // Nothing to buy, and nothing known: not the same.
        { ...report, subjects: report.subjects.map((subject) => ({ ...subject, verdict: 'unknown' })) },
      ];
      for (const bug of bugs) {
        await rewrite(stage, key, bug);
        expect(await broken(stage)).toEqual(['advice-is-of-what-was-seen']);
      }
      await rewrite(stage, key, report);
      expect(await broken(stage)).toEqual([]);

      await stage.asOperator('S3', 'DeleteObject', { Bucket: stage.output('EvidenceBucketName'), Key: key });
      expect(await broken(stage)).toContain('every-run-is-reported');
      await rewrite(stage, key, report);

      await stage.asOperator('savingsplans', 'CreateSavingsPlan', { savingsPlanOfferingId: '00000000-0000-4000-8000-000000000000', commitment: '0.10', clientToken: 'by-hand' });
      expect(await broken(stage)).toEqual(['nothing-is-bought']);
    });
  }, 120_000);
});
