import { z } from 'zod';
import type { PolicyDocument } from '../../kernel/authorisation.ts';
import type { Provisioned, ResourceProvider, ResourceRequest } from '../provider.ts';
import { physicalName } from './physical-name.ts';
import { tagList } from './tags.ts';

const topicProperties = z.object({
  DisplayName: z.string().optional(),
  KmsMasterKeyId: z.string().optional(),
  Subscription: z.array(z.object({ Endpoint: z.string(), Protocol: z.string() })).default([]),
  Tags: tagList,
  TopicName: z.string().optional(),
});

function putTopic(request: ResourceRequest, name: string): Provisioned {
  const { account } = request;
  const properties = topicProperties.parse(request.properties);
  const arn = account.arn('sns', name);
  const { DisplayName: displayName, KmsMasterKeyId: key } = properties;
  const kmsKeyArn = key === undefined ? undefined : account.kms.keyArn(key);
  account.sns.putTopic({
    name,
    arn,
    tags: properties.Tags,
    ...(displayName === undefined ? {} : { displayName }),
    ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
  });
  return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
}

const topic: ResourceProvider = {
  type: 'AWS::SNS::Topic',
  modelled: ['DisplayName', 'KmsMasterKeyId', 'Subscription', 'Tags', 'TopicName'],
  recorded: {
    ArchivePolicy: 'Nothing replays messages.',
    DeliveryStatusLogging: 'Delivery logs are not written.',
    SignatureVersion: 'Messages are not signed.',
    TracingConfig: 'Traces are not modelled.',
  },
  create: (request) => {
    const properties = topicProperties.parse(request.properties);
    const created = putTopic(request, properties.TopicName ?? physicalName(request, 256));
    for (const { Protocol: protocol, Endpoint: endpoint } of properties.Subscription) {
      request.account.sns.subscribe(created.ref, protocol, endpoint);
    }
    return created;
  },
  update: (request, current) => putTopic(request, String(current.attributes['TopicName'])),
};

const subscription: ResourceProvider = {
  type: 'AWS::SNS::Subscription',
  modelled: ['Endpoint', 'Protocol', 'TopicArn'],
  recorded: {
    DeliveryPolicy: 'Deliveries to Lambda are tried once by SNS; Lambda tries again by itself.',
    RawMessageDelivery: 'It matters to queues and web hooks only, which are recorded and get nothing.',
    RedrivePolicy: 'Messages that cannot be delivered are noted on the timeline.',
    Region: 'The account has one Region.',
  },
  create: ({ account, properties }) => {
    const { TopicArn: topicArn, Protocol: protocol, Endpoint: endpoint } = z
      .object({ Endpoint: z.string(), Protocol: z.string(), TopicArn: z.string() })
      .parse(properties);
    const { arn } = account.sns.subscribe(topicArn, protocol, endpoint);
    return { ref: arn, attributes: { Arn: arn } };
  },
};

function putTopicPolicy(request: ResourceRequest): void {
  const { Topics: topics } = z.object({ Topics: z.array(z.string()) }).parse(request.properties);
  for (const arn of topics) request.account.sns.putTopicPolicy(arn, request.properties['PolicyDocument'] as PolicyDocument);
}

const topicPolicy: ResourceProvider = {
  type: 'AWS::SNS::TopicPolicy',
  modelled: ['PolicyDocument', 'Topics'],
  recorded: {},
  create: (request) => {
    putTopicPolicy(request);
    const name = physicalName(request, 128);
    return { ref: name, attributes: { Id: name } };
  },
  update: (request, current) => {
    putTopicPolicy(request);
    return current;
  },
};

export const providers: readonly ResourceProvider[] = [topic, subscription, topicPolicy];
