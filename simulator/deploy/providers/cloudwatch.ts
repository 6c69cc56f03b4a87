import { z } from 'zod';
import { NotModelledError } from '../../kernel/aws-error.ts';
import { type AlarmDefinition, comparisonOperators } from '../../services/cloudwatch/alarm.ts';
import { missingDataTreatments } from '../../services/cloudwatch/alarm-decision.ts';
import type { Provisioned, ResourceProvider, ResourceRequest } from '../provider.ts';
import { physicalName } from './physical-name.ts';
import { flag } from './template-values.ts';

const metric = z.object({
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.coerce.string() })).default([]),
});

const metricQuery = z.object({
  Id: z.string(),
  MetricStat: z.object({ Metric: metric, Period: z.coerce.number(), Stat: z.string() }).optional(),
});

const actions = z.array(z.string()).default([]);

const alarmProperties = metric.partial().extend({
  ActionsEnabled: flag.default(true),
  AlarmActions: actions,
  AlarmDescription: z.string().optional(),
  AlarmName: z.string().optional(),
  ComparisonOperator: z.enum(comparisonOperators),
  DatapointsToAlarm: z.coerce.number().optional(),
  EvaluationPeriods: z.coerce.number(),
  ExtendedStatistic: z.string().optional(),
  InsufficientDataActions: actions,
  Metrics: z.array(metricQuery).optional(),
  OKActions: actions,
  Period: z.coerce.number().default(60),
  Statistic: z.string().optional(),
  Threshold: z.coerce.number(),
  TreatMissingData: z.enum(missingDataTreatments).default('missing'),
});
type AlarmProperties = z.infer<typeof alarmProperties>;

const named = z.object({ AlarmName: z.string().optional(), DashboardName: z.string().optional() });

const alarm: ResourceProvider = {
  type: 'AWS::CloudWatch::Alarm',
  modelled: Object.keys(alarmProperties.shape),
  recorded: { Tags: 'No policy of the project depends on tags of alarms.', Unit: 'Values are kept without a unit: no metric is published in two.' },
  create: (request) => put(request, named.parse(request.properties).AlarmName ?? physicalName(request, 255)),
  update: (request, current) => put(request, current.ref),
};

const compositeAlarm: ResourceProvider = {
  type: 'AWS::CloudWatch::CompositeAlarm',
  modelled: ['AlarmName'],
  recorded: Object.fromEntries(
    ['ActionsEnabled', 'ActionsSuppressor', 'AlarmActions', 'AlarmDescription', 'AlarmRule', 'InsufficientDataActions', 'OKActions', 'Tags'].map(
      (property) => [property, 'Composite alarms stand in the account and are never evaluated.'],
    ),
  ),
  create(request) {
    const name = named.parse(request.properties).AlarmName ?? physicalName(request, 255);
    return { ref: name, attributes: { Arn: request.account.arn('cloudwatch', `alarm:${name}`) } };
  },
  update: (_request, current) => current,
};

const dashboard: ResourceProvider = {
  type: 'AWS::CloudWatch::Dashboard',
  modelled: ['DashboardName'],
  recorded: { DashboardBody: 'A page for people.', Tags: 'No policy of the project depends on tags of dashboards.' },
  create: (request) => ({ ref: named.parse(request.properties).DashboardName ?? physicalName(request, 255), attributes: {} }),
  update: (_request, current) => current,
};

export const providers: readonly ResourceProvider[] = [alarm, compositeAlarm, dashboard];

function put(request: ResourceRequest, name: string): Provisioned {
  const properties = alarmProperties.parse(request.properties);
  const created = request.account.cloudWatch.putAlarm({
    ...metricOf(properties, name),
    name,
    description: properties.AlarmDescription,
    actionsEnabled: properties.ActionsEnabled,
    alarmActions: properties.AlarmActions,
    okActions: properties.OKActions,
    insufficientDataActions: properties.InsufficientDataActions,
    comparison: properties.ComparisonOperator,
    threshold: properties.Threshold,
    evaluationPeriods: properties.EvaluationPeriods,
    datapointsToAlarm: properties.DatapointsToAlarm ?? properties.EvaluationPeriods,
    treatMissingData: properties.TreatMissingData,
  });
  return { ref: name, attributes: { Arn: created.arn } };
}

type AlarmMetric = Pick<AlarmDefinition, 'namespace' | 'metricName' | 'dimensions' | 'statistic' | 'periodSeconds' | 'queryId'>;

function metricOf(properties: AlarmProperties, name: string): AlarmMetric {
  const [query, second] = properties.Metrics ?? [];
  if (query === undefined) {
    const statistic = properties.ExtendedStatistic ?? properties.Statistic ?? 'Average';
    return { ...identityOf(metric.parse(properties)), statistic, periodSeconds: properties.Period, queryId: undefined };
  }
  if (second !== undefined || query.MetricStat === undefined) throw new NotModelledError(`The alarm ${name} computes with an expression: not modelled.`);
  const { Metric, Period, Stat } = query.MetricStat;
  return { ...identityOf(Metric), statistic: Stat, periodSeconds: Period, queryId: query.Id };
}

function identityOf({ Dimensions, MetricName, Namespace }: z.infer<typeof metric>): Pick<AlarmDefinition, 'namespace' | 'metricName' | 'dimensions'> {
  return {
    namespace: Namespace,
    metricName: MetricName,
    dimensions: Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value])),
  };
}
