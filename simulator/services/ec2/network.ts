import type { SecurityGroupRule, TagSpecification } from '@aws-sdk/client-ec2';
import { AwsError } from '../../kernel/aws-error.ts';

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
  /** Of its association with a network ACL, as it began. */
  readonly networkAclAssociationId: string;
  /** Addresses in use by things other than simulated instances. A scenario may set it. */
  otherAddressesInUse: number;
  tags: Tags;
}

export interface SecurityGroup {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly vpcId: string;
  /** By id. */
  readonly rules: ReadonlyMap<string, SecurityGroupRule>;
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

/** Tags that a call gives to a new resource of a type. */
export function tagsOfResource(specifications: readonly TagSpecification[] | undefined, type: string): Tags {
  const tags = (specifications ?? []).filter(({ ResourceType }) => ResourceType === type).flatMap(({ Tags }) => Tags ?? []);
  return Object.fromEntries(tags.map(({ Key, Value }) => [String(Key), Value ?? '']));
}

export function noSuchVpc(id: string): AwsError {
  return new AwsError('InvalidVpcID.NotFound', `The vpc ID '${id}' does not exist`);
}

export function noSuchSubnet(id: string): AwsError {
  return new AwsError('InvalidSubnetID.NotFound', `The subnet ID '${id}' does not exist`);
}
