import { createHash } from 'node:crypto';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import { compare, type Item, storedItem } from './attribute-value.ts';
import { normaliseNumber } from './decimal.ts';

export interface KeyAttribute {
  readonly name: string;
  readonly type: 'S' | 'N' | 'B';
}

export interface KeySchema {
  readonly hash: KeyAttribute;
  readonly range?: KeyAttribute;
}

export interface IndexDefinition {
  readonly name: string;
  readonly isGlobal: boolean;
  readonly keys: KeySchema;
  readonly projection: 'ALL' | 'KEYS_ONLY' | readonly string[];
}

export interface TableDefinition {
  readonly name: string;
  readonly arn: string;
  readonly keys: KeySchema;
  readonly indexes: readonly IndexDefinition[];
  /** The attribute that holds the expiry, in epoch seconds. */
  readonly ttlAttribute?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** A write reaches the last replica within a second, usually sooner (developer guide, "Read consistency"). */
const replicationMilliseconds = 1000;
/** Expired items are typically deleted within two days (developer guide, "Using time to live"). */
const ttlDeletionMilliseconds = 48 * 3_600_000;
/** An item that expired longer ago than this is never deleted (the same page). */
const ttlOldestMilliseconds = 5 * 365 * 86_400_000;

interface Version {
  /** Undefined after a deletion. */
  readonly item: Item | undefined;
  /** Epoch milliseconds from which every replica has it. */
  readonly visibleAt: number;
  /** Epoch milliseconds at which time to live deletes it. */
  readonly deletedAt: number | undefined;
}

interface Partition {
  readonly digest: string;
  readonly entries: Map<string, Version[]>;
}

/** Items of one table, each with the few versions that a replica may still show. */
export class Table {
  definition: TableDefinition;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #partitions = new Map<string, Partition>();

  constructor(definition: TableDefinition, clock: Clock, random: Random) {
    this.definition = definition;
    this.#clock = clock;
    this.#random = random;
  }

  /** Which replica answers an eventually consistent read: one in three may lag. */
  drawIsLagging(): boolean {
    return this.#random.next() < 1 / 3;
  }

  read(key: Readonly<Item>, isLagging: boolean): Item | undefined {
    const versions = this.#partitions.get(this.#hashOf(key))?.entries.get(this.#rangeOf(key));
    return versions === undefined ? undefined : this.#itemOf(versions, isLagging);
  }

  /** Puts `item`, or deletes what is there. */
  write(key: Readonly<Item>, item: Item | undefined): void {
    const hash = this.#hashOf(key);
    let partition = this.#partitions.get(hash);
    if (partition === undefined) {
      partition = { digest: digestOf(hash), entries: new Map() };
      this.#partitions.set(hash, partition);
    }
    const range = this.#rangeOf(key);
    const versions = partition.entries.get(range) ?? [{ item: undefined, visibleAt: 0, deletedAt: undefined }];
    const now = this.#clock.now();
    const firstNeeded = versions.findLastIndex((version) => version.visibleAt <= now);
    const visibleAt = now + Math.round(this.#random.next() ** 2 * replicationMilliseconds);
    const version = { item, visibleAt, deletedAt: this.#deletionOf(item, now) };
    partition.entries.set(range, [...versions.slice(Math.max(0, firstNeeded)), version]);
  }

  /** The items of one partition, by sort key. */
  partition(hash: AttributeValue, isLagging: boolean): Item[] {
    const partition = this.#partitions.get(textOf(hash));
    return partition === undefined ? [] : this.#sorted(partition, isLagging);
  }

  /** Every item: partitions in the order of a hash that tells nothing, sort keys in order within each. */
  all(isLagging: boolean): Item[] {
    const partitions = [...this.#partitions.values()].toSorted((left, right) => (left.digest < right.digest ? -1 : 1));
    return partitions.flatMap((partition) => this.#sorted(partition, isLagging));
  }

  /** The order of {@link all}, by the keys of two items. */
  compareKeys(left: Readonly<Item>, right: Readonly<Item>): number {
    const [first, second] = [digestOf(this.#hashOf(left)), digestOf(this.#hashOf(right))];
    if (first !== second) return first < second ? -1 : 1;
    const { range } = this.definition.keys;
    return range === undefined ? 0 : compareBy(range.name, left, right);
  }

  #sorted(partition: Partition, isLagging: boolean): Item[] {
    const items: Item[] = [];
    const now = this.#clock.now();
    for (const [range, versions] of partition.entries) {
      const newest = versions.at(-1);
      const item = this.#itemOf(versions, isLagging);
      if (item !== undefined) items.push(item);
      else if (newest !== undefined && newest.visibleAt <= now) partition.entries.delete(range);
    }
    const range = this.definition.keys.range?.name;
    return range === undefined ? items : items.toSorted((left, right) => compareBy(range, left, right));
  }

  #itemOf(versions: readonly Version[], isLagging: boolean): Item | undefined {
    const now = this.#clock.now();
    const version = (isLagging ? versions.findLast(({ visibleAt }) => visibleAt <= now) : undefined) ?? versions.at(-1);
    if (version?.deletedAt !== undefined && version.deletedAt <= now) return undefined;
    return version?.item;
  }

  #deletionOf(item: Item | undefined, now: number): number | undefined {
    const { ttlAttribute } = this.definition;
    const expiry = ttlAttribute === undefined ? undefined : item?.[ttlAttribute]?.N;
    if (expiry === undefined) return undefined;
    const expiresAt = Number(expiry) * 1000;
    if (expiresAt < now - ttlOldestMilliseconds) return undefined;
    return Math.max(expiresAt, now) + Math.round(this.#random.next() * ttlDeletionMilliseconds);
  }

  #hashOf(key: Readonly<Item>): string {
    return textOf(key[this.definition.keys.hash.name]);
  }

  #rangeOf(key: Readonly<Item>): string {
    const { range } = this.definition.keys;
    return range === undefined ? '' : textOf(key[range.name]);
  }
}

function digestOf(hash: string): string {
  return createHash('md5').update(hash).digest('hex');
}

export function compareBy(attribute: string, left: Readonly<Item>, right: Readonly<Item>): number {
  const [a, b] = [left[attribute], right[attribute]];
  return a === undefined || b === undefined ? 0 : (compare(a, b) ?? 0);
}

/** The key attributes of an item: of the table, and of the index that it was read from. */
export function keyOf(item: Readonly<Item>, ...schemas: readonly KeySchema[]): Item {
  const key: Item = {};
  for (const { hash, range } of schemas) {
    for (const attribute of range === undefined ? [hash] : [hash, range]) {
      const value = item[attribute.name];
      if (value !== undefined) key[attribute.name] = value;
    }
  }
  return storedItem(key);
}

function textOf(value: AttributeValue | undefined): string {
  if (value?.S !== undefined) return value.S;
  if (value?.N !== undefined) return normaliseNumber(value.N);
  return value?.B === undefined ? '' : Buffer.from(value.B).toString('hex');
}
