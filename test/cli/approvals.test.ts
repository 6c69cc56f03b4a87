import { bucketOf, rulesOf } from '../../rehearsal/lifecycle-story.ts';
import { outcomes } from '../functions/compliance-account/scene.ts';
import { approver, drillRecords, requester } from '../../rehearsal/drill-story.ts';
import type { Stage } from '../../rehearsal/stage.ts';
import { type Synthesis, synthesise } from '../../rehearsal/synthesis.ts';
import { letGroupIn, minute, play, wait } from '../functions/compliance-account/scene.ts';
import { deniedPermissions, webmarket, webmarketJson } from './operator.ts';

/** Repairs and rules are written, so that there is something to ask. */
let synthesis: Synthesis;
beforeAll(() => {
  synthesis = synthesise('production', (config) => ({
    ...config,
    compliance: { ...config.compliance, mode: 'enforce' },
    lifecycle: { ...config.lifecycle, mode: 'enforce' },
  }));
});

interface Question {
  readonly id: string;
  readonly kind: string;
  readonly planHash: string;
}

async function questions(stage: Stage): Promise<readonly Question[]> {
  return (await webmarketJson(stage, ['approvals', 'list'])).value as readonly Question[];
}

async function question(stage: Stage, kind: string): Promise<Question> {
  const found = (await questions(stage)).find((each) => each.kind === kind);
  if (found === undefined) throw new Error(`Nothing of the kind ${kind} waits.`);
  return found;
}

const drillReason = 'The quarterly proof that the database can fail over.';

test('a drill, a repair and rules that delete are asked, shown and answered by one command', async () => {
  await play({ synthesis }, async (stage) => {
    const images = bucketOf(stage, 'productImages');
    for (let index = 0; index < 5; index += 1) {
      for (const age of [200, 100, 5]) stage.account.s3.place(images, { key: `products/${index}.jpg`, bytes: 300_000, at: stage.now - age * 86_400_000 });
    }
    // Rules that let versions go are asked for anew: the first look at these images found none.
    await stage.start('StorageLifecycle', 'with-images', { cause: 'operator' });
    await letGroupIn(stage);
    const started = await webmarket(stage, ['drill', 'start', 'quarterly', '--reason', drillReason], { env: { WEBMARKET_USER: requester } });
    expect(started).toMatchObject({ exitCode: 0, err: '' });
    await wait(stage, 2 * minute);

    const list = await webmarket(stage, ['approvals', 'list']);
    expect(list.out).toMatch(/^ {2}drill\/quarterly +[0-9a-f]{8} {2}2027-01-20 15:00 {2}Failover drill of webmarket-production, from eu-west-3\w to eu-west-3\w$/mu);
    const [drill, repair, rules] = [await question(stage, 'drill'), await question(stage, 'repair'), await question(stage, 'lifecycle')];
    expect((await webmarket(stage, ['status'])).out).toContain(repair.id);
    expect((await webmarket(stage, ['approvals', 'show', 'quarterly'])).out).toContain(`${requester} asks for it: ${drillReason}`);
    expect((await webmarket(stage, ['approvals', 'show', repair.id])).out).toMatch(/SG\d+ \(\w+\): [\s\S]*Planned: \{"kind":"revoke-rule"/u);
    expect((await webmarket(stage, ['approvals', 'show', rules.id])).out).toMatch(/for good\.|is not known\./u);

    await answersThatAreNotTaken(stage, drill);
    const yes = (each: Question, ...more: string[]): Promise<unknown> => webmarketJson(stage, ['approvals', 'approve', each.id, '--plan', each.planHash.slice(0, 8), '--as', approver, ...more]);
    expect(await yes(drill, '--comment', 'Nobody deploys.')).toMatchObject({ exitCode: 0, value: { drillId: 'quarterly', planHash: drill.planHash, decision: 'approved', approver, comment: 'Nobody deploys.' } });
    expect(await yes(rules)).toMatchObject({ exitCode: 0 });
    expect(await webmarket(stage, ['approvals', 'reject', repair.id, '--as', approver])).toMatchObject({ exitCode: 0, out: `${approver} has rejected ${repair.id}.\nNothing is done.\n` });
    await wait(stage, 25 * minute);
    // The drift still stands, and may be asked about anew by then: that is another question.
    expect((await questions(stage)).filter(({ id }) => [drill, repair, rules].some((each) => each.id === id))).toEqual([]);
    expect(rulesOf(stage, rules.id.replace('lifecycle/', '') as 'productImages').some(({ ID }) => ID?.startsWith('webmarket-'))).toBe(true);
    expect(await outcomes(stage)).toContain('rejected');
    await drillIsFollowed(stage);
    expect(deniedPermissions(stage)).toEqual([]);
  });
});

async function answersThatAreNotTaken(stage: Stage, { id, planHash }: Question): Promise<void> {
  const plan = ['--plan', planHash.slice(0, 12)];
  const nobody = await webmarket(stage, ['approvals', 'approve', id, ...plan]);
  expect(nobody.exitCode).toBe(2);
  expect(nobody.err).toContain('Add --as "Your name", or set WEBMARKET_USER.');
  const own = await webmarket(stage, ['approvals', 'approve', id, ...plan, '--as', requester]);
  expect(own.exitCode).toBe(1);
  expect(own.err).toMatch(/\(own-request\)[\s\S]*Ask a second person/u);
  const other = await webmarket(stage, ['approvals', 'approve', id, '--plan', '00000000', '--as', approver]);
  expect(other.exitCode).toBe(1);
  expect(other.err).toContain('it is another one by now');
  expect(await webmarket(stage, ['approvals', 'approve', id, '--plan', 'abc', '--as', approver])).toMatchObject({ exitCode: 2 });
  const unknown = await webmarket(stage, ['approvals', 'reject', 'drill/other', '--as', approver]);
  expect(unknown.exitCode).toBe(2);
  expect(unknown.err).toContain(id);
  const dryRun = await webmarket(stage, ['approvals', 'approve', id, ...plan, '--as', approver, '--dry-run']);
  expect(dryRun).toMatchObject({ exitCode: 0 });
  expect(dryRun.out).toContain('Nothing was answered.');
  expect(drillRecords(stage).find(({ drillId }) => drillId === 'quarterly')?.approval?.decision).toBeUndefined();
}

async function drillIsFollowed(stage: Stage): Promise<void> {
  const status = await webmarket(stage, ['drill', 'status', 'quarterly']);
  expect(status).toMatchObject({ exitCode: 0, err: '' });
  expect(status.out).toMatch(new RegExp(`State {6}passed\\n[\\s\\S]*Approval {3}approved by ${approver}`, 'u'));
  const report = await webmarket(stage, ['drill', 'report', 'quarterly']);
  expect(report.out).toMatch(/^Drill quarterly: passed\n[\s\S]*Without writes {2}\d+\.\d s\n {2}Commits lost {4}0\n/u);
  expect((await webmarket(stage, ['drill', 'status'])).out).toMatch(/quarterly {2}2027-01-20 14:00 {2}the-engineer-on-duty {2}passed/u);
  const { value } = await webmarketJson(stage, ['drill', 'status', 'quarterly']);
  expect(value).toMatchObject({ approval: { decision: 'approved', approver } });
  expect(JSON.stringify(value)).not.toContain('"token"');
}
