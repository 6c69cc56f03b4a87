import { closedRepairs, type RepairEvidence } from '../../rehearsal/compliance-evidence.ts';
import { groupOfTier, openPort } from '../../rehearsal/drift-story.ts';
import { driftInvariants } from '../../rehearsal/invariants.ts';
import type { Invariant } from '../../rehearsal/invariants/invariant.ts';
import { ledgerItems } from '../../rehearsal/promises/evidence.ts';
import { driftAndNight } from '../../rehearsal/scenarios/drift-and-night.ts';
import { Stage } from '../../rehearsal/stage.ts';
import { type Synthesis, synthesise } from '../../rehearsal/synthesis.ts';

/** All but the last, which undoes every repair. */
const looking = driftInvariants.slice(0, -1);

async function broken(stage: Stage, invariants: readonly Invariant[] = looking): Promise<string[]> {
  const ids: string[] = [];
  for (const invariant of invariants) if ((await invariant.check(stage)).length > 0) ids.push(invariant.id);
  return ids;
}

async function afterTheNight<T>(synthesis: Synthesis, look: (stage: Stage) => Promise<T>): Promise<T> {
  const { startsAt, prepare, play } = driftAndNight;
  return Stage.open({ synthesis, seed: 1, startsAt, prepare }, async (stage) => {
    await play(stage);
    return look(stage);
  });
}

/** Puts another version of a repair's evidence over the first: in the account that is no crime. */
function rewrite(stage: Stage, repair: RepairEvidence, changes: Partial<Record<keyof RepairEvidence, unknown>> & { repairId?: string }): Promise<unknown> {
  const body = JSON.stringify({ ...repair, ...changes });
  return stage.asOperator('S3', 'PutObject', { Bucket: stage.output('EvidenceBucketName'), Key: `compliance/repairs/${changes.repairId ?? repair.repairId}.json`, Body: body });
}

async function oneOf(stage: Stage, remediation: RepairEvidence['remediation']): Promise<RepairEvidence> {
  const found = (await closedRepairs(stage)).find((repair) => repair.remediation === remediation && repair.outcome === 'repaired');
  if (found === undefined) throw new Error(`The night had no ${remediation} repair.`);
  return found;
}

async function forgetJournals(stage: Stage): Promise<void> {
  for (const { id } of ledgerItems(stage).filter(({ type }) => type === 'journal')) {
    await stage.asOperator('DynamoDB', 'DeleteItem', { TableName: stage.output('LedgerTableName'), Key: { type: { S: 'journal' }, id: { S: String(id) } } });
  }
}

/** What is done to the evidence of one repair, and the invariants that it breaks. */
const tampering: readonly {
  readonly rule: string;
  readonly remediation: RepairEvidence['remediation'];
  readonly change: (repair: RepairEvidence) => { readonly clearedAt?: string | undefined; readonly approval?: object };
  readonly breaks: readonly string[];
}[] = [
  { rule: 'nobody had looked', remediation: 'automatic', change: () => ({ clearedAt: undefined }), breaks: ['repairs-are-cleared'] },
  { rule: 'the look was too long ago', remediation: 'automatic', change: ({ clearedAt = '' }) => ({ clearedAt: new Date(Date.parse(clearedAt) - 3_600_000).toISOString() }), breaks: ['repairs-are-cleared'] },
  { rule: 'approved was another plan', remediation: 'approval', change: ({ approval }) => ({ approval: { ...approval, planHash: 'f'.repeat(64) } }), breaks: ['approvals-are-valid'] },
  { rule: 'it was rejected', remediation: 'approval', change: ({ approval }) => ({ approval: { ...approval, decision: 'rejected' } }), breaks: ['approvals-are-valid'] },
  { rule: 'the approval had expired', remediation: 'approval', change: ({ approval }) => ({ approval: { ...approval, expiresAt: '2027-01-20T00:00:00.000Z' } }), breaks: ['approvals-are-valid'] },
  { rule: 'the approval came after the write', remediation: 'approval', change: ({ approval }) => ({ approval: { ...approval, answeredAt: '2027-02-01T00:00:00.000Z' } }), breaks: ['approvals-are-valid'] },
];

describe('each invariant of drift fires on the bug that it is there for', () => {
  let synthesis: Synthesis;
  beforeAll(() => {
    synthesis = synthesise('production', driftAndNight.change);
  });

  test('none is broken when nothing is wrong', async () => {
    expect(await afterTheNight(synthesis, (stage) => broken(stage, driftInvariants))).toEqual([]);
  });

  test('repairs-are-cleared, approvals-are-valid, repairs-do-not-loop, drift-is-healed: each on its own', async () => {
    await afterTheNight(synthesis, async (stage) => {
      for (const { rule, remediation, change, breaks } of tampering) {
        const repair = await oneOf(stage, remediation);
        await rewrite(stage, repair, change(repair));
        expect({ rule, breaks: await broken(stage) }).toEqual({ rule, breaks });
        await rewrite(stage, repair, {});
      }
      const repair = await oneOf(stage, 'automatic');
      for (const times of [1, 2, 3]) {
        const closedAt = new Date(Date.parse(repair.closedAt) + times * 60_000).toISOString();
        await rewrite(stage, repair, { repairId: `${repair.repairId}-${times}`, closedAt });
      }
      expect(await broken(stage)).toEqual(['repairs-do-not-loop']);
      await openPort(stage, 'somebody', (await groupOfTier(stage, 'database')).groupId, 22, '0.0.0.0/0');
      expect(await broken(stage)).toEqual(['drift-is-healed', 'repairs-do-not-loop']);
    });
  });

  test('writes-are-journalled, every-write-can-be-undone: the journals are gone', async () => {
    const ids = await afterTheNight(synthesis, async (stage) => {
      await forgetJournals(stage);
      return broken(stage, driftInvariants);
    });
    expect(ids).toEqual(expect.arrayContaining(['writes-are-journalled', 'every-write-can-be-undone']));
  });
});
