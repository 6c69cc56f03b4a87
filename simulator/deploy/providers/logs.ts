import { z } from 'zod';
import { NotModelledError } from '../../kernel/aws-error.ts';
import type { Provisioned, ResourceProvider, ResourceRequest } from '../provider.ts';
import { physicalName } from './physical-name.ts';

const logGroupProperties = z.object({ LogGroupName: z.string().optional(), RetentionInDays: z.number().optional() });

function putGroup(request: ResourceRequest, name: string): Provisioned {
  const { RetentionInDays: retentionDays } = logGroupProperties.parse(request.properties);
  request.account.logs.putGroup({ name, retentionDays });
  return { ref: name, attributes: { Arn: `${request.account.arn('logs', `log-group:${name}`)}:*` } };
}

const logGroup: ResourceProvider = {
  type: 'AWS::Logs::LogGroup',
  modelled: ['LogGroupName', 'RetentionInDays'],
  recorded: {
    DataProtectionPolicy: 'Lines are kept as they are written.',
    KmsKeyId: 'Encryption at rest does not show.',
    LogGroupClass: 'It changes the price, and queries that the simulated account does not have.',
    Tags: 'Nothing asks for the tags of a log group.',
  },
  create: (request) => putGroup(request, logGroupProperties.parse(request.properties).LogGroupName ?? physicalName(request, 512)),
  update: (request, current) => putGroup(request, current.ref),
  delete: ({ account }, current) => account.logs.deleteGroup(current.ref),
};

// Strict: a default value or a dimension would change the metric.
const transformation = z.strictObject({
  MetricName: z.string(),
  MetricNamespace: z.string(),
  MetricValue: z.coerce.string(),
  Unit: z.string().optional(),
});

const metricFilterProperties = z.object({
  FilterName: z.string().optional(),
  FilterPattern: z.string(),
  LogGroupName: z.string(),
  MetricTransformations: z.array(transformation).length(1),
});

function putFilter(request: ResourceRequest, name: string): Provisioned {
  const { FilterPattern: pattern, LogGroupName: logGroupName, MetricTransformations: transformations } = metricFilterProperties.parse(request.properties);
  for (const { MetricName: metricName, MetricNamespace: metricNamespace, MetricValue: text } of transformations) {
    const metricValue = Number(text);
    if (Number.isNaN(metricValue)) throw new NotModelledError(`The metric value ${text} of the filter ${name} is not modelled: numbers are.`);
    request.account.logs.putMetricFilter({ name, logGroupName, pattern, metricNamespace, metricName, metricValue });
  }
  return { ref: name, attributes: {} };
}

const metricFilter: ResourceProvider = {
  type: 'AWS::Logs::MetricFilter',
  modelled: Object.keys(metricFilterProperties.shape),
  recorded: { ApplyOnTransformedLogs: 'Log events are not transformed.' },
  create: (request) => putFilter(request, metricFilterProperties.parse(request.properties).FilterName ?? physicalName(request, 512)),
  update: (request, current, previous) => {
    const { FilterName: name, LogGroupName: groupName } = metricFilterProperties.parse(request.properties);
    const { LogGroupName: previousGroupName } = metricFilterProperties.parse(previous.properties);
    if (groupName !== previousGroupName || (name !== undefined && name !== current.ref)) {
      throw new NotModelledError(`Replacing the metric filter ${current.ref} by a deployment is not modelled.`);
    }
    return putFilter(request, current.ref);
  },
  delete: ({ account, properties }, current) => account.logs.deleteMetricFilter(metricFilterProperties.parse(properties).LogGroupName, current.ref),
};

const resourcePolicy: ResourceProvider = {
  type: 'AWS::Logs::ResourcePolicy',
  modelled: [],
  recorded: {
    PolicyDocument: 'Services deliver logs in the simulated account without asking for it.',
    PolicyName: 'As PolicyDocument.',
  },
  create: (request) => ({ ref: String(request.properties['PolicyName']), attributes: {} }),
};

export const providers: readonly ResourceProvider[] = [logGroup, metricFilter, resourcePolicy];
