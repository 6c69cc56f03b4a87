import { type EventMatcher, compileFilterPattern } from './filter-pattern.ts';

export interface MetricFilterDefinition {
  readonly name: string;
  readonly logGroupName: string;
  readonly pattern: string;
  readonly metricNamespace: string;
  readonly metricName: string;
  /** What each log event that matches adds to the metric. */
  readonly metricValue: number;
}

export interface MetricFilter {
  readonly definition: MetricFilterDefinition;
  readonly matches: EventMatcher;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** A metric filter as DescribeMetricFilters answers it (API reference, "MetricFilter"). */
export interface MetricFilterOutput {
  readonly filterName: string;
  readonly filterPattern: string;
  readonly metricTransformations: readonly { readonly metricName: string; readonly metricNamespace: string; readonly metricValue: string }[];
  /** Epoch milliseconds. */
  readonly creationTime: number;
  readonly logGroupName: string;
}

export function compileMetricFilter(definition: MetricFilterDefinition, createdAt: number): MetricFilter {
  return { definition, matches: compileFilterPattern(definition.pattern), createdAt };
}

export function describeMetricFilter({ definition, createdAt }: MetricFilter): MetricFilterOutput {
  const { name, pattern, logGroupName, metricName, metricNamespace, metricValue } = definition;
  return {
    filterName: name,
    filterPattern: pattern,
    metricTransformations: [{ metricName, metricNamespace, metricValue: String(metricValue) }],
    creationTime: createdAt,
    logGroupName,
  };
}
