import type { TransitionDefaultMinimumObjectSize } from '@aws-sdk/client-s3';
import type { StorageClass } from '../platform/prices.ts';
import { archiveClasses, chooseClass } from './class-moves.ts';
import { dueAt, timeDueAt } from './due.ts';
import type { ListedVersion } from './listed-version.ts';
import { matchesBesidesTags, namesSize } from './rule-filter.ts';
import type { RuleMeaning } from './rule-meaning.ts';

/** A version in its place among the others of its key. */
export interface PlacedVersion extends ListedVersion {
  /** Epoch milliseconds: when the next version, or a delete marker, was written. Undefined for the one that its key shows. */
  readonly noncurrentSince: number | undefined;
  /** Versions and delete markers of its key that are newer and noncurrent too. */
  readonly newerNoncurrent: number;
}

/** What rules do with a version. A version can be both moved and hidden: S3 moves first, and hides in its next round. */
export interface VersionFate {
  readonly isDeleted: boolean;
  readonly isHidden: boolean;
  readonly movesTo: StorageClass | undefined;
}

/** Rules that belong together, and how S3 applies them. */
export interface RuleBook {
  readonly rules: readonly RuleMeaning[];
  readonly minimumSize: TransitionDefaultMinimumObjectSize | undefined;
  readonly isVersioned: boolean;
}

const noFate: VersionFate = { isDeleted: false, isHidden: false, movesTo: undefined };

/** Bytes: S3 does not move what is smaller. */
const leastBytes = 131_072;

/**
 * What the rules have done to a version at an instant. Tags are taken to match, whatever the rules want: who does not know them
 * leaves such rules out, or asks what they might do. Permanent deletion goes before transitions.
 */
export function fateOf(version: PlacedVersion, book: RuleBook, at: number): VersionFate {
  if (book.rules.length === 0) return noFate;
  const rules = book.rules.filter(({ filter }) => matchesBesidesTags(filter, version.key, version.size));
  const isExpired = isCurrentExpired(version, rules, at);
  const isDeleted = (isExpired && !book.isVersioned) || isVersionGone(version, rules, at);
  const movesTo = isDeleted || version.isDeleteMarker ? undefined : chooseClass(version.storageClass, dueClasses(version, rules, book, at));
  return { isDeleted, isHidden: isExpired && book.isVersioned, movesTo };
}

function isCurrentExpired({ noncurrentSince, isDeleteMarker, modifiedAt }: PlacedVersion, rules: readonly RuleMeaning[], at: number): boolean {
  if (noncurrentSince !== undefined || isDeleteMarker) return false;
  return rules.some(({ expiration }) => expiration !== undefined && timeDueAt(expiration, modifiedAt) <= at);
}

function isVersionGone({ noncurrentSince, newerNoncurrent }: PlacedVersion, rules: readonly RuleMeaning[], at: number): boolean {
  if (noncurrentSince === undefined) return false;
  return rules.some(
    ({ noncurrentExpiration: gone }) => gone !== undefined && newerNoncurrent >= gone.kept && dueAt(noncurrentSince, gone.days) <= at,
  );
}

/** Small objects stay where they are, but where a filter says from which size on: archives depend on the bucket's mode. */
function dueClasses(version: PlacedVersion, rules: readonly RuleMeaning[], { minimumSize }: RuleBook, at: number): Set<string> {
  const due = rules.flatMap((rule) =>
    movesOf(version, rule)
      .filter(({ from }) => from <= at)
      .filter(({ storageClass }) => {
        const isExempt = minimumSize === 'varies_by_storage_class' && archiveClasses.includes(storageClass);
        return version.size >= leastBytes || isExempt || namesSize(rule.filter);
      })
      .map(({ storageClass }) => storageClass),
  );
  return new Set(due);
}

interface DueMove {
  readonly storageClass: string;
  /** Epoch milliseconds. */
  readonly from: number;
}

function movesOf({ noncurrentSince, newerNoncurrent, modifiedAt }: PlacedVersion, rule: RuleMeaning): DueMove[] {
  if (noncurrentSince === undefined) return rule.transitions.map(({ at, storageClass }) => ({ storageClass, from: timeDueAt(at, modifiedAt) }));
  return rule.noncurrentTransitions
    .filter(({ kept }) => newerNoncurrent >= kept)
    .map(({ days, storageClass }) => ({ storageClass, from: dueAt(noncurrentSince, days) }));
}

/**
 * Since when a version has probably been in its class: since the rules that stand would have moved it there, or else since it was
 * written. S3 does not tell. Epoch milliseconds.
 */
export function inClassSince(version: PlacedVersion, { rules }: RuleBook, now: number): number {
  const { noncurrentSince, modifiedAt, storageClass, key, size } = version;
  const matching = rules.filter(({ filter }) => matchesBesidesTags(filter, key, size));
  const whileCurrent = matching.flatMap((rule) => movesOf({ ...version, noncurrentSince: undefined }, rule)).filter(({ from }) => from <= (noncurrentSince ?? now));
  const afterwards = noncurrentSince === undefined ? [] : matching.flatMap((rule) => movesOf(version, rule));
  const moves = [...whileCurrent, ...afterwards].filter((move) => move.storageClass === storageClass && move.from <= now);
  return moves.length === 0 ? modifiedAt : Math.max(modifiedAt, Math.min(...moves.map(({ from }) => from)));
}
