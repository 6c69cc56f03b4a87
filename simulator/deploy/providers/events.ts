import { z } from 'zod';
import { NotModelledError } from '../../kernel/aws-error.ts';
import { defaultRetryPolicy } from '../../services/delivery/retries.ts';
import type { RuleTarget } from '../../services/eventbridge.ts';
import type { Provisioned, ResourceProvider, ResourceRequest } from '../provider.ts';
import { physicalName } from './physical-name.ts';

// Parameters of targets that are not modelled are refused by their presence.
const targetProperties = z.strictObject({
  Arn: z.string(),
  DeadLetterConfig: z.object({ Arn: z.string().optional() }).optional(),
  Id: z.string(),
  Input: z.string().optional(),
  InputPath: z.string().optional(),
  InputTransformer: z
    .object({ InputPathsMap: z.record(z.string(), z.string()).optional(), InputTemplate: z.string() })
    .optional(),
  RetryPolicy: z
    .object({ MaximumEventAgeInSeconds: z.number().optional(), MaximumRetryAttempts: z.number().optional() })
    .default({}),
  RoleArn: z.string().optional(),
});

const ruleProperties = z.object({
  EventBusName: z.string().default('default'),
  EventPattern: z.unknown().optional(),
  Name: z.string().optional(),
  ScheduleExpression: z.string().optional(),
  State: z.enum(['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS']).default('ENABLED'),
  Targets: z.array(targetProperties).default([]),
});

function targetOf(properties: z.infer<typeof targetProperties>): RuleTarget {
  if (properties.RoleArn === undefined && properties.Arn.includes(':stateMachine:')) {
    throw new NotModelledError(`EventBridge needs a RoleArn to start ${properties.Arn}.`);
  }
  const { RetryPolicy: retry } = properties;
  return {
    id: properties.Id,
    arn: properties.Arn,
    roleArn: properties.RoleArn,
    Input: properties.Input,
    InputPath: properties.InputPath,
    InputTransformer: properties.InputTransformer,
    retryPolicy: {
      maximumAgeSeconds: retry.MaximumEventAgeInSeconds ?? defaultRetryPolicy.maximumAgeSeconds,
      maximumRetryAttempts: retry.MaximumRetryAttempts ?? defaultRetryPolicy.maximumRetryAttempts,
    },
    deadLetterArn: properties.DeadLetterConfig?.Arn,
  };
}

function putRule(request: ResourceRequest, name: string): Provisioned {
  const { account } = request;
  const properties = ruleProperties.parse(request.properties);
  const { EventBusName: busName } = properties;
  const resource = busName === 'default' ? `rule/${name}` : `rule/${busName}/${name}`;
  const arn = `arn:${account.partition}:events:${request.region ?? account.region}:${account.id}:${resource}`;
  account.eventBridge.putRule({
    name,
    arn,
    busName: busName.slice(busName.lastIndexOf('/') + 1),
    isEnabled: properties.State !== 'DISABLED',
    eventPattern: properties.EventPattern,
    scheduleExpression: properties.ScheduleExpression,
    targets: properties.Targets.map(targetOf),
  });
  return { ref: busName === 'default' ? name : `${busName}|${name}`, attributes: { Arn: arn } };
}

const rule: ResourceProvider = {
  type: 'AWS::Events::Rule',
  modelled: Object.keys(ruleProperties.shape),
  recorded: {
    Description: 'Text for people.',
    Tags: 'Nothing asks for the tags of a rule.',
  },
  create: (request) => putRule(request, ruleProperties.parse(request.properties).Name ?? physicalName(request, 64)),
  update: (request, current) => putRule(request, current.ref.slice(current.ref.indexOf('|') + 1)),
  delete: ({ account }, current) => account.eventBridge.deleteRule(String(current.attributes['Arn'])),
};

const eventBus: ResourceProvider = {
  type: 'AWS::Events::EventBus',
  modelled: ['Name'],
  recorded: {
    Description: 'Text for people.',
    LogConfig: 'Buses write no logs.',
    Tags: 'Nothing asks for the tags of a bus.',
  },
  create: ({ account, properties }) => {
    const { Name: name } = z.object({ Name: z.string() }).parse(properties);
    return { ref: name, attributes: { Arn: account.arn('events', `event-bus/${name}`), Name: name } };
  },
};

export const providers: readonly ResourceProvider[] = [rule, eventBus];
