import { parseScheduleExpression } from '../../../simulator/services/scheduler/expression.ts';

const paris = 'Europe/Paris';

/** The next `count` times after `after`, as ISO text. */
function times(expression: string, after: string, count: number, timezone = 'UTC', startsAt = after): string[] {
  const parsed = parseScheduleExpression(expression, timezone, Date.parse(startsAt));
  const found: string[] = [];
  let time: number | undefined = Date.parse(after);
  while (found.length < count) {
    time = parsed.next(time);
    if (time === undefined) break;
    found.push(new Date(time).toISOString().replace(':00.000Z', 'Z'));
  }
  return found;
}

describe('cron', () => {
  test.each<[string, string, string[]]>([
    ['cron(0 7 6 1 ? 2027)', '2026-12-01T00:00Z', ['2027-01-06T07:00Z']],
    ['cron(*/20 8-9 ? * MON-FRI *)', '2027-01-08T08:30Z', ['2027-01-08T08:40Z', '2027-01-08T09:00Z', '2027-01-08T09:20Z', '2027-01-08T09:40Z', '2027-01-11T08:00Z']],
    ['cron(15,45 0/12 * * ? *)', '2027-01-08T00:20Z', ['2027-01-08T00:45Z', '2027-01-08T12:15Z']],
    ['cron(0 0 L * ? *)', '2027-01-31T00:00Z', ['2027-02-28T00:00Z', '2027-03-31T00:00Z']],
    ['cron(0 0 1W * ? *)', '2027-04-15T00:00Z', ['2027-05-03T00:00Z', '2027-06-01T00:00Z']],
    ['cron(0 0 15W * ? *)', '2027-05-01T00:00Z', ['2027-05-14T00:00Z', '2027-06-15T00:00Z']],
    ['cron(0 2 ? * 1#3 *)', '2027-01-01T00:00Z', ['2027-01-17T02:00Z', '2027-02-21T02:00Z']],
    ['cron(0 2 ? * FRIL *)', '2027-01-01T00:00Z', ['2027-01-29T02:00Z', '2027-02-26T02:00Z']],
    ['cron(0 0 29 2 ? *)', '2027-01-01T00:00Z', ['2028-02-29T00:00Z', '2032-02-29T00:00Z']],
    ['cron(0 0 1 JAN,JUL ? 2027/2)', '2027-01-02T00:00Z', ['2027-07-01T00:00Z', '2029-01-01T00:00Z']],
  ])('%s after %s', (expression, after, expected) => {
    expect(times(expression, after, expected.length)).toEqual(expected);
  });

  test('a year that is over gives nothing more', () => {
    expect(times('cron(0 7 6 1 ? 2027)', '2027-01-06T07:00Z', 1)).toEqual([]);
  });

  test('local time follows the zone through the year', () => {
    expect(times('cron(0 8 1 1,7 ? *)', '2027-01-01T00:00Z', 2, paris)).toEqual(['2027-01-01T07:00Z', '2027-07-01T06:00Z']);
  });

  test('a local time that does not exist in spring is skipped', () => {
    expect(times('cron(30 2 * * ? *)', '2027-03-26T12:00Z', 3, paris)).toEqual([
      '2027-03-27T01:30Z',
      '2027-03-29T00:30Z',
      '2027-03-30T00:30Z',
    ]);
  });

  test('a local time that comes twice in autumn runs once', () => {
    expect(times('cron(30 2 * * ? *)', '2027-10-30T12:00Z', 2, paris)).toEqual(['2027-10-31T00:30Z', '2027-11-01T01:30Z']);
  });

  test.each(['cron(0 7 * * * *)', 'cron(0 7 ? * ? *)', 'cron(61 7 * * ? *)', 'cron(0 7 LW * ? *)', 'cron(0 7 * *)', 'every day'])(
    '%s is refused',
    (expression) => {
      expect(() => parseScheduleExpression(expression, 'UTC', 0)).toThrow(/schedule expression|cron/u);
    },
  );
});

describe('rate and at', () => {
  test('a rate counts from its start, which is its first time', () => {
    const start = '2027-01-06T07:03Z';
    expect(times('rate(5 minutes)', '2027-01-06T07:00Z', 3, 'UTC', start)).toEqual([start, '2027-01-06T07:08Z', '2027-01-06T07:13Z']);
  });

  test('a rate of a day is 24 hours, also when the clock changes', () => {
    expect(times('rate(1 day)', '2027-03-27T07:00Z', 2, paris)).toEqual(['2027-03-28T07:00Z', '2027-03-29T07:00Z']);
  });

  test('at is once, in its zone', () => {
    expect(times('at(2027-01-06T08:00:00)', '2027-01-01T00:00Z', 2, paris)).toEqual(['2027-01-06T07:00Z']);
  });

  test('a month of five minutes has as many of them as its hours, the lost one of spring left out', () => {
    const expression = parseScheduleExpression('cron(*/5 * * * ? *)', paris, 0);
    const end = Date.parse('2027-03-31T22:00Z');
    let time = expression.next(Date.parse('2027-02-28T23:00Z') - 1);
    let count = 0;
    for (; time !== undefined && time < end; time = expression.next(time)) count += 1;
    expect(count).toBe((31 * 24 - 1) * 12);
  });
});
