import { carryOut } from '../../../functions/compliance/journal.ts';
import { createRepairer } from '../../../functions/compliance/repairer.ts';
import type { RepairAction } from '../../../functions/compliance/repair.ts';
import type { Repair } from '../../../functions/compliance/repair-records.ts';
import { Ledger } from '../../../functions/platform/ledger.ts';
import { context, errorOf, openSession, type Session, table } from '../platform/session.ts';
import { repairOf, revoking } from './builders.ts';

let session: Session;
let performed: RepairAction[];
let start: number;
beforeEach(() => {
  session = openSession();
  session.environment = { LEDGER_TABLE: table };
  performed = [];
  start = session.clock.now();
});
afterEach(() => session.close());

const ledger = new Ledger(table);
const at = (seconds: number): string => new Date(start + seconds * 1000).toISOString();

function handler() {
  return createRepairer('GroupRules', (action) => {
    performed.push(action);
    return Promise.resolve();
  });
}

/** Puts a repair into the ledger, cleared a minute ago, and lets the writer do it. */
async function write(changes: Partial<Repair>, direction: 'do' | 'undo' = 'do'): Promise<unknown> {
  const repair = repairOf({ state: 'cleared', clearedAt: at(-60), ...changes });
  await session.run(() => ledger.write({ type: 'repair', id: repair.target, revision: 1, value: { current: repair, history: [] } }));
  return session.run(() => handler()({ target: repair.target, repairId: repair.repairId, direction }, context));
}

const approvalOf = (changes: object) => ({ token: 't', planHash: repairOf().planHash, askedAt: at(-600), expiresAt: at(600), decision: 'approved', approver: 'x', ...changes }) as NonNullable<Repair['approval']>;

describe('a writer', () => {
  test('makes what is cleared', async () => {
    expect(await write({})).toEqual({ writes: 1 });
    expect(performed).toEqual(repairOf().plan.actions);
  });

  test('makes what is approved', async () => {
    expect(await write({ remediation: 'approval', approval: approvalOf({}) })).toEqual({ writes: 1 });
  });

  const foreign: RepairAction = { kind: 'detach-role-policy', roleName: 'Web', policyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' };
  test.each([
    { what: 'that is not cleared', changes: () => ({ state: 'open' as const }) },
    { what: 'that is cleared, nobody knows when', changes: () => ({ clearedAt: 'once' }) },
    { what: 'that was cleared a quarter of an hour ago', changes: () => ({ clearedAt: at(-900) }) },
    { what: 'whose plan was altered in the ledger', changes: () => ({ plan: revoking('sgr-2'), planHash: repairOf().planHash }) },
    { what: 'that holds an action of another writer', changes: () => ({ plan: { actions: [foreign] } }) },
    { what: 'that holds an action of another writer among its own', changes: () => ({ plan: { actions: [...revoking('sgr-1').actions, foreign] } }) },
    { what: 'that needs an approval and has none', changes: () => ({ remediation: 'approval' as const }) },
    { what: 'whose approval was not given yet', changes: () => ({ remediation: 'approval' as const, approval: approvalOf({ decision: undefined }) }) },
    { what: 'that was rejected', changes: () => ({ remediation: 'approval' as const, approval: approvalOf({ decision: 'rejected' }) }) },
    { what: 'whose approval has expired', changes: () => ({ remediation: 'approval' as const, approval: approvalOf({ expiresAt: at(0) }) }) },
    { what: 'whose approval is of another plan', changes: () => ({ remediation: 'approval' as const, approval: approvalOf({ planHash: 'f'.repeat(64) }) }) },
  ])('refuses a repair $what, and leaves no trace of it', async ({ changes }) => {
    expect((await errorOf(write(changes() as Partial<Repair>))).name).toBe('Defect');
    expect(performed).toEqual([]);
    expect(await session.run(() => ledger.list('journal'))).toEqual([]);
  });

  test('refuses a repair that is not under way', async () => {
    const error = await errorOf(session.run(() => handler()({ target: 't', repairId: 'r', direction: 'do' }, context)));
    expect(error.name).toBe('Defect');
    expect(performed).toEqual([]);
  });

  test('takes nothing from its input but the names', async () => {
    await write({});
    const { target, repairId } = repairOf();
    await session.run(() => handler()({ target, repairId, direction: 'do', plan: revoking('sgr-9') }, context));
    expect(performed).toEqual(repairOf().plan.actions);
  });
});

describe('a writer that is to undo', () => {
  test('refuses where nothing was written', async () => {
    expect((await errorOf(write({}, 'undo'))).message).toContain('nothing to undo');
  });

  test('refuses a repair that the target does not know', async () => {
    await session.run(() => carryOut({ ledger, repairId: 'r', now: start }, revoking('sgr-1').actions, () => Promise.resolve()));
    expect((await errorOf(session.run(() => handler()({ target: 't', repairId: 'r', direction: 'undo' }, context)))).name).toBe('Defect');
    expect(performed).toEqual([]);
  });

  test('refuses a journal with actions of another writer', async () => {
    const { repairId } = repairOf();
    const action: RepairAction = { kind: 'detach-user-policy', userName: 'u', policyArn: 'arn' };
    await session.run(() => carryOut({ ledger, repairId, now: start }, [action], () => Promise.resolve()));
    expect((await errorOf(write({}, 'undo'))).name).toBe('Defect');
    expect(performed).toEqual([]);
  });

  test('needs no clearance: taking back comes before everything', async () => {
    await session.run(() => carryOut({ ledger, repairId: repairOf().repairId, now: start }, revoking('sgr-1').actions, () => Promise.resolve()));
    expect(await write({ state: 'open' }, 'undo')).toEqual({ writes: 1 });
    expect(performed.map(({ kind }) => kind)).toEqual(['authorise-rule']);
  });
});
