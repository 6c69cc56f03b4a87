import type {
  DescribeNetworkInterfacesCommandInput,
  DescribeNetworkInterfacesCommandOutput,
  ModifyInstanceAttributeCommandInput,
  ModifyInstanceAttributeCommandOutput,
  ModifyNetworkInterfaceAttributeCommandInput,
  ModifyNetworkInterfaceAttributeCommandOutput,
} from '@aws-sdk/client-ec2';
import type { Account } from '../../kernel/account.ts';
import { AwsError, NotModelledError } from '../../kernel/aws-error.ts';
import { type AuthorisationRequest, type Operation, operation } from '../../kernel/service.ts';
import { onAnything, onResource, onSecurityGroup } from './authorisation.ts';
import { applyFilters, chooseByIds, type FilterTable, refuseIdsWithPages } from './filters.ts';
import { onInstance } from './instance-profiles.ts';
import type { Instance } from './instances.ts';
import { describeInterface, type NetworkInterface, noSuchInterface } from './network-interfaces.ts';
import { ec2Page, upTo1000 } from './pages.ts';

const filters: FilterTable<NetworkInterface> = {
  'attachment.instance-id': ({ instance }) => instance?.id ?? [],
  description: ({ description }) => description,
  'group-id': ({ groupIds }) => groupIds,
  'network-interface-id': ({ id }) => id,
  'requester-id': ({ requester }) => requester ?? [],
  'requester-managed': ({ requester }) => String(requester !== undefined),
  'subnet-id': ({ subnet }) => subnet.id,
  'vpc-id': ({ subnet }) => subnet.vpcId,
};

/** Quota L-2AFB9258, "Security groups per network interface", as an account begins. */
const maximumGroups = 5;

/** Operations on network interfaces and what they share with instances. */
export function networkInterfaceOperations(account: () => Account): Readonly<Record<string, Operation>> {
  return {
    DescribeNetworkInterfaces: operation<DescribeNetworkInterfacesCommandInput, DescribeNetworkInterfacesCommandOutput>({
      authorise: onAnything('DescribeNetworkInterfaces'),
      execute: (input) => {
        refuseIdsWithPages(input, 'networkInterfaceIds', input.NetworkInterfaceIds);
        const chosen = applyFilters(chooseByIds(account().ec2.networkInterfaces.all(), input.NetworkInterfaceIds, noSuchInterface), input.Filters, filters);
        const page = ec2Page(chosen, input, upTo1000);
        return { NetworkInterfaces: page.items.map((found) => describeInterface(found, account())), NextToken: page.nextToken };
      },
    }),
    ModifyNetworkInterfaceAttribute: operation<ModifyNetworkInterfaceAttributeCommandInput, ModifyNetworkInterfaceAttributeCommandOutput>({
      authorise: (input) => onInterfaceAndGroups(account(), input),
      execute: (input) => modifyInterface(account(), input),
    }),
    ModifyInstanceAttribute: operation<ModifyInstanceAttributeCommandInput, ModifyInstanceAttributeCommandOutput>({
      authorise: (input) => {
        const instance = account().ec2.instances.find(input.InstanceId ?? '');
        return [onInstance(account(), 'ModifyInstanceAttribute', instance), ...onGroups(account(), 'ModifyInstanceAttribute', input.Groups)];
      },
      execute: (input) => modifyInstance(account(), input),
    }),
  };
}

/** The interface, its instance, and every group that is given (Service Authorization Reference, EC2). */
function onInterfaceAndGroups(account: Account, input: ModifyNetworkInterfaceAttributeCommandInput): AuthorisationRequest[] {
  const action = 'ModifyNetworkInterfaceAttribute';
  const id = String(input.NetworkInterfaceId);
  const found = account.ec2.networkInterfaces.all().find((candidate) => candidate.id === id);
  const groups = onGroups(account, action, input.Groups);
  if (found === undefined) return [onResource(account, action, { type: 'network-interface', id }), ...groups];
  const { instance, subnet, tags } = found;
  const context = {
    'ec2:NetworkInterfaceID': id,
    'ec2:AvailabilityZone': subnet.availabilityZone,
    'ec2:Subnet': account.arn('ec2', `subnet/${subnet.id}`),
    'ec2:Vpc': account.arn('ec2', `vpc/${subnet.vpcId}`),
  };
  const onInterface = onResource(account, action, { type: 'network-interface', id, tags, context });
  return instance === undefined ? [onInterface, ...groups] : [onInterface, onInstance(account, action, instance), ...groups];
}

function onGroups(account: Account, action: string, ids: readonly string[] | undefined): AuthorisationRequest[] {
  return (ids ?? []).map((id) => onSecurityGroup(account, action, id));
}

function modifyInterface(account: Account, input: ModifyNetworkInterfaceAttributeCommandInput): Record<string, never> {
  refuseOtherAttributes(input, 'NetworkInterfaceId');
  const { instance, requester } = account.ec2.networkInterfaces.find(input.NetworkInterfaceId);
  if (instance === undefined || requester !== undefined) {
    throw new AwsError('AuthFailure', 'You do not have permission to access the specified resource.', { statusCode: 403 });
  }
  setGroups(account, instance, input.Groups);
  return {};
}

function modifyInstance(account: Account, input: ModifyInstanceAttributeCommandInput): Record<string, never> {
  refuseOtherAttributes(input, 'InstanceId');
  const instance = account.ec2.instances.find(input.InstanceId ?? '');
  if (instance === undefined) throw new AwsError('InvalidInstanceID.NotFound', `The instance ID '${input.InstanceId}' does not exist`);
  if (instance.state === 'terminated') throw new AwsError('IncorrectInstanceState', `The instance '${instance.id}' is not in a state that allows this.`);
  setGroups(account, instance, input.Groups);
  return {};
}

/** The given groups take the place of all that the interface has; it needs one at least (API reference, "Groups"). */
function setGroups({ ec2 }: Account, instance: Instance, ids: readonly string[] | undefined): void {
  // An empty list is not sent at all in EC2's query protocol: the call then names no attribute.
  if (ids === undefined || ids.length === 0) throw new AwsError('InvalidParameterCombination', 'No attributes specified.');
  for (const id of ids) {
    if (ec2.securityGroups.find(id).vpcId === instance.subnet.vpcId) continue;
    throw new AwsError('InvalidGroup.NotFound', 'You have specified two resources that belong to different networks.');
  }
  const distinct = [...new Set(ids)];
  if (distinct.length > maximumGroups) {
    throw new AwsError('SecurityGroupsPerInterfaceLimitExceeded', `The maximum number of security groups per interface has been reached: ${maximumGroups}.`);
  }
  ec2.instances.setSecurityGroups(instance, distinct);
}

function refuseOtherAttributes(input: object, idMember: string): void {
  const other = Object.keys(input).find((member) => member !== idMember && member !== 'Groups');
  if (other !== undefined) throw new NotModelledError(`A change of ${other} by hand is not modelled: only of Groups.`);
}
