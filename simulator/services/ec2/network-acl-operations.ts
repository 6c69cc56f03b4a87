import type {
  CreateNetworkAclEntryCommandInput,
  CreateNetworkAclEntryCommandOutput,
  DeleteNetworkAclEntryCommandInput,
  DeleteNetworkAclEntryCommandOutput,
  DescribeNetworkAclsCommandInput,
  DescribeNetworkAclsCommandOutput,
  ReplaceNetworkAclEntryCommandInput,
  ReplaceNetworkAclEntryCommandOutput,
} from '@aws-sdk/client-ec2';
import type { Account } from '../../kernel/account.ts';
import { type AuthorisationRequest, type Operation, operation } from '../../kernel/service.ts';
import { onAnything, onResource } from './authorisation.ts';
import { applyFilters, chooseByIds, type FilterTable } from './filters.ts';
import { describeNetworkAcl, type NetworkAclEntry, type NetworkAcls, noSuchNetworkAcl } from './network-acls.ts';
import { ec2Page, upTo1000 } from './pages.ts';

type NetworkAcl = ReturnType<NetworkAcls['find']>;

const filters: FilterTable<NetworkAcl> = {
  'association.subnet-id': ({ associations }) => [...associations.keys()],
  default: ({ isDefault }) => String(isDefault),
  'network-acl-id': ({ id }) => id,
  'vpc-id': ({ vpcId }) => vpcId,
};

/** Operations on network access control lists. */
export function networkAclOperations(account: () => Account): Readonly<Record<string, Operation>> {
  return {
    DescribeNetworkAcls: operation<DescribeNetworkAclsCommandInput, DescribeNetworkAclsCommandOutput>({
      authorise: onAnything('DescribeNetworkAcls'),
      execute: (input) => {
        const chosen = applyFilters(chooseByIds(account().ec2.networkAcls.all(), input.NetworkAclIds, noSuchNetworkAcl), input.Filters, filters);
        const page = ec2Page(chosen, input, upTo1000);
        return { NetworkAcls: page.items.map((acl) => describeNetworkAcl(acl, account().id)), NextToken: page.nextToken };
      },
    }),
    CreateNetworkAclEntry: operation<CreateNetworkAclEntryCommandInput, CreateNetworkAclEntryCommandOutput>({
      authorise: (input) => [onNetworkAcl(account(), 'CreateNetworkAclEntry', input.NetworkAclId)],
      execute: (input) => {
        account().ec2.networkAcls.addEntry(String(input.NetworkAclId), entryFrom(input));
        return {};
      },
    }),
    ReplaceNetworkAclEntry: operation<ReplaceNetworkAclEntryCommandInput, ReplaceNetworkAclEntryCommandOutput>({
      authorise: (input) => [onNetworkAcl(account(), 'ReplaceNetworkAclEntry', input.NetworkAclId)],
      execute: (input) => {
        account().ec2.networkAcls.replaceEntry(String(input.NetworkAclId), entryFrom(input));
        return {};
      },
    }),
    DeleteNetworkAclEntry: operation<DeleteNetworkAclEntryCommandInput, DeleteNetworkAclEntryCommandOutput>({
      authorise: (input) => [onNetworkAcl(account(), 'DeleteNetworkAclEntry', input.NetworkAclId)],
      execute: (input) => {
        account().ec2.networkAcls.removeEntry(String(input.NetworkAclId), { isEgress: input.Egress ?? false, ruleNumber: Number(input.RuleNumber) });
        return {};
      },
    }),
  };
}

function onNetworkAcl(account: Account, action: string, id: string | undefined): AuthorisationRequest {
  const { networkAcls } = account.ec2;
  const acl = id !== undefined && networkAcls.has(id) ? networkAcls.find(id) : undefined;
  const vpc = acl === undefined ? {} : { 'ec2:Vpc': account.arn('ec2', `vpc/${acl.vpcId}`) };
  return onResource(account, action, { type: 'network-acl', id: String(id), tags: acl?.tags ?? {}, context: { 'ec2:NetworkAclID': String(id), ...vpc } });
}

function entryFrom(input: CreateNetworkAclEntryCommandInput): NetworkAclEntry {
  const { PortRange, IcmpTypeCode } = input;
  return {
    ruleNumber: Number(input.RuleNumber),
    isEgress: input.Egress ?? false,
    action: input.RuleAction ?? 'deny',
    protocol: String(input.Protocol),
    cidrBlock: input.CidrBlock,
    ipv6CidrBlock: input.Ipv6CidrBlock,
    ports: PortRange === undefined ? undefined : { from: PortRange.From ?? 0, to: PortRange.To ?? 65_535 },
    icmp: IcmpTypeCode === undefined ? undefined : { type: IcmpTypeCode.Type ?? -1, code: IcmpTypeCode.Code ?? -1 },
  };
}
