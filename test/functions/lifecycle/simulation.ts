import type { LifecycleRule } from '@aws-sdk/client-s3';
import type { ListedVersion } from '../../../functions/lifecycle/listed-version.ts';
import { day } from './facts.ts';

/**
 * A bucket that S3 goes through at every midnight, told as simply as can be: no index, no shortcut, and nothing of the code that
 * it checks. Filters are a prefix and sizes.
 */
export interface SimulatedVersion {
  readonly key: string;
  readonly size: number;
  readonly writtenAt: number;
  readonly isMarker: boolean;
}

export interface Loss {
  readonly version: SimulatedVersion;
  readonly kind: 'gone' | 'hidden';
  readonly ageDays: number;
}

export function isMatched({ Filter = {}, Status }: LifecycleRule, { key, size }: { key: string; size: number }): boolean {
  const { Prefix = '', ObjectSizeGreaterThan = -1, ObjectSizeLessThan = Infinity } = Filter.And ?? Filter;
  return Status === 'Enabled' && key.startsWith(Prefix) && size > ObjectSizeGreaterThan && size < ObjectSizeLessThan;
}

/** Whole days that have passed. */
export function daysBetween(from: number, until: number): number {
  return Math.floor((until - from) / day);
}

/** The versions of a key, the newest first, as long as they are there. */
function others(versions: readonly SimulatedVersion[], key: string): SimulatedVersion[] {
  return versions.filter((version) => version.key === key).toSorted((left, right) => right.writtenAt - left.writtenAt);
}

/** One round at a midnight: what is taken, by the rules and the versions that there are. */
export function round(versions: readonly SimulatedVersion[], rules: readonly LifecycleRule[], midnight: number): Loss[] {
  return versions.flatMap((version): Loss[] => {
    const siblings = others(versions, version.key);
    const place = siblings.indexOf(version);
    const ageDays = (midnight - version.writtenAt) / day;
    const matching = rules.filter((rule) => isMatched(rule, version));
    const successor = siblings[place - 1];
    if (successor !== undefined) {
      const isGone = matching.some(({ NoncurrentVersionExpiration: gone }) => {
        if (gone === undefined) return false;
        return daysBetween(successor.writtenAt, midnight) >= (gone.NoncurrentDays ?? 0) && place > (gone.NewerNoncurrentVersions ?? 0);
      });
      return isGone ? [{ version, kind: 'gone', ageDays }] : [];
    }
    if (version.isMarker) return [];
    const isHidden = matching.some(({ Expiration: expiration }) => {
      if (expiration?.Date !== undefined) return midnight >= expiration.Date.getTime();
      return expiration?.Days !== undefined && daysBetween(version.writtenAt, midnight) >= expiration.Days;
    });
    return isHidden ? [{ version, kind: 'hidden', ageDays }] : [];
  });
}

/** What the rounds take while people write and delete, up to an instant. Without versions, what is replaced is no loss of the rules. */
export function live(events: readonly SimulatedVersion[], rules: readonly LifecycleRule[], isVersioned: boolean, from: number, until: number): Loss[] {
  let versions: SimulatedVersion[] = [];
  const losses: Loss[] = [];
  for (let midnight = from; midnight <= until; midnight += day) {
    for (const event of events.filter(({ writtenAt }) => writtenAt > midnight - day && writtenAt <= midnight)) {
      versions = [...versions.filter(({ key }) => isVersioned || key !== event.key), ...(isVersioned || !event.isMarker ? [event] : [])];
    }
    for (const loss of round(versions, rules, midnight)) {
      const isGone = loss.kind === 'gone' || !isVersioned;
      if (!loss.version.isMarker) losses.push({ ...loss, kind: isGone ? 'gone' : 'hidden' });
      if (isGone) versions = versions.filter((version) => version !== loss.version);
      else versions = [...versions, { key: loss.version.key, size: 0, writtenAt: midnight, isMarker: true }];
    }
  }
  return losses;
}

/** As S3 lists them: by key, the newest first. */
export function listing(versions: readonly SimulatedVersion[]): ListedVersion[] {
  const keys = [...new Set(versions.map(({ key }) => key))].toSorted();
  return keys.flatMap((key) =>
    others(versions, key).map(({ size, writtenAt, isMarker }, place) => ({ key, size, storageClass: 'STANDARD', modifiedAt: writtenAt, isLatest: place === 0, isDeleteMarker: isMarker })),
  );
}
