import { Temporal } from 'temporal-polyfill';
import { NotModelledError } from '../../kernel/aws-error.ts';
import { type CronFields, parseCron } from './cron.ts';

/** When a schedule is due. */
export interface ScheduleExpression {
  /** The first time strictly after `after`, both epoch milliseconds; undefined when there is none. */
  next(after: number): number | undefined;
}

const minuteMilliseconds = 60_000;
const dayMilliseconds = 86_400_000;
const unitMilliseconds: Readonly<Record<string, number>> = {
  minute: minuteMilliseconds,
  hour: 60 * minuteMilliseconds,
  day: dayMilliseconds,
};
/** No cron expression waits longer for its day than from one 29 February on a given weekday to the next: 40 years at most. */
const maxDays = 40 * 366;

/**
 * Parses `cron(…)`, `rate(…)` or `at(…)`. A rate counts from `startsAt` (epoch milliseconds), which is its first
 * occurrence; the others are read in `timezone`.
 */
export function parseScheduleExpression(text: string, timezone: string, startsAt: number): ScheduleExpression {
  const [, kind, content = ''] = /^(cron|rate|at)\((.*)\)$/u.exec(text) ?? [];
  switch (kind) {
    case 'cron':
      return new CronExpression(parseCron(content), timezone);
    case 'rate':
      return rateExpression(content, startsAt);
    case 'at':
      return atExpression(content, timezone);
    default:
      throw new NotModelledError(`${text} is not a schedule expression.`);
  }
}

function rateExpression(content: string, startsAt: number): ScheduleExpression {
  const [, value = '', unit = ''] = /^(\d+) (minute|hour|day)s?$/u.exec(content) ?? [];
  const period = Number(value) * (unitMilliseconds[unit] ?? 0);
  if (period <= 0) throw new NotModelledError(`rate(${content}) is not a schedule expression.`);
  return {
    next: (after) => startsAt + Math.max(0, Math.floor((after - startsAt) / period) + 1) * period,
  };
}

function atExpression(content: string, timezone: string): ScheduleExpression {
  const local = Temporal.PlainDateTime.from(content);
  const zoned = local.toZonedDateTime(timezone, { disambiguation: 'earlier' });
  if (!zoned.toPlainDateTime().equals(local)) {
    throw new NotModelledError(`at(${content}) names a time that does not exist in ${timezone}.`);
  }
  const time = zoned.epochMilliseconds;
  return { next: (after) => (after < time ? time : undefined) };
}

/** One calendar day in a time zone. */
interface LocalDay {
  readonly date: Temporal.PlainDate;
  /** Epoch milliseconds of everything due on it, in order; empty on days that the expression leaves out. */
  readonly times: readonly number[];
  readonly startsAt: number;
  readonly endsAt: number;
}

/**
 * Local times that do not exist in spring are skipped; those that come twice in autumn run once, the first time
 * (EventBridge Scheduler user guide, "Daylight savings time on EventBridge Scheduler").
 */
class CronExpression implements ScheduleExpression {
  readonly #fields: CronFields;
  readonly #timezone: string;
  #today: LocalDay | undefined;

  constructor(fields: CronFields, timezone: string) {
    this.#fields = fields;
    this.#timezone = timezone;
  }

  next(after: number): number | undefined {
    let day = this.#dayOf(after);
    for (let count = 0; count < maxDays && day.date.year <= this.#fields.lastYear; count += 1) {
      const time = day.times.find((candidate) => candidate > after);
      if (time !== undefined) return time;
      day = this.#startingOn(day.date.add({ days: 1 }));
    }
    return undefined;
  }

  #dayOf(time: number): LocalDay {
    if (this.#today === undefined || time < this.#today.startsAt || time >= this.#today.endsAt) {
      const zoned = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(this.#timezone);
      this.#today = this.#startingOn(zoned.toPlainDate());
    }
    return this.#today;
  }

  #startingOn(date: Temporal.PlainDate): LocalDay {
    const start = (plain: Temporal.PlainDate): number => plain.toZonedDateTime(this.#timezone).epochMilliseconds;
    const [startsAt, endsAt] = [start(date), start(date.add({ days: 1 }))];
    if (!this.#fields.matchesDay(date)) return { date, startsAt, endsAt, times: [] };
    const isShifted = endsAt - startsAt !== dayMilliseconds;
    const times = this.#fields.minutesOfDay.flatMap((minute) =>
      isShifted ? this.#onShiftedDay(date, minute) : [startsAt + minute * minuteMilliseconds],
    );
    return { date, startsAt, endsAt, times };
  }

  /** The one time at which a clock on the wall shows this minute first, if it ever does. */
  #onShiftedDay(date: Temporal.PlainDate, minute: number): readonly number[] {
    const local = date.toPlainDateTime({ hour: Math.floor(minute / 60), minute: minute % 60 });
    const zoned = local.toZonedDateTime(this.#timezone, { disambiguation: 'earlier' });
    return zoned.toPlainDateTime().equals(local) ? [zoned.epochMilliseconds] : [];
  }
}
