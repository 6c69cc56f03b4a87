import type { LifecycleRule } from '@aws-sdk/client-s3';
import { leastAgeDays, retentionViolations, takingsOf } from '../../../functions/lifecycle/retention.ts';
import { canMatch, covers, filterOf, matchesBesidesTags, overlaps, type RuleFilter } from '../../../functions/lifecycle/rule-filter.ts';
import { day, foreign, pick, randomOf } from './facts.ts';
import { live, type SimulatedVersion } from './simulation.ts';

const everything: RuleFilter = { prefix: '', tags: [] };

describe('what the rules take at the earliest', () => {
  const expiry = foreign('a', { Expiration: { Days: 400 } });
  const versions = foreign('b', { NoncurrentVersionExpiration: { NoncurrentDays: 365, NewerNoncurrentVersions: 3 } });

  it('an expiry hides in a bucket with versions, and is for good in one without', () => {
    expect(takingsOf([expiry], true)).toMatchObject([{ kind: 'hidden', leastDays: 400 }]);
    expect(takingsOf([expiry], false)).toMatchObject([{ kind: 'gone', leastDays: 400 }]);
  });

  it('a version can be replaced at once, so that the days since then are all that is sure', () => {
    expect(leastAgeDays(takingsOf([expiry, versions], true), 'gone', everything)).toBe(365);
    expect(leastAgeDays(takingsOf([expiry, versions], true), 'hidden', everything)).toBe(400);
  });

  it('nothing is gone where only an expiry stands in a bucket with versions', () => {
    expect(leastAgeDays(takingsOf([expiry], true), 'gone', everything)).toBeUndefined();
  });

  it('a day takes what was written the day before', () => {
    expect(takingsOf([foreign('a', { Expiration: { Date: new Date('2030-01-01T00:00:00Z') } })], true)).toMatchObject([{ leastDays: 0, date: '2030-01-01T00:00:00.000Z' }]);
  });

  it.each<[string, Partial<LifecycleRule>]>([
    ['is switched off', { Status: 'Disabled', Expiration: { Days: 1 } }],
    ['removes delete markers', { Expiration: { ExpiredObjectDeleteMarker: true } }],
    ['moves', { Transitions: [{ Days: 0, StorageClass: 'DEEP_ARCHIVE' }] }],
    ['throws away uploads', { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }],
    ['can match nothing', { Expiration: { Days: 1 }, Filter: { And: { ObjectSizeGreaterThan: 10, ObjectSizeLessThan: 11 } } }],
  ])('a rule that %s takes nothing', (_name, changes) => {
    expect(takingsOf([foreign('a', changes)], true)).toEqual([]);
  });

  it('names the rules of ours about the same objects', () => {
    const ours = foreign('webmarket-x', { Filter: { Prefix: 'invoices/2027' }, Transitions: [{ Days: 90, StorageClass: 'GLACIER_IR' }] });
    const theirs = foreign('cleanup', { Filter: { Prefix: 'invoices/' }, Expiration: { Days: 30 } });
    const elsewhere = foreign('tmp', { Filter: { Prefix: 'tmp/' }, Expiration: { Days: 3650 } });
    expect(retentionViolations([ours, theirs, elsewhere], 3650, true)).toMatchObject([{ taking: { ruleId: 'cleanup', isOurs: false }, ours: ['webmarket-x'] }]);
  });
});

