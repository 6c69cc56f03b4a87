import { lifecycleInvariants } from '../../rehearsal/invariants.ts';
import type { Invariant } from '../../rehearsal/invariants/invariant.ts';
import { bucketOf, changeRules, dataTeam, lifecycleReports, rulesOf } from '../../rehearsal/lifecycle-story.ts';
import { oneLifecycle } from '../../rehearsal/scenarios/one-lifecycle.ts';
import { Stage } from '../../rehearsal/stage.ts';
import { synthesise } from '../../rehearsal/synthesis.ts';
import type { WitnessedRules } from '../../rehearsal/witness.ts';

const day = 86_400_000;

async function broken(stage: Stage, invariants: readonly Invariant[] = lifecycleInvariants): Promise<string[]> {
  const ids: string[] = [];
  for (const invariant of invariants) if ((await invariant.check(stage)).length > 0) ids.push(invariant.id);
  return ids;
}

describe('each invariant of lifecycle rules', () => {
  test('holds after the story, and fires on the bug that it is there for', async () => {
    const { startsAt, prepare, play, change } = oneLifecycle;
    await Stage.open({ synthesis: synthesise('production', change), seed: 1, startsAt, prepare }, async (stage) => {
      await play(stage);
      expect(await broken(stage)).toEqual([]);
      const written = (await lifecycleReports(stage)).flatMap(({ buckets }) => buckets.filter(({ outcome }) => outcome === 'written'));
      expect(written.length).toBeGreaterThanOrEqual(5);
      // From here on nobody hears of anything, and nothing is put right.
      stage.account.eventBridge.deliver = () => 'lost';

      const documents = rulesOf(stage, 'documents');
      await changeRules(stage, dataTeam, 'documents', (rules) => rules.filter(({ ID }) => ID !== 'exports'));
      expect(await broken(stage)).toEqual(['foreign-rules-are-kept']);
      await changeRules(stage, dataTeam, 'documents', () => documents.filter(({ ID }) => ID === 'exports'));
      expect(await broken(stage)).toEqual(['lifecycle-is-declared']);
      await changeRules(stage, dataTeam, 'documents', () => documents);
      expect(await broken(stage)).toEqual([]);

      const write = stage.ruleWrites.findLast(({ isByFunction, bucket }) => isByFunction && bucket === bucketOf(stage, 'logs'));
      (stage.ruleWrites as WitnessedRules[]).push({ ...(write as WitnessedRules), at: stage.now, before: [] });
      expect(await broken(stage)).toEqual(['shorter-lives-are-approved']);
      (stage.ruleWrites as WitnessedRules[]).pop();

      const [report] = stage.account.s3.objects(stage.output('EvidenceBucketName'), 'lifecycle/').filter(({ key }) => key.endsWith('.json'));
      await stage.asOperator('S3', 'DeleteObject', { Bucket: stage.output('EvidenceBucketName'), Key: report?.key });
      expect(await broken(stage)).toEqual(['every-run-is-reported']);

      stage.account.s3.place(bucketOf(stage, 'documents'), { key: 'invoices/1.pdf', bytes: 1000, at: stage.now - 5 * day });
      await changeRules(stage, dataTeam, 'documents', (rules) => [...rules, { ID: 'tidy-up', Status: 'Enabled', Filter: { Prefix: 'invoices/' }, Expiration: { Days: 2 } }]);
      await stage.until(stage.now + day, 'night');
      expect(await broken(stage)).toContain('nothing-is-lost-early');
    });
  }, 120_000);
});
