import { noFaults } from '../../../simulator/kernel/faults.ts';
import type { Principal } from '../../../simulator/kernel/principal.ts';
import { closeHost, functionArn, type Host, openHost, outside, ownLog, topicArn } from './fixtures/host.ts';

afterEach(closeHost);

const lines = (host: Host, name: string) => host.account.logs.lines(`/test/${name}`).map(({ text }) => text);

function invokeEvent(host: Host, name: string, event: unknown = {}): Promise<unknown> {
  const input = { FunctionName: name, InvocationType: 'Event', Payload: JSON.stringify(event) };
  return host.clock.runWhilePending(host.account.call({ principal: outside, sdkId: 'Lambda', operation: 'Invoke', input }));
}

describe('execution environments', () => {
  test('a cold start loads the module afresh and takes its time; a warm one goes on with what the module kept', async () => {
    const host = openHost();
    host.deploy('counter');
    const startedAt = host.clock.now();
    expect((await host.invoke('counter')).payload).toEqual({ invocations: 1 });
    const cold = host.clock.now() - startedAt;
    expect((await host.invoke('counter')).payload).toEqual({ invocations: 2 });
    const warm = host.clock.now() - startedAt - cold;
    expect(cold).toBeGreaterThanOrEqual(352);
    expect(cold).toBeLessThanOrEqual(912);
    expect(warm).toBeLessThanOrEqual(12);
    expect(host.account.lambda.usage).toMatchObject({ invocations: 2, coldStarts: 1 });
  });

  test('two functions of one source share nothing of it', async () => {
    const host = openHost();
    host.deploy('counter', { name: 'One' });
    host.deploy('counter', { name: 'Two' });
    await host.invoke('One');
    expect((await host.invoke('One')).payload).toEqual({ invocations: 2 });
    expect((await host.invoke('Two')).payload).toEqual({ invocations: 1 });
  });

  test('one serves one invocation at a time: those at once get one each, and all are kept', async () => {
    const host = openHost();
    host.deploy('counter');
    const three = () => Promise.all([1, 2, 3].map(() => host.start('counter', { seconds: 5 })));
    const first = await host.clock.runWhilePending(three());
    expect(first.map(({ payload }) => payload['invocations'])).toEqual([1, 1, 1]);
    const second = await host.clock.runWhilePending(three());
    expect(second.map(({ payload }) => payload['invocations'])).toEqual([2, 2, 2]);
    expect(host.account.lambda.usage).toMatchObject({ invocations: 6, coldStarts: 3 });
  });

  test('a deployment ends those that stand; one that is busy finishes what it had begun, and serves nothing after it', async () => {
    const host = openHost();
    const invocations = async (...starts: readonly Promise<{ readonly payload: Readonly<Record<string, unknown>> }>[]) =>
      (await host.clock.runWhilePending(Promise.all(starts))).map(({ payload }) => payload['invocations']);
    host.deploy('counter');
    expect(await invocations(host.start('counter', { seconds: 5 }), host.start('counter', { seconds: 5 }))).toEqual([1, 1]);
    const busy = host.start('counter', { seconds: 20 });
    await host.clock.runUntil(host.clock.now() + 1000);
    host.deploy('counter');
    expect(await invocations(host.start('counter'))).toEqual([1]);
    expect(await invocations(busy)).toEqual([2]);
    expect(await invocations(host.start('counter', { seconds: 5 }), host.start('counter', { seconds: 5 }))).toEqual([2, 1]);
  });

  test('one that failed by an error of the handler is used again', async () => {
    const host = openHost();
    host.deploy('thrower');
    await host.invoke('thrower', { name: 'Refused' });
    await host.invoke('thrower', { name: 'Refused' });
    expect(host.account.lambda.usage.coldStarts).toBe(1);
  });

  test('one that crashed serves nothing any more', async () => {
    const host = openHost();
    host.deploy('publisher', { actions: [...ownLog, 'sns:Publish'] });
    host.account.faults = { faultFor: () => 'killed-before' };
    const event = { topicArn, messages: ['x'] };
    expect((await host.invoke('publisher', event)).payload).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining('signal: killed'),
    });
    host.account.faults = noFaults;
    expect((await host.invoke('publisher', event)).payload).toEqual({ published: 1 });
    expect(host.account.lambda.usage.coldStarts).toBe(2);
  });
});

