import { commitmentsOf, observationOf } from './fixtures.ts';
import { openReservationScene, type ReservationScene } from './reservation-scene.ts';

let scene: ReservationScene;
beforeEach(() => {
  scene = openReservationScene();
});
afterEach(() => scene.close());

const known = { observation: observationOf(), commitments: commitmentsOf() };

test('what was observed and is committed becomes an advice: evidence, page and one message', async () => {
  expect(await scene.report(known)).toEqual({ verdicts: { instances: 'advised', database: 'advised' } });
  const filed = scene.filed();
  expect(filed).toMatchObject({ adviceId: 'advice-1', at: '2027-01-13T07:00:00.000Z', observation: known.observation, commitments: known.commitments });
  expect(scene.file('advice.html')).toContain('<h1>A commitment would pay</h1>');
  const [message, ...more] = scene.messages();
  expect(more).toEqual([]);
  expect(message).toMatchObject({ kind: 'reservations.advice', severity: 'info', subject: 'Reservations: instances advised, database advised' });
  expect(message?.text).toContain('Instances: advised. Reserved instances of 3 × t3.medium for 1 year, nothing upfront, would save $43.80 a month.');
  expect(message?.text).toContain('Nothing was bought');
  expect(message?.text).toContain('s3://evidence/reservations/2027-01-13/advice-1/advice.html');
});

test('too early is told every month as well, with the day', async () => {
  const observation = observationOf({ days: { observed: 46.5, wanted: 90 } });
  expect(await scene.report({ observation, commitments: null })).toEqual({ verdicts: { instances: 'too-early', database: 'too-early' } });
  expect(scene.messages()[0]?.text).toContain('Instances: too early to say. Day 47 of 90.');
  expect(scene.file('advice.html')).toContain('Day 47 of 90.');
});

test('a repetition files, tells and judges nothing anew, whatever it is given', async () => {
  await scene.report(known);
  const first = scene.filed();
  await scene.clock.runUntil(scene.clock.now() + 5000);
  expect(await scene.report({ observation: observationOf({ hoursByInstances: [[0, 2000]] }), commitments: commitmentsOf({ databases: 'unknown' }) })).toEqual({ verdicts: { instances: 'advised', database: 'advised' } });
  expect([scene.filed(), scene.messages().length]).toEqual([first, 1]);
});

test('another advice of the same day is one of its own', async () => {
  await scene.report(known);
  await scene.report(known, 'advice-2');
  expect(scene.messages().map(({ key }) => key)).toEqual(['reservations/advice-1/advice', 'reservations/advice-2/advice']);
  expect(scene.filed('advice-2').adviceId).toBe('advice-2');
});

test.each(['PutObject', 'Publish', 'PutItem'])('a lost reply to %s is made good by the repetition: one advice, told at least once', async (operation) => {
  scene.fail(operation, 'reply-lost', 3);
  await scene.report(known).catch(() => undefined);
  scene.account.faults = { faultFor: () => undefined };
  expect(await scene.report(known)).toEqual({ verdicts: { instances: 'advised', database: 'advised' } });
  expect(scene.filed().subjects).toHaveLength(2);
  expect(scene.file('advice.html')).toContain('</html>');
  expect(new Set(scene.messages().map(({ key }) => key)).size).toBe(1);
});

test('what could not be read is told', async () => {
  await scene.report({ ...known, commitments: commitmentsOf({ instances: 'unknown', unread: ['What is reserved of EC2 could not be read: denied.'] }) });
  expect(scene.messages()[0]).toMatchObject({ subject: 'Reservations: instances unknown, database advised' });
  expect(scene.messages()[0]?.text).toContain('Not read: What is reserved of EC2 could not be read: denied.');
});
