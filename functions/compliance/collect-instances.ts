import {
  type IamInstanceProfileAssociation,
  type Instance as Ec2Instance,
  paginateDescribeIamInstanceProfileAssociations,
  paginateDescribeInstances,
} from '@aws-sdk/client-ec2';
import { ec2 } from '../platform/clients.ts';
import { gather } from '../platform/paging.ts';
import { pageSizes } from './collect-calls.ts';
import { eachFiltered, given, present, tagsOf } from './collect-fields.ts';
import type { Instance } from './snapshot.ts';

/** Auto Scaling marks what it launches with this tag. */
const groupTag = 'aws:autoscaling:groupName';

/** Instances of the Region, or those of `ids` that exist. */
export async function collectInstances(ids?: readonly string[]): Promise<Instance[]> {
  const client = ec2();
  const associations = await eachFiltered('instance-id', ids, (input) =>
    gather(
      paginateDescribeIamInstanceProfileAssociations({ client, pageSize: pageSizes.DescribeIamInstanceProfileAssociations }, input),
      ({ IamInstanceProfileAssociations }) => IamInstanceProfileAssociations ?? [],
    ),
  );
  // One that is being replaced stays listed for a while as `disassociating`, beside its successor.
  const standing = associations.filter(({ State }) => State === 'associated' || State === 'associating');
  const byInstance = new Map(standing.map((association) => [association.InstanceId, association]));
  return eachFiltered('instance-id', ids, (input) =>
    gather(paginateDescribeInstances({ client, pageSize: pageSizes.DescribeInstances }, input), ({ Reservations }) =>
      (Reservations ?? []).flatMap(({ Instances }) => (Instances ?? []).map((instance) => toInstance(instance, byInstance.get(instance.InstanceId)))),
    ),
  );
}

function toInstance(instance: Ec2Instance, association: IamInstanceProfileAssociation | undefined): Instance {
  return {
    id: given(instance.InstanceId, 'InstanceId'),
    state: given(instance.State?.Name, 'the State of an instance'),
    httpTokens: instance.MetadataOptions?.HttpTokens === 'required' ? 'required' : 'optional',
    ...present({
      autoScalingGroupName: tagsOf(instance.Tags)[groupTag],
      instanceProfileArn: association?.IamInstanceProfile?.Arn ?? instance.IamInstanceProfile?.Arn,
      instanceProfileAssociationId: association?.AssociationId,
    }),
  };
}
