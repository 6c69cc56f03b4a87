import { GraphWidget, type GraphWidgetProps, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';

/** A dashboard is 24 wide: two graphs stand beside each other. */
const width = 12;

export interface GraphProps extends Omit<GraphWidgetProps, 'title' | 'left' | 'leftYAxis'> {
  /** What the axis counts: `requests a minute`, `seconds`. */
  readonly unit: string;
}

/** A graph of a dashboard: with a title for people, an axis that begins at zero and says its unit. */
export function graph(title: string, metrics: readonly IMetric[], { unit, ...more }: GraphProps): GraphWidget {
  return new GraphWidget({ title, left: [...metrics], leftYAxis: { min: 0, label: unit, showUnits: false }, width, height: 6, ...more });
}
