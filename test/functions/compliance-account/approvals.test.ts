import { repairTargets } from '../../../rehearsal/compliance-evidence.ts';
import type { Stage } from '../../../rehearsal/stage.ts';
import type { Synthesis } from '../../../rehearsal/synthesis.ts';
import {
  answer, database, enforcing, hour, kinds, letGroupIn, minute, openDatabase, outcomes, play, type Question, questions, rulesOf, unsuccessful, wait,
} from './scene.ts';

let synthesis: Synthesis;
beforeAll(() => {
  synthesis = enforcing({ approvalHours: 1 });
});

/** The question that a group let in leads to. */
async function ask(stage: Stage): Promise<Question> {
  await letGroupIn(stage);
  await wait(stage, minute);
  const [question, ...others] = questions(stage);
  if (question === undefined || others.length > 0) throw new Error(`One question was expected, and there are ${others.length + (question === undefined ? 0 : 1)}.`);
  return question;
}

async function isAsDeclared(stage: Stage): Promise<boolean> {
  const { groupId, rules } = await database(stage);
  return rulesOf(stage, groupId).length === rules.length;
}

function tokenOf(stage: Stage): string {
  return approvalNow(stage)?.token ?? '';
}

function approvalNow(stage: Stage): { readonly token: string; readonly expiresAt: string } | undefined {
  const current: { readonly approval?: unknown } | undefined = repairTargets(stage)[0]?.current;
  return current?.approval as { readonly token: string; readonly expiresAt: string } | undefined;
}

describe('a repair that a person is asked for', () => {
  test('is written once it was approved, and not before', async () => {
    await play({ synthesis }, async (stage) => {
      const question = await ask(stage);
      await wait(stage, 10 * minute);
      expect(stage.writes).toEqual([]);
      expect(await answer(stage, question)).toMatchObject({ status: 'accepted' });
      await wait(stage, 10 * minute);
      expect(await outcomes(stage)).toEqual(['repaired']);
      expect(await isAsDeclared(stage)).toBe(true);
      expect(unsuccessful(stage)).toEqual([]);
    });
  });

  test('and that is answered twice is written once; another answer comes too late', async () => {
    await play({ synthesis }, async (stage) => {
      const question = await ask(stage);
      expect(await answer(stage, question)).toMatchObject({ status: 'accepted' });
      expect(await answer(stage, question)).toMatchObject({ status: 'accepted' });
      expect(await answer(stage, question, { decision: 'rejected' })).toMatchObject({ status: 'refused', code: 'answered-already' });
      expect(await answer(stage, question, { approver: 'somebody-else' })).toMatchObject({ status: 'refused', code: 'answered-already' });
      await wait(stage, 10 * minute);
      expect(stage.writes).toHaveLength(1);
      expect(await answer(stage, question)).toMatchObject({ status: 'refused', code: 'unknown-repair' });
    });
  });

  test('and that was rejected is not written', async () => {
    await play({ synthesis }, async (stage) => {
      expect(await answer(stage, await ask(stage), { decision: 'rejected', comment: 'it is wanted' })).toMatchObject({ status: 'accepted' });
      await wait(stage, 10 * minute);
      expect(await outcomes(stage)).toEqual(['rejected']);
      expect(stage.writes).toEqual([]);
    });
  });

  test('and that two people answer at once: one of them counts, and the other is told so', async () => {
    await play({ synthesis }, async (stage) => {
      const { repairId, planHash } = await ask(stage);
      const call = (approver: string, decision: string): Promise<unknown> =>
        stage.account.call({
          principal: { kind: 'outside', name: approver },
          sdkId: 'Lambda',
          operation: 'Invoke',
          input: { FunctionName: stage.output('AnswerApprovalFunction'), Payload: JSON.stringify({ repairId, planHash, decision, approver }) },
        });
      const answers = await stage.clock.runWhilePending(Promise.all([call('one', 'rejected'), call('another', 'approved')]));
      const said = (answers as readonly { readonly Payload: Uint8Array; readonly FunctionError?: string }[]).map(
        ({ Payload, FunctionError }) => FunctionError ?? (JSON.parse(new TextDecoder().decode(Payload)) as { readonly status: string }).status,
      );
      expect(said.filter((status) => status === 'accepted')).toHaveLength(1);
      await wait(stage, 10 * minute);
      expect(await outcomes(stage)).toEqual([said[0] === 'accepted' ? 'rejected' : 'repaired']);
    });
  });

  test('and that nobody answers expires, unwritten; an answer after that is refused', async () => {
    await play({ synthesis }, async (stage) => {
      const question = await ask(stage);
      await wait(stage, hour + 5 * minute);
      expect(await outcomes(stage)).toEqual(['approval-expired']);
      expect(await answer(stage, question)).toMatchObject({ status: 'refused', code: 'unknown-repair' });
      await wait(stage, 5 * minute);
      expect(stage.writes).toEqual([]);
      expect(unsuccessful(stage)).toEqual([]);
    });
  });

  test('with the hash of another plan is refused', async () => {
    await play({ synthesis }, async (stage) => {
      const question = await ask(stage);
      expect(await answer(stage, { ...question, planHash: 'f'.repeat(64) })).toMatchObject({ status: 'refused', code: 'plan-altered' });
      expect(await answer(stage, { ...question, planHash: 'short' })).toMatchObject({ status: 'refused', code: 'invalid-answer' });
      await wait(stage, 5 * minute);
      expect(stage.writes).toEqual([]);
    });
  });
});

