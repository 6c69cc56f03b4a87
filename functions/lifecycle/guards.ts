import type { StoragePrices } from '../platform/prices.ts';
import type { LifecycleBlocker } from './blocker.ts';
import { foreignRules, type LifecycleConfiguration, ownRules } from './configuration.ts';
import { guardClasses } from './guards-classes.ts';
import { guardSpelling } from './guards-spelling.ts';
import { remarksOf } from './remarks.ts';
import { retentionViolations, takingsOf, type RetentionViolation } from './retention.ts';
import { canMatch, covers } from './rule-filter.ts';
import { daysInWords, enabledMeanings, type RuleMeaning } from './rule-meaning.ts';
import { filterInWords } from './rule-words.ts';
import type { BucketLifecycle } from './settings.ts';
import { unknownContent } from './unknown-content.ts';

/** S3 takes no more in a bucket. */
export const maxRules = 1000;

export interface GuardSubject {
  readonly current: LifecycleConfiguration;
  readonly wanted: LifecycleConfiguration;
  readonly declared: BucketLifecycle;
  readonly isVersioned: boolean;
  readonly prices: StoragePrices;
}

export interface GuardFindings {
  readonly blockers: LifecycleBlocker[];
  readonly remarks: string[];
}

/** Looks at every guard, whatever the others found. */
export function guard(subject: GuardSubject): GuardFindings {
  return {
    blockers: [
      ...guardRetention(subject), ...guardNumber(subject), ...guardOurClasses(subject), ...guardEndlessVersions(subject), ...guardNames(subject), ...guardSpelling(subject.current, subject.wanted), ...guardContent(subject),
    ],
    remarks: remarksOf(subject),
  };
}

function guardRetention({ wanted, declared: { retentionDays }, isVersioned }: GuardSubject): LifecycleBlocker[] {
  return retentionViolations(wanted.rules, retentionDays, isVersioned).map((violation) => ({
    code: violation.taking.isOurs ? 'retention-floor' : 'retention-overlap',
    message: `${violationInWords(violation)}; nothing may before ${daysInWords(retentionDays)}.`,
  }));
}

function violationInWords({ taking: { ruleId, isOurs, kind, subject, leastDays, date, kept, filter }, ours }: RetentionViolation): string {
  const deed = kind === 'gone' ? 'lets go for good' : 'hides';
  const when = date === undefined ? `${daysInWords(leastDays)} after ${subject === 'current' ? 'they were written' : 'they were replaced, which may be at once'}` : `of any age from ${date.slice(0, 10)} on`;
  const but = kept === 0 ? '' : `, but for the newest ${kept}`;
  const overlap = isOurs || ours.length === 0 ? '' : `, among them objects of ${ours.join(', ')}`;
  const what = subject === 'current' ? filterInWords(filter) : `versions of ${filterInWords(filter)}`;
  return `Rule ${ruleId}${isOurs ? '' : ', which is not ours,'} ${deed} ${what} ${when}${but}${overlap}`;
}

function guardNumber({ wanted }: GuardSubject): LifecycleBlocker[] {
  if (wanted.rules.length <= maxRules) return [];
  const [foreign, ours] = [foreignRules(wanted).length, ownRules(wanted).length];
  return [{ code: 'too-many-rules', message: `${foreign} rules of others and ${ours} of ours are ${wanted.rules.length}; S3 takes ${maxRules} in a bucket.` }];
}

function guardOurClasses({ wanted, prices, isVersioned }: GuardSubject): LifecycleBlocker[] {
  const takings = takingsOf(wanted.rules, isVersioned);
  return ours(wanted).flatMap((rule) => guardClasses(rule, takings, prices, isVersioned));
}

/**
 * What an expiry hides must be gone one day: its versions without any that are kept, and the delete marker that is left then.
 * Rules of others count, if they are about the same objects at least.
 */
function guardEndlessVersions({ wanted, isVersioned }: GuardSubject): LifecycleBlocker[] {
  if (!isVersioned) return [];
  const rules = enabledMeanings(wanted.rules).filter(({ filter }) => canMatch(filter));
  return ours(wanted)
    .filter(({ expiration }) => expiration !== undefined)
    .flatMap(({ id, filter }) => {
      const around = rules.filter((other) => covers(other.filter, filter));
      const missing = [
        ...(around.some(({ noncurrentExpiration }) => noncurrentExpiration?.kept === 0) ? [] : ['no rule lets all of their versions go after they were replaced']),
        ...(around.some(({ isRemovingMarkers }) => isRemovingMarkers) ? [] : ['no rule removes delete markers with nothing behind them']),
      ];
      return missing.map((what): LifecycleBlocker => ({ code: 'versions-never-expire', message: `Rule ${id} hides ${filterInWords(filter)}, and ${what}: the bucket only grows.` }));
    });
}

function guardNames({ current, wanted }: GuardSubject): LifecycleBlocker[] {
  const [now, next] = [current, wanted].map(({ rules }) => twice(rules.map(({ ID }) => ID ?? '')));
  const names = ownRules(wanted).map(({ ID }) => ID ?? '');
  const alike = foreignRules(wanted).flatMap(({ ID = '' }) => {
    const name = names.find((own) => own === ID.trim().toLowerCase());
    return name === undefined ? [] : [`Rule ${JSON.stringify(ID)}, which is not ours, can be told from our ${name} only by how it is spelled; expected is another name.`];
  });
  const same = [...new Set([...(now ?? []), ...(next ?? [])])].map((ID) => `There are two rules ${JSON.stringify(ID)}; S3 takes every name once.`);
  return [...alike, ...same].map((message) => ({ code: 'ambiguous-rule-id', message }));
}

function twice(names: readonly string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) < index);
}

/** Rules of ours are written anew, so that only those of others can lose something. */
function guardContent({ current }: GuardSubject): LifecycleBlocker[] {
  return foreignRules(current).flatMap((rule) => {
    const unknown = unknownContent(rule);
    return unknown.length === 0
      ? []
      : [{ code: 'unknown-rule-content' as const, message: `Rule ${rule.ID ?? 'without a name'}, which is not ours, holds ${unknown.join(', ')}; expected is only what this program knows.` }];
  });
}

function ours(configuration: LifecycleConfiguration): RuleMeaning[] {
  return enabledMeanings(ownRules(configuration));
}
