import type { LifecycleRule } from '@aws-sdk/client-s3';
import { guard } from '../../../functions/lifecycle/guards.ts';
import type { GuardFindings, GuardSubject } from '../../../functions/lifecycle/guards.ts';
import { type BucketLifecycle, bucketRoles } from '../../../functions/lifecycle/settings.ts';
import { wantedConfiguration } from '../../../functions/lifecycle/wanted.ts';
import { configurationOf, declaredOf, foreign, prices, shipped } from './facts.ts';

function guarded(declared: BucketLifecycle, theirs: readonly LifecycleRule[] = [], changes: Partial<GuardSubject> = {}): GuardFindings {
  const current = configurationOf(...theirs);
  return guard({ current, wanted: wantedConfiguration(current, declared), declared, isVersioned: true, prices, ...changes });
}

function blockersOf(...subject: Parameters<typeof guarded>): string[] {
  return guarded(...subject).blockers.map(({ code, message }) => `${code}: ${message}`);
}

describe('the delivered configuration', () => {
  it.each(bucketRoles)('%s is blocked by nothing', (role) => {
    expect(blockersOf(shipped.buckets[role])).toEqual([]);
  });

  it('is worth no remark; versions that are kept for ever would be', () => {
    const remarks = bucketRoles.flatMap((role) => guarded(shipped.buckets[role]).remarks);
    expect(remarks).toEqual([]);
    const kept = declaredOf(0, { id: 'images', noncurrentExpireAfterDays: 30, noncurrentVersionsKept: 2 });
    expect(guarded(kept).remarks).toEqual(['Rule webmarket-images leaves the newest 2 replaced versions of every key for ever, also of keys that were deleted.']);
  });
});

describe('retention', () => {
  const complete = { noncurrentExpireAfterDays: 365, removeExpiredDeleteMarkers: true as const };

  it('a rule of ours below the floor is refused, with value and expectation', () => {
    expect(blockersOf(declaredOf(365, { id: 'logs', expireAfterDays: 364, ...complete }))).toEqual([
      'retention-floor: Rule webmarket-logs hides all objects 364 days after they were written; nothing may before 365 days.',
    ]);
    expect(blockersOf(declaredOf(365, { id: 'logs', expireAfterDays: 365, ...complete }))).toEqual([]);
  });

  it('replaced versions count from the day they were written, since they can be replaced at once', () => {
    expect(blockersOf(declaredOf(365, { id: 'logs', expireAfterDays: 400, removeExpiredDeleteMarkers: true, noncurrentExpireAfterDays: 90 }))).toEqual([
      'retention-floor: Rule webmarket-logs lets go for good versions of all objects 90 days after they were replaced, which may be at once; nothing may before 365 days.',
    ]);
  });

  it('newest versions that are kept protect no key that has more', () => {
    expect(blockersOf(declaredOf(365, { id: 'x', noncurrentExpireAfterDays: 90, noncurrentVersionsKept: 100 }))).toHaveLength(1);
  });

  it('a rule of others is refused, alone', () => {
    expect(blockersOf(declaredOf(365), [foreign('cleanup', { Filter: { Prefix: 'a/' }, Expiration: { Days: 30 } })])).toEqual([
      'retention-overlap: Rule cleanup, which is not ours, hides keys under "a/" 30 days after they were written; nothing may before 365 days.',
    ]);
  });

  it.each<[string, Partial<LifecycleRule>, boolean]>([
    ['a prefix around ours', { Filter: { Prefix: 'in' } }, true],
    ['a prefix within ours', { Filter: { Prefix: 'invoices/2027/' } }, true],
    ['a tag', { Filter: { Tag: { Key: 'a', Value: 'b' } } }, true],
    ['sizes that meet', { Filter: { ObjectSizeGreaterThan: 99 } }, true],
    ['sizes that do not meet', { Filter: { ObjectSizeLessThan: 11 } }, false],
    ['another prefix', { Filter: { Prefix: 'receipts/' } }, false],
    ['the value that ours does not want', { Filter: { Tag: { Key: 'kind', Value: 'draft' } } }, false],
  ])('a rule of others with %s: it is told which of ours it meets', (_name, changes, isMeeting) => {
    const declared = declaredOf(365, { id: 'invoices', prefix: 'invoices/', largerThanBytes: 10, tags: { kind: 'final' }, transitions: [{ afterDays: 90, storageClass: 'GLACIER_IR' }] });
    const [message = ''] = blockersOf(declared, [foreign('cleanup', { NoncurrentVersionExpiration: { NoncurrentDays: 30 }, ...changes })]);
    expect(message).toContain('retention-overlap');
    expect(message.includes('among them objects of webmarket-invoices')).toBe(isMeeting);
  });

  it('a day is an age of 0, whenever it is', () => {
    expect(blockersOf(declaredOf(1), [foreign('purge', { Expiration: { Date: new Date('2040-01-01T00:00:00Z') } })])).toEqual([
      'retention-overlap: Rule purge, which is not ours, hides all objects of any age from 2040-01-01 on; nothing may before 1 day.',
    ]);
  });

  it('a rule of others that is switched off is remarked, and blocks nothing', () => {
    const findings = guarded(declaredOf(365), [foreign('cleanup', { Status: 'Disabled', Expiration: { Days: 30 } })]);
    expect(findings.blockers).toEqual([]);
    expect(findings.remarks).toEqual([
      'Rule cleanup, which is not ours, is switched off; switched on it would take objects before their time (switched off: all objects: expire after 30 days).',
    ]);
  });

  it('where versions are not kept an expiry is for good', () => {
    expect(blockersOf(declaredOf(365, { id: 'x', expireAfterDays: 300 }), [], { isVersioned: false })).toEqual([
      'retention-floor: Rule webmarket-x lets go for good all objects 300 days after they were written; nothing may before 365 days.',
    ]);
  });

  it('a rule of ours that somebody shortened is remarked: the write puts it right', () => {
    const declared = declaredOf(365, { id: 'logs', expireAfterDays: 400, ...complete });
    const findings = guarded(declared, [foreign('webmarket-logs', { Expiration: { Days: 1 } })]);
    expect(findings).toEqual({ blockers: [], remarks: ['Rule webmarket-logs as it stands hides objects from 1 day on, before the 365 days that they are kept for.'] });
  });
});

