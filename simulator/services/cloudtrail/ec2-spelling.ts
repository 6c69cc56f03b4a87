import { lowerFirst, spellValue } from './spelling.ts';

type Members = Readonly<Record<string, unknown>>;

/**
 * Operations of EC2 that came later: CloudTrail shows their request as it stood in the query, under a member named after
 * the request, and their response under one named after the response.
 */
const wrapped: ReadonlySet<string> = new Set([
  'AssociateIamInstanceProfile', 'CreateFlowLogs', 'CreateLaunchTemplate', 'CreateLaunchTemplateVersion', 'CreateManagedPrefixList',
  'CreateVpcEndpoint', 'DeleteFlowLogs', 'DeleteLaunchTemplate', 'DeleteManagedPrefixList', 'DeleteVpcEndpoints', 'DescribeFlowLogs',
  'DescribeIamInstanceProfileAssociations', 'DescribeLaunchTemplateVersions', 'DescribeManagedPrefixLists', 'DescribeSecurityGroupRules',
  'DisassociateIamInstanceProfile', 'GetManagedPrefixListEntries', 'ModifyInstanceMetadataOptions', 'ModifyLaunchTemplate',
  'ModifyManagedPrefixList', 'ModifySecurityGroupRules', 'ModifyVpcEndpoint', 'ReplaceIamInstanceProfileAssociation',
  'RestoreManagedPrefixListVersion', 'UpdateSecurityGroupRuleDescriptionsEgress', 'UpdateSecurityGroupRuleDescriptionsIngress',
]);

/** Lists of the older operations that do not keep the SDK's name; `member` is what a text in one becomes a member of. */
const lists: Readonly<Record<string, { readonly name: string; readonly member?: string }>> = {
  Filters: { name: 'filterSet' },
  GroupIds: { name: 'securityGroupIdSet', member: 'groupId' },
  Groups: { name: 'groupSet', member: 'groupId' },
  InstanceIds: { name: 'instancesSet', member: 'instanceId' },
  NetworkInterfaceIds: { name: 'networkInterfaceIdSet', member: 'networkInterfaceId' },
  Resources: { name: 'resourcesSet', member: 'resourceId' },
  RevokedSecurityGroupRules: { name: 'revokedSecurityGroupRuleSet' },
  SecurityGroupRuleIds: { name: 'securityGroupRuleIds', member: 'securityGroupRuleId' },
  SecurityGroupRules: { name: 'securityGroupRuleSet' },
  Tags: { name: 'tagSet' },
  TagSpecifications: { name: 'tagSpecificationSet' },
  UnknownIpPermissions: { name: 'unknownIpPermissionSet' },
  UserIdGroupPairs: { name: 'groups' },
  Values: { name: 'valueSet', member: 'value' },
};

/** A permission shows its four kinds of peers, also those that it does not have. */
const permissionPeers = { groups: {}, ipRanges: {}, ipv6Ranges: {}, prefixListIds: {} };

const apiVersion = 'http://ec2.amazonaws.com/doc/2016-11-15/';

export function ec2RequestParameters(operation: string, input: Members): Members {
  if (wrapped.has(operation)) return { [`${operation}Request`]: spellQuery(input) };
  if (operation !== 'CreateSecurityGroup') return spellMembers(input);
  // The SDK's name for it is not the API's.
  const { Description: GroupDescription, ...rest } = input;
  return spellMembers({ ...rest, GroupDescription });
}

export function ec2ResponseElements(operation: string, output: Members, requestId: string): Members {
  if (!wrapped.has(operation)) {
    const { Return: isDone, ...rest } = output;
    return { requestId, ...(isDone === undefined ? { _return: true } : { _return: isDone }), ...spellMembers(rest) };
  }
  return { [`${operation}Response`]: { xmlns: apiVersion, requestId, ...(spellValue(output) as Members) } };
}

function spellMembers(members: Members): Members {
  const given = Object.entries(members).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(given.map(([name, value]): [string, unknown] => spellMember(name, value)));
}

function spellMember(name: string, value: unknown): [string, unknown] {
  if (value instanceof Date) return [lowerFirst(name), value.getTime()];
  if (!Array.isArray(value)) return [lowerFirst(name), isMembers(value) ? spellMembers(value) : value];
  const list = lists[name];
  const items = value.map((item: unknown) => {
    if (!isMembers(item)) return list?.member === undefined ? item : { [list.member]: item };
    return name.startsWith('IpPermissions') ? { ...permissionPeers, ...spellMembers(item) } : spellMembers(item);
  });
  return [list?.name ?? lowerFirst(name), items.length === 0 ? {} : { items }];
}

/** Lists of a query are numbered members of a singular name: `AddEntry.1.Cidr` is shown as `AddEntry` with `tag` 1. */
function spellQuery(value: unknown): unknown {
  if (!isMembers(value)) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined && inner !== null);
  return Object.fromEntries(
    entries.map(([name, inner]): [string, unknown] => {
      if (!Array.isArray(inner)) return [name, spellQuery(inner)];
      const items = inner.map((item: unknown, index) =>
        isMembers(item) ? { ...(spellQuery(item) as Members), tag: index + 1 } : { content: item, tag: index + 1 },
      );
      return [singular(name), items.length === 1 ? items[0] : items];
    }),
  );
}

function singular(name: string): string {
  return name.endsWith('ies') ? `${name.slice(0, -3)}y` : name.replace(/s$/u, '');
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
