import type { IpPermission, SecurityGroupRule } from '@aws-sdk/client-ec2';

export type Tags = Readonly<Record<string, string>>;

export interface Vpc {
  readonly id: string;
  readonly cidrBlock: string;
  readonly defaultSecurityGroupId: string;
  readonly defaultNetworkAclId: string;
  readonly isDefault: boolean;
  tags: Tags;
}

export interface Subnet {
  readonly id: string;
  readonly vpcId: string;
  readonly availabilityZone: string;
  readonly cidrBlock: string;
  readonly mapPublicIpOnLaunch: boolean;
  /** Addresses in use by things other than simulated instances. A scenario may set it. */
  otherAddressesInUse: number;
  tags: Tags;
}

export interface SecurityGroup {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly vpcId: string;
  readonly rules: Map<string, SecurityGroupRule>;
  tags: Tags;
}

/** Addresses of a subnet that can be given out: AWS keeps five (VPC user guide, "Subnet CIDR blocks"). */
export function usableAddresses(cidrBlock: string): number {
  const prefixLength = Number(cidrBlock.split('/')[1]);
  return 2 ** (32 - prefixLength) - 5;
}

/** The `number`-th usable address of a block, as text. */
export function addressIn(cidrBlock: string, number: number): string {
  const [base = '0.0.0.0'] = cidrBlock.split('/');
  const first = base.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const address = first + 4 + (number % usableAddresses(cidrBlock));
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

/** Tags as templates and APIs list them, `[{ Key, Value }]`. */
export function tagsFrom(list: unknown): Tags {
  const pairs = Array.isArray(list) ? (list as readonly { readonly Key: string; readonly Value: unknown }[]) : [];
  return Object.fromEntries(pairs.map(({ Key, Value }) => [Key, String(Value)]));
}

export function tagList(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** The rules of a group as `DescribeSecurityGroups` groups them: by protocol and ports. */
export function permissionsOf(group: SecurityGroup, isEgress: boolean): IpPermission[] {
  const byPorts = new Map<string, Required<Pick<IpPermission, 'IpRanges' | 'Ipv6Ranges' | 'PrefixListIds' | 'UserIdGroupPairs'>> & IpPermission>();
  for (const rule of group.rules.values()) {
    if (rule.IsEgress !== isEgress) continue;
    const key = `${rule.IpProtocol}/${rule.FromPort}/${rule.ToPort}`;
    let permission = byPorts.get(key);
    if (permission === undefined) {
      const isAll = rule.IpProtocol === '-1';
      permission = {
        IpProtocol: rule.IpProtocol,
        ...(isAll ? {} : { FromPort: rule.FromPort, ToPort: rule.ToPort }),
        IpRanges: [], Ipv6Ranges: [], PrefixListIds: [], UserIdGroupPairs: [],
      };
      byPorts.set(key, permission);
    }
    const described = rule.Description === undefined ? {} : { Description: rule.Description };
    if (rule.CidrIpv4 !== undefined) permission.IpRanges?.push({ CidrIp: rule.CidrIpv4, ...described });
    if (rule.CidrIpv6 !== undefined) permission.Ipv6Ranges?.push({ CidrIpv6: rule.CidrIpv6, ...described });
    if (rule.PrefixListId !== undefined) permission.PrefixListIds?.push({ PrefixListId: rule.PrefixListId, ...described });
    const { GroupId, UserId } = rule.ReferencedGroupInfo ?? {};
    if (GroupId !== undefined) permission.UserIdGroupPairs?.push({ GroupId, UserId, ...described });
  }
  return [...byPorts.values()];
}
