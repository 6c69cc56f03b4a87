import { AwsError, NotModelledError } from '../../kernel/aws-error.ts';
import type { MetricSeries, StatisticSet } from './series.ts';

const simpleStatistics = ['Average', 'Sum', 'Minimum', 'Maximum', 'SampleCount'] as const;
type SimpleStatistic = (typeof simpleStatistics)[number];

/** A statistic as the API names it: one of the five, or a percentile such as `p95`. */
export type Statistic = SimpleStatistic | { readonly percentile: number };

const bisections = 50;

/** Throws as CloudWatch does for a name that is none, `NotModelledError` for trimmed statistics and the like. */
export function parseStatistic(name: string | undefined): Statistic {
  const simple = simpleStatistics.find((candidate) => candidate === name);
  if (simple !== undefined) return simple;
  const percentile = /^p(\d{1,2}(?:\.\d+)?|100)$/u.exec(name ?? '')?.[1];
  if (percentile !== undefined) return { percentile: Number(percentile) };
  if (/^(?:tm|tc|ts|wm|pr|iqm|TM|TC|TS|WM|PR|IQM)/u.test(name ?? '')) throw new NotModelledError(`The statistic ${name} is not modelled.`);
  throw new AwsError('InvalidParameterValueException', `The value ${name} for parameter Stat is not supported.`);
}

/** The statistic over `[from, to)` in minutes since the epoch, or undefined where there is no data. */
export function valueOver(series: MetricSeries, from: number, to: number, statistic: Statistic): number | undefined {
  if (typeof statistic === 'object') return percentile(series.sets(from, to), statistic.percentile / 100);
  const set = series.aggregate(from, to);
  return set === undefined ? undefined : simpleValue(set, statistic);
}

function simpleValue(set: StatisticSet, statistic: SimpleStatistic): number {
  switch (statistic) {
    case 'Average':
      return set.sum / set.count;
    case 'Sum':
      return set.sum;
    case 'Minimum':
      return set.minimum;
    case 'Maximum':
      return set.maximum;
    case 'SampleCount':
      return set.count;
  }
}

/**
 * The quantile of a mixture of statistic sets. CloudWatch keeps the distribution; here a set stands for the
 * power-law distribution that has its minimum, mean and maximum, which is exact for a set of one value.
 */
export function percentile(sets: readonly StatisticSet[], quantile: number): number | undefined {
  const total = sets.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return undefined;
  let low = Math.min(...sets.map(({ minimum }) => minimum));
  let high = Math.max(...sets.map(({ maximum }) => maximum));
  for (let step = 0; step < bisections && high - low > 1e-9; step += 1) {
    const middle = (low + high) / 2;
    const below = sets.reduce((sum, set) => sum + set.count * shareAtMost(set, middle), 0);
    if (below >= quantile * total) high = middle;
    else low = middle;
  }
  return high;
}

function shareAtMost(set: StatisticSet, value: number): number {
  if (value >= set.maximum) return 1;
  if (value < set.minimum) return 0;
  const span = set.maximum - set.minimum;
  const mean = set.sum / set.count - set.minimum;
  const exponent = span / Math.max(mean, span * 1e-6) - 1;
  return ((value - set.minimum) / span) ** (1 / Math.max(exponent, 1e-6));
}
