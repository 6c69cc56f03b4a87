import { type DrillEvidence, drillRecords, drillReports } from '../../rehearsal/drill-story.ts';
import { drillInvariants } from '../../rehearsal/invariants.ts';
import { ledgerItems } from '../../rehearsal/promises/evidence.ts';
import { oneDrill } from '../../rehearsal/scenarios/one-drill.ts';
import { Stage } from '../../rehearsal/stage.ts';
import { synthesise } from '../../rehearsal/synthesis.ts';

async function broken(stage: Stage): Promise<string[]> {
  const ids: string[] = [];
  for (const invariant of drillInvariants) if ((await invariant.check(stage)).length > 0) ids.push(invariant.id);
  return ids;
}

/** Puts the record of the drill into the ledger otherwise than the functions left it. */
async function rewrite(stage: Stage, change: (record: Record<string, unknown>) => void): Promise<void> {
  const table = stage.output('LedgerTableName');
  const item = stage.account.dynamoDb.items(table).find(({ type, id }) => type?.S === 'drill' && id?.S === 'swept');
  const copy = structuredClone(item) as unknown as { value: { M: Record<string, unknown> } };
  change(copy.value.M);
  await stage.asOperator('DynamoDB', 'PutItem', { TableName: table, Item: copy });
}

const approvalOf = (record: Record<string, unknown>) => (record['approval'] as { M: Record<string, { S: string }> }).M;

describe('each invariant of drills', () => {
  test('holds after a drill, and fires on the bug that it is there for', async () => {
    const { startsAt, prepare, play, change } = oneDrill;
    await Stage.open({ synthesis: synthesise('production', change), seed: 1, startsAt, prepare }, async (stage) => {
      await play(stage);
      expect(await broken(stage)).toEqual([]);
      const [report] = await drillReports(stage);
      expect(report).toMatchObject({ drillId: 'swept', outcome: 'passed', measured: { lostCommits: 0 } });
      expect(stage.failovers).toHaveLength(1);

      const bugs: readonly [string, (record: Record<string, unknown>) => void][] = [
        ['another plan was approved', (record) => (approvalOf(record)['planHash'] = { S: 'f'.repeat(64) })],
        ['it was rejected', (record) => (approvalOf(record)['decision'] = { S: 'rejected' })],
        ['the approval had expired', (record) => (approvalOf(record)['expiresAt'] = { S: '2027-01-20T07:30:00.000Z' })],
        ['the approval came afterwards', (record) => (approvalOf(record)['answeredAt'] = { S: '2027-01-20T12:00:00.000Z' })],
        ['the act stands in no record', (record) => delete record['act']],
      ];
      const whole = drillRecords(stage)[0];
      for (const [bug, tamper] of bugs) {
        await rewrite(stage, tamper);
        expect([bug, await broken(stage)]).toEqual([bug, ['failovers-are-approved']]);
        await rewrite(stage, (record) => Object.assign(record, marshalled(whole)));
      }
      expect(await broken(stage)).toEqual([]);

      await stage.asOperator('DynamoDB', 'PutItem', {
        TableName: stage.output('LedgerTableName'),
        Item: { type: { S: 'lock' }, id: { S: 'failover-drill/webmarket-production' }, owner: { S: 'swept' }, expiresAt: { N: String(Math.floor(stage.now / 1000) + 60) } },
      });
      expect(await broken(stage)).toEqual(['drill-lock-is-released']);
      await stage.until(stage.now + 120_000, 'healing');
      expect(await broken(stage)).toEqual([]);

      await put(stage, report, { act: undefined });
      expect(await broken(stage)).toEqual(['drills-are-reported']);
      await put(stage, report, { outcome: 'expired' });
      expect(await broken(stage)).toEqual(['drills-are-reported']);
    });
  });

  test('does not let a failover pass while capacity is leased', async () => {
    const { startsAt, prepare, play, change } = oneDrill;
    await Stage.open({ synthesis: synthesise('production', change), seed: 2, startsAt, prepare }, async (stage) => {
      await play(stage);
      const Item = { type: { S: 'capacity' }, id: { S: 'lease/sale' }, revision: { N: '1' }, value: { M: { from: { S: '2027-01-20T20:00:00.000Z' }, until: { S: '2027-01-20T22:00:00.000Z' }, status: { S: 'active' } } } };
      await stage.asOperator('DynamoDB', 'PutItem', { TableName: stage.output('LedgerTableName'), Item });
      expect(ledgerItems(stage).some(({ id }) => id === 'lease/sale')).toBe(true);
      expect(await broken(stage)).toEqual(['failovers-are-approved']);
    });
  });
});

function put(stage: Stage, report: DrillEvidence | undefined, change: object): Promise<unknown> {
  const Body = JSON.stringify({ ...report, ...change });
  return stage.asOperator('S3', 'PutObject', { Bucket: stage.output('EvidenceBucketName'), Key: 'drills/swept/report.json', Body });
}

/** The parts of a record that the bugs change, as DynamoDB holds them. */
function marshalled(record: ReturnType<typeof drillRecords>[number] | undefined): Record<string, unknown> {
  const texts = (value: object): unknown => ({ M: Object.fromEntries(Object.entries(value).map(([name, text]) => [name, { S: String(text) }])) });
  return { approval: texts(record?.approval ?? {}), act: texts(record?.act ?? {}) };
}
