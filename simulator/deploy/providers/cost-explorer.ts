import { z } from 'zod';
import { NotModelledError } from '../../kernel/aws-error.ts';
import { alertFrequencies, type AnomalyMonitor, type AnomalySubscription, monitorDimensions, monitorTypes } from '../../services/cost-explorer/anomalies.ts';
import type { Provisioned, ResourceProvider, ResourceRequest } from '../provider.ts';

const untagged = 'No policy of the project depends on tags of monitors or subscriptions.';

const monitorProperties = z.object({
  MonitorDimension: z.enum(monitorDimensions).optional(),
  MonitorName: z.string().min(1).max(1024),
  MonitorSpecification: z.string().optional(),
  MonitorType: z.enum(monitorTypes),
});

const subscriptionProperties = z.object({
  Frequency: z.enum(alertFrequencies),
  MonitorArnList: z.array(z.string()).min(1),
  Subscribers: z.array(z.strictObject({ Address: z.string(), Status: z.enum(['CONFIRMED', 'DECLINED']).optional(), Type: z.enum(['EMAIL', 'SNS']) })),
  SubscriptionName: z.string().min(1).max(1024),
  Threshold: z.coerce.number().min(0).optional(),
  ThresholdExpression: z.string().optional(),
});

function describeMonitor(monitor: AnomalyMonitor): Provisioned {
  const [created, updated] = [new Date(monitor.createdAt).toISOString(), new Date(monitor.updatedAt).toISOString()];
  return { ref: monitor.arn, attributes: { CreationDate: created, DimensionalValueCount: 0, LastEvaluatedDate: '', LastUpdatedDate: updated, MonitorArn: monitor.arn } };
}

const monitor: ResourceProvider = {
  type: 'AWS::CE::AnomalyMonitor',
  modelled: Object.keys(monitorProperties.shape),
  recorded: { ResourceTags: untagged },
  create({ account, properties }) {
    const { MonitorDimension: dimension, MonitorName: name, MonitorSpecification: specification, MonitorType: type } = monitorProperties.parse(properties);
    return describeMonitor(account.costExplorer.anomalies.addMonitor({ name, type, dimension, specification }));
  },
  update({ account, logicalId, properties }, current, previous) {
    const [wanted, standing] = [monitorProperties.parse(properties), monitorProperties.parse(previous.properties)];
    const changed = (['MonitorDimension', 'MonitorSpecification', 'MonitorType'] as const).find((property) => wanted[property] !== standing[property]);
    if (changed !== undefined) throw new NotModelledError(`A change of ${changed} replaces the monitor ${logicalId}: not modelled.`);
    return describeMonitor(account.costExplorer.anomalies.renameMonitor(current.ref, wanted.MonitorName));
  },
  delete: ({ account }, current) => account.costExplorer.anomalies.removeMonitor(current.ref),
};

function putSubscription({ account, properties }: ResourceRequest, arn?: string): AnomalySubscription {
  const parsed = subscriptionProperties.parse(properties);
  const { ThresholdExpression: expression } = parsed;
  return account.costExplorer.anomalies.putSubscription(
    {
      name: parsed.SubscriptionName,
      monitorArns: parsed.MonitorArnList,
      frequency: parsed.Frequency,
      subscribers: parsed.Subscribers.map(({ Address: address, Type: type }) => ({ address, type })),
      threshold: parsed.Threshold,
      thresholdExpression: expression === undefined ? undefined : JSON.parse(expression),
    },
    arn,
  );
}

function describeSubscription({ account }: ResourceRequest, { arn }: AnomalySubscription): Provisioned {
  return { ref: arn, attributes: { AccountId: account.id, SubscriptionArn: arn } };
}

const subscription: ResourceProvider = {
  type: 'AWS::CE::AnomalySubscription',
  modelled: Object.keys(subscriptionProperties.shape),
  recorded: { ResourceTags: untagged },
  create: (request) => describeSubscription(request, putSubscription(request)),
  update(request, current, previous) {
    const [wanted, standing] = [subscriptionProperties.parse(request.properties), subscriptionProperties.parse(previous.properties)];
    if (wanted.SubscriptionName !== standing.SubscriptionName) {
      throw new NotModelledError(`A change of SubscriptionName replaces the subscription ${request.logicalId}: not modelled.`);
    }
    return describeSubscription(request, putSubscription(request, current.ref));
  },
  delete: ({ account }, current) => account.costExplorer.anomalies.removeSubscription(current.ref),
};

export const providers: readonly ResourceProvider[] = [monitor, subscription];
