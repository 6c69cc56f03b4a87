import type { RepairRequest } from '../../../functions/compliance/planning.ts';
import { hashPlan } from '../../../functions/compliance/repair.ts';
import {
  endRepair, getRepair, getTarget, noteUndone, openRepair, type Repair, updateRepair,
} from '../../../functions/compliance/repair-records.ts';
import { Defect, Transient } from '../../../functions/platform/errors.ts';
import { Ledger } from '../../../functions/platform/ledger.ts';
import { errorOf, openSession, type Session, table } from '../platform/session.ts';
import { findingOf, now, revoking } from './builders.ts';

let session: Session;
beforeEach(() => {
  session = openSession();
});
afterEach(() => session.close());

const ledger = new Ledger(table);
const hour = 3_600_000;

function requestOf(changes: Partial<RepairRequest> = {}): RepairRequest {
  const { resource = { type: 'AWS::EC2::SecurityGroup', id: 'sg-1' }, writer = 'GroupRules', remediation = 'automatic', plan = revoking('sgr-1') } = changes;
  return { target: `${resource.type}/${resource.id}/${writer}/${remediation}`, resource, writer, remediation, findings: [findingOf()], plan, planHash: hashPlan(plan), ...changes };
}

const other = requestOf({ plan: revoking('sgr-2') });
const asked = (ruleId = 'sgr-1'): RepairRequest => requestOf({ remediation: 'approval', plan: revoking(ruleId) });

const open = (request = requestOf(), at = now) => session.run(() => openRepair(ledger, request, { now: at, driftedAt: at - 5000, approvalHours: 24 }));

async function opened(request = requestOf(), at = now): Promise<Repair> {
  const opening = await open(request, at);
  const { current } = await target(request);
  if (opening.kind !== 'opened' || current?.repairId !== opening.repairId) throw new Error(`It was expected to be opened, and is ${opening.kind}.`);
  return current;
}

const target = (request = requestOf()) => session.run(() => getTarget(ledger, request.target));

describe('opening a repair', () => {
  test('by a trigger that comes twice opens one', async () => {
    const first = await opened();
    expect(await opened(requestOf(), now + 1000)).toEqual(first);
    expect((await target()).revision).toBe(1);
  });

  test('with another plan for the same target waits for the one that is open', async () => {
    const { repairId } = await opened();
    expect(await open(other)).toEqual({ kind: 'busy', repairId });
  });

  test('at the same moment as another: one of them is opened', async () => {
    const at = { now, driftedAt: now, approvalHours: 24 };
    const results = await session.run(() => Promise.allSettled([openRepair(ledger, requestOf(), at), openRepair(ledger, other, at)]));
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(results.find((result) => result.status === 'rejected')?.reason).toBeInstanceOf(Transient);
  });

  test('supersedes one that has expired, and remembers it', async () => {
    const { repairId, expiresAt } = await opened();
    expect(await open(other, Date.parse(expiresAt) - 1)).toMatchObject({ kind: 'busy' });
    const next = await opened(other, Date.parse(expiresAt));
    expect(next.repairId).not.toBe(repairId);
    expect((await target()).history).toEqual([expect.objectContaining({ repairId, outcome: 'superseded' })]);
    expect(await session.run(() => getRepair(ledger, { target: next.target, repairId }))).toBeUndefined();
  });

  test('lasts as long as an approval may take, and the hours of a repair', async () => {
    expect(Date.parse((await opened(asked())).expiresAt) - now).toBe(28 * hour);
    expect(Date.parse((await opened()).expiresAt) - now).toBe(4 * hour);
  });

  describe('while a person is asked', () => {
    const approval = { token: 't', planHash: asked().planHash, askedAt: new Date(now).toISOString(), expiresAt: new Date(now + 24 * hour).toISOString() };

    test('puts the question anew when the plan is another', async () => {
      const first = await opened(asked());
      await session.run(() => updateRepair(ledger, first, { state: 'awaiting-approval', approval }, now));
      const second = await opened(asked('sgr-2'), now + hour);
      expect(second.approval).toBeUndefined();
      expect((await target(asked())).history).toEqual([expect.objectContaining({ repairId: first.repairId, outcome: 'superseded' })]);
    });

    test('waits once it is answered', async () => {
      const first = await opened(asked());
      await session.run(() => updateRepair(ledger, first, { state: 'awaiting-approval', approval: { ...approval, decision: 'approved' } }, now));
      expect(await open(asked('sgr-2'))).toMatchObject({ kind: 'busy' });
    });
  });
});