describe('an invocation', () => {
  test('is told of itself by the context', async () => {
    const host = openHost();
    host.deploy('told', { timeoutSeconds: 20, memoryMegabytes: 256 });
    const { payload } = await host.invoke('told', { sale: 'winter' });
    expect(payload).toEqual({
      event: { sale: 'winter' },
      functionName: 'told',
      invokedFunctionArn: functionArn('told'),
      memoryLimitInMB: '256',
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/u),
      logGroupName: '/test/told',
      remaining: expect.any(Number),
      lost: 1000,
    });
    expect(payload['remaining']).toBeLessThanOrEqual(20_000);
  });

  test('that gives nothing back answers null', async () => {
    const host = openHost();
    host.deploy('silent');
    expect((await host.invoke('silent')).payload).toBeNull();
  });

  test('that throws tells the name and message of the error, as the runtime does', async () => {
    const host = openHost();
    host.deploy('thrower');
    expect(await host.invoke('thrower', { name: 'Refused' })).toEqual({
      payload: { errorType: 'Refused', errorMessage: 'the sale is unknown', trace: [] },
      failed: true,
    });
    expect((await host.invoke('thrower', { name: 'no error', isText: true })).payload).toEqual({
      errorType: 'string',
      errorMessage: 'no error',
      trace: [],
    });
  });

  test('ends at the time-out of its function, and what its code does afterwards has no effect', async () => {
    const host = openHost();
    host.deploy('late-publisher', { actions: [...ownLog, 'sns:Publish'], timeoutSeconds: 10 });
    const startedAt = host.clock.now();
    const { payload } = await host.invoke('late-publisher', { topicArn });
    expect(payload).toMatchObject({ errorType: 'Sandbox.Timedout' });
    expect(host.clock.now() - startedAt).toBe(10_000);
    await host.clock.runUntil(startedAt + 120_000);
    expect(host.account.sns.messages).toEqual([]);
    await host.invoke('late-publisher', { topicArn });
    expect(host.account.lambda.usage.coldStarts).toBe(2);
  });

  test('is billed by time and memory, and measured', async () => {
    const host = openHost();
    host.deploy('counter', { memoryMegabytes: 2048 });
    host.deploy('thrower');
    const startedAt = host.clock.now();
    await host.invoke('counter', { seconds: 10 });
    const seconds = (host.clock.now() - startedAt) / 1000;
    expect(host.account.lambda.usage.gigabyteSeconds).toBeCloseTo(2 * seconds, 6);
    await host.invoke('thrower', { name: 'Refused' });
    const sum = async (name: string, metric: string): Promise<unknown> => {
      const now = host.clock.now();
      const input = {
        Namespace: 'AWS/Lambda',
        MetricName: metric,
        Dimensions: [{ Name: 'FunctionName', Value: name }],
        StartTime: new Date(now - 3_600_000),
        EndTime: new Date(now + 60_000),
        Period: 3600,
        Statistics: ['Sum'],
      };
      const call = host.account.call({ principal: outside, sdkId: 'CloudWatch', operation: 'GetMetricStatistics', input });
      const { Datapoints } = (await host.clock.runWhilePending(call)) as { Datapoints: readonly { Sum: number }[] };
      return Datapoints.reduce((total, { Sum }) => total + Sum, 0);
    };
    expect([await sum('counter', 'Invocations'), await sum('counter', 'Errors')]).toEqual([1, 0]);
    expect([await sum('thrower', 'Invocations'), await sum('thrower', 'Errors')]).toEqual([1, 1]);
  });

  test('of a function that does not exist is refused', async () => {
    const host = openHost();
    await expect(host.invoke('nobody')).rejects.toMatchObject({ name: 'ResourceNotFoundException', statusCode: 404 });
  });
});