describe('the number of rules', () => {
  const theirs = (count: number): LifecycleRule[] => Array.from({ length: count }, (_, index) => foreign(`r${index}`, { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }));
  const ours = declaredOf(0, { id: 'x', abortUploadsAfterDays: 7 });

  it('a thousand is taken, one more is not', () => {
    expect(blockersOf(ours, theirs(999))).toEqual([]);
    expect(blockersOf(ours, theirs(1000))).toEqual(['too-many-rules: 1000 rules of others and 1 of ours are 1001; S3 takes 1000 in a bucket.']);
  });

  it('a rule of ours that is replaced takes no second place', () => {
    expect(blockersOf(ours, [...theirs(999), foreign('webmarket-x')])).toEqual([]);
  });
});

describe('classes', () => {
  type Rule = Parameters<typeof declaredOf>[1];
  const move = (afterDays: number, storageClass: 'STANDARD_IA' | 'ONEZONE_IA' | 'GLACIER_IR' | 'GLACIER' | 'DEEP_ARCHIVE' | 'INTELLIGENT_TIERING') => ({ afterDays, storageClass });
  const end = { removeExpiredDeleteMarkers: true as const };

  it.each<[string, Omit<Rule, 'id'>, string]>([
    ['IA before its thirtieth day', { transitions: [move(29, 'STANDARD_IA')] }, 'to STANDARD_IA after 29 days, and S3 takes no less than 30.'],
    ['one zone before its thirtieth day', { noncurrentTransitions: [move(0, 'ONEZONE_IA')] }, 'to ONEZONE_IA after 0 days, and S3 takes no less than 30.'],
    ['an archive too soon after IA', { transitions: [move(30, 'STANDARD_IA'), move(59, 'GLACIER')] }, 'from STANDARD_IA after 30 days to GLACIER after 59 days, and S3 takes no less than 30 days between them.'],
    ['two at once', { transitions: [move(30, 'GLACIER_IR'), move(30, 'DEEP_ARCHIVE')] }, 'from DEEP_ARCHIVE after 30 days to GLACIER_IR after 30 days, and S3 moves nothing that way.'],
    ['backwards', { transitions: [move(30, 'GLACIER_IR'), move(130, 'STANDARD_IA')] }, 'from GLACIER_IR after 30 days to STANDARD_IA after 130 days, and S3 moves nothing that way.'],
    ['the same class twice', { transitions: [move(30, 'GLACIER'), move(130, 'GLACIER')] }, 'from GLACIER after 30 days to GLACIER after 130 days, and S3 moves nothing that way.'],
    ['one zone to instant retrieval', { transitions: [move(30, 'ONEZONE_IA'), move(130, 'GLACIER_IR')] }, 'from ONEZONE_IA after 30 days to GLACIER_IR after 130 days, and S3 moves nothing that way.'],
    ['a move before the class is paid', { transitions: [move(10, 'GLACIER_IR'), move(99, 'DEEP_ARCHIVE')] }, 'moved on to DEEP_ARCHIVE 89 days after it went to GLACIER_IR, which is paid for 90 days at least.'],
    ['an expiry before the move', { transitions: [move(60, 'GLACIER_IR')], expireAfterDays: 60, noncurrentExpireAfterDays: 365, ...end }, 'to GLACIER_IR after 60 days and expiry after 60 days, and S3 wants the expiry later.'],
    ['gone before the class is paid', { transitions: [move(60, 'DEEP_ARCHIVE')], expireAfterDays: 90, noncurrentExpireAfterDays: 149, ...end }, 'gone 179 days after it went to DEEP_ARCHIVE, which is paid for 180 days at least.'],
    ['versions that expire before they move', { noncurrentTransitions: [move(60, 'GLACIER')], noncurrentExpireAfterDays: 40 }, 'to GLACIER after 60 days and expiry after 40 days, and S3 wants the expiry later.'],
    ['versions gone before the class is paid', { noncurrentTransitions: [move(60, 'GLACIER')], noncurrentExpireAfterDays: 149 }, 'gone 89 days after it went to GLACIER, which is paid for 90 days at least.'],
  ])('%s', (_name, rule, message) => {
    expect(blockersOf(declaredOf(0, { id: 'x', ...rule }))).toEqual([`class-minimum: Rule webmarket-x: ${message}`]);
  });

  it.each<[string, Omit<Rule, 'id'>]>([
    ['at the limits', { transitions: [move(30, 'STANDARD_IA'), move(60, 'GLACIER_IR'), move(150, 'GLACIER'), move(240, 'DEEP_ARCHIVE')], expireAfterDays: 241, noncurrentExpireAfterDays: 179, ...end }],
    ['an archive on the first day', { transitions: [move(0, 'GLACIER')] }],
    ['versions', { noncurrentTransitions: [move(30, 'STANDARD_IA'), move(60, 'DEEP_ARCHIVE')], noncurrentExpireAfterDays: 240 }],
  ])('nothing is said of what S3 takes and what is used up: %s', (_name, rule) => {
    expect(blockersOf(declaredOf(0, { id: 'x', ...rule }))).toEqual([]);
  });

  it('where versions are not kept, what expires is gone at once', () => {
    const declared = declaredOf(0, { id: 'x', transitions: [move(60, 'GLACIER_IR')], expireAfterDays: 149, noncurrentExpireAfterDays: 365 });
    expect(blockersOf(declared, [], { isVersioned: false })).toEqual([
      'class-minimum: Rule webmarket-x: gone 89 days after it went to GLACIER_IR, which is paid for 90 days at least.',
    ]);
  });

  it('remarks archives, a single zone, others that move the same, and what is replaced just after it was moved', () => {
    const declared = declaredOf(0, { id: 'x', transitions: [move(30, 'ONEZONE_IA'), move(60, 'GLACIER')], noncurrentExpireAfterDays: 40 });
    expect(guarded(declared, [foreign('theirs', { Transitions: [{ Days: 5, StorageClass: 'GLACIER_IR' }] })])).toEqual({
      blockers: [],
      remarks: [
        'Rule theirs, which is not ours, moves objects that webmarket-x moves too: S3 takes the cheaper class where both are due.',
        'Rule webmarket-x moves to GLACIER: an object there can be read only hours after it was asked for.',
        'Rule webmarket-x moves to ONEZONE_IA: an object there is in one zone only.',
        'Rule webmarket-x: an object that is replaced just after it went to GLACIER is gone 40 days later, and is paid for 90.',
      ],
    });
  });
});