describe('a change of a repair', () => {
  test('by two who have read the same is made by one of them', async () => {
    const repair = await opened();
    await session.run(() => updateRepair(ledger, repair, { state: 'cleared' }, now));
    expect(await errorOf(session.run(() => updateRepair(ledger, repair, { state: 'awaiting-approval' }, now)))).toBeInstanceOf(Transient);
    expect((await target()).current?.state).toBe('cleared');
  });

  test('that is no longer under way is a defect', async () => {
    const repair = await opened();
    await session.run(() => endRepair(ledger, repair, 'gone', now));
    expect(await errorOf(session.run(() => updateRepair(ledger, repair, { state: 'cleared' }, now)))).toBeInstanceOf(Defect);
  });
});

describe('the end of a repair', () => {
  test('is noted once', async () => {
    const repair = await opened();
    expect(await session.run(() => endRepair(ledger, repair, 'repaired', now))).toBe(true);
    expect(await session.run(() => endRepair(ledger, repair, 'failed', now))).toBe(false);
    expect((await target()).history.map(({ outcome }) => outcome)).toEqual(['repaired']);
  });

  test('is remembered of the last forty, the newest first', async () => {
    for (let times = 0; times < 43; times += 1) {
      const repair = await opened(requestOf(), now + times * 1000);
      await session.run(() => endRepair(ledger, repair, times === 42 ? 'gone' : 'repaired', now + times * 1000));
    }
    const { history } = await target();
    expect(history).toHaveLength(40);
    expect(history[0]?.outcome).toBe('gone');
    expect(new Set(history.map(({ repairId }) => repairId)).size).toBe(40);
  });

  test('that a person undid afterwards says so', async () => {
    const repair = await opened();
    await session.run(() => endRepair(ledger, repair, 'repaired', now));
    await session.run(() => noteUndone(ledger, repair, now + hour));
    expect((await target()).history).toEqual([expect.objectContaining({ outcome: 'undone-by-hand', closedAt: new Date(now + hour).toISOString() })]);
  });

  test('that a person undid before it had ended says so once', async () => {
    const repair = await opened();
    await session.run(() => noteUndone(ledger, repair, now));
    expect((await target()).current?.repairId).toBe(repair.repairId);
    await session.run(() => endRepair(ledger, repair, 'undone-by-hand', now + hour));
    expect((await target()).history.map(({ outcome }) => outcome)).toEqual(['undone-by-hand']);
  });

  test('of a repair that the target does not know is not noted', async () => {
    const repair = await opened();
    expect(await errorOf(session.run(() => noteUndone(ledger, { ...repair, repairId: 'another' }, now)))).toBeInstanceOf(Defect);
  });
});

describe('the id of a repair', () => {
  const user = (id: string): RepairRequest => requestOf({ resource: { type: 'AWS::IAM::User', id }, writer: 'UserAccess', remediation: 'approval' });
  const role = (id: string): RepairRequest => requestOf({ resource: { type: 'AWS::IAM::Role', id }, writer: 'RolePolicies', remediation: 'approval' });
  const long = 'a'.repeat(63);
  const balancer = (name: string): RepairRequest =>
    requestOf({ resource: { type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', id: `arn:aws:elasticloadbalancing:eu-west-3:123456789012:loadbalancer/app/${name}/50dc6c495c0c9188` }, writer: 'Memberships' });

  test.each([user('first.last+ops=1@shop,fr'), role(`${long}b`), balancer('shop'), requestOf({ resource: { type: 'AWS::Account', id: '123456789012' }, writer: 'InstanceProfiles' })])(
    'of $target names an execution', async (request) => {
      expect((await opened(request)).repairId).toMatch(/^[A-Za-z0-9_-]{1,80}$/u);
    },
  );

  test.each([
    [user('a.b'), user('a-b')],
    [user('a@b'), user('a+b')],
    [role(`${long}b`), role(`${long}c`)],
    [balancer('shop'), balancer('shop-2')],
    [requestOf(), asked()],
  ])('keeps two targets apart that look alike', async (left, right) => {
    expect((await opened(left)).repairId).not.toBe((await opened(right)).repairId);
  });

  test('is another for the next repair of the same target, also when the record was forgotten meanwhile', async () => {
    const first = await opened();
    await session.run(() => ledger.remove('repair', first.target, 1));
    expect((await opened(requestOf(), now + 400 * 24 * hour)).repairId).not.toBe(first.repairId);
  });
});
