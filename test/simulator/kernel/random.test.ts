import { createRandom, RandomStreams } from '../../../simulator/kernel/random.ts';

describe('random streams', () => {
  test('the same seed and concern give the same draws', () => {
    const draw = () => Array.from({ length: 5 }, () => 0).map(((random) => () => random.next())(new RandomStreams(7).stream('boot')));
    expect(draw()).toEqual(draw());
  });

  test('draws of one concern do not move those of another', () => {
    const alone = new RandomStreams(7).stream('boot').next();
    const streams = new RandomStreams(7);
    streams.stream('latency').next();
    expect(streams.stream('boot').next()).toBe(alone);
  });

  test('different seeds give different draws', () => {
    expect(createRandom('1/boot').next()).not.toBe(createRandom('2/boot').next());
  });

  test('draws are spread over the unit interval', () => {
    const random = createRandom('spread');
    const draws = Array.from({ length: 10_000 }, () => Math.floor(random.next() * 10));
    const counts = [...Map.groupBy(draws, (tenth) => tenth).values()].map((alike) => alike.length);
    expect(counts).toHaveLength(10);
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  test('integer includes both ends; uuid is of version 4', () => {
    const random = createRandom('ends');
    expect(new Set(Array.from({ length: 200 }, () => random.integer(1, 3)))).toEqual(new Set([1, 2, 3]));
    expect(random.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u);
  });
});
