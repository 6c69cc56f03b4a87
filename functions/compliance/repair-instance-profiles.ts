import {
  AssociateIamInstanceProfileCommand,
  DescribeIamInstanceProfileAssociationsCommand,
  DisassociateIamInstanceProfileCommand,
  ReplaceIamInstanceProfileAssociationCommand,
} from '@aws-sdk/client-ec2';
import { ec2 } from '../platform/clients.ts';
import { createRepairer, refuseAction } from './repairer.ts';

/** Writes which instance profile an instance has. */
export const handler = createRepairer('InstanceProfiles', async (action) => {
  if (action.kind !== 'set-instance-profile') refuseAction(action);
  const { instanceId, profileArn } = action;
  const { IamInstanceProfileAssociations = [] } = await ec2().send(
    new DescribeIamInstanceProfileAssociationsCommand({ Filters: [{ Name: 'instance-id', Values: [instanceId] }] }),
  );
  const standing = IamInstanceProfileAssociations.find(({ State }) => State === 'associated' || State === 'associating');
  if (standing?.IamInstanceProfile?.Arn === profileArn) return;
  if (profileArn === undefined) {
    await ec2().send(new DisassociateIamInstanceProfileCommand({ AssociationId: standing?.AssociationId }));
  } else if (standing === undefined) {
    await ec2().send(new AssociateIamInstanceProfileCommand({ InstanceId: instanceId, IamInstanceProfile: { Arn: profileArn } }));
  } else {
    const { AssociationId } = standing;
    await ec2().send(new ReplaceIamInstanceProfileAssociationCommand({ AssociationId, IamInstanceProfile: { Arn: profileArn } }));
  }
});