describe('an asynchronous invocation', () => {
  test('is accepted at once and tried again after one minute and after two more; then its event is dropped', async () => {
    const host = openHost();
    host.deploy('flaky');
    const startedAt = host.clock.now();
    expect(await invokeEvent(host, 'flaky', { failsUntil: Number.MAX_SAFE_INTEGER })).toMatchObject({ StatusCode: 202 });
    expect(host.clock.now()).toBe(startedAt);
    await host.clock.runUntil(startedAt + 600_000);
    const at = host.account.logs.lines('/test/flaky').filter(({ text }) => text === 'attempt').map((line) => line.at - startedAt);
    expect(at.map((milliseconds) => Math.floor(milliseconds / 60_000))).toEqual([0, 1, 3]);
    expect(host.account.occurrences).toMatchObject([{ kind: 'lambda.event-dropped', text: expect.stringContaining('flaky') }]);
  });

  test('that succeeds at its second attempt is not tried a third time', async () => {
    const host = openHost();
    host.deploy('flaky');
    const startedAt = host.clock.now();
    await invokeEvent(host, 'flaky', { failsUntil: startedAt + 30_000 });
    await host.clock.runUntil(startedAt + 600_000);
    expect(lines(host, 'flaky').filter((text) => text === 'attempt')).toHaveLength(2);
    expect(host.account.occurrences).toEqual([]);
  });

  test.each([
    ['code that is not the project\'s own', { entry: undefined }, 'is not the project\'s own'],
    ['a module without a handler', {}, 'exports no function "handler"'],
  ])('of %s ends the run', async (_what, definition, message) => {
    const host = openHost();
    host.deploy('handlerless', definition);
    const invocation = invokeEvent(host, 'handlerless').then(() => host.clock.runUntil(host.clock.now() + 5000));
    await expect(invocation).rejects.toThrow(message);
  });
});

test('a dry run invokes nothing', async () => {
  const host = openHost();
  host.deploy('counter');
  const input = { FunctionName: 'counter', InvocationType: 'DryRun' };
  expect(await host.account.call({ principal: outside, sdkId: 'Lambda', operation: 'Invoke', input })).toEqual({ StatusCode: 204 });
  expect((await host.invoke('counter')).payload).toEqual({ invocations: 1 });
});

describe('permissions', () => {
  test('a function whose role Lambda cannot assume does not start', async () => {
    const host = openHost();
    host.deploy('counter', { roleArn: host.role('OfSomeoneElse', ownLog, 'ec2.amazonaws.com') });
    const { payload, failed } = await host.invoke('counter');
    expect(failed).toBe(true);
    expect(payload['errorMessage']).toMatch(/Lambda cannot assume .*OfSomeoneElse/u);
  });

  test('the log is written as the role: without the permission its lines are lost, and the invocation is not', async () => {
    const host = openHost();
    host.deploy('flaky', { name: 'Mute', actions: [] });
    host.deploy('flaky', { name: 'NoStream', actions: ['logs:PutLogEvents'] });
    host.deploy('flaky', { name: 'Heard' });
    for (const name of ['Mute', 'NoStream', 'Heard']) {
      expect((await host.invoke(name, { failsUntil: 0 })).failed).toBe(false);
    }
    expect(lines(host, 'Mute')).toEqual([]);
    expect(lines(host, 'NoStream')).toEqual([]);
    expect(lines(host, 'Heard')).toEqual(['attempt', expect.stringMatching(/^REPORT RequestId: .* Billed Duration: \d+ ms$/u)]);
  });

  const asRole = (host: Host, actions: readonly string[]): Principal =>
    ({ kind: 'role', roleArn: host.role('Caller', actions), session: 'test' });
  const asService = (sourceArn: string): Principal => ({ kind: 'service', service: 'events.amazonaws.com', sourceArn });
  const invokeAs = (host: Host, principal: Principal) => {
    const input = { FunctionName: functionArn('counter') };
    return host.clock.runWhilePending(host.account.call({ principal, sdkId: 'Lambda', operation: 'Invoke', input }));
  };

  test('a role invokes a function only where its policies allow it', async () => {
    const host = openHost();
    host.deploy('counter');
    await expect(invokeAs(host, asRole(host, ['lambda:GetFunction']))).rejects.toMatchObject({ name: 'AccessDeniedException', statusCode: 403 });
    await expect(invokeAs(host, asRole(host, ['lambda:InvokeFunction']))).resolves.toMatchObject({ StatusCode: 200 });
  });

  test('a service invokes it only where the function\'s own policy allows the source', async () => {
    const host = openHost();
    host.deploy('counter');
    const rule = 'arn:aws:events:eu-west-3:123456789012:rule/Nightly';
    host.account.lambda.addPermission('counter', {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'lambda:InvokeFunction',
      Resource: '*',
      Condition: { ArnLike: { 'aws:SourceArn': rule } },
    });
    await expect(invokeAs(host, asService(`${rule}2`))).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(invokeAs(host, asService(rule))).resolves.toMatchObject({ StatusCode: 200 });
  });
});
