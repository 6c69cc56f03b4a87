import type { LifecycleRule } from '@aws-sdk/client-s3';
import { changesOf, isSameByMeaning } from '../../../functions/lifecycle/comparison.ts';
import { bucketRoles } from '../../../functions/lifecycle/settings.ts';
import { configurationOf, declaredOf, foreign, shipped, standing } from './facts.ts';

const logs = declaredOf(0, { id: 'logs', transitions: [{ afterDays: 60, storageClass: 'STANDARD_IA' }, { afterDays: 120, storageClass: 'GLACIER' }], expireAfterDays: 400 });

function written(changes: Partial<LifecycleRule>): LifecycleRule {
  return {
    ID: 'webmarket-logs', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 400 },
    Transitions: [{ Days: 60, StorageClass: 'STANDARD_IA' }, { Days: 120, StorageClass: 'GLACIER' }], ...changes,
  };
}

describe('what was written is not written again', () => {
  it.each(bucketRoles)('%s as delivered', (role) => {
    expect(changesOf(standing(shipped.buckets[role], foreign('theirs')), shipped.buckets[role])).toEqual([]);
  });

  const { Filter: _filter, ...unfiltered } = written({});
  it.each<[string, LifecycleRule]>([
    ['an empty filter', written({ Filter: {} })],
    ['no filter at all', unfiltered],
    ['an And with one member', written({ Filter: { And: { Prefix: '' } } })],
    ['an And with empty lists', written({ Filter: { And: { Prefix: '', Tags: [] } } })],
    ['transitions in another order', written({ Transitions: [{ Days: 120, StorageClass: 'GLACIER' }, { Days: 60, StorageClass: 'STANDARD_IA' }] })],
    ['empty lists of what it does not do', written({ NoncurrentVersionTransitions: [] })],
    ['members that are undefined', written({ AbortIncompleteMultipartUpload: undefined, NoncurrentVersionExpiration: undefined })],
    ['a marker removal that is switched off', written({ Expiration: { Days: 400, ExpiredObjectDeleteMarker: false } })],
    ['members of an action that are undefined', written({ Expiration: { Days: 400, Date: undefined } })],
  ])('%s', (_name, rule) => {
    expect(changesOf(configurationOf(rule), logs)).toEqual([]);
  });

  it('tags in another order, and 0 versions kept', () => {
    const declared = declaredOf(0, { id: 'raw', prefix: 'a/', tags: { z: '1', b: '2' }, noncurrentExpireAfterDays: 9 });
    const rule: LifecycleRule = {
      ID: 'webmarket-raw', Status: 'Enabled', Filter: { And: { Tags: [{ Key: 'b', Value: '2' }, { Key: 'z', Value: '1' }], Prefix: 'a/' } },
      NoncurrentVersionExpiration: { NoncurrentDays: 9, NewerNoncurrentVersions: 0 },
    };
    expect(changesOf(configurationOf(rule), declared)).toEqual([]);
  });
});

describe('the older spelling, with a prefix and no filter', () => {
  const { Filter: _filter, ...rule } = written({});
  const [old, theirs] = [{ ...rule, Prefix: '' }, { ...foreign('theirs'), Filter: undefined, Prefix: 'a/' }];

  it('is ours beside theirs, since S3 takes no mixture', () => {
    expect(changesOf(configurationOf(theirs, old), logs)).toEqual([]);
    expect(changesOf(configurationOf(theirs, written({})), logs)).toMatchObject([{ kind: 'replace' }]);
  });

  it('goes with theirs: it would keep everybody else’s filters out', () => {
    expect(changesOf(configurationOf(foreign('theirs'), old), logs)).toMatchObject([{ kind: 'replace' }]);
  });
});

describe('what means something else is replaced', () => {
  it.each<[string, LifecycleRule]>([
    ['switched off', written({ Status: 'Disabled' })],
    ['a narrower prefix', written({ Filter: { Prefix: 'a' } })],
    ['the older prefix, narrower', { ID: 'webmarket-logs', Status: 'Enabled', Prefix: 'a', Expiration: { Days: 400 }, Transitions: written({}).Transitions }],
    ['a tag', written({ Filter: { Tag: { Key: 'a', Value: 'b' } } })],
    ['a size, even of 0', written({ Filter: { ObjectSizeGreaterThan: 0 } })],
    ['other days', written({ Expiration: { Days: 399 } })],
    ['a day in place of an age', written({ Expiration: { Date: new Date('2027-06-01T00:00:00Z') } })],
    ['one move less', written({ Transitions: [{ Days: 60, StorageClass: 'STANDARD_IA' }] })],
    ['another class', written({ Transitions: [{ Days: 60, StorageClass: 'ONEZONE_IA' }, { Days: 120, StorageClass: 'GLACIER' }] })],
    ['something more', written({ NoncurrentVersionExpiration: { NoncurrentDays: 1 } })],
    ['unfinished uploads', written({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 3 } })],
  ])('%s', (_name, rule) => {
    expect(changesOf(configurationOf(rule), logs)).toMatchObject([{ kind: 'replace', ruleId: 'webmarket-logs' }]);
  });

  it('says in words what was and what will be', () => {
    expect(changesOf(configurationOf(written({ Status: 'Disabled', Filter: { Prefix: 'a/' }, Expiration: { Days: 1 } })), logs)).toEqual([
      {
        kind: 'replace', ruleId: 'webmarket-logs',
        before: 'switched off: keys under "a/": to STANDARD_IA after 60 days; to GLACIER after 120 days; expire after 1 day',
        after: 'all objects: to STANDARD_IA after 60 days; to GLACIER after 120 days; expire after 400 days',
      },
    ]);
  });
});

it('a rule of ours that stands twice is as declared only if both are', () => {
  expect(changesOf(configurationOf(written({}), written({ Expiration: { Days: 4 } })), logs)).toMatchObject([{ kind: 'replace', ruleId: 'webmarket-logs' }]);
});

it('adds what is missing, and removes rules of ours that nobody declares any more: never those of others', () => {
  const current = configurationOf(foreign('theirs', { Expiration: { Days: 9 } }), foreign('webmarket-old', { NoncurrentVersionExpiration: { NoncurrentDays: 5, NewerNoncurrentVersions: 2 } }));
  expect(changesOf(current, logs)).toEqual([
    { kind: 'add', ruleId: 'webmarket-logs', after: 'all objects: to STANDARD_IA after 60 days; to GLACIER after 120 days; expire after 400 days' },
    { kind: 'remove', ruleId: 'webmarket-old', before: 'all objects: replaced versions gone after 5 days, but for the newest 2' },
  ]);
});

it('reads back what was written by meaning, minimum size mode and rules of others with it', () => {
  const { minimumSize: _mode, ...bare } = configurationOf(written({}));
  expect(isSameByMeaning(configurationOf(written({}), foreign('a')), configurationOf(foreign('a'), written({ Filter: {} })))).toBe(true);
  expect(isSameByMeaning(configurationOf(written({})), bare)).toBe(false);
  expect(isSameByMeaning(configurationOf(written({})), configurationOf(written({}), foreign('a')))).toBe(false);
});
