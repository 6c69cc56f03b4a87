import { currentCaller } from '../../../simulator/kernel/caller.ts';
import { closeHost, type Host, openHost } from './fixtures/host.ts';

afterEach(closeHost);

const lines = (host: Host, name: string) =>
  host.account.logs.lines(`/test/${name}`).map(({ text }) => text).filter((text) => !text.startsWith('REPORT'));

function openColours(): Host {
  const host = openHost();
  host.deploy('surroundings', { name: 'Red', environment: { COLOUR: 'red' } });
  host.deploy('surroundings', { name: 'Blue', environment: { COLOUR: 'blue' } });
  return host;
}

describe('a function sees its own process', () => {
  test('its environment only, at the import of its module as in its handler, also while another one runs', async () => {
    const host = openColours();
    const both = Promise.all([host.start('Red', { seconds: 20 }), host.start('Blue', { seconds: 10 })]);
    const [red, blue] = await host.clock.runWhilePending(both);
    expect(red.payload).toMatchObject({ atImport: 'red', colour: 'red', hasPath: false, names: ['COLOUR'] });
    expect(blue.payload).toMatchObject({ atImport: 'blue', colour: 'blue', hasPath: false, names: ['COLOUR'] });
  });

  test('its output goes to its own log, at once and after it waited', async () => {
    const host = openColours();
    await host.clock.runWhilePending(Promise.all([host.start('Red', { seconds: 20 }), host.start('Blue', { seconds: 10 })]));
    expect(lines(host, 'Red')).toEqual(['I am red', 'I am still red']);
    expect(lines(host, 'Blue')).toEqual(['I am blue', 'I am still blue']);
  });

  test('what it writes into its environment stays there: no other function and no test finds it', async () => {
    const host = openColours();
    await host.invoke('Red', { leave: 'a trace' });
    expect((await host.invoke('Red')).payload['left']).toBe('a trace');
    expect((await host.invoke('Blue')).payload['left']).toBeUndefined();
    expect(process.env['LEFT']).toBeUndefined();
    closeHost();
    expect(process.env['LEFT']).toBeUndefined();
  });
});

describe('outside of a function', () => {
  test('the environment and the output are the process\'s own', async () => {
    const host = openColours();
    expect(process.env['PATH']).toBeDefined();
    expect('PATH' in process.env).toBe(true);
    expect(Object.keys(process.env)).toContain('PATH');
    process.env['WRITTEN_BY_TEST'] = '1';
    delete process.env['WRITTEN_BY_TEST'];
    expect(process.env['WRITTEN_BY_TEST']).toBeUndefined();
    await host.invoke('Red');
    expect(process.env['COLOUR']).toBeUndefined();
  });

  test('what a closed host had replaced is as before', () => {
    const replaced = () =>
      [process.env, Reflect.get(process.stdout, 'write'), Reflect.get(process.stderr, 'write'), setTimeout, setInterval, Math.random, Date] as const;
    const before = replaced();
    openColours();
    const changed = replaced().filter((value, index) => value !== before[index]);
    expect(changed).toHaveLength(before.length);
    closeHost();
    expect(replaced().every((value, index) => value === before[index])).toBe(true);
  });
});

test('timers keep the caller who set them', async () => {
  const host = openHost();
  const seen: (string | undefined)[] = [];
  setTimeout(() => void seen.push(currentCaller()?.name), 20);
  await host.asInvocation(
    async () => {
      const interval = setInterval(() => void seen.push(currentCaller()?.name), 15);
      await new Promise((resolve) => setTimeout(resolve, 40));
      clearInterval(interval);
    },
    { name: 'Waiter' },
  );
  expect(seen).toEqual(['Waiter', undefined, 'Waiter']);
});

test('random numbers of a caller are drawn from the seed, the host\'s are not', async () => {
  const draw = async (seed: number): Promise<readonly number[]> => {
    const host = openHost({ seed });
    const numbers = await host.asInvocation(async () => [Math.random(), Math.random()]);
    closeHost();
    return numbers;
  };
  const numbers = await draw(1);
  expect(new Set(numbers).size).toBe(2);
  expect(await draw(1)).toEqual(numbers);
  expect(await draw(2)).not.toEqual(numbers);
  openHost();
  expect(numbers).not.toContain(Math.random());
});