describe('whoever holds the token', () => {
  test('and says yes by it, past the ledger, has approved nothing: the person is still waited for, as long as was said', async () => {
    await play({ synthesis }, async (stage) => {
      const question = await ask(stage);
      const before = approvalNow(stage);
      for (let times = 0; times < 3; times += 1) {
        const output = JSON.stringify({ decision: 'approved', verdict: 'go', planHash: question.planHash });
        await stage.asOperator('SFN', 'SendTaskSuccess', { taskToken: tokenOf(stage), output });
        await wait(stage, 5 * minute);
      }
      expect(stage.writes).toEqual([]);
      expect(questions(stage)).toEqual([question]);
      expect(approvalNow(stage)?.expiresAt).toBe(before?.expiresAt);
      expect(await answer(stage, question)).toMatchObject({ status: 'accepted' });
      await wait(stage, 10 * minute);
      expect(await outcomes(stage)).toEqual(['repaired']);
    });
  });
});

describe('drift that changes between the question and the answer', () => {
  test('is asked about anew, with the new plan; the old question has no answer any more', async () => {
    await play({ synthesis }, async (stage) => {
      const first = await ask(stage);
      await letGroupIn(stage, 22);
      await wait(stage, 2 * minute);
      expect(await answer(stage, first)).toMatchObject({ status: 'refused' });
      const [, second] = questions(stage);
      expect(second?.repairId).not.toBe(first.repairId);
      expect(second?.planHash).not.toBe(first.planHash);
      expect(stage.writes).toEqual([]);
      expect(await answer(stage, second ?? first)).toMatchObject({ status: 'accepted' });
      await wait(stage, 10 * minute);
      expect(await outcomes(stage)).toEqual(['repaired']);
      expect(await isAsDeclared(stage)).toBe(true);
      await wait(stage, hour);
      expect(unsuccessful(stage)).toEqual([]);
      expect(kinds(stage)).toEqual(['compliance.approval-asked', 'compliance.approval-asked', 'compliance.repaired']);
    });
  });

  test('unseen, as its event was lost: the approved plan is not carried out, for it is not of what stands', async () => {
    await play({ synthesis }, async (stage) => {
      const question = await ask(stage);
      stage.account.eventBridge.deliver = () => 'lost';
      await letGroupIn(stage, 22);
      await wait(stage, minute);
      expect(await answer(stage, question)).toMatchObject({ status: 'accepted' });
      await wait(stage, 4 * minute);
      expect(await outcomes(stage)).toEqual(['altered']);
      expect(stage.writes).toEqual([]);
      expect(kinds(stage)).toEqual(['compliance.approval-asked', 'compliance.altered']);
    });
  });

  test('while what may be taken back at once comes beside it: that is, and the question stands', async () => {
    await play({ synthesis }, async (stage) => {
      const question = await ask(stage);
      await openDatabase(stage, 22);
      await wait(stage, 10 * minute);
      expect(await outcomes(stage)).toEqual(['repaired']);
      expect(await answer(stage, question)).toMatchObject({ status: 'accepted' });
      await wait(stage, 10 * minute);
      expect(await outcomes(stage)).toEqual(['repaired', 'repaired']);
      expect(await isAsDeclared(stage)).toBe(true);
    });
  });
});
