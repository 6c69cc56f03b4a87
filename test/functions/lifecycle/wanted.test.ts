import type { LifecycleRule } from '@aws-sdk/client-s3';
import { bucketLifecycleSchema } from '../../../functions/lifecycle/settings.ts';
import { declaredConfiguration, wantedConfiguration } from '../../../functions/lifecycle/wanted.ts';
import { configurationOf, declaredOf, foreign, shipped } from './facts.ts';

describe('what a bucket should have', () => {
  it('is the rules of others as they were read, in their order, and then ours', () => {
    const theirs = [foreign('z', { Expiration: { Date: new Date('2027-06-01T00:00:00Z') } }), foreign('a', { Prefix: 'x/' })];
    const current = configurationOf(theirs[0] ?? foreign(''), foreign('webmarket-gone'), theirs[1] ?? foreign(''));
    const wanted = wantedConfiguration(current, declaredOf(0, { id: 'logs', expireAfterDays: 4 }));
    expect(wanted.rules.map(({ ID }) => ID)).toEqual(['z', 'a', 'webmarket-logs']);
    expect(wanted.rules[0]).toBe(theirs[0]);
    expect(wanted.rules[1]).toBe(theirs[1]);
  });

  it.each([undefined, 'all_storage_classes_128K', 'varies_by_storage_class'] as const)('has the minimum size mode that was read: %s', (mode) => {
    const wanted = wantedConfiguration({ rules: [], ...(mode === undefined ? {} : { minimumSize: mode }) }, declaredOf(0));
    expect(wanted).toStrictEqual(mode === undefined ? { rules: [] } : { rules: [], minimumSize: mode });
  });

  it('gives the rules of the delivered configuration', () => {
    expect(declaredConfiguration(shipped.buckets.logs)).toStrictEqual([
      {
        ID: 'webmarket-access-logs', Status: 'Enabled', Filter: { Prefix: '' },
        Transitions: [{ Days: 60, StorageClass: 'GLACIER_IR' }],
        Expiration: { Days: 400 },
        NoncurrentVersionExpiration: { NoncurrentDays: 365 },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      },
      { ID: 'webmarket-access-logs-markers', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { ExpiredObjectDeleteMarker: true } },
    ] satisfies LifecycleRule[]);
    expect(declaredConfiguration(shipped.buckets.productImages)).toStrictEqual([
      {
        ID: 'webmarket-replaced-images', Status: 'Enabled', Filter: { Prefix: '' },
        Expiration: { ExpiredObjectDeleteMarker: true },
        NoncurrentVersionExpiration: { NoncurrentDays: 30 },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      },
    ] satisfies LifecycleRule[]);
  });

  it('moves versions that were replaced by their own days', () => {
    expect(declaredConfiguration(shipped.buckets.documents)[0]?.NoncurrentVersionTransitions).toEqual([{ NoncurrentDays: 90, StorageClass: 'GLACIER_IR' }]);
  });
});

describe('beside rules of others that have a prefix and no filter', () => {
  const current = configurationOf({ ID: 'theirs', Status: 'Enabled', Prefix: 'a/', Expiration: { Days: 9 } });

  it('ours are spelled so too', () => {
    const [, ours] = wantedConfiguration(current, declaredOf(0, { id: 'x', prefix: 'b/', expireAfterDays: 1 })).rules;
    expect(ours).toStrictEqual({ ID: 'webmarket-x', Status: 'Enabled', Prefix: 'b/', Expiration: { Days: 1 } });
  });

  it('those that need a filter keep it, for the guard to find', () => {
    const [, ours] = wantedConfiguration(current, declaredOf(0, { id: 'x', tags: { a: 'b' }, expireAfterDays: 1 })).rules;
    expect(ours).toMatchObject({ Filter: { Tag: { Key: 'a', Value: 'b' } } });
  });
});

describe('a filter has exactly one member', () => {
  const tags = [{ Key: 'kind', Value: 'raw' }];
  it.each([
    [{}, { Prefix: '' }],
    [{ prefix: '' }, { Prefix: '' }],
    [{ prefix: 'a/' }, { Prefix: 'a/' }],
    [{ tags: { kind: 'raw' } }, { Tag: tags[0] }],
    [{ tags: {} }, { Prefix: '' }],
    [{ largerThanBytes: 9 }, { ObjectSizeGreaterThan: 9 }],
    [{ prefix: 'a/', tags: { kind: 'raw' } }, { And: { Prefix: 'a/', Tags: tags } }],
    [{ tags: { kind: 'raw', by: 'b' } }, { And: { Tags: [...tags, { Key: 'by', Value: 'b' }] } }],
    [{ prefix: 'a/', largerThanBytes: 9 }, { And: { Prefix: 'a/', ObjectSizeGreaterThan: 9 } }],
  ])('%j gives %j', (conditions, filter) => {
    expect(declaredConfiguration(declaredOf(0, { id: 'x', expireAfterDays: 1, ...conditions }))[0]?.Filter).toStrictEqual(filter);
  });
});

describe('a declaration that S3 would refuse is refused at synthesis', () => {
  it.each([
    [{ id: 'x' }, 'must do something'],
    [{ id: 'x', prefix: 'a/' }, 'must do something'],
    [{ id: 'x', tags: { a: 'b' }, abortUploadsAfterDays: 7 }, 'must not filter'],
    [{ id: 'x', largerThanBytes: 5, removeExpiredDeleteMarkers: true as const }, 'must not filter'],
    [{ id: 'x', noncurrentVersionsKept: 3 }, 'noncurrentExpireAfterDays'],
  ])('%j', (rule, message) => {
    const parsed = bucketLifecycleSchema.safeParse({ retentionDays: 0, rules: [rule] });
    expect(parsed.error?.message).toContain(message);
  });
});
