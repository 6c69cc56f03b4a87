import { closedRepairs, journals, repairTargets } from '../../../rehearsal/compliance-evidence.ts';
import type { Stage } from '../../../rehearsal/stage.ts';
import type { Synthesis } from '../../../rehearsal/synthesis.ts';
import {
  answer, closeRule, database, enforcing, executionsOf, giveEverything, kinds, letGroupIn, minute, openDatabase, play, questions, roleNamed, rulesOf, wait,
} from './scene.ts';

let synthesis: Synthesis;
beforeAll(() => {
  synthesis = enforcing();
});

interface Reference {
  readonly target: string;
  readonly repairId: string;
}

/** Undoes a repair as an operator does; gives how the execution ended. */
async function undo(stage: Stage, { target, repairId }: Reference, name = 'undo-by-hand'): Promise<string | undefined> {
  await stage.start('ResourceRepair', name, { target, repairId, undo: true });
  await wait(stage, 3 * minute);
  return executionsOf(stage, 'ResourceRepair').find((execution) => execution.name === name)?.status;
}

async function lastClosed(stage: Stage): Promise<Reference> {
  const last = (await closedRepairs(stage)).at(-1);
  if (last === undefined) throw new Error('No repair has ended.');
  return last;
}

function historyOf(stage: Stage, target: string): string[] {
  return repairTargets(stage).find((record) => record.target === target)?.history.map(({ outcome }) => outcome) ?? [];
}

async function approveAll(stage: Stage): Promise<void> {
  for (const question of questions(stage)) await answer(stage, question);
}

describe('a repair that a person undoes', () => {
  test('of rules: they stand again as they were, are not taken back by the next event, nor undone twice', async () => {
    await play({ synthesis }, async (stage) => {
      const { groupId } = await database(stage);
      await openDatabase(stage);
      const drifted = rulesOf(stage, groupId);
      await wait(stage, 10 * minute);
      expect(rulesOf(stage, groupId)).not.toEqual(drifted);
      const repair = await lastClosed(stage);
      expect(await undo(stage, repair)).toBe('SUCCEEDED');
      expect(rulesOf(stage, groupId)).toEqual(drifted);
      expect(historyOf(stage, repair.target)).toEqual(['undone-by-hand']);
      const writes = stage.writes.length;
      expect(await undo(stage, repair, 'once-more')).toBe('SUCCEEDED');
      await stage.start('DriftRemediation', 'look', { trigger: { kind: 'resources', resources: [{ type: 'AWS::EC2::SecurityGroup', id: groupId }] } });
      await wait(stage, 10 * minute);
      expect(stage.writes).toHaveLength(writes);
      expect(rulesOf(stage, groupId)).toEqual(drifted);
      expect(stage.account.sns.messages.some(({ message }) => message.includes('Handed over to a person'))).toBe(true);
    });
  });

  test('of a rule that was put back: it is found by what it says, and is gone again', async () => {
    await play({ synthesis }, async (stage) => {
      const { groupId } = await database(stage);
      const declared = rulesOf(stage, groupId);
      const [rule] = [...stage.account.ec2.securityGroups.find(groupId).rules.values()].filter(({ IsEgress }) => IsEgress !== true);
      await closeRule(stage, groupId, rule?.SecurityGroupRuleId ?? '');
      const drifted = rulesOf(stage, groupId);
      await wait(stage, 10 * minute);
      expect(rulesOf(stage, groupId)).toHaveLength(declared.length);
      expect(await undo(stage, await lastClosed(stage))).toBe('SUCCEEDED');
      expect(rulesOf(stage, groupId)).toEqual(drifted);
    });
  });

  test('of a role: its inline policy stands again, word for word', async () => {
    await play({ synthesis }, async (stage) => {
      const roleName = roleNamed(stage, '-Web-');
      const policies = (): unknown => Object.fromEntries(stage.account.iam.role(roleName).inline);
      await giveEverything(stage, roleName);
      const drifted = policies();
      await wait(stage, minute);
      await approveAll(stage);
      await wait(stage, 5 * minute);
      expect(policies()).not.toEqual(drifted);
      expect(await undo(stage, await lastClosed(stage))).toBe('SUCCEEDED');
      expect(policies()).toEqual(drifted);
    });
  });

  test('of a user: the key is active again', async () => {
    await play({ synthesis }, async (stage) => {
      await stage.as('a-developer', 'IAM', 'CreateUser', { UserName: 'export.script+1@shop' });
      await stage.as('a-developer', 'IAM', 'CreateAccessKey', { UserName: 'export.script+1@shop' });
      const status = async (): Promise<unknown> => {
        const answered = (await stage.asOperator('IAM', 'ListAccessKeys', { UserName: 'export.script+1@shop' })) as { readonly AccessKeyMetadata: readonly { readonly Status: string }[] };
        return answered.AccessKeyMetadata[0]?.Status;
      };
      await wait(stage, minute);
      await approveAll(stage);
      await wait(stage, 5 * minute);
      expect(await status()).toBe('Inactive');
      expect(await undo(stage, await lastClosed(stage))).toBe('SUCCEEDED');
      expect(await status()).toBe('Active');
    });
  });

  test('while the shop is still watched after it: it ends as undone by hand, and is told so', async () => {
    await play({ synthesis }, async (stage) => {
      const { groupId } = await database(stage);
      await openDatabase(stage);
      const drifted = rulesOf(stage, groupId);
      await wait(stage, 2 * minute);
      const [target] = repairTargets(stage);
      expect(await undo(stage, { target: target?.target ?? '', repairId: target?.current?.repairId ?? '' })).toBe('SUCCEEDED');
      await wait(stage, 10 * minute);
      expect(rulesOf(stage, groupId)).toEqual(drifted);
      expect(historyOf(stage, target?.target ?? '')).toEqual(['undone-by-hand']);
      expect(kinds(stage).filter((kind) => kind !== 'compliance.drift')).toEqual(['compliance.undone-by-hand']);
      expect(executionsOf(stage, 'ResourceRepair').map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    });
  });

  test('that has written nothing yet is refused, and goes on waiting for its answer', async () => {
    await play({ synthesis }, async (stage) => {
      await letGroupIn(stage);
      await wait(stage, minute);
      const [target] = repairTargets(stage);
      expect(await undo(stage, { target: target?.target ?? '', repairId: target?.current?.repairId ?? '' })).toBe('FAILED');
      expect(historyOf(stage, target?.target ?? '')).toEqual([]);
      await approveAll(stage);
      await wait(stage, 10 * minute);
      expect(historyOf(stage, target?.target ?? '')).toEqual(['repaired']);
    });
  });

  test('of another target than it says is refused, and changes nothing', async () => {
    await play({ synthesis }, async (stage) => {
      await openDatabase(stage);
      await wait(stage, 10 * minute);
      const { repairId, target } = await lastClosed(stage);
      const writes = stage.writes.length;
      const { groupId } = await database(stage);
      expect(await undo(stage, { target: target.replace(groupId, 'sg-0'), repairId })).toBe('FAILED');
      expect(stage.writes).toHaveLength(writes);
      expect(journals(stage).get(repairId)?.map(({ state }) => state)).toEqual(['done']);
    });
  });
});
