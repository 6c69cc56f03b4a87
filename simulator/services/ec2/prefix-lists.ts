import type { ManagedPrefixList } from '@aws-sdk/client-ec2';
import type { Account } from '../../kernel/account.ts';
import { AwsError, NotModelledError } from '../../kernel/aws-error.ts';
import type { AccessChanges } from './access-changes.ts';
import { familyOf, normaliseCidr } from './cidr.ts';
import { tagList, type Tags } from './network.ts';

export interface PrefixListEntry {
  readonly cidr: string;
  readonly description?: string | undefined;
}

export interface PrefixListDefinition {
  readonly name: string;
  readonly addressFamily: 'IPv4' | 'IPv6';
  readonly maxEntries: number;
  readonly entries: readonly PrefixListEntry[];
  readonly tags: Tags;
}

export interface PrefixListChange {
  readonly currentVersion: number | undefined;
  readonly name: string | undefined;
  readonly maxEntries: number | undefined;
  readonly add: readonly PrefixListEntry[];
  readonly remove: readonly string[];
}

export interface PrefixList {
  readonly id: string;
  /** `AWS` for the lists of AWS services. */
  readonly ownerId: string;
  readonly addressFamily: 'IPv4' | 'IPv6';
  /** Entries by their CIDR block. Version n is at index n − 1. */
  readonly versions: ReadonlyMap<string, PrefixListEntry>[];
  readonly tags: Tags;
  name: string;
  maxEntries: number;
  state: string;
}

/** From `modify-in-progress` to `modify-complete`, in seconds: AWS publishes no figure; a few seconds is usual. */
const inProgressSeconds = { low: 2, high: 8 };

/** A part of what the S3 and DynamoDB lists of eu-west-3 hold (ip-ranges.json): AWS changes them, and nothing here depends on them. */
const ownedByAws = { s3: ['3.5.224.0/22', '52.95.154.0/23', '52.95.156.0/24'], dynamodb: ['52.94.17.0/24'] };

/** Managed prefix lists: those of AWS services, and the account's own with their versions. */
export class PrefixLists {
  readonly #account: Account;
  readonly #changes: AccessChanges;
  readonly #lists = new Map<string, PrefixList>();

  constructor(account: Account, changes: AccessChanges) {
    this.#account = account;
    this.#changes = changes;
    for (const [service, blocks] of Object.entries(ownedByAws)) {
      const id = `pl-${account.random.stream('ec2.prefix-list').hex(8)}`;
      const versions = [byCidr(blocks.map((cidr) => ({ cidr })))];
      this.#lists.set(id, { id, ownerId: 'AWS', addressFamily: 'IPv4', versions, tags: {}, name: `com.amazonaws.${account.region}.${service}`, maxEntries: 0, state: 'create-complete' });
    }
  }

