import { TaskError } from '../../../simulator/step-functions/index.ts';
import { failure, machine, output, run, task } from './machines.ts';

const always = (error: string | null, cause: string | null = null) => () => { throw new TaskError(error, cause); };
const caught = { Type: 'Pass', Output: '{% $states.input %}', End: true };
const catching = (...errors: string[]) => ({ Catch: [{ ErrorEquals: errors, Next: 'Caught' }] });

describe('rule 14: both forms of a Lambda task honour Retry and Catch', () => {
  test.each(['arn:aws:states:::lambda:invoke', 'arn:aws:lambda:eu-west-3:123456789012:function:probe'])('%s', async (Resource) => {
    const definition = machine({ A: task({ Resource, Retry: [{ ErrorEquals: ['X'], MaxAttempts: 1 }], ...catching('X') }), Caught: caught });
    const { outcome, calls } = await run(definition, {}, always('X', 'why'));
    expect(outcome).toEqual({ status: 'SUCCEEDED', output: { Error: 'X', Cause: 'why' } });
    expect(calls).toHaveLength(2);
  });
});

test('rule 15: arguments are evaluated again for each attempt, and RetryCount rises', async () => {
  const Arguments = { retry: '{% $states.context.State.RetryCount %}', at: '{% $now() %}' };
  const { calls } = await run(machine({ A: task({ Arguments, Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 2 }] }) }), {}, always('X'));
  expect(calls.map((call) => call.arguments)).toEqual([
    { retry: 0, at: '2026-11-27T06:00:00.000Z' },
    { retry: 1, at: '2026-11-27T06:00:01.000Z' },
    { retry: 2, at: '2026-11-27T06:00:03.000Z' },
  ]);
});

test('rule 15: a Pass state has no RetryCount', async () => {
  await expect(output(machine({ A: { Type: 'Pass', Output: '{% $exists($states.context.State.RetryCount) %}', End: true } }))).resolves.toBe(false);
});

describe('rule 16: retries', () => {
  test.each([
    ['by default 1, 2 and 4 seconds', {}, [0, 1, 3, 7]],
    ['interval and rate', { IntervalSeconds: 10, BackoffRate: 3, MaxAttempts: 2 }, [0, 10, 40]],
    ['capped', { IntervalSeconds: 2, BackoffRate: 10, MaxDelaySeconds: 15, MaxAttempts: 3 }, [0, 2, 17, 32]],
    ['none', { MaxAttempts: 0 }, [0]],
  ])('%s', async (_, fields, times) => {
    const { callTimesSeconds } = await run(machine({ A: task({ Retry: [{ ErrorEquals: ['X'], ...fields }] }) }), {}, always('X'));
    expect(callTimesSeconds).toEqual(times);
  });

  test('each retrier counts its own attempts', async () => {
    const errors = ['X', 'Y', 'X', 'Y', 'X'];
    const Retry = [{ ErrorEquals: ['X'], MaxAttempts: 2, BackoffRate: 1 }, { ErrorEquals: ['Y'], MaxAttempts: 2, BackoffRate: 1 }];
    const { calls } = await run(machine({ A: task({ Retry }) }), {}, (call) => { throw new TaskError(errors[call.retryCount] ?? 'Z'); });
    expect(calls).toHaveLength(5);
  });

  test('FULL jitter waits between nothing and the computed delay', async () => {
    const Retry = [{ ErrorEquals: ['X'], IntervalSeconds: 100, BackoffRate: 1, MaxAttempts: 50, JitterStrategy: 'FULL' }];
    const { callTimesSeconds } = await run(machine({ A: task({ Retry }) }), {}, always('X'));
    const delays = callTimesSeconds.slice(1).map((time, index) => time - (callTimesSeconds[index] ?? 0));
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...delays)).toBeLessThan(100);
    expect(new Set(delays).size).toBeGreaterThan(40);
  });
});

const slow = (_: unknown, clock: { sleep(milliseconds: number): Promise<void> }) => clock.sleep(60_000);

