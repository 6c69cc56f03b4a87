import { z } from 'zod';
import { NotModelledError } from '../../kernel/aws-error.ts';
import type { ReadWriteType } from '../../services/cloudtrail/trail.ts';
import { readWriteTypes } from '../../services/cloudtrail/trail.ts';
import type { Provisioned, ResourceProvider, ResourceRequest } from '../provider.ts';
import { physicalName } from './physical-name.ts';
import { flag } from './template-values.ts';

// What else a selector can say (data resources, event sources to leave out) would change what is recorded.
const eventSelector = z.strictObject({
  IncludeManagementEvents: flag.default(true),
  ReadWriteType: z.enum(readWriteTypes).default('All'),
});

const trailProperties = z.object({
  CloudWatchLogsLogGroupArn: z.string().optional(),
  CloudWatchLogsRoleArn: z.string().optional(),
  EnableLogFileValidation: flag.default(false),
  EventSelectors: z.array(eventSelector).default([]),
  IncludeGlobalServiceEvents: flag.default(true),
  IsLogging: flag,
  IsMultiRegionTrail: flag.default(false),
  KMSKeyId: z.string().optional(),
  S3BucketName: z.string(),
  S3KeyPrefix: z.string().optional(),
  SnsTopicName: z.string().optional(),
  TrailName: z.string().optional(),
});

function put(request: ResourceRequest, name: string): Provisioned {
  const { account } = request;
  const properties = trailProperties.parse(request.properties);
  const { KMSKeyId: key } = properties;
  const { arn } = account.cloudTrail.putTrail({
    name,
    isLogging: properties.IsLogging,
    isMultiRegion: properties.IsMultiRegionTrail,
    validatesLogFiles: properties.EnableLogFileValidation,
    includesGlobalServices: properties.IncludeGlobalServiceEvents,
    bucketName: properties.S3BucketName,
    keyPrefix: properties.S3KeyPrefix,
    logGroupArn: properties.CloudWatchLogsLogGroupArn,
    logsRoleArn: properties.CloudWatchLogsRoleArn,
    kmsKeyArn: key === undefined ? undefined : account.kms.keyArn(key),
    snsTopicName: properties.SnsTopicName,
    managementEvents: managementEventsOf(properties.EventSelectors, name),
  });
  return { ref: name, attributes: { Arn: arn } };
}

/** Without selectors, a trail logs every management event (CloudTrail user guide, "Logging management events"). */
function managementEventsOf(selectors: readonly z.infer<typeof eventSelector>[], name: string): ReadWriteType {
  const [selector, second] = selectors;
  if (second !== undefined) throw new NotModelledError(`The trail ${name} has several event selectors: not modelled.`);
  if (selector === undefined) return 'All';
  return selector.IncludeManagementEvents ? selector.ReadWriteType : 'None';
}

const trail: ResourceProvider = {
  type: 'AWS::CloudTrail::Trail',
  modelled: Object.keys(trailProperties.shape),
  recorded: { Tags: 'Nothing asks for the tags of a trail.' },
  create: (request) => put(request, trailProperties.parse(request.properties).TrailName ?? physicalName(request, 128)),
  update: (request, current) => {
    const { TrailName: name } = trailProperties.parse(request.properties);
    if (name !== undefined && name !== current.ref) throw new NotModelledError(`Renaming the trail ${current.ref} by a deployment is not modelled.`);
    return put(request, current.ref);
  },
  delete: ({ account }, current) => account.cloudTrail.deleteTrail(current.ref),
};

export const providers: readonly ResourceProvider[] = [trail];
