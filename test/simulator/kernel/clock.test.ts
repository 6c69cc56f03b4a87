import { VirtualClock } from '../../../simulator/kernel/clock.ts';

const start = Date.UTC(2027, 0, 13, 5);

describe('virtual time', () => {
  test('moves only when it is told to', async () => {
    const clock = VirtualClock.detached(start);
    await new Promise((resolve) => setImmediate(resolve));
    expect(clock.now()).toBe(start);
    await clock.runUntil(start + 1000);
    expect(clock.now()).toBe(start + 1000);
  });

  test('runs what is due in the order of its instants, and at one instant in the order of scheduling', async () => {
    const clock = VirtualClock.detached(start);
    const seen: string[] = [];
    clock.at(start + 20, () => void seen.push('late'));
    clock.at(start + 10, () => void seen.push('first'));
    clock.at(start + 10, () => void seen.push('second'));
    await clock.runUntil(start + 30);
    expect(seen).toEqual(['first', 'second', 'late']);
  });

  test('lets everything that a callback started come to rest before it moves on', async () => {
    const clock = VirtualClock.detached(start);
    const seen: number[] = [];
    clock.at(start + 10, async () => {
      await Promise.resolve();
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(clock.now());
    });
    clock.at(start + 20, () => void seen.push(clock.now()));
    await clock.runUntil(start + 30);
    expect(seen).toEqual([start + 10, start + 20]);
  });

  test('stands still while real work is held', async () => {
    const clock = VirtualClock.detached(start);
    const seen: string[] = [];
    clock.at(start + 10, async () => {
      await clock.hold(new Promise((resolve) => setTimeout(resolve, 30)));
      seen.push('loaded');
    });
    clock.at(start + 11, () => void seen.push('next'));
    await clock.runUntil(start + 20);
    expect(seen).toEqual(['loaded', 'next']);
  });

  test('ends the run with the error of a callback', async () => {
    const clock = VirtualClock.detached(start);
    clock.at(start + 10, () => {
      throw new Error('a defect of the simulator');
    });
    await expect(clock.runUntil(start + 20)).rejects.toThrow('a defect of the simulator');
  });

  test('says that nothing can settle a promise which nobody will settle', async () => {
    const clock = VirtualClock.detached(start);
    await expect(clock.runWhilePending(new Promise(() => {}))).rejects.toThrow('Virtual time cannot move');
  });

  test('every() comes at whole multiples of its period', async () => {
    const clock = VirtualClock.detached(start + 17_000);
    const seen: number[] = [];
    const cancel = clock.every(60_000, () => void seen.push(clock.now() - start));
    await clock.runUntil(start + 130_000);
    cancel();
    await clock.runUntil(start + 300_000);
    expect(seen).toEqual([60_000, 120_000]);
  });

  test('a sleep that is aborted rejects with the reason, and leaves no timer', async () => {
    const clock = VirtualClock.detached(start);
    const controller = new AbortController();
    const sleep = clock.sleep(1000, controller.signal);
    controller.abort(new Error('enough'));
    await expect(sleep).rejects.toThrow('enough');
    await expect(clock.runWhilePending(new Promise(() => {}))).rejects.toThrow('nothing is scheduled');
  });

  test('installed, it is what Date and the timers of the process say, until it is taken away', async () => {
    const clock = VirtualClock.install(start);
    try {
      let fired = 0;
      setTimeout(() => {
        fired = Date.now();
      }, 5000);
      await clock.runUntil(start + 6000);
      expect(fired).toBe(start + 5000);
    } finally {
      clock.uninstall();
    }
    expect(Date.now()).not.toBe(start + 6000);
  });
});
