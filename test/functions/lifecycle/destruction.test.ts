import type { LifecycleRule } from '@aws-sdk/client-s3';
import { isDestructive } from '../../../functions/lifecycle/destruction.ts';
import { configurationOf, day, foreign, pick, randomOf, shipped } from './facts.ts';
import { live, type SimulatedVersion } from './simulation.ts';
import { declaredConfiguration } from '../../../functions/lifecycle/wanted.ts';

const gone = (NoncurrentDays: number, NewerNoncurrentVersions = 0): Partial<LifecycleRule> => ({ NoncurrentVersionExpiration: { NoncurrentDays, NewerNoncurrentVersions } });
const hidden = (Days: number): Partial<LifecycleRule> => ({ Expiration: { Days } });
const dated = (date: string): Partial<LifecycleRule> => ({ Expiration: { Date: new Date(date) } });

function isDestroying(before: Partial<LifecycleRule> | undefined, after: Partial<LifecycleRule> | undefined, isVersioned = true): boolean {
  const of = (rule: Partial<LifecycleRule> | undefined): LifecycleRule[] => (rule === undefined ? [] : [foreign('webmarket-x', rule)]);
  return isDestructive(configurationOf(...of(before)), configurationOf(...of(after)), isVersioned);
}

describe('a change is destructive', () => {
  it.each<[string, Partial<LifecycleRule> | undefined, Partial<LifecycleRule> | undefined]>([
    ['a new expiry of versions', undefined, gone(3650)],
    ['a shorter one', gone(31), gone(30)],
    ['fewer versions kept', gone(30, 3), gone(30, 2)],
    ['a wider prefix', { ...gone(30), Filter: { Prefix: 'a/b' } }, { ...gone(30), Filter: { Prefix: 'a/' } }],
    ['another prefix', { ...gone(30), Filter: { Prefix: 'a/' } }, { ...gone(30), Filter: { Prefix: 'b/' } }],
    ['a tag less', { ...gone(30), Filter: { Tag: { Key: 'a', Value: 'b' } } }, gone(30)],
    ['smaller objects too', { ...gone(30), Filter: { ObjectSizeGreaterThan: 9 } }, { ...gone(30), Filter: { ObjectSizeGreaterThan: 8 } }],
    ['larger objects too', { ...gone(30), Filter: { ObjectSizeLessThan: 9 } }, { ...gone(30), Filter: { ObjectSizeLessThan: 10 } }],
    ['switched on', { ...gone(30), Status: 'Disabled' }, gone(30)],
    ['a new expiry, which hides', undefined, hidden(400)],
    ['a shorter one', hidden(400), hidden(399)],
    ['an earlier day', dated('2030-01-02T00:00:00Z'), dated('2030-01-01T00:00:00Z')],
    ['an age in place of a day', dated('2030-01-01T00:00:00Z'), hidden(3650)],
    ['a day in place of an age', hidden(1), dated('2040-01-01T00:00:00Z')],
    ['a hiding that becomes an expiry of versions', hidden(1), gone(400)],
  ])('%s', (_name, before, after) => {
    expect(isDestroying(before, after)).toBe(true);
  });

  it('by another rule than the one that took as much before', () => {
    const other = foreign('theirs', gone(30));
    expect(isDestructive(configurationOf(other), configurationOf(other, foreign('webmarket-x', gone(60))), true)).toBe(false);
    expect(isDestructive(configurationOf(other), configurationOf(foreign('webmarket-x', gone(60))), true)).toBe(false);
    expect(isDestructive(configurationOf(other), configurationOf(other, foreign('webmarket-x', gone(29))), true)).toBe(true);
  });

  it('as delivered: images, logs and evidence; documents are only moved', () => {
    const destroyed = (['productImages', 'documents', 'logs', 'evidence'] as const).filter((role) =>
      isDestructive(configurationOf(), configurationOf(...declaredConfiguration(shipped.buckets[role])), true),
    );
    expect(destroyed).toEqual(['productImages', 'logs', 'evidence']);
  });
});

describe('a change is not destructive', () => {
  it.each<[string, Partial<LifecycleRule> | undefined, Partial<LifecycleRule> | undefined]>([
    ['a rule that is removed', gone(30), undefined],
    ['a longer time', gone(30), gone(31)],
    ['more versions kept', gone(30), gone(30, 2)],
    ['a narrower filter', gone(30), { ...gone(30), Filter: { And: { Prefix: 'a/', ObjectSizeGreaterThan: 9 } } }],
    ['switched off', gone(30), { ...gone(3), Status: 'Disabled' }],
    ['moves', undefined, { Transitions: [{ Days: 0, StorageClass: 'DEEP_ARCHIVE' }] }],
    ['uploads that nobody finished', undefined, { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }],
    ['delete markers with nothing behind them', undefined, { Expiration: { ExpiredObjectDeleteMarker: true } }],
    ['a later day', dated('2030-01-01T00:00:00Z'), dated('2030-01-02T00:00:00Z')],
  ])('%s', (_name, before, after) => {
    expect(isDestroying(before, after)).toBe(false);
  });
});

it('what is not called destructive takes nothing that was not taken as soon before, day by day', () => {
  const start = Date.parse('2027-01-01T00:00:00Z');
  let harmless = 0;
  for (let seed = 1; seed <= 400; seed += 1) {
    const random = randomOf(seed);
    const isVersioned = random() < 0.7;
    const rule = (ID: string): LifecycleRule =>
      foreign(ID, { Filter: { Prefix: pick(random, ['', 'a/', 'a/b']) }, ...(random() < 0.5 ? hidden(pick(random, [5, 9])) : {}), ...(random() < 0.7 ? gone(pick(random, [3, 6]), pick(random, [0, 1])) : {}) });
    const [before, after] = [[rule('x'), rule('y')], [rule('x')]];
    if (isDestructive(configurationOf(...before), configurationOf(...after), isVersioned)) continue;
    const history = Array.from({ length: 15 }, (_, index): SimulatedVersion => ({ key: pick(random, ['a/1', 'a/b', 'c']), size: 1, writtenAt: start + index * day * 1.1 + 1, isMarker: random() < 0.2 }));
    const named = (rules: readonly LifecycleRule[]): Map<string, number> =>
      new Map(live(history, rules, isVersioned, start, start + 40 * day).filter(({ kind }) => kind === 'gone').map(({ version, ageDays }) => [`${version.key}@${version.writtenAt}`, ageDays]));
    const earlier = named(before);
    for (const [name, ageDays] of named(after)) {
      harmless += 1;
      if ((earlier.get(name) ?? Infinity) > ageDays) throw new Error(`Seed ${seed}: ${name} is gone at ${ageDays} days, and was not before.`);
    }
  }
  expect(harmless).toBeGreaterThan(100);
});