describe('versions that never expire', () => {
  const alone = declaredOf(0, { id: 'x', prefix: 'a/', expireAfterDays: 9 });
  const [versions, markers] = ['no rule lets all of their versions go after they were replaced', 'no rule removes delete markers with nothing behind them'].map(
    (what) => `versions-never-expire: Rule webmarket-x hides keys under "a/", and ${what}: the bucket only grows.`,
  );

  it('an expiry alone only hides', () => {
    expect(blockersOf(alone)).toEqual([versions, markers]);
    expect(blockersOf(alone, [], { isVersioned: false })).toEqual([]);
  });

  it('rules of others help, if they are about all of the objects and keep no version', () => {
    const gone = (changes: Partial<LifecycleRule>): LifecycleRule => foreign('gone', { NoncurrentVersionExpiration: { NoncurrentDays: 5 }, ...changes });
    const removal = foreign('markers', { Expiration: { ExpiredObjectDeleteMarker: true }, Filter: {} });
    expect(blockersOf(alone, [gone({}), removal])).toEqual([]);
    expect(blockersOf(alone, [gone({ Filter: { Prefix: 'a/b' } }), removal])).toEqual([versions]);
    expect(blockersOf(alone, [gone({ Filter: { Tag: { Key: 'a', Value: 'b' } } }), removal])).toEqual([versions]);
    expect(blockersOf(alone, [gone({ Status: 'Disabled' }), removal])).toEqual([versions]);
    expect(blockersOf(alone, [gone({ NoncurrentVersionExpiration: { NoncurrentDays: 5, NewerNoncurrentVersions: 1 } }), removal])).toEqual([versions]);
    expect(blockersOf(alone, [gone({})])).toEqual([markers]);
  });
});

