import { isNearWindow, parseWindow } from '../../../functions/failover-drill/guards-window.ts';

/** Whether an instant of the week of 10 January 2027, a Sunday, is near a window. */
function isNear(window: string, marginMinutes: number, instant: string): boolean {
  const parsed = parseWindow(window);
  if (parsed === undefined) throw new Error(`${window} is no window.`);
  return isNearWindow(parsed, marginMinutes, Date.parse(instant));
}

describe('a window', () => {
  test.each<[boolean, string, number, string]>([
    [true, '09:00-10:00', 0, '2027-01-13T09:00:00Z'],
    [true, '09:00-10:00', 0, '2027-01-13T09:59:59.999Z'],
    [false, '09:00-10:00', 0, '2027-01-13T10:00:00Z'],
    [false, '09:00-10:00', 0, '2027-01-13T08:59:59.999Z'],
    [true, '09:00-10:00', 30, '2027-01-13T08:30:00Z'],
    [false, '09:00-10:00', 30, '2027-01-13T08:29:59.999Z'],
    [true, '09:00-10:00', 30, '2027-01-13T10:29:59.999Z'],
    [false, '09:00-10:00', 30, '2027-01-13T10:30:00Z'],
    // Over midnight.
    [true, '23:30-00:30', 0, '2027-01-13T23:45:00Z'],
    [true, '23:30-00:30', 0, '2027-01-14T00:15:00Z'],
    [false, '23:30-00:30', 0, '2027-01-14T00:30:00Z'],
    // Only its margin is over midnight.
    [true, '00:10-00:40', 30, '2027-01-13T23:40:00Z'],
    [false, '00:10-00:40', 30, '2027-01-13T23:39:59Z'],
    [true, '23:00-23:50', 30, '2027-01-14T00:19:59Z'],
    [false, '23:00-23:50', 30, '2027-01-14T00:20:00Z'],
    // Once a week.
    [true, 'wed:09:00-wed:10:00', 0, '2027-01-13T09:30:00Z'],
    [false, 'wed:09:00-wed:10:00', 0, '2027-01-14T09:30:00Z'],
    [true, 'tue:23:30-wed:00:30', 0, '2027-01-13T00:00:00Z'],
    // Over the end of the week, which begins on Sunday.
    [true, 'sat:23:30-sun:00:30', 0, '2027-01-16T23:45:00Z'],
    [true, 'sat:23:30-sun:00:30', 0, '2027-01-10T00:15:00Z'],
    [false, 'sat:23:30-sun:00:30', 0, '2027-01-10T00:30:00Z'],
    [true, 'sun:00:10-sun:00:40', 30, '2027-01-16T23:45:00Z'],
    [true, 'sat:23:00-sat:23:50', 30, '2027-01-10T00:10:00Z'],
    [true, 'Sun:03:00-Sun:04:00', 0, '2027-01-10T03:30:00Z'],
    // With its margins it is longer than a day.
    [true, '02:00-23:30', 180, '2027-01-13T00:00:00Z'],
  ])('near is %s: %s, %d minutes of margin, at %s', (expected, window, margin, instant) => {
    expect(isNear(window, margin, instant)).toBe(expected);
  });

  test.each(['', 'at night', '09:00', '09:00-09:00', '25:00-26:00', '09:61-10:00', 'wed:09:00-10:00', 'xyz:09:00-xyz:10:00', '9:00-10:00', '09:00-10:00 '.repeat(2)])(
    'is not %j',
    (text) => {
      expect(parseWindow(text)).toBeUndefined();
    },
  );
});
