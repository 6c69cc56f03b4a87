import type {
  DescribeInstanceCreditSpecificationsCommandInput,
  DescribeInstanceCreditSpecificationsCommandOutput,
  DescribeInstancesCommandInput,
  DescribeInstancesCommandOutput,
  DescribeInstanceTypesCommandInput,
  DescribeInstanceTypesCommandOutput,
  GetDefaultCreditSpecificationCommandInput,
  GetDefaultCreditSpecificationCommandOutput,
} from '@aws-sdk/client-ec2';
import type { Account } from '../../kernel/account.ts';
import { AwsError, NotModelledError } from '../../kernel/aws-error.ts';
import { type Operation, operation } from '../../kernel/service.ts';
import { pageOf } from '../paging.ts';
import { onAnything } from './authorisation.ts';
import { describeInstanceType, describeReservation } from './describe.ts';
import { applyFilters, chooseByIds, type FilterTable } from './filters.ts';
import { findInstanceType, knownInstanceTypes } from './instance-types.ts';
import type { Instance } from './instances.ts';
import { interfaceIdOf } from './network-interfaces.ts';
import { badToken } from './pages.ts';

const filters: FilterTable<Instance> = {
  'availability-zone': (instance) => instance.subnet.availabilityZone,
  'iam-instance-profile.arn': (instance) => instance.profile?.profileArn ?? [],
  'instance-id': (instance) => instance.id,
  'instance-state-name': (instance) => instance.state,
  'instance-type': (instance) => instance.type,
  'network-interface.network-interface-id': interfaceIdOf,
  'subnet-id': (instance) => instance.subnet.id,
  'vpc-id': (instance) => instance.subnet.vpcId,
  'instance.group-id': (instance) => instance.securityGroupIds,
};

/** Operations on instances and their types. */
export function instanceOperations(account: () => Account): Readonly<Record<string, Operation>> {
  return {
    DescribeInstances: operation<DescribeInstancesCommandInput, DescribeInstancesCommandOutput>({
      authorise: onAnything('DescribeInstances'),
      execute: (input) => {
        const page = pageOf(applyFilters(chooseByIds(account().ec2.instances.all(), input.InstanceIds, noSuchInstance), input.Filters, filters), paging(input));
        return { Reservations: page.items.map((instance) => describeReservation(instance, account())), NextToken: page.nextToken };
      },
    }),
    DescribeInstanceTypes: operation<DescribeInstanceTypesCommandInput, DescribeInstanceTypesCommandOutput>({
      authorise: onAnything('DescribeInstanceTypes'),
      execute: describeTypes,
    }),
    DescribeInstanceCreditSpecifications: operation<DescribeInstanceCreditSpecificationsCommandInput, DescribeInstanceCreditSpecificationsCommandOutput>({
      authorise: onAnything('DescribeInstanceCreditSpecifications'),
      execute: (input) => describeCredits(account(), input),
    }),
    GetDefaultCreditSpecification: operation<GetDefaultCreditSpecificationCommandInput, GetDefaultCreditSpecificationCommandOutput>({
      authorise: onAnything('GetDefaultCreditSpecification'),
      // T3, T3a and T4g start unlimited, T2 standard (EC2 user guide, "Unlimited mode").
      execute: ({ InstanceFamily }) => ({
        InstanceFamilyCreditSpecification: { InstanceFamily, CpuCredits: InstanceFamily === 't2' ? 'standard' : 'unlimited' },
      }),
    }),
  };
}

function describeTypes(input: DescribeInstanceTypesCommandInput): Omit<DescribeInstanceTypesCommandOutput, '$metadata'> {
  if (input.Filters !== undefined) throw new NotModelledError('Filters of DescribeInstanceTypes are not modelled.');
  const chosen = (input.InstanceTypes ?? knownInstanceTypes().map(({ name }) => name)).map((name) => {
    const type = findInstanceType(name);
    if (type === undefined) throw new AwsError('InvalidInstanceType', `The following supplied instance types do not exist: [${name}]`);
    return type;
  });
  const page = pageOf(chosen, { ...paging(input), defaultSize: 100 });
  return { InstanceTypes: page.items.map(describeInstanceType), NextToken: page.nextToken };
}

function describeCredits({ ec2 }: Account, input: DescribeInstanceCreditSpecificationsCommandInput): Omit<DescribeInstanceCreditSpecificationsCommandOutput, '$metadata'> {
  if (input.Filters !== undefined) throw new NotModelledError('Filters of DescribeInstanceCreditSpecifications are not modelled.');
  const chosen = chooseByIds(ec2.instances.all(), input.InstanceIds, noSuchInstance).filter(({ credits }) => credits !== undefined);
  const page = pageOf(chosen, paging(input));
  const specifications = page.items.map(({ id, credits }) => ({ InstanceId: id, CpuCredits: credits }));
  return { InstanceCreditSpecifications: specifications, NextToken: page.nextToken };
}

function paging(input: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined }) {
  return { size: input.MaxResults, defaultSize: 1000, token: input.NextToken, badToken };
}

function noSuchInstance(id: string): AwsError {
  return new AwsError('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`);
}