describe('names', () => {
  const declared = declaredOf(0, { id: 'logs', expireAfterDays: 9, noncurrentExpireAfterDays: 9, removeExpiredDeleteMarkers: true });

  it('a rule of others whose name is ours but for its spelling', () => {
    expect(blockersOf(declared, [foreign(' Webmarket-Logs', { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } })])).toEqual([
      'ambiguous-rule-id: Rule " Webmarket-Logs", which is not ours, can be told from our webmarket-logs only by how it is spelled; expected is another name.',
    ]);
  });

  it('two rules of one name, as they stand or as they would be', () => {
    const same = foreign('same', { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } });
    expect(blockersOf(declared, [same, same])).toEqual(['ambiguous-rule-id: There are two rules "same"; S3 takes every name once.']);
    expect(blockersOf(declaredOf(0, ...declared.rules, { id: 'logs-markers', abortUploadsAfterDays: 1 }))).toEqual([
      'ambiguous-rule-id: There are two rules "webmarket-logs-markers"; S3 takes every name once.',
    ]);
  });
});

describe('spelling', () => {
  const old: LifecycleRule = { ID: 'theirs', Status: 'Enabled', Prefix: 'a/', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } };

  it('ours follows that of others where a prefix says it all, and is refused where it does not', () => {
    expect(blockersOf(declaredOf(0, { id: 'x', prefix: 'b/', abortUploadsAfterDays: 1 }), [old])).toEqual([]);
    expect(blockersOf(declaredOf(0, { id: 'x', noncurrentExpireAfterDays: 1 }), [old])).toEqual([]);
    expect(blockersOf(declaredOf(0, { id: 'x', tags: { a: 'b' }, noncurrentExpireAfterDays: 1 }), [old])).toEqual([
      'old-spelling: Rule webmarket-x filters by tags or size; beside rules of others that have a prefix and no filter S3 takes none such: expected is a filter in theirs.',
    ]);
  });

  it('S3 takes no two rules of the older one that do the same to overlapping prefixes, be they ours', () => {
    expect(blockersOf(declaredOf(0, { id: 'x', abortUploadsAfterDays: 1 }), [old])).toEqual([
      'old-spelling: Rule webmarket-x has AbortIncompleteMultipartUpload as their rule theirs has, on prefixes that overlap; beside rules of others that have a prefix and no filter S3 takes none such: expected is a filter in theirs.',
    ]);
    const both = declaredOf(0, { id: 'x', expireAfterDays: 9, noncurrentExpireAfterDays: 9, removeExpiredDeleteMarkers: true });
    expect(blockersOf(both, [old]).map((message) => message.slice(0, 80))).toEqual([
      'old-spelling: Rule webmarket-x has Expiration as our rule webmarket-x-markers ha',
      'old-spelling: Rule webmarket-x-markers has Expiration as our rule webmarket-x ha',
    ]);
  });
});

