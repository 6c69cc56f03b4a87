/** What CloudWatch keeps of the values of one period. */
export interface StatisticSet {
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

const minutesPerHour = 60;
/** One-minute data is kept for 15 days, one-hour data for 455 (CloudWatch user guide, "Metrics retention"). */
const minuteRetentionMinutes = 15 * 24 * minutesPerHour;
const hourRetentionHours = 455 * 24;
const compactionMinutes = 24 * minutesPerHour;
/** Rows that a column has room for from the beginning. */
const smallestColumn = 64;

/** Rows of statistic sets in the order of time, one a period that has data. */
class Columns {
  length = 0;
  #periods = new Int32Array(smallestColumn);
  #counts = new Float64Array(smallestColumn);
  #sums = new Float64Array(smallestColumn);
  #minima = new Float64Array(smallestColumn);
  #maxima = new Float64Array(smallestColumn);

  firstPeriod(): number {
    return this.length === 0 ? Infinity : (this.#periods[0] ?? Infinity);
  }

  period(index: number): number {
    return this.#periods[index] ?? 0;
  }

  count(index: number): number {
    return this.#counts[index] ?? 0;
  }

  sum(index: number): number {
    return this.#sums[index] ?? 0;
  }

  minimum(index: number): number {
    return this.#minima[index] ?? 0;
  }

  maximum(index: number): number {
    return this.#maxima[index] ?? 0;
  }

  /** Index of the first row at or after `period`. */
  indexOf(period: number): number {
    let low = 0;
    let high = this.length;
    // Nearly every reader asks for the last minutes.
    if (high > 32 && this.period(high - 32) < period) low = high - 32;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.period(middle) < period) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  add(period: number, count: number, sum: number, minimum: number, maximum: number): void {
    const last = this.length - 1;
    const index = last >= 0 && this.period(last) < period ? this.length : this.indexOf(period);
    if (index === this.length || this.period(index) !== period) {
      this.#insert(index, period, count, sum, minimum, maximum);
      return;
    }
    this.#counts[index] = this.count(index) + count;
    this.#sums[index] = this.sum(index) + sum;
    this.#minima[index] = Math.min(this.minimum(index), minimum);
    this.#maxima[index] = Math.max(this.maximum(index), maximum);
  }

  dropFirst(rows: number): void {
    for (const column of [this.#periods, this.#counts, this.#sums, this.#minima, this.#maxima]) column.copyWithin(0, rows, this.length);
    this.length -= rows;
  }

  #insert(index: number, period: number, count: number, sum: number, minimum: number, maximum: number): void {
    if (this.length === this.#periods.length) this.#grow();
    if (index < this.length) {
      for (const column of [this.#periods, this.#counts, this.#sums, this.#minima, this.#maxima]) {
        column.copyWithin(index + 1, index, this.length);
      }
    }
    this.#periods[index] = period;
    this.#counts[index] = count;
    this.#sums[index] = sum;
    this.#minima[index] = minimum;
    this.#maxima[index] = maximum;
    this.length += 1;
  }

  /** Gives back memory that rows held which are gone. */
  fit(): void {
    if (this.#periods.length > smallestColumn && this.length < this.#periods.length / 4) this.#resize(Math.max(smallestColumn, this.length * 2));
  }

  #grow(): void {
    this.#resize(this.#periods.length * 2);
  }

  #resize(size: number): void {
    const resized = (column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
      const copy = new Float64Array(size);
      copy.set(column.subarray(0, this.length));
      return copy;
    };
    const periods = new Int32Array(size);
    periods.set(this.#periods.subarray(0, this.length));
    this.#periods = periods;
    this.#counts = resized(this.#counts);
    this.#sums = resized(this.#sums);
    this.#minima = resized(this.#minima);
    this.#maxima = resized(this.#maxima);
  }
}

/**
 * The data of one metric: a statistic set a minute for the last 15 days, and a statistic set an hour before that, for 455.
 * CloudWatch keeps five-minute data for 63 days in between, which is left out: memory stays bounded.
 */
export class MetricSeries {
  readonly #minutes = new Columns();
  readonly #hours = new Columns();
  /** What lies before this minute, the first of an hour, is kept by the hour. */
  #horizon = -Infinity;

  /** Adds one value to the minute (whole minutes since the epoch). */
  add(minute: number, value: number): void {
    this.#put(minute, 1, value, value, value);
  }

  addSet(minute: number, { count, sum, minimum, maximum }: StatisticSet): void {
    this.#put(minute, count, sum, minimum, maximum);
  }

  /** To be called now and then for what nobody adds to any more, with the minute that it is: old minutes become hours. */
  age(minute: number): void {
    this.#compact(minute);
    this.#forget(minute);
    this.#minutes.fit();
    this.#hours.fit();
  }

  /** Statistics over `[from, to)` in minutes since the epoch, or undefined where there is no data. */
  aggregate(from: number, to: number): StatisticSet | undefined {
    const minutes = this.#minutes;
    if (from < this.#horizon) return merge(this.sets(from, to));
    let count = 0;
    let sum = 0;
    let minimum = Infinity;
    let maximum = -Infinity;
    for (let index = minutes.indexOf(from); index < minutes.length && minutes.period(index) < to; index += 1) {
      count += minutes.count(index);
      sum += minutes.sum(index);
      minimum = Math.min(minimum, minutes.minimum(index));
      maximum = Math.max(maximum, minutes.maximum(index));
    }
    return count === 0 ? undefined : { count, sum, minimum, maximum };
  }

  /** The sum of all values over `[from, to)`, epoch milliseconds. */
  total(from: number, to: number): number {
    return this.aggregate(Math.floor(from / 60_000), Math.ceil(to / 60_000))?.sum ?? 0;
  }

  /** The minute of the latest data, or −∞. */
  get lastMinute(): number {
    return this.#minutes.length === 0 ? -Infinity : this.#minutes.period(this.#minutes.length - 1);
  }

  /** The statistic sets that lie in `[from, to)`, minutes since the epoch. */
  sets(from: number, to: number): StatisticSet[] {
    const sets: StatisticSet[] = [];
    this.#scan(from, to, (columns, index) => {
      sets.push({ count: columns.count(index), sum: columns.sum(index), minimum: columns.minimum(index), maximum: columns.maximum(index) });
    });
    return sets;
  }

  #scan(from: number, to: number, visit: (columns: Columns, index: number) => void): void {
    const hours = this.#hours;
    if (from < this.#horizon) {
      for (let index = hours.indexOf(Math.ceil(from / minutesPerHour)); index < hours.length; index += 1) {
        if ((hours.period(index) + 1) * minutesPerHour > to) break;
        visit(hours, index);
      }
    }
    const minutes = this.#minutes;
    for (let index = minutes.indexOf(from); index < minutes.length && minutes.period(index) < to; index += 1) visit(minutes, index);
  }

  #put(minute: number, count: number, sum: number, minimum: number, maximum: number): void {
    if (minute < this.#horizon) this.#hours.add(Math.floor(minute / minutesPerHour), count, sum, minimum, maximum);
    else this.#minutes.add(minute, count, sum, minimum, maximum);
    this.#compact(minute);
  }

  /** Moves a day at a time of what is too old into whole hours. */
  #compact(now: number): void {
    if (this.#minutes.firstPeriod() > now - minuteRetentionMinutes - compactionMinutes) return;
    const horizon = Math.floor((now - minuteRetentionMinutes) / minutesPerHour) * minutesPerHour;
    const rows = this.#minutes.indexOf(horizon);
    for (let index = 0; index < rows; index += 1) {
      const hour = Math.floor(this.#minutes.period(index) / minutesPerHour);
      this.#hours.add(hour, this.#minutes.count(index), this.#minutes.sum(index), this.#minutes.minimum(index), this.#minutes.maximum(index));
    }
    this.#minutes.dropFirst(rows);
    this.#horizon = horizon;
    this.#forget(now);
  }

  #forget(now: number): void {
    this.#hours.dropFirst(this.#hours.indexOf(Math.floor(now / minutesPerHour) - hourRetentionHours));
  }
}

function merge(sets: readonly StatisticSet[]): StatisticSet | undefined {
  if (sets.length === 0) return undefined;
  return {
    count: sets.reduce((sum, set) => sum + set.count, 0),
    sum: sets.reduce((sum, set) => sum + set.sum, 0),
    minimum: Math.min(...sets.map((set) => set.minimum)),
    maximum: Math.max(...sets.map((set) => set.maximum)),
  };
}
