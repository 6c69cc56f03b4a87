import { carryOut, readJournal, undo } from '../../../functions/compliance/journal.ts';
import type { RepairAction } from '../../../functions/compliance/repair.ts';
import { Defect, Transient } from '../../../functions/platform/errors.ts';
import { Ledger } from '../../../functions/platform/ledger.ts';
import { errorOf, openSession, type Session, table } from '../platform/session.ts';
import { now, openSsh } from './builders.ts';

let session: Session;
beforeEach(() => {
  session = openSession();
});
afterEach(() => session.close());

const ledger = new Ledger(table);
const journal = { ledger, repairId: 'r1', now };
const actions: readonly RepairAction[] = [
  { kind: 'authorise-rule', groupId: 'sg-1', rule: { ...openSsh, fromPort: 443, toPort: 443 } },
  { kind: 'revoke-rule', groupId: 'sg-1', ruleId: 'sgr-1', rule: openSsh, description: 'just for a moment' },
];

/** Performs nothing, and keeps what it was asked to, with the states in the journal at that moment. */
function recorder(failsAt?: number) {
  const performed: { readonly action: RepairAction; readonly states: readonly string[] }[] = [];
  const perform = async (action: RepairAction): Promise<void> => {
    performed.push({ action, states: (await readJournal(ledger, 'r1')).entries.map(({ state }) => state) });
    if (performed.length === failsAt) throw new Transient('not now');
  };
  return { performed, perform };
}

const states = async (): Promise<string[]> => (await session.run(() => readJournal(ledger, 'r1'))).entries.map(({ state }) => state);

describe('a journal', () => {
  test('has every write before it is made, and that it was made', async () => {
    const { performed, perform } = recorder();
    await session.run(() => carryOut(journal, actions, perform));
    expect(performed.map((each) => each.states)).toEqual([['intended'], ['done', 'intended']]);
    expect(performed.map(({ action }) => action)).toEqual(actions);
    expect(await states()).toEqual(['done', 'done']);
  });

  test('lets a second writer go on where the first one stopped, and do nothing twice that is done', async () => {
    const first = recorder(2);
    expect(await errorOf(session.run(() => carryOut(journal, actions, first.perform)))).toBeInstanceOf(Transient);
    expect(await states()).toEqual(['done', 'intended']);
    const second = recorder();
    await session.run(() => carryOut(journal, actions, second.perform));
    expect(second.performed.map(({ action }) => action)).toEqual([actions[1]]);
    expect(await states()).toEqual(['done', 'done']);
  });

  test('that cannot be written lets nothing be made', async () => {
    session.fail('PutItem', 'denied', Infinity);
    const { performed, perform } = recorder();
    await errorOf(session.run(() => carryOut(journal, actions, perform)));
    expect(performed).toEqual([]);
  });

  test('that another wrote at the same moment stops this writer', async () => {
    const disturbed = async (): Promise<void> => {
      await ledger.write({ type: 'journal', id: 'r1', revision: 2, value: { entries: [] } });
    };
    expect(await errorOf(session.run(() => carryOut(journal, actions, disturbed)))).toBeInstanceOf(Transient);
  });

  test('that is malformed is a defect', async () => {
    await session.run(() => ledger.write({ type: 'journal', id: 'r1', revision: 1, value: { entries: [{ action: { kind: 'delete-everything' } }] } }));
    expect(await errorOf(session.run(() => readJournal(ledger, 'r1')))).toBeInstanceOf(Defect);
  });
});

describe('what is undone', () => {
  const inverses: readonly RepairAction[] = [
    { kind: 'authorise-rule', groupId: 'sg-1', rule: openSsh, description: 'just for a moment' },
    // Without an id: the writer looks it up.
    { kind: 'revoke-rule', groupId: 'sg-1', rule: { ...openSsh, fromPort: 443, toPort: 443 } },
  ];
  beforeEach(() => session.run(() => carryOut(journal, actions, () => Promise.resolve())));

  test('is undone in the reverse order, each noted before', async () => {
    const { performed, perform } = recorder();
    expect(await session.run(() => undo(journal, perform))).toBe(2);
    expect(performed.map(({ action }) => action)).toEqual(inverses);
    expect(performed.map((each) => each.states)).toEqual([['done', 'undoing'], ['undoing', 'undone']]);
  });

  test('a second time changes nothing', async () => {
    await session.run(() => undo(journal, () => Promise.resolve()));
    const { performed, perform } = recorder();
    expect(await session.run(() => undo(journal, perform))).toBe(0);
    expect(performed).toEqual([]);
  });

  test('half goes on where it stopped', async () => {
    const first = recorder(2);
    await errorOf(session.run(() => undo(journal, first.perform)));
    const second = recorder();
    expect(await session.run(() => undo(journal, second.perform))).toBe(1);
    expect(second.performed.map(({ action }) => action)).toEqual([inverses[1]]);
    expect(await states()).toEqual(['undone', 'undone']);
  });

  test('includes a write of which nobody knows whether it was made', async () => {
    const one = { ...journal, repairId: 'r2' };
    await errorOf(session.run(() => carryOut(one, actions, () => Promise.reject(new Transient('killed')))));
    expect(await session.run(() => undo(one, () => Promise.resolve()))).toBe(1);
  });

  test('is not carried out once more by a writer that comes late', async () => {
    await session.run(() => undo(journal, () => Promise.resolve()));
    const { performed, perform } = recorder();
    expect(await errorOf(session.run(() => carryOut(journal, actions, perform)))).toBeInstanceOf(Defect);
    expect(performed).toEqual([]);
  });
});
