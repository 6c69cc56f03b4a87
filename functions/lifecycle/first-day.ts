import type { StorageClass, StoragePrices } from '../platform/prices.ts';
import type { FirstDayEffect } from './bucket-plan.ts';
import type { LifecycleConfiguration } from './configuration.ts';
import { dayMilliseconds } from './due.ts';
import type { CountedVersions, ListedVersion } from './listed-version.ts';
import { deedOf, enabledMeanings } from './rule-meaning.ts';
import { costOf, savingOf } from './saving.ts';
import { fateOf, inClassSince, type PlacedVersion, type RuleBook, type VersionFate } from './version-fate.ts';

export interface CountSubject {
  readonly current: LifecycleConfiguration;
  readonly wanted: LifecycleConfiguration;
  readonly isVersioned: boolean;
  readonly prices: StoragePrices;
  /** Epoch milliseconds: when the wanted configuration would be written. */
  readonly now: number;
}

export interface VersionCounter {
  /** To be given every version and delete marker, in the order of S3's listing: by key, the newest first. */
  readonly add: (version: ListedVersion) => void;
  /** `isComplete`: whether all that is in the bucket was given. */
  readonly result: (isComplete: boolean) => CountedVersions;
}

interface Count {
  objects: number;
  bytes: number;
}

interface Tally {
  readonly deleted: Count;
  readonly hidden: Count;
  readonly moved: Map<StorageClass, Count>;
  /** What a rule with a filter by tags may do to a version, so that nobody knows how much it does. */
  readonly unknown: Set<keyof FirstDayEffect>;
  saved: { perMonthUsd: number; onceUsd: number } | 'unknown';
}

/** The rules as they stand and as they are to be, with and without those that ask for tags. */
interface Books {
  readonly standing: RuleBook;
  readonly coming: RuleBook;
  /** Rules with tags that stand in only one of the two. */
  readonly differing: RuleBook;
  /** All rules with tags. */
  readonly tagged: RuleBook;
}

/**
 * Goes through the versions of a bucket, one by one, and finds what the wanted rules do to them within a day that the rules as
 * they stand do not; and what that saves. One round of S3 is reckoned: what is hidden in it is not replaced and gone in it too.
 * Rules that ask for tags and stay as they are are passed over: what they take anyway may be in the counts.
 */
export function createVersionCounter(subject: CountSubject): VersionCounter {
  const books = booksOf(subject);
  const tally: Tally = { deleted: none(), hidden: none(), moved: new Map(), unknown: new Set(), saved: { perMonthUsd: 0, onceUsd: 0 } };
  let last: PlacedVersion | undefined;
  return {
    add: (version) => {
      last = place(version, last);
      // Delete markers hold nothing, and cost nothing.
      if (!version.isDeleteMarker) weigh(last, books, subject, tally);
    },
    result: (isComplete) => resultOf(tally, isComplete, subject.prices),
  };
}

function none(): Count {
  return { objects: 0, bytes: 0 };
}

function booksOf({ current, wanted, isVersioned }: CountSubject): Books {
  const [standing, coming] = [enabledMeanings(current.rules), enabledMeanings(wanted.rules)];
  const [before, after] = [new Set(standing.map(deedOf)), new Set(coming.map(deedOf))];
  const tagged = [...standing, ...coming].filter(({ filter }) => filter.tags.length > 0);
  const untagged = (rules: typeof standing): typeof standing => rules.filter(({ filter }) => filter.tags.length === 0);
  const book = (rules: typeof standing, { minimumSize }: LifecycleConfiguration): RuleBook => ({ rules, minimumSize, isVersioned });
  return {
    standing: book(untagged(standing), current),
    coming: book(untagged(coming), wanted),
    differing: book(tagged.filter((rule) => before.has(deedOf(rule)) !== after.has(deedOf(rule))), wanted),
    tagged: book(tagged, wanted),
  };
}

/** A version is noncurrent since the one listed before it was written. Delete markers count among the newer ones that S3 keeps. */
function place(version: ListedVersion, last: PlacedVersion | undefined): PlacedVersion {
  if (version.isLatest) return { ...version, noncurrentSince: undefined, newerNoncurrent: 0 };
  // A listing that changes while it is read can lack the newer one: then the version counts as replaced when it was written.
  if (last?.key !== version.key) return { ...version, noncurrentSince: version.modifiedAt, newerNoncurrent: 0 };
  return { ...version, noncurrentSince: last.modifiedAt, newerNoncurrent: last.noncurrentSince === undefined ? 0 : last.newerNoncurrent + 1 };
}

function weigh(version: PlacedVersion, books: Books, { now, prices }: CountSubject, tally: Tally): void {
  const horizon = now + dayMilliseconds;
  const [before, after] = [fateOf(version, books.standing, horizon), fateOf(version, books.coming, horizon)];
  const isMoved = after.movesTo !== undefined && after.movesTo !== before.movesTo && !before.isDeleted;
  if (after.isDeleted && !before.isDeleted) count(tally.deleted, version);
  if (after.isHidden && !before.isHidden) count(tally.hidden, version);
  if (after.movesTo !== undefined && isMoved) {
    const moved = tally.moved.get(after.movesTo) ?? none();
    tally.moved.set(after.movesTo, moved);
    count(moved, version);
  }
  const perhaps = fateOf(version, books.differing, horizon);
  // What is gone under the rules as they stand is gone whatever its tags are.
  if (perhaps.isDeleted && !before.isDeleted) tally.unknown.add('deleted');
  if (perhaps.isHidden && !before.isHidden) tally.unknown.add('hidden');
  if (perhaps.movesTo !== undefined && !before.isDeleted) tally.unknown.add('moved');
  if (isSpending(perhaps) && !before.isDeleted) tally.saved = 'unknown';
  const isSame = before.isDeleted === after.isDeleted && before.movesTo === after.movesTo;
  if (isSame || tally.saved === 'unknown') return;
  const subject = { size: version.size, storageClass: version.storageClass, inClassSince: inClassSince(version, books.standing, now) };
  const [costBefore, costAfter] = [costOf(subject, before, prices, now), costOf(subject, after, prices, now)];
  if (costBefore === undefined || costAfter === undefined || isSpending(fateOf(version, books.tagged, horizon))) {
    tally.saved = 'unknown';
    return;
  }
  tally.saved.perMonthUsd += costBefore.perMonthUsd - costAfter.perMonthUsd;
  tally.saved.onceUsd += costAfter.onceUsd - costBefore.onceUsd;
}

function isSpending({ isDeleted, movesTo }: VersionFate): boolean {
  return isDeleted || movesTo !== undefined;
}

function count(into: Count, { size }: ListedVersion): void {
  into.objects += 1;
  into.bytes += size;
}

function resultOf({ deleted, hidden, moved, unknown, saved }: Tally, isComplete: boolean, prices: StoragePrices): CountedVersions {
  return {
    effect: {
      deleted: unknown.has('deleted') ? 'unknown' : { ...deleted, isComplete },
      hidden: unknown.has('hidden') ? 'unknown' : { ...hidden, isComplete },
      moved: unknown.has('moved') ? 'unknown' : Object.fromEntries([...moved].map(([name, amount]) => [name, { ...amount, isComplete }])),
    },
    saving: savingOf(isComplete ? saved : 'unknown', prices),
  };
}
