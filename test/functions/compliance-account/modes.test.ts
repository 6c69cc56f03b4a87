import { repairTargets } from '../../../rehearsal/compliance-evidence.ts';
import type { Stage } from '../../../rehearsal/stage.ts';
import { database, detailOf, enforcing, kinds, minute, openDatabase, play, rulesOf, told, wait } from './scene.ts';

async function look(stage: Stage, name: string): Promise<void> {
  const { groupId } = await database(stage);
  await stage.start('DriftRemediation', name, { trigger: { kind: 'resources', resources: [{ type: 'AWS::EC2::SecurityGroup', id: groupId }] } });
  await wait(stage, 2 * minute);
}

describe.each([
  { mode: 'report', disposition: 'report' },
  { mode: 'dry-run', disposition: 'would-repair' },
] as const)('the mode $mode', ({ mode, disposition }) => {
  test('tells of drift once a day, opens nothing and writes nothing', async () => {
    // The story begins at 23:36 in UTC: the day changes soon.
    await play({ synthesis: enforcing({ mode }), startsAt: '2027-01-21T00:30' }, async (stage) => {
      stage.account.eventBridge.deliver = () => 'twice';
      await openDatabase(stage);
      await wait(stage, 5 * minute);
      for (const name of ['again', 'and-again']) await look(stage, name);
      expect(kinds(stage)).toEqual(['compliance.drift']);
      const findings = detailOf(told(stage, 'compliance.drift')[0], 'findings') as readonly { readonly disposition: string }[];
      expect(new Set(findings.map((finding) => finding.disposition))).toEqual(new Set([disposition]));
      await wait(stage, 20 * minute);
      await look(stage, 'the-next-day');
      expect(kinds(stage)).toEqual(['compliance.drift', 'compliance.drift']);
      const { groupId, rules } = await database(stage);
      expect(rulesOf(stage, groupId)).toHaveLength(rules.length + 1);
      expect(repairTargets(stage)).toEqual([]);
      expect(stage.writes).toEqual([]);
    });
  });
});

describe('a mode of one check', () => {
  test('goes before that of the account: what it alone finds is repaired, and the others are told', async () => {
    await play({ synthesis: enforcing({ mode: 'dry-run', checks: { SG1: 'enforce' } }) }, async (stage) => {
      await openDatabase(stage);
      await wait(stage, 10 * minute);
      const { groupId, rules } = await database(stage);
      expect(rulesOf(stage, groupId)).toHaveLength(rules.length);
      expect(new Set(kinds(stage))).toEqual(new Set(['compliance.drift', 'compliance.repaired']));
    });
  });
});
