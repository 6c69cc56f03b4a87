import type { LifecycleRule } from '@aws-sdk/client-s3';
import type { RuleFilter } from './rule-filter.ts';
import { daysInWords, meaningOf, timeInWords } from './rule-meaning.ts';

/** One rule as one line for people, without its name: `keys under "logs/": to GLACIER_IR after 60 days; expire after 400 days`. */
export function ruleInWords(rule: LifecycleRule): string {
  const { filter, transitions, expiration, isRemovingMarkers, noncurrentTransitions, noncurrentExpiration, abortUploadsAfterDays, isEnabled } = meaningOf(rule);
  const deeds = [
    ...transitions.map(({ at, storageClass }) => `to ${storageClass} ${timeInWords(at)}`),
    ...(expiration === undefined ? [] : [`expire ${timeInWords(expiration)}`]),
    ...noncurrentTransitions.map(({ days, kept, storageClass }) => `replaced versions to ${storageClass} after ${daysInWords(days)}${keptInWords(kept)}`),
    ...(noncurrentExpiration === undefined
      ? []
      : [`replaced versions gone after ${daysInWords(noncurrentExpiration.days)}${keptInWords(noncurrentExpiration.kept)}`]),
    ...(isRemovingMarkers ? ['delete markers with nothing behind them removed'] : []),
    ...(abortUploadsAfterDays === undefined ? [] : [`unfinished uploads thrown away after ${daysInWords(abortUploadsAfterDays)}`]),
  ];
  return `${isEnabled ? '' : 'switched off: '}${filterInWords(filter)}: ${deeds.length === 0 ? 'nothing that is known' : deeds.join('; ')}`;
}

/** `all objects`, `keys under "logs/" tagged kind=raw larger than 100 bytes`. */
export function filterInWords({ prefix, tags, largerThan, smallerThan }: RuleFilter): string {
  return [
    prefix === '' ? 'all objects' : `keys under ${JSON.stringify(prefix)}`,
    ...(tags.length === 0 ? [] : [`tagged ${tags.map(({ key, value }) => `${key}=${value}`).join(' and ')}`]),
    ...(largerThan === undefined ? [] : [`larger than ${largerThan} bytes`]),
    ...(smallerThan === undefined ? [] : [`smaller than ${smallerThan} bytes`]),
  ].join(' ');
}

function keptInWords(kept: number): string {
  return kept === 0 ? '' : `, but for the newest ${kept}`;
}
