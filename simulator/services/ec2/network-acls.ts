import type { NetworkAcl as NetworkAclDescription, NetworkAclEntry as EntryDescription } from '@aws-sdk/client-ec2';
import type { Account } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/aws-error.ts';
import { normaliseCidr } from './cidr.ts';
import { tagList, type Tags } from './network.ts';

export interface NetworkAclEntry {
  readonly ruleNumber: number;
  readonly isEgress: boolean;
  readonly action: 'allow' | 'deny';
  /** By number; `-1` for all. */
  readonly protocol: string;
  readonly cidrBlock: string | undefined;
  readonly ipv6CidrBlock: string | undefined;
  readonly ports: { readonly from: number; readonly to: number } | undefined;
  readonly icmp: { readonly type: number; readonly code: number } | undefined;
}

interface NetworkAcl {
  readonly id: string;
  readonly vpcId: string;
  readonly isDefault: boolean;
  readonly tags: Tags;
  /** By direction and number. */
  readonly entries: Map<string, NetworkAclEntry>;
  /** Ids of associations by subnet. */
  readonly associations: Map<string, string>;
}

/** The last entry of every list, which shows as `*` in the console and cannot be changed (VPC user guide, "Network ACL rules"). */
const lastRuleNumber = 32_767;

/** Network access control lists as they are declared and described. Requests of the shop do not pass through them. */
export class NetworkAcls {
  readonly #account: Account;
  readonly #acls = new Map<string, NetworkAcl>();

  constructor(account: Account) {
    this.#account = account;
  }

  all(): readonly NetworkAcl[] {
    return [...this.#acls.values()];
  }

  find(id: string | undefined): NetworkAcl {
    const acl = this.#acls.get(id ?? '');
    if (acl === undefined) throw noSuchNetworkAcl(String(id));
    return acl;
  }

  has(id: string): boolean {
    return this.#acls.has(id);
  }

  /** A default list lets everything through; another denies all (VPC user guide, "Default network ACL", "Custom network ACLs"). */
  create(definition: { readonly id: string; readonly vpcId: string; readonly isDefault: boolean; readonly tags: Tags }): NetworkAcl {
    const acl: NetworkAcl = { ...definition, entries: new Map(), associations: new Map() };
    for (const isEgress of [false, true]) {
      const everything = { isEgress, protocol: '-1', cidrBlock: '0.0.0.0/0', ipv6CidrBlock: undefined, ports: undefined, icmp: undefined };
      if (acl.isDefault) put(acl, { ...everything, ruleNumber: 100, action: 'allow' });
      put(acl, { ...everything, ruleNumber: lastRuleNumber, action: 'deny' });
    }
    this.#acls.set(acl.id, acl);
    return acl;
  }

  /** The default list, and one that a subnet has, stay (API reference, DeleteNetworkAcl). */
  delete(id: string): void {
    const acl = this.find(id);
    if (acl.isDefault || acl.associations.size > 0) throw new AwsError('DependencyViolation', `The networkAcl '${id}' has dependencies and cannot be deleted.`);
    this.#acls.delete(id);
  }

  /** Gives a subnet another list, and the id of the new association. */
  associate(aclId: string, subnetId: string, associationId = this.#account.ec2.newId('aclassoc')): string {
    const acl = this.find(aclId);
    for (const { associations } of this.#acls.values()) associations.delete(subnetId);
    acl.associations.set(subnetId, associationId);
    return associationId;
  }

  hasEntry(aclId: string, entry: Pick<NetworkAclEntry, 'isEgress' | 'ruleNumber'>): boolean {
    return this.find(aclId).entries.has(keyOf(entry));
  }

  addEntry(aclId: string, entry: NetworkAclEntry): void {
    const acl = this.find(aclId);
    if (acl.entries.has(keyOf(entry))) {
      throw new AwsError('NetworkAclEntryAlreadyExists', `The network acl entry identified by ${entry.ruleNumber} already exists.`);
    }
    put(acl, checked(entry));
  }

  replaceEntry(aclId: string, entry: NetworkAclEntry): void {
    const acl = this.find(aclId);
    refuseMissing(acl, entry);
    put(acl, checked(entry));
  }

  removeEntry(aclId: string, entry: Pick<NetworkAclEntry, 'isEgress' | 'ruleNumber'>): void {
    const acl = this.find(aclId);
    refuseMissing(acl, entry);
    acl.entries.delete(keyOf(entry));
  }
}

export function noSuchNetworkAcl(id: string): AwsError {
  return new AwsError('InvalidNetworkAclID.NotFound', `The networkAcl ID '${id}' does not exist`);
}

export function describeNetworkAcl(acl: NetworkAcl, ownerId: string): NetworkAclDescription {
  return {
    NetworkAclId: acl.id,
    VpcId: acl.vpcId,
    IsDefault: acl.isDefault,
    OwnerId: ownerId,
    Entries: [...acl.entries.values()].toSorted((left, right) => Number(right.isEgress) - Number(left.isEgress) || left.ruleNumber - right.ruleNumber).map(describeEntry),
    Associations: [...acl.associations].map(([SubnetId, NetworkAclAssociationId]) => ({ NetworkAclAssociationId, NetworkAclId: acl.id, SubnetId })),
    Tags: tagList(acl.tags),
  };
}

function describeEntry(entry: NetworkAclEntry): EntryDescription {
  return {
    RuleNumber: entry.ruleNumber,
    Egress: entry.isEgress,
    RuleAction: entry.action,
    Protocol: entry.protocol,
    ...(entry.cidrBlock === undefined ? {} : { CidrBlock: entry.cidrBlock }),
    ...(entry.ipv6CidrBlock === undefined ? {} : { Ipv6CidrBlock: entry.ipv6CidrBlock }),
    ...(entry.ports === undefined ? {} : { PortRange: { From: entry.ports.from, To: entry.ports.to } }),
    ...(entry.icmp === undefined ? {} : { IcmpTypeCode: { Type: entry.icmp.type, Code: entry.icmp.code } }),
  };
}

function keyOf({ isEgress, ruleNumber }: Pick<NetworkAclEntry, 'isEgress' | 'ruleNumber'>): string {
  return `${isEgress ? 'out' : 'in'}/${ruleNumber}`;
}

function put(acl: NetworkAcl, entry: NetworkAclEntry): void {
  acl.entries.set(keyOf(entry), entry);
}

function refuseMissing(acl: NetworkAcl, entry: Pick<NetworkAclEntry, 'isEgress' | 'ruleNumber'>): void {
  if (entry.ruleNumber < lastRuleNumber && acl.entries.has(keyOf(entry))) return;
  throw new AwsError('InvalidNetworkAclEntry.NotFound', `The network acl entry identified by ${entry.isEgress ? 'egress' : 'ingress'} ${entry.ruleNumber} does not exist in ${acl.id}.`);
}

function checked(entry: NetworkAclEntry): NetworkAclEntry {
  if (!Number.isInteger(entry.ruleNumber) || entry.ruleNumber < 1 || entry.ruleNumber >= lastRuleNumber) {
    throw invalid(`Value (${entry.ruleNumber}) for parameter ruleNumber is invalid. A rule number is between 1 and 32766.`);
  }
  return { ...entry, cidrBlock: cidrOf(entry.cidrBlock), ipv6CidrBlock: cidrOf(entry.ipv6CidrBlock) };
}

function cidrOf(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  const normal = normaliseCidr(given);
  if (normal === undefined) throw invalid(`Value (${given}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`);
  return normal;
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message);
}
