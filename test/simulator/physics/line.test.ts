import type { Account } from '../../../simulator/kernel/account.ts';
import { VirtualClock } from '../../../simulator/kernel/clock.ts';
import { RandomStreams } from '../../../simulator/kernel/random.ts';
import { type Answer, Line } from '../../../simulator/physics/database/line.ts';

/** A client that notes what it is told and after how many seconds, over a server whose answer a test may change. */
function dial(answer: Answer) {
  const clock = VirtualClock.detached(0);
  const account = { clock, random: new RandomStreams(1) } as unknown as Account;
  const told: [string, number][] = [];
  const received: string[] = [];
  const note = (what: string): void => void told.push([what, Math.round(clock.now() / 1000)]);
  const now = { answer };
  const client = { established: () => note('established'), secured: () => note('secured'), receive: () => note('data'), end: () => note('end'), fail: (failure: string) => note(failure) };
  const line = new Line(account, client, () => now.answer);
  const server = { receive: (bytes: Buffer) => void received.push(String(bytes)), close: () => received.push('closed') };
  const accepted: Answer = { kind: 'accepted', address: '10.0.0.1', serverName: 'shop', open: () => server };
  const after = (seconds: number): Promise<void> => clock.runUntil(clock.now() + seconds * 1000);
  return { line, now, accepted, told, received, after };
}

const silence: Answer = { kind: 'silence', address: '10.0.0.1' };

test('a connection into silence is given up after 127 seconds', async () => {
  const { told, after } = dial(silence);
  await after(200);
  expect(told).toEqual([['connect-timed-out', 127]]);
});

test.each([[0.5, 1], [2, 3], [20, 31], [62, 63]])('a server that is back after %d seconds is reached at the next attempt, after %d', async (back, reached) => {
  const { now, accepted, told, after } = dial(silence);
  await after(back);
  now.answer = accepted;
  await after(100);
  expect(told).toEqual([['established', reached]]);
});

test('data into silence is given up 924 seconds after the first of it was sent, and an idle connection never is', async () => {
  const { line, now, accepted, told, received, after } = dial(silence);
  now.answer = accepted;
  await after(2);
  line.die('silently');
  line.sever();
  await after(2000);
  expect(told).toEqual([['established', 0]]);
  line.send(Buffer.from('a'));
  await after(500);
  line.send(Buffer.from('b'));
  await after(500);
  expect(told.slice(1)).toEqual([['timed-out', 2002 + 924]]);
  expect(received).toEqual([]);
});

test('what dies silently still hears, until it is severed', async () => {
  const { line, now, accepted, told, received, after } = dial(silence);
  now.answer = accepted;
  await after(2);
  line.die('silently');
  line.send(Buffer.from('late'));
  line.reply(Buffer.from('answer'));
  await after(1);
  line.sever();
  line.send(Buffer.from('later'));
  await after(1);
  expect(received).toEqual(['late']);
  expect(told).toEqual([['established', 0]]);
});

test('a client that closes while it dials is told nothing more', async () => {
  const { line, told, after } = dial(silence);
  line.abort();
  await after(200);
  expect(told).toEqual([]);
});
