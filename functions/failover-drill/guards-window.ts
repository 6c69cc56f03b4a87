const dayMinutes = 1440;
const weekMinutes = 7 * dayMinutes;
/** As JavaScript counts the days of a week, and RDS spells them. */
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** A window that comes again every day or every week, in minutes of that cycle, UTC. */
interface Window {
  readonly startMinute: number;
  readonly lengthMinutes: number;
  readonly cycleMinutes: number;
}

const dailyForm = /^(\d{2}:\d{2})-(\d{2}:\d{2})$/u;
const weeklyForm = /^([a-z]{3}):(\d{2}:\d{2})-([a-z]{3}):(\d{2}:\d{2})$/u;

/** A window as RDS spells it: `hh:mm-hh:mm`, or `ddd:hh:mm-ddd:hh:mm`, UTC. Undefined for anything else. */
export function parseWindow(text: string): Window | undefined {
  const spelled = text.trim().toLowerCase();
  const [, dailyStart, dailyEnd] = dailyForm.exec(spelled) ?? [];
  if (dailyStart !== undefined && dailyEnd !== undefined) return windowOf(minuteOf(dailyStart), minuteOf(dailyEnd), dayMinutes);
  const [, startDay = '', start = '', endDay = '', end = ''] = weeklyForm.exec(spelled) ?? [];
  return windowOf(minuteOfWeek(startDay, start), minuteOfWeek(endDay, end), weekMinutes);
}

/** Whether `now` (epoch milliseconds) is inside of the window, or within `marginMinutes` before its start or after its end. */
export function isNearWindow({ startMinute, lengthMinutes, cycleMinutes }: Window, marginMinutes: number, now: number): boolean {
  const spanMinutes = lengthMinutes + 2 * marginMinutes;
  const sinceSpanStart = minuteInCycle(now, cycleMinutes) - (startMinute - marginMinutes);
  return modulo(sinceSpanStart, cycleMinutes) < Math.min(spanMinutes, cycleMinutes);
}

function windowOf(startMinute: number | undefined, endMinute: number | undefined, cycleMinutes: number): Window | undefined {
  if (startMinute === undefined || endMinute === undefined || startMinute === endMinute) return undefined;
  return { startMinute, lengthMinutes: modulo(endMinute - startMinute, cycleMinutes), cycleMinutes };
}

function minuteOf(clock: string): number | undefined {
  const [hours = Number.NaN, minutes = Number.NaN] = clock.split(':').map(Number);
  return hours < 24 && minutes < 60 ? hours * 60 + minutes : undefined;
}

function minuteOfWeek(day: string, clock: string): number | undefined {
  const index = days.findIndex((name) => name === day);
  const minute = minuteOf(clock);
  return index === -1 || minute === undefined ? undefined : index * dayMinutes + minute;
}

/** With its fraction: a window ends at the very millisecond. */
function minuteInCycle(now: number, cycleMinutes: number): number {
  const minuteOfDay = modulo(now / 60_000, dayMinutes);
  return cycleMinutes === weekMinutes ? new Date(now).getUTCDay() * dayMinutes + minuteOfDay : minuteOfDay;
}

function modulo(value: number, cycle: number): number {
  return ((value % cycle) + cycle) % cycle;
}
