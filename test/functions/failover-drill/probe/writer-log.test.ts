import * as fc from 'fast-check';
import { verify } from '../../../../functions/failover-drill/probe/verification.ts';
import { type Fate, WriterLog } from '../../../../functions/failover-drill/probe/writer-log.ts';

const start = Date.parse('2027-01-13T07:00:00.000Z');

/** Books of a client that tried once a second: `+` committed, `-` refused, `?` unanswered. Three commits in a row are steady. */
function logOf(fates: string): WriterLog {
  const log = new WriterLog('pooled', 3);
  for (const [index, fate] of fates.split('').entries()) {
    const id = log.begin();
    const span = { from: start + index * 1000, to: start + index * 1000 + 100 };
    if (fate === '+') log.acknowledge(id, span);
    else log.fail(id, fate === '-' ? 'refused' : 'unanswered', span, 'gone');
  }
  return log;
}

const at = (seconds: number): string => new Date(start + seconds * 1000 + 100).toISOString();

test.each([
  ['+++--+++', { lastCommitBefore: at(2), firstCommitAfter: at(5), outageSeconds: 3 }],
  ['+++?+', { lastCommitBefore: at(2), firstCommitAfter: at(4), outageSeconds: 2 }],
  // It came back, and was gone again before it was steady: one outage.
  ['+++--++--+++', { lastCommitBefore: at(2), firstCommitAfter: at(9), outageSeconds: 7 }],
  // It was steady in between: two outages, and the longer one counts.
  ['+-+++++---+++', { lastCommitBefore: at(6), firstCommitAfter: at(10), outageSeconds: 4 }],
  ['+---+++++-+++', { lastCommitBefore: at(0), firstCommitAfter: at(4), outageSeconds: 4 }],
])('%s: an outage is told from its last commit to the next', (fates, expected) => {
  expect(logOf(fates).report()).toMatchObject(expected);
});

test('an outage that is still open is told without an end', () => {
  const { lastCommitBefore, firstCommitAfter, outageSeconds } = logOf('+-++++++--').report();

  expect({ lastCommitBefore, firstCommitAfter, outageSeconds }).toEqual({ lastCommitBefore: at(7), firstCommitAfter: undefined, outageSeconds: undefined });
});

test.each(['+++', '--', '--+++'])('%s: without a commit before, nobody knows how long an outage is', (fates) => {
  const log = logOf(fates);

  expect(log.hasFailed).toBe(false);
  expect(log.report()).not.toHaveProperty('lastCommitBefore');
  expect(log.report()).not.toHaveProperty('outageSeconds');
});

test.each([
  ['+-', { isOut: true, isSteady: false }],
  ['+-++', { isOut: false, isSteady: false }],
  ['+-+++', { isOut: false, isSteady: true }],
])('%s: a client is back after enough commits in a row', (fates, expected) => {
  const { isOut, isSteady } = logOf(fates);

  expect({ isOut, isSteady }).toEqual(expected);
});

test('errors are told by how often they were, and only so many', () => {
  const log = new WriterLog('fresh', 3);
  for (let index = 0; index < 100; index += 1) log.fail(log.begin(), 'refused', { from: 0, to: 0 }, index % 2 === 0 ? 'often' : `once ${index}`);
  const { errors } = log.report();

  expect(errors[0]).toEqual({ message: 'often', count: 50 });
  expect(errors).toHaveLength(20);
});

test('a write that is begun and never settled is unanswered', () => {
  const log = logOf('++');
  log.begin();

  expect(log.report()).toMatchObject({ attempts: 3, acknowledged: 2, unanswered: 1 });
  expect(log.writes().at(-1)).toEqual({ write: { writer: 'pooled', id: 3 }, fate: 'unanswered' });
});

test('every write and every row is counted once, whatever became of them', () => {
  const fates: readonly Fate[] = ['acknowledged', 'refused', 'unanswered'];
  fc.assert(
    fc.property(fc.array(fc.record({ fate: fc.constantFrom(...fates), isPresent: fc.boolean() })), fc.nat(3), (writes, strangers) => {
      const log = { writes: () => writes.map(({ fate }, index) => ({ write: { writer: 'fresh' as const, id: index + 1 }, fate })) };
      const rows = writes.flatMap(({ isPresent }, index) => (isPresent ? [{ writer: 'fresh' as const, id: index + 1 }] : []));
      const unknown = Array.from({ length: strangers }, (_, index) => ({ writer: 'pooled' as const, id: index + 1 }));
      const count = (fate: Fate, isPresent: boolean): number => writes.filter((write) => write.fate === fate && write.isPresent === isPresent).length;

      expect(verify([log], [...unknown, ...rows])).toMatchObject({
        lost: { count: count('acknowledged', false) },
        ambiguousPresent: { count: count('unanswered', true) },
        ambiguousAbsent: { count: count('unanswered', false) },
        phantom: { count: count('refused', true) + strangers },
      });
    }),
  );
});

test('of many, the first hundred are told', () => {
  const log = logOf('+'.repeat(250));
  const made = verify([log], []);

  expect(made).toMatchObject({ lost: { count: 250 } });
  expect(made.status === 'read' && made.lost.examples.at(-1)).toEqual({ writer: 'pooled', id: 100 });
});
