import type { LifecycleRule } from '@aws-sdk/client-s3';
import { isStorageClass } from './class-moves.ts';

/** Everything that a rule is known to hold, by the part that holds it. */
const knownMembers = {
  rule: [
    'ID', 'Status', 'Filter', 'Prefix', 'Expiration', 'Transitions', 'NoncurrentVersionTransitions', 'NoncurrentVersionExpiration', 'AbortIncompleteMultipartUpload',
  ],
  filter: ['Prefix', 'Tag', 'ObjectSizeGreaterThan', 'ObjectSizeLessThan', 'And'],
  and: ['Prefix', 'Tags', 'ObjectSizeGreaterThan', 'ObjectSizeLessThan'],
  tag: ['Key', 'Value'],
  expiration: ['Date', 'Days', 'ExpiredObjectDeleteMarker'],
  transition: ['Date', 'Days', 'StorageClass'],
  noncurrentTransition: ['NoncurrentDays', 'StorageClass', 'NewerNoncurrentVersions'],
  noncurrentExpiration: ['NoncurrentDays', 'NewerNoncurrentVersions'],
  uploads: ['DaysAfterInitiation'],
} as const satisfies Record<string, readonly string[]>;

/**
 * What a rule holds that this program does not understand, as phrases; none: it can be written back as it was read. The SDK
 * leaves out elements that it does not know itself: then a rule may come without any action, which S3 would not have taken.
 */
export function unknownContent(rule: LifecycleRule): string[] {
  const { Filter: filter, Expiration: expiration, Transitions: transitions = [], NoncurrentVersionTransitions: moves = [] } = rule;
  const { NoncurrentVersionExpiration: gone, AbortIncompleteMultipartUpload: uploads } = rule;
  const and = filter?.And;
  return [
    ...strangers('the rule', rule, 'rule'),
    ...strangers('Filter', filter, 'filter'),
    ...strangers('And', and, 'and'),
    ...[filter?.Tag, ...(and?.Tags ?? [])].flatMap((tag) => strangers('Tag', tag, 'tag')),
    ...strangers('Expiration', expiration, 'expiration'),
    ...transitions.flatMap((transition) => strangers('Transition', transition, 'transition')),
    ...moves.flatMap((move) => strangers('NoncurrentVersionTransition', move, 'noncurrentTransition')),
    ...strangers('NoncurrentVersionExpiration', gone, 'noncurrentExpiration'),
    ...strangers('AbortIncompleteMultipartUpload', uploads, 'uploads'),
    ...(rule.Status === 'Enabled' || rule.Status === 'Disabled' ? [] : [`Status ${String(rule.Status)}`]),
    ...(members(filter).length > 1 ? ['a Filter with more than one condition outside of And'] : []),
    ...(filter !== undefined && rule.Prefix !== undefined ? ['a Prefix beside a Filter'] : []),
    ...(and !== undefined && members(and).length === 0 ? ['an And without conditions'] : []),
    ...(members(expiration).length > 1 ? ['an Expiration of more than one kind'] : []),
    ...[expiration, ...transitions].flatMap((part) => (part?.Date !== undefined && Number.isNaN(part.Date.getTime()) ? ['a Date that is none'] : [])),
    ...transitions.flatMap(({ Days, Date: date }) => ((Days === undefined) === (date === undefined) ? ['a Transition with both or neither of Days and Date'] : [])),
    ...[...transitions, ...moves].flatMap(({ StorageClass }) => (isStorageClass(StorageClass ?? '') ? [] : [`StorageClass ${String(StorageClass)}`])),
    ...(hasAction(rule) ? [] : ['no action']),
  ];
}

function strangers(name: string, part: object | undefined, kind: keyof typeof knownMembers): string[] {
  const known: readonly string[] = knownMembers[kind];
  return members(part)
    .filter((member) => !known.includes(member))
    .map((member) => `${member} in ${name}`);
}

/** Names of the members that are there. */
function members(part: object | undefined): string[] {
  return Object.entries(part ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [name]));
}

function hasAction({ Expiration, Transitions, NoncurrentVersionTransitions, NoncurrentVersionExpiration, AbortIncompleteMultipartUpload }: LifecycleRule): boolean {
  const lists = (Transitions?.length ?? 0) + (NoncurrentVersionTransitions?.length ?? 0);
  return lists + [Expiration, NoncurrentVersionExpiration, AbortIncompleteMultipartUpload].flatMap(members).length > 0;
}