describe('rule 17: time-outs', () => {
  test('States.Timeout with an empty cause in errorOutput', async () => {
    const definition = machine({ A: task({ TimeoutSeconds: 5, ...catching('States.Timeout') }), Caught: caught });
    const { outcome, elapsedSeconds, calls } = await run(definition, {}, slow);
    expect(outcome).toEqual({ status: 'SUCCEEDED', output: { Error: 'States.Timeout', Cause: '' } });
    expect(elapsedSeconds).toBe(5);
    expect(calls[0]?.signal.aborted).toBe(true);
  });

  test('and no cause on the failed execution', async () => {
    const definition = machine({ A: task({ TimeoutSeconds: '{% $states.input.limit %}' }) });
    await expect(failure(definition, { limit: 5 }, slow)).resolves.toEqual({ error: 'States.Timeout' });
  });

  test('the whole execution', async () => {
    const { outcome, elapsedSeconds } = await run(machine({ A: { Type: 'Wait', Seconds: 60, End: true } }, { TimeoutSeconds: 10 }));
    expect(outcome).toEqual({ status: 'TIMED_OUT' });
    expect(elapsedSeconds).toBe(10);
  });
});

const beating = async (call: { heartbeat(): void }, clock: { sleep(milliseconds: number): Promise<void> }) => {
  for (let beat = 0; beat < 3; beat += 1) {
    await clock.sleep(8_000);
    call.heartbeat();
  }
  await clock.sleep(60_000);
};

describe('rule 18: task tokens', () => {
  const Resource = 'arn:aws:states:::lambda:invoke.waitForTaskToken';

  test('the token is in the context and in the call', async () => {
    const { calls } = await run(machine({ A: task({ Resource, Arguments: { token: '{% $states.context.Task.Token %}' } }) }));
    expect(calls[0]?.arguments).toEqual({ token: calls[0]?.taskToken });
  });

  test('a failure without error and cause gives both null', async () => {
    const definition = machine({ A: task({ Resource, ...catching('States.ALL') }), Caught: caught });
    await expect(output(definition, {}, always(null))).resolves.toEqual({ Error: null, Cause: null });
    await expect(failure(machine({ A: task({ Resource }) }), {}, always(null))).resolves.toEqual({});
  });

  test.each(['States.HeartbeatTimeout', 'States.Timeout'])('a missed heartbeat is matched by %s', async (name) => {
    const definition = machine({ A: task({ Resource, HeartbeatSeconds: 10, ...catching(name) }), Caught: caught });
    const { outcome, elapsedSeconds } = await run(definition, {}, beating);
    expect(outcome).toEqual({ status: 'SUCCEEDED', output: { Error: 'States.HeartbeatTimeout', Cause: '' } });
    expect(elapsedSeconds).toBe(34);
  });
});

const matched = async (name: string, error: string) => {
  const { outcome } = await run(machine({ A: task(catching(name)), Caught: caught }), {}, always(error));
  return outcome.status === 'SUCCEEDED';
};

describe('rule 21: wildcards', () => {
  test.each([
    ['States.ALL', 'Anything', true],
    ['States.ALL', 'States.Timeout', true],
    ['States.ALL', 'States.Runtime', false],
    ['States.Runtime', 'States.Runtime', false],
    ['States.ALL', 'States.DataLimitExceeded', true],
    ['States.DataLimitExceeded', 'States.DataLimitExceeded', true],
    ['States.TaskFailed', 'Anything', true],
    ['States.TaskFailed', 'States.Timeout', false],
    ['States.TaskFailed', 'States.HeartbeatTimeout', false],
    ['Any', 'Anything', false],
  ])('%s and %s: %p', async (name, error, expected) => {
    await expect(matched(name, error)).resolves.toBe(expected);
  });
});

describe('rule 22: payloads over 256 KiB', () => {
  const large = 'é'.repeat(131_072);

  test('a result', async () => {
    await expect(failure(machine({ A: task() }), {}, () => large)).resolves.toEqual({
      error: 'States.DataLimitExceeded',
      cause: "The state/task 'lambda' returned a result with a size exceeding the maximum number of bytes service limit.",
    });
  });

  test('one of exactly 256 KiB passes', async () => {
    await expect(output(machine({ A: task({ Output: 'fits' }) }), {}, () => 'x'.repeat(262_142))).resolves.toBe('fits');
  });

  test('an output that grows', async () => {
    const definition = machine({ A: { Type: 'Pass', Output: '{% $states.input.text & $states.input.text & $states.input.text %}', End: true } });
    await expect(failure(definition, { text: 'x'.repeat(100_000) })).resolves.toMatchObject({ error: 'States.DataLimitExceeded' });
  });
});
