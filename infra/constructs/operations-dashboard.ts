import { Duration } from 'aws-cdk-lib';
import type { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import { AlarmStatusWidget, AlarmStatusWidgetSortBy, Dashboard, type IAlarm, type IMetric, Metric, SearchExpression, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { DatabaseInstance } from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import { metricNamespace as capacityMetrics } from '../../functions/capacity/metrics.ts';
import { severities } from '../../functions/compliance/finding.ts';
import { metricNamespace as complianceMetrics } from '../../functions/compliance/metrics.ts';
import { metricNamespace as drillMetrics } from '../../functions/failover-drill/metrics.ts';
import { metricNamespace as lifecycleMetrics } from '../../functions/lifecycle/metrics.ts';
import type { EnvironmentConfig } from '../config.ts';
import { graph } from '../graph.ts';
import type { Workflow } from './workflow.ts';

export interface OperationsDashboardProps {
  readonly dashboardName: string;
  readonly alarms: readonly IAlarm[];
  readonly workflows: readonly Workflow[];
  readonly autoScalingGroup: AutoScalingGroup;
  readonly database: DatabaseInstance;
  /** What is expected of a failover. */
  readonly objectives: Pick<EnvironmentConfig['drills'], 'rtoSeconds' | 'maxLostCommits'>;
  /** Where the runbooks can be read. */
  readonly runbookUrl: string;
}

const hour = Duration.hours(1);
const day = Duration.days(1);

/** What the orchestrator does: what is red, what ran and failed, and the figures that it is there for. */
export class OperationsDashboard extends Construct {
  readonly dashboardName: string;
  readonly #props: OperationsDashboardProps;

  constructor(scope: Construct, id: string, props: OperationsDashboardProps) {
    super(scope, id);
    this.#props = props;
    const { dashboardName, runbookUrl, alarms } = props;
    this.dashboardName = dashboardName;
    const dashboard = new Dashboard(this, 'Dashboard', { dashboardName, defaultInterval: Duration.days(7) });
    dashboard.addWidgets(new TextWidget({ markdown: `Every alarm links to what is to be done about it: [runbooks](${runbookUrl}/README.md).`, width: 24, height: 1 }));
    dashboard.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], sortBy: AlarmStatusWidgetSortBy.STATE_UPDATED_TIMESTAMP, width: 24, height: 6 }));
    dashboard.addWidgets(...this.#workflows());
    dashboard.addWidgets(...this.#capacityAndDrills());
    dashboard.addWidgets(...this.#compliance());
    dashboard.addWidgets(...this.#lifecycleAndFunctions());
  }

  #workflows() {
    const { workflows } = this.#props;
    const named = (of: (workflow: Workflow, options: { readonly statistic: string; readonly period: Duration; readonly label: string }) => Metric): Metric[] =>
      workflows.map((workflow) => of(workflow, { statistic: 'Sum', period: hour, label: workflow.node.id }));
    // Reported only where there was one.
    const timedOut = new SearchExpression({ expression: `SEARCH('{AWS/States,StateMachineArn} MetricName="ExecutionsTimedOut"', 'Sum', 3600)`, label: '', period: hour });
    return [
      graph('Workflows that were started', named(({ stateMachine }, options) => stateMachine.metricStarted(options)), { unit: 'an hour', stacked: true }),
      graph('Workflows that failed (no line: none)', named(({ stateMachine }, options) => stateMachine.metricFailed(options)), { unit: 'an hour', stacked: true }),
      graph('Workflows that ran out of time (no line: none)', [timedOut], { unit: 'an hour', stacked: true }),
    ];
  }

  #capacityAndDrills() {
    const { autoScalingGroup, database, objectives } = this.#props;
    const ready = new Metric({
      namespace: capacityMetrics,
      metricName: 'TimeToReadySeconds',
      dimensionsMap: { AutoScalingGroupName: autoScalingGroup.autoScalingGroupName },
      statistic: 'Maximum',
      period: day,
      label: 'from the lead time to a healthy floor',
    });
    // A value may stand twice in its minute: sums mislead.
    const measured = (metricName: string, label: string): Metric =>
      new Metric({ namespace: drillMetrics, metricName, dimensionsMap: { DatabaseId: database.instanceIdentifier }, statistic: 'Maximum', period: day, label });
    return [
      graph('Time to ready of sales', [ready], { unit: 'seconds' }),
      graph('Failover drills: time without writes', [measured('RecoverySeconds', 'measured')], {
        unit: 'seconds',
        leftAnnotations: [{ value: objectives.rtoSeconds, label: 'objective' }],
      }),
      graph('Failover drills: acknowledged commits that were lost', [measured('LostCommits', 'lost')], {
        unit: 'commits',
        leftAnnotations: [{ value: objectives.maxLostCommits, label: 'objective' }],
        right: [measured('DrillPassed', 'passed (1) or failed (0)')],
        rightYAxis: { min: 0, max: 1, label: 'passed', showUnits: false },
      }),
    ];
  }

  #compliance() {
    const standing = severities
      .toReversed()
      .map((severity) => new Metric({ namespace: complianceMetrics, metricName: 'StandingFindings', dimensionsMap: { Severity: severity }, statistic: 'Maximum', period: day, label: severity }));
    const notEvaluated = new Metric({ namespace: complianceMetrics, metricName: 'ChecksNotEvaluated', statistic: 'Maximum', period: day, label: 'checks that could not be made' });
    const repaired = new SearchExpression({ expression: `SEARCH('{"${complianceMetrics}",ResourceType} MetricName="DriftToRepairSeconds"', 'Maximum', 3600)`, label: '', period: hour });
    return [
      graph('Findings that stand after the night, by severity', standing, { unit: 'findings', stacked: true, right: [notEvaluated], rightYAxis: { min: 0, label: 'checks', showUnits: false } }),
      graph('From drift to its repair, by what drifted', [repaired], { unit: 'seconds' }),
    ];
  }

  #lifecycleAndFunctions() {
    const buckets: IMetric[] = Object.entries({
      BucketsAsDeclared: 'as declared',
      BucketsAwaitingApproval: 'wait for an answer',
      BucketsRefused: 'refused, or altered meanwhile',
      BucketsFailed: 'failed',
    }).map(([metricName, label]) => new Metric({ namespace: lifecycleMetrics, metricName, statistic: 'Maximum', period: day, label }));
    // Ten of some fifty functions, whichever fail most: a dashboard is free up to fifty metrics.
    const failing = new SearchExpression({ expression: `SORT(SEARCH('{AWS/Lambda,FunctionName} MetricName="Errors"', 'Sum', 3600), SUM, DESC, 10)`, label: '', period: hour });
    const throttled = new Metric({ namespace: 'AWS/Lambda', metricName: 'Throttles', statistic: 'Sum', period: hour, label: 'all functions' });
    return [
      graph('Storage lifecycle: buckets after a run', buckets, { unit: 'buckets' }),
      graph('Functions that fail most', [failing], { unit: 'errors an hour' }),
      graph('Functions that were throttled', [throttled], { unit: 'an hour' }),
    ];
  }
}