describe('day by day', () => {
  const start = Date.parse('2027-01-01T00:00:00Z');
  const keys = ['a/1', 'a/b/2', 'c/3'];

  function randomRule(random: () => number, index: number): LifecycleRule {
    const prefix = pick(random, ['', 'a/', 'a/b/', 'c/']);
    const isSized = random() < 0.3;
    return {
      ID: `rule-${index}`,
      Status: random() < 0.85 ? 'Enabled' : 'Disabled',
      Filter: isSized ? { And: { Prefix: prefix, ObjectSizeGreaterThan: pick(random, [0, 5]), ObjectSizeLessThan: pick(random, [6, 50]) } } : { Prefix: prefix },
      ...(random() < 0.6 ? { Expiration: random() < 0.15 ? { Date: new Date(start + 20 * day) } : { Days: pick(random, [3, 8, 15]) } } : {}),
      ...(random() < 0.6 ? { NoncurrentVersionExpiration: { NoncurrentDays: pick(random, [2, 5, 9]), NewerNoncurrentVersions: pick(random, [0, 0, 1, 2]) } } : {}),
    };
  }

  function randomHistory(random: () => number): SimulatedVersion[] {
    return Array.from({ length: 25 }, (): SimulatedVersion => {
      const isMarker = random() < 0.2;
      return { key: pick(random, keys), size: isMarker ? 0 : pick(random, [1, 5, 20, 100]), writtenAt: start + Math.floor(random() * 25 * 24) * 3_600_000 + 1, isMarker };
    }).filter(({ key, writtenAt }, index, all) => all.findIndex((other) => other.key === key && other.writtenAt === writtenAt) === index);
  }

  it.each([true, false])('nothing is ever taken before the age that the rules were reckoned to take it at (versions: %s)', (isVersioned) => {
    let losses = 0;
    let exact = 0;
    for (let seed = 1; seed <= 150; seed += 1) {
      const random = randomOf(seed);
      const rules = [0, 1, 2].map((index) => randomRule(random, index));
      const takings = takingsOf(rules, isVersioned);
      for (const { version, kind, ageDays } of live(randomHistory(random), rules, isVersioned, start, start + 60 * day)) {
        const matching = takings.filter(({ filter }) => matchesBesidesTags(filter, version.key, version.size));
        const least = leastAgeDays(matching, kind, everything);
        losses += 1;
        if (least === undefined || ageDays < least) throw new Error(`Seed ${seed}: ${version.key} was ${kind} at ${ageDays} days, reckoned were ${least}.`);
        if (ageDays - least < 1) exact += 1;
      }
    }
    expect(losses).toBeGreaterThan(300);
    // The bound is met, and not only kept: else one of 0 would do.
    expect(exact).toBeGreaterThan(100);
  });
});

describe('filters', () => {
  const tag = (key: string, value: string): RuleFilter => ({ prefix: '', tags: [{ key, value }] });

  it('tags stand against each other only where one key has two values', () => {
    expect(overlaps(tag('a', '1'), tag('b', '2'))).toBe(true);
    expect(overlaps(tag('a', '1'), tag('a', '1'))).toBe(true);
    expect(overlaps(tag('a', '1'), tag('a', '2'))).toBe(false);
    expect(covers(everything, tag('a', '1'))).toBe(true);
    expect(covers(tag('a', '1'), everything)).toBe(false);
    expect(covers(tag('a', '1'), tag('a', '2'))).toBe(false);
  });

  it('read the older prefix as a filter, and an empty filter as none', () => {
    expect(filterOf({ Status: 'Enabled', Prefix: 'a/' })).toEqual({ prefix: 'a/', tags: [] });
    expect(filterOf({ Status: 'Enabled', Filter: {} })).toEqual(everything);
  });

  it('cover and overlap as the objects say that they match', () => {
    const objects = ['', 'a', 'a/', 'a/b', 'b'].flatMap((key) => [0, 1, 2, 3, 4, 5, 6, 99].map((size) => ({ key, size })));
    const filters = ['', 'a', 'a/', 'b'].flatMap((prefix) =>
      [undefined, 0, 2, 4].flatMap((largerThan) =>
        [undefined, 1, 3, 5].map((smallerThan): RuleFilter => ({ prefix, tags: [], ...(largerThan === undefined ? {} : { largerThan }), ...(smallerThan === undefined ? {} : { smallerThan }) })),
      ),
    );
    for (const left of filters) {
      const inLeft = objects.filter(({ key, size }) => matchesBesidesTags(left, key, size));
      expect([left, canMatch(left)]).toEqual([left, inLeft.length > 0]);
      for (const right of filters) {
        const both = inLeft.filter(({ key, size }) => matchesBesidesTags(right, key, size));
        expect([left, right, overlaps(left, right)]).toEqual([left, right, both.length > 0]);
        const inRight = objects.filter(({ key, size }) => matchesBesidesTags(right, key, size));
        // A filter that matches nothing is covered by every other: to say no there errs on the safe side.
        const isCovered = inRight.length === 0 ? covers(left, right) : both.length === inRight.length;
        expect([left, right, covers(left, right)]).toEqual([left, right, isCovered]);
      }
    }
  });
});
