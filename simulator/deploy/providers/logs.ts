import { z } from 'zod';
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
};

const metricFilter: ResourceProvider = {
  type: 'AWS::Logs::MetricFilter',
  modelled: [],
  recorded: {
    ApplyOnTransformedLogs: 'As MetricTransformations.',
    FilterName: 'As MetricTransformations.',
    FilterPattern: 'As MetricTransformations.',
    LogGroupName: 'As MetricTransformations.',
    MetricTransformations: 'No metric is made from log lines; an alarm on one never changes its state.',
  },
  create: (request) => {
    const { FilterName: name } = z.object({ FilterName: z.string().optional() }).parse(request.properties);
    return { ref: name ?? physicalName(request, 512), attributes: {} };
  },
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