describe('content of rules of others that is not understood', () => {
  const expiry = { Expiration: { Days: 9 } };
  it.each<[string, object]>([
    ['Pause in the rule', { ...expiry, Pause: true }],
    ['Suffix in Filter', { ...expiry, Filter: { Suffix: '.log' } }],
    ['Owner in And', { ...expiry, Filter: { And: { Prefix: 'a', Owner: 'me' } } }],
    ['Hours in Expiration', { Expiration: { Hours: 4 } }],
    ['Hours in Transition', { Transitions: [{ Days: 1, Hours: 4, StorageClass: 'GLACIER' }] }],
    ['StorageClass COLD', { NoncurrentVersionTransitions: [{ NoncurrentDays: 1, StorageClass: 'COLD' }] }],
    ['Status Paused', { ...expiry, Status: 'Paused' }],
    ['no action', {}],
    ['no action', { Transitions: [], NoncurrentVersionExpiration: {} }],
    ['an Expiration of more than one kind', { Expiration: { Days: 9, Date: new Date(0) } }],
    ['a Date that is none', { Expiration: { Date: new Date('never') } }],
    ['a Transition with both or neither of Days and Date', { Transitions: [{ StorageClass: 'GLACIER' }] }],
    ['a Filter with more than one condition outside of And', { ...expiry, Filter: { Prefix: 'a', ObjectSizeGreaterThan: 4 } }],
    ['an And without conditions', { ...expiry, Filter: { And: {} } }],
    ['a Prefix beside a Filter', { ...expiry, Prefix: 'a' }],
  ])('%s', (what, changes) => {
    expect(blockersOf(declaredOf(0), [foreign('theirs', changes)])).toEqual([
      `unknown-rule-content: Rule theirs, which is not ours, holds ${what}; expected is only what this program knows.`,
    ]);
  });

  it('everything that S3 has today is understood', () => {
    const full = foreign('full', {
      Filter: { And: { Prefix: 'a', Tags: [{ Key: 'a', Value: 'b' }], ObjectSizeGreaterThan: 1, ObjectSizeLessThan: 9 } },
      Expiration: { Date: new Date('2027-01-01T00:00:00Z') },
      Transitions: [{ Date: new Date('2027-01-01T00:00:00Z'), StorageClass: 'INTELLIGENT_TIERING' }],
      NoncurrentVersionTransitions: [{ NoncurrentDays: 1, NewerNoncurrentVersions: 3, StorageClass: 'GLACIER' }],
      NoncurrentVersionExpiration: { NoncurrentDays: 9, NewerNoncurrentVersions: 3 },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 3 },
    });
    const { Filter: _filter, ...old } = foreign('old', { Prefix: '', ...expiry });
    expect(blockersOf(declaredOf(0), [full, old, foreign('empty', { ...expiry, Filter: {} })])).toEqual([]);
  });

  it('content of a rule of ours is written over', () => {
    expect(blockersOf(declaredOf(0), [foreign('webmarket-x', { Pause: true } as object)])).toEqual([]);
  });
});

it('all that is found is told, whatever else was', () => {
  const findings = blockersOf(declaredOf(365, { id: 'x', transitions: [{ afterDays: 3, storageClass: 'STANDARD_IA' }], expireAfterDays: 5 }), [foreign('y', { Expiration: { Days: 3 } }), foreign('z')]);
  expect(findings.map((line) => line.split(':')[0])).toEqual([
    'retention-overlap', 'retention-floor', 'class-minimum', 'versions-never-expire', 'versions-never-expire', 'unknown-rule-content',
  ]);
});