  all(): readonly PrefixList[] {
    return [...this.#lists.values()];
  }

  find(id: string | undefined): PrefixList {
    const list = this.#lists.get(id ?? '');
    if (list === undefined) throw noSuchPrefixList(String(id));
    return list;
  }

  /** CIDR blocks of the current version; none for a list that does not exist. */
  blocks(id: string): readonly string[] {
    return [...(this.#lists.get(id)?.versions.at(-1)?.keys() ?? [])];
  }

  create(definition: PrefixListDefinition): PrefixList {
    const entries = normalise(definition.entries, definition.addressFamily);
    refuseTooMany(entries.length, definition.maxEntries);
    const list: PrefixList = {
      id: `pl-0${this.#account.random.stream('ec2.prefix-list').hex(16)}`,
      ownerId: this.#account.id,
      addressFamily: definition.addressFamily,
      versions: [byCidr(entries)],
      tags: definition.tags,
      name: definition.name,
      maxEntries: definition.maxEntries,
      state: 'create-in-progress',
    };
    this.#lists.set(list.id, list);
    this.#finish(list, 'create-complete');
    return list;
  }

  /** Starts a change; the new version is there when the state is `modify-complete`. */
  modify(id: string, change: PrefixListChange): PrefixList {
    const list = this.find(id);
    if (list.ownerId === 'AWS') throw new NotModelledError('What EC2 answers to a change of a prefix list of AWS is not modelled.');
    if (list.state.endsWith('-in-progress')) throw new AwsError('IncorrectState', `The prefix list ${id} is in the state ${list.state}.`);
    const changesEntries = change.add.length > 0 || change.remove.length > 0;
    if (changesEntries && change.maxEntries !== undefined) {
      throw new AwsError('InvalidParameterCombination', 'You cannot modify the entries and the maximum entries for the prefix list in the same request.');
    }
    const next = changesEntries ? nextEntries(list, change) : undefined;
    if (change.maxEntries !== undefined) refuseTooMany(list.versions.at(-1)?.size ?? 0, change.maxEntries);
    list.name = change.name ?? list.name;
    list.maxEntries = change.maxEntries ?? list.maxEntries;
    if (next === undefined && change.maxEntries === undefined) return list;
    list.state = 'modify-in-progress';
    this.#finish(list, 'modify-complete', next);
    return list;
  }

  /** A list that a security group refers to stays (VPC user guide, "Delete a prefix list"). */
  delete(id: string): void {
    this.find(id);
    if (this.#account.ec2.securityGroups.allRules().some(({ PrefixListId }) => PrefixListId === id)) {
      throw new AwsError('DependencyViolation', `The prefix list ${id} is in use.`);
    }
    this.#lists.delete(id);
  }

  #finish(list: PrefixList, state: string, next?: ReadonlyMap<string, PrefixListEntry>): void {
    const { clock, random } = this.#account;
    const seconds = random.stream('ec2.prefix-list').between(inProgressSeconds.low, inProgressSeconds.high);
    clock.at(clock.now() + Math.round(seconds * 1000), () => {
      list.state = state;
      if (next !== undefined) list.versions.push(next);
      this.#changes.announce({ kind: 'prefix-list', id: list.id });
    });
  }
}

export function noSuchPrefixList(id: string): AwsError {
  return new AwsError('InvalidPrefixListID.NotFound', `The prefix list ID '${id}' does not exist`);
}

/** Lists of AWS have neither a version nor a maximum, and an ARN without an account (VPC user guide, "AWS-managed prefix lists"). */
export function describePrefixList(list: PrefixList, account: Account): ManagedPrefixList {
  const isOwn = list.ownerId !== 'AWS';
  return {
    PrefixListId: list.id,
    PrefixListArn: isOwn ? account.arn('ec2', `prefix-list/${list.id}`) : `arn:${account.partition}:ec2:${account.region}:aws:prefix-list/${list.id}`,
    PrefixListName: list.name,
    AddressFamily: list.addressFamily,
    State: list.state as never,
    ...(isOwn ? { MaxEntries: list.maxEntries, Version: list.versions.length } : {}),
    OwnerId: list.ownerId,
    Tags: tagList(list.tags),
  };
}

function nextEntries(list: PrefixList, change: PrefixListChange): ReadonlyMap<string, PrefixListEntry> {
  const version = list.versions.length;
  if (change.currentVersion === undefined) throw new AwsError('MissingParameter', 'The request must contain the parameter CurrentVersion');
  if (change.currentVersion !== version) {
    throw new AwsError('PrefixListVersionMismatch', `The prefix list ${list.id} has the version ${version}, not ${change.currentVersion}.`);
  }
  const entries = new Map(list.versions.at(-1));
  for (const given of change.remove) {
    const cidr = normaliseCidr(given);
    if (cidr === undefined || !entries.delete(cidr)) throw new AwsError('InvalidPrefixListModification', `There is no entry with the CIDR (${given}).`);
  }
  for (const entry of normalise(change.add, list.addressFamily)) {
    const standing = entries.get(entry.cidr);
    // The same block with another description changes the description; with the same it is refused.
    if (standing !== undefined && (standing.description ?? '') === (entry.description ?? '')) {
      throw new AwsError('InvalidPrefixListModification', `An entry with the CIDR (${entry.cidr}) and description (${entry.description ?? ''}) already exists.`);
    }
    entries.set(entry.cidr, entry);
  }
  refuseTooMany(entries.size, list.maxEntries);
  return entries;
}

function normalise(entries: readonly PrefixListEntry[], family: 'IPv4' | 'IPv6'): PrefixListEntry[] {
  return entries.map((entry) => {
    const cidr = normaliseCidr(entry.cidr);
    if (cidr === undefined || `IPv${familyOf(cidr)}` !== family) {
      throw new AwsError('InvalidParameterValue', `The CIDR (${entry.cidr}) is not a valid ${family} block.`);
    }
    return { ...entry, cidr };
  });
}

function byCidr(entries: readonly PrefixListEntry[]): ReadonlyMap<string, PrefixListEntry> {
  return new Map(entries.map((entry) => [entry.cidr, entry]));
}

function refuseTooMany(count: number, maximum: number): void {
  if (count <= maximum) return;
  throw new AwsError('PrefixListMaxEntriesExceeded', `The prefix list would have ${count} entries and may have ${maximum}.`);
}
