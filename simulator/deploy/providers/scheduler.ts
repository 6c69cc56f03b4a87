import { z } from 'zod';
import { NotModelledError } from '../../kernel/aws-error.ts';
import { defaultRetryPolicy } from '../../services/delivery/retries.ts';
import type { Provisioned, ResourceProvider, ResourceRequest } from '../provider.ts';
import { physicalName } from './physical-name.ts';

const scheduleProperties = z.object({
  EndDate: z.string().optional(),
  FlexibleTimeWindow: z.object({
    MaximumWindowInMinutes: z.number().default(0),
    Mode: z.enum(['OFF', 'FLEXIBLE']),
  }),
  GroupName: z.string().default('default'),
  Name: z.string().optional(),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().default('UTC'),
  StartDate: z.string().optional(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  // Parameters of targets that are not modelled are refused by their presence.
  Target: z.strictObject({
    Arn: z.string(),
    DeadLetterConfig: z.object({ Arn: z.string().optional() }).optional(),
    Input: z.string().optional(),
    RetryPolicy: z
      .object({ MaximumEventAgeInSeconds: z.number().optional(), MaximumRetryAttempts: z.number().optional() })
      .default({}),
    RoleArn: z.string(),
  }),
});

function putSchedule(request: ResourceRequest, name: string): Provisioned {
  const { account } = request;
  const properties = scheduleProperties.parse(request.properties);
  const { FlexibleTimeWindow: window, Target: target } = properties;
  const arn = account.arn('scheduler', `schedule/${properties.GroupName}/${name}`);
  account.scheduler.putSchedule({
    name,
    groupName: properties.GroupName,
    arn,
    expression: properties.ScheduleExpression,
    timezone: properties.ScheduleExpressionTimezone,
    isEnabled: properties.State === 'ENABLED',
    startsAt: properties.StartDate === undefined ? undefined : Date.parse(properties.StartDate),
    endsAt: properties.EndDate === undefined ? undefined : Date.parse(properties.EndDate),
    windowMinutes: window.Mode === 'OFF' ? 0 : window.MaximumWindowInMinutes,
    targetArn: target.Arn,
    roleArn: target.RoleArn,
    input: target.Input,
    retryPolicy: {
      maximumAgeSeconds: target.RetryPolicy.MaximumEventAgeInSeconds ?? defaultRetryPolicy.maximumAgeSeconds,
      maximumRetryAttempts: target.RetryPolicy.MaximumRetryAttempts ?? defaultRetryPolicy.maximumRetryAttempts,
    },
    deadLetterArn: target.DeadLetterConfig?.Arn,
  });
  return { ref: name, attributes: { Arn: arn } };
}

const schedule: ResourceProvider = {
  type: 'AWS::Scheduler::Schedule',
  modelled: Object.keys(scheduleProperties.shape),
  recorded: {
    Description: 'Text for people.',
    KmsKeyArn: 'Encryption at rest does not show to callers.',
  },
  create: (request) => putSchedule(request, scheduleProperties.parse(request.properties).Name ?? physicalName(request, 64)),
  update: (request, current, previous) => {
    const [before, after] = [scheduleProperties.parse(previous.properties), scheduleProperties.parse(request.properties)];
    if (before.GroupName !== after.GroupName || (after.Name !== undefined && after.Name !== current.ref)) {
      throw new NotModelledError('Replacing a schedule by a deployment is not modelled.');
    }
    return putSchedule(request, current.ref);
  },
};

const scheduleGroup: ResourceProvider = {
  type: 'AWS::Scheduler::ScheduleGroup',
  modelled: ['Name'],
  recorded: { Tags: 'Nothing asks for the tags of a schedule group.' },
  create: (request) => {
    const { Name: given } = z.object({ Name: z.string().optional() }).parse(request.properties);
    const name = given ?? physicalName(request, 64);
    return { ref: name, attributes: { Arn: request.account.arn('scheduler', `schedule-group/${name}`) } };
  },
};

export const providers: readonly ResourceProvider[] = [schedule, scheduleGroup];
