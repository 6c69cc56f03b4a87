import type { Account } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/aws-error.ts';
import { onSecurityGroup } from '../ec2/authorisation.ts';
import type { FunctionNetwork } from '../lambda.ts';

/**
 * A function in a VPC reaches it through network interfaces that Lambda creates and deletes as the function's own
 * role; it refuses the function otherwise (Lambda developer guide, "Giving Lambda functions access to resources in an
 * Amazon VPC", execution role permissions).
 */
export function needNetworkInterfaces(account: Account, roleArn: string, { subnetIds, securityGroupIds }: FunctionNetwork): void {
  const { ec2, iam } = account;
  const vpcIds = new Set([...subnetIds.map((id) => ec2.subnet(id).vpcId), ...securityGroupIds.map((id) => ec2.securityGroups.find(id).vpcId)]);
  if (vpcIds.size > 1) throw invalid('Security Groups and subnets are required to be in the same VPC.');
  const anyInterface = account.arn('ec2', 'network-interface/*');
  const onSubnets = subnetIds.map((id) => ({
    resource: account.arn('ec2', `subnet/${id}`),
    context: { 'ec2:SubnetID': id, 'ec2:Vpc': account.arn('ec2', `vpc/${ec2.subnet(id).vpcId}`), 'ec2:AvailabilityZone': ec2.subnet(id).availabilityZone },
  }));
  const needed = [
    { action: 'ec2:CreateNetworkInterface', resource: anyInterface },
    ...onSubnets.map((onSubnet) => ({ action: 'ec2:CreateNetworkInterface', ...onSubnet })),
    ...securityGroupIds.map((id) => onSecurityGroup(account, 'CreateNetworkInterface', id)),
    // These know no resources.
    { action: 'ec2:DescribeNetworkInterfaces', resource: '*' },
    { action: 'ec2:DescribeSubnets', resource: '*' },
    ...['DeleteNetworkInterface', 'AssignPrivateIpAddresses', 'UnassignPrivateIpAddresses'].map((name) => ({ action: `ec2:${name}`, resource: anyInterface })),
  ];
  const principal = { kind: 'role', roleArn, session: 'awslambda' } as const;
  const denied = needed.find((request) => !iam.decide(principal, request).allowed);
  if (denied === undefined) return;
  throw invalid(`The provided execution role does not have permissions to call ${denied.action.replace('ec2:', '')} on EC2`);
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message, { statusCode: 400 });
}
