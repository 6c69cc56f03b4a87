import { NotModelledError } from '../../kernel/aws-error.ts';

/** A day of the calendar; `month` and `day` from 1. */
export interface CalendarDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** The six fields of `cron(minutes hours day-of-month month day-of-week year)`. */
export interface CronFields {
  /** Minutes of the day, in order: every combination of the first two fields. */
  readonly minutesOfDay: readonly number[];
  readonly lastYear: number;
  matchesDay(day: CalendarDay): boolean;
}

const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const dayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const years = { low: 1970, high: 2199 };

type DayMatcher = (day: CalendarDay) => boolean;

/** Parses the text between the parentheses (EventBridge Scheduler user guide, "Cron-based schedules"). */
export function parseCron(text: string): CronFields {
  const [minutes, hours, dayOfMonth, month, dayOfWeek, year, ...rest] = text.trim().split(/\s+/u);
  if (minutes === undefined || hours === undefined || dayOfMonth === undefined || rest.length > 0) throw invalidCron(text);
  if (month === undefined || dayOfWeek === undefined || year === undefined) throw invalidCron(text);
  // "You can't use * in both the day-of-month and day-of-week fields. If you use it in one, you must use ? in the other."
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) throw invalidCron(text);
  const allowedMonths = numbersIn(month, { low: 1, high: 12, names: monthNames, namesFrom: 1 });
  const allowedYears = numbersIn(year, years);
  const isAllowedDay = dayOfWeek === '?' ? dayOfMonthMatcher(dayOfMonth) : dayOfWeekMatcher(dayOfWeek);
  const minuteNumbers = [...numbersIn(minutes, { low: 0, high: 59 })];
  return {
    minutesOfDay: [...numbersIn(hours, { low: 0, high: 23 })].flatMap((hour) => minuteNumbers.map((minute) => hour * 60 + minute)),
    lastYear: Math.max(...allowedYears),
    matchesDay: (day) => allowedMonths.has(day.month) && allowedYears.has(day.year) && isAllowedDay(day),
  };
}

function invalidCron(text: string): NotModelledError {
  return new NotModelledError(`cron(${text}) is not a schedule expression, or has what is not modelled.`);
}

interface FieldRange {
  readonly low: number;
  readonly high: number;
  readonly names?: readonly string[];
  /** The number of the first name. */
  readonly namesFrom?: number;
}

/** The numbers of a field made of `*`, numbers, names, ranges and steps, in ascending order. */
function numbersIn(field: string, range: FieldRange): ReadonlySet<number> {
  const found: number[] = [];
  for (const part of field.split(',')) {
    const [, span = '', step] = /^([^/]+)(?:\/(\d+))?$/u.exec(part) ?? [];
    const [low, high] = boundsOf(span, step !== undefined, range);
    const increment = Number(step ?? '1');
    if (!(low >= range.low && high <= range.high && low <= high && increment > 0)) throw invalidCron(field);
    for (let number = low; number <= high; number += increment) found.push(number);
  }
  return new Set(found.toSorted((left, right) => left - right));
}

function boundsOf(span: string, hasStep: boolean, range: FieldRange): readonly [number, number] {
  if (span === '*') return [range.low, range.high];
  const [first = '', second] = span.split('-', 2);
  const low = numberOf(first, range);
  if (second !== undefined) return [low, numberOf(second, range)];
  // `0/5` starts at 0 and goes on to the end.
  return [low, hasStep ? range.high : low];
}

function numberOf(text: string, range: FieldRange): number {
  const position = range.names?.indexOf(text.toUpperCase()) ?? -1;
  if (position !== -1) return position + (range.namesFrom ?? 0);
  return /^\d+$/u.test(text) ? Number(text) : Number.NaN;
}

function dayOfMonthMatcher(field: string): DayMatcher {
  if (field === 'L') return (day) => day.day === daysIn(day);
  const nearest = /^(\d+)W$/u.exec(field)?.[1];
  if (nearest !== undefined) return (day) => day.day === nearestWeekday(day, Number(nearest));
  const allowed = numbersIn(field, { low: 1, high: 31 });
  return (day) => allowed.has(day.day);
}

function dayOfWeekMatcher(field: string): DayMatcher {
  const range = { low: 1, high: 7, names: dayNames, namesFrom: 1 };
  const [, nthDay, nth] = /^(\w+)#([1-5])$/u.exec(field) ?? [];
  if (nthDay !== undefined) {
    const weekday = numberOf(nthDay, range);
    if (Number.isNaN(weekday)) throw invalidCron(field);
    return (day) => weekdayOf(day) === weekday && Math.ceil(day.day / 7) === Number(nth);
  }
  const last = /^(\w+)L$/u.exec(field)?.[1];
  if (last !== undefined) {
    const weekday = numberOf(last, range);
    if (Number.isNaN(weekday)) throw invalidCron(field);
    return (day) => weekdayOf(day) === weekday && day.day + 7 > daysIn(day);
  }
  if (field === 'L') return (day) => weekdayOf(day) === 7;
  if (field.includes('/')) throw invalidCron(field);
  const allowed = numbersIn(field, range);
  return (day) => allowed.has(weekdayOf(day));
}

/** From 1, Sunday, to 7, Saturday. */
function weekdayOf({ year, month, day }: CalendarDay): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
}

function daysIn({ year, month }: Pick<CalendarDay, 'year' | 'month'>): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** The weekday nearest to the `wanted` day, within the month. */
function nearestWeekday(day: CalendarDay, wanted: number): number {
  const target = { year: day.year, month: day.month, day: Math.min(wanted, daysIn(day)) };
  switch (weekdayOf(target)) {
    case 7:
      return target.day === 1 ? 3 : target.day - 1;
    case 1:
      return target.day === daysIn(day) ? target.day - 2 : target.day + 1;
    default:
      return target.day;
  }
}
