import { z } from 'zod';
import type { ResourceProvider } from '../../provider.ts';
import { tagList } from '../tags.ts';

/** Defaults are those of CloudFormation's AWS::EC2::FlowLog. */
const flowLogProperties = z.object({
  DeliverLogsPermissionArn: z.string().optional(),
  LogDestination: z.string().optional(),
  LogDestinationType: z.enum(['cloud-watch-logs', 's3', 'kinesis-data-firehose']).default('cloud-watch-logs'),
  LogGroupName: z.string().optional(),
  MaxAggregationInterval: z.coerce.number().default(600),
  ResourceId: z.string(),
  Tags: tagList,
  TrafficType: z.enum(['ACCEPT', 'REJECT', 'ALL']).default('ALL'),
});

export const flowLog: ResourceProvider = {
  type: 'AWS::EC2::FlowLog',
  modelled: Object.keys(flowLogProperties.shape),
  recorded: {
    LogFormat: 'No packets flow in the simulated account: nothing is recorded.',
    ResourceType: 'The id tells what it is.',
  },
  create({ account, properties }) {
    const given = flowLogProperties.parse(properties);
    const { id } = account.ec2.flowLogs.create({
      resourceId: given.ResourceId,
      trafficType: given.TrafficType,
      destinationType: given.LogDestinationType,
      destination: given.LogDestination,
      logGroupName: given.LogGroupName,
      permissionArn: given.DeliverLogsPermissionArn,
      aggregationSeconds: given.MaxAggregationInterval,
      tags: given.Tags,
    });
    return { ref: id, attributes: { Id: id } };
  },
  delete({ account }, current) {
    account.ec2.flowLogs.delete(current.ref);
  },
};
