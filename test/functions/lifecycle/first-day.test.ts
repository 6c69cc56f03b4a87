import type { LifecycleRule } from '@aws-sdk/client-s3';
import type { LifecycleConfiguration } from '../../../functions/lifecycle/configuration.ts';
import { createVersionCounter } from '../../../functions/lifecycle/first-day.ts';
import type { CountedVersions, ListedVersion } from '../../../functions/lifecycle/listed-version.ts';
import { configurationOf, day, foreign, now, pick, prices, randomOf, versionOf } from './facts.ts';
import { isMatched, listing, type Loss, round, type SimulatedVersion } from './simulation.ts';

const mebibyte = 2 ** 20;

interface Subject {
  readonly before?: LifecycleRule[];
  readonly after: LifecycleRule[];
  readonly isVersioned?: boolean;
  readonly minimumSize?: LifecycleConfiguration['minimumSize'];
  readonly isComplete?: boolean;
}

function counted({ before = [], after, isVersioned = true, minimumSize, isComplete = true }: Subject, versions: readonly ListedVersion[]): CountedVersions {
  const mode = minimumSize === undefined ? {} : { minimumSize };
  const counter = createVersionCounter({ current: { ...configurationOf(...before), ...mode }, wanted: { ...configurationOf(...after), ...mode }, isVersioned, prices, now });
  for (const version of versions) counter.add(version);
  return counter.result(isComplete);
}

function effectOf(subject: Subject, versions: readonly ListedVersion[]): CountedVersions['effect'] {
  return counted(subject, versions).effect;
}

const expiry = (Days: number, changes: Partial<LifecycleRule> = {}): LifecycleRule => foreign('webmarket-x', { Expiration: { Days }, ...changes });
const moving = (Days: number, StorageClass: 'STANDARD_IA' | 'GLACIER_IR' | 'GLACIER' | 'INTELLIGENT_TIERING' | 'ONEZONE_IA', changes: Partial<LifecycleRule> = {}): LifecycleRule =>
  foreign(`webmarket-${StorageClass}`, { Transitions: [{ Days, StorageClass }], ...changes });
const one = { objects: 1, bytes: mebibyte, isComplete: true };
const none = { objects: 0, bytes: 0, isComplete: true };

describe('what is old enough is taken within a day', () => {
  it('after its days, from the next midnight UTC on', () => {
    // It is 9 o'clock: tomorrow's midnight is within the day, and the one after is not.
    const midnight = Date.parse('2027-03-11T00:00:00Z');
    const at = (modifiedAt: number): unknown => effectOf({ after: [expiry(30)] }, [versionOf('a', 0, { modifiedAt })]).hidden;
    expect(at(midnight - 30 * day)).toEqual(one);
    expect(at(midnight - 30 * day + 1)).toEqual(none);
  });

  it('in a bucket with versions it is hidden, in one without it is gone', () => {
    expect(effectOf({ after: [expiry(30)] }, [versionOf('a', 31)])).toEqual({ deleted: none, hidden: one, moved: {} });
    expect(effectOf({ after: [expiry(30)], isVersioned: false }, [versionOf('a', 31)])).toEqual({ deleted: one, hidden: none, moved: {} });
  });

  it('a day that has come takes all there is; one that has not takes nothing', () => {
    const on = (date: string): unknown => effectOf({ after: [foreign('x', { Expiration: { Date: new Date(date) } })] }, [versionOf('a', 0)]).hidden;
    expect(on('2020-01-01T00:00:00Z')).toEqual(one);
    expect(on('2027-03-11T00:00:00Z')).toEqual(one);
    expect(on('2027-03-12T00:00:00Z')).toEqual(none);
  });

  it('what the rules as they stand take anyway is not counted', () => {
    expect(effectOf({ before: [expiry(30)], after: [expiry(20)] }, [versionOf('a', 31), versionOf('b', 21)]).hidden).toEqual(one);
  });

  it('what is incomplete says so', () => {
    expect(effectOf({ after: [expiry(30)], isComplete: false }, [versionOf('a', 31)]).hidden).toEqual({ ...one, isComplete: false });
  });
});

describe('versions that were replaced', () => {
  const gone = (NoncurrentDays: number, NewerNoncurrentVersions?: number): LifecycleRule =>
    foreign('webmarket-x', { NoncurrentVersionExpiration: { NoncurrentDays, ...(NewerNoncurrentVersions === undefined ? {} : { NewerNoncurrentVersions }) } });
  const old = { isLatest: false };

  it('count their days from when the next one was written, not from when they were', () => {
    expect(effectOf({ after: [gone(30)] }, [versionOf('a', 20), versionOf('a', 300, old)]).deleted).toEqual(none);
    expect(effectOf({ after: [gone(30)] }, [versionOf('a', 31), versionOf('a', 32, old)]).deleted).toEqual(one);
    expect(effectOf({ after: [gone(30)] }, [versionOf('a', 31, { isDeleteMarker: true, size: 0 }), versionOf('a', 300, old)]).deleted).toEqual(one);
  });

  it('stay as long as they are among the newest that are kept', () => {
    const history = [versionOf('a', 100), ...[200, 300, 400].map((age) => versionOf('a', age, old))];
    expect([0, 1, 2, 3].map((kept) => effectOf({ after: [gone(30, kept)] }, history).deleted)).toEqual([3, 2, 1, 0].map((objects) => ({ objects, bytes: objects * mebibyte, isComplete: true })));
  });

  it('of one key do not count for another', () => {
    expect(effectOf({ after: [gone(30, 1)] }, [versionOf('a', 90), versionOf('a', 91, old), versionOf('b', 90), versionOf('b', 91, old)]).deleted).toEqual(none);
  });

  it('lose delete markers too, which hold nothing and are not counted', () => {
    expect(effectOf({ after: [gone(30)] }, [versionOf('a', 90), versionOf('a', 91, { ...old, isDeleteMarker: true, size: 0 })]).deleted).toEqual(none);
  });

  it('are not hidden, and a delete marker is not either', () => {
    expect(effectOf({ after: [expiry(30)] }, [versionOf('a', 90, { isDeleteMarker: true, size: 0 }), versionOf('a', 91, old)]).hidden).toEqual(none);
  });

  it('whose next one is missing in the listing count as replaced when they were written', () => {
    expect(effectOf({ after: [gone(30)] }, [versionOf('a', 31, old)]).deleted).toEqual(one);
  });
});

describe('moves', () => {
  it('are told by class, and only downwards', () => {
    const versions = [versionOf('a', 91), versionOf('b', 91, { storageClass: 'STANDARD_IA' }), versionOf('c', 91, { storageClass: 'GLACIER' }), versionOf('d', 91, { storageClass: 'ONEZONE_IA' })];
    expect(effectOf({ after: [moving(90, 'GLACIER_IR')] }, versions).moved).toEqual({ GLACIER_IR: { objects: 2, bytes: 2 * mebibyte, isComplete: true } });
  });

  it('go to the cheapest class that is due, but to INTELLIGENT_TIERING before all but the archives', () => {
    const to = (...rules: LifecycleRule[]): unknown => Object.keys(effectOf({ after: rules }, [versionOf('a', 400)]).moved);
    expect(to(moving(30, 'STANDARD_IA'), moving(90, 'GLACIER'))).toEqual(['GLACIER']);
    expect(to(moving(30, 'GLACIER_IR'), moving(90, 'INTELLIGENT_TIERING'))).toEqual(['INTELLIGENT_TIERING']);
    expect(to(moving(30, 'GLACIER'), moving(90, 'INTELLIGENT_TIERING'))).toEqual(['GLACIER']);
    expect(to(moving(500, 'GLACIER'), moving(90, 'STANDARD_IA'))).toEqual(['STANDARD_IA']);
  });

  it('that the rules as they stand do too are not counted, those to another class are', () => {
    expect(effectOf({ before: [moving(30, 'STANDARD_IA')], after: [moving(31, 'STANDARD_IA')] }, [versionOf('a', 91)]).moved).toEqual({});
    expect(effectOf({ before: [moving(30, 'STANDARD_IA')], after: [moving(30, 'STANDARD_IA'), moving(90, 'GLACIER_IR')] }, [versionOf('a', 91)]).moved).toEqual({ GLACIER_IR: one });
  });

  it.each([
    [undefined, 'GLACIER_IR', {}, 0],
    [undefined, 'GLACIER', {}, 0],
    ['varies_by_storage_class', 'GLACIER_IR', {}, 0],
    ['varies_by_storage_class', 'GLACIER', {}, 1],
    [undefined, 'GLACIER_IR', { Filter: { ObjectSizeGreaterThan: 10 } }, 1],
    [undefined, 'GLACIER_IR', { Filter: { ObjectSizeLessThan: 1e6 } }, 1],
  ] as const)('of less than 128 KiB: mode %s, %s, %j: %d', (minimumSize, storageClass, changes, objects) => {
    const effect = effectOf({ after: [moving(90, storageClass, changes)], minimumSize }, [versionOf('a', 91, { size: 131_071 })]);
    expect(Object.values(effect.moved).length).toBe(objects);
  });

  it('of 128 KiB take place', () => {
    expect(effectOf({ after: [moving(90, 'GLACIER_IR')] }, [versionOf('a', 91, { size: 131_072 })]).moved).toEqual({ GLACIER_IR: { ...one, bytes: 131_072 } });
  });

  it('do not take place of what is gone; what is hidden is moved first', () => {
    const rule = moving(90, 'GLACIER_IR', { Expiration: { Days: 100 } });
    expect(effectOf({ after: [rule], isVersioned: false }, [versionOf('a', 101)])).toEqual({ deleted: one, hidden: none, moved: {} });
    expect(effectOf({ after: [rule] }, [versionOf('a', 101)])).toEqual({ deleted: none, hidden: one, moved: { GLACIER_IR: one } });
  });

  it('of versions go by their own days and their own number kept', () => {
    const rule = foreign('webmarket-x', { NoncurrentVersionTransitions: [{ NoncurrentDays: 30, NewerNoncurrentVersions: 1, StorageClass: 'GLACIER_IR' }] });
    expect(effectOf({ after: [rule] }, [versionOf('a', 40), versionOf('a', 41, { isLatest: false }), versionOf('a', 42, { isLatest: false })]).moved).toEqual({ GLACIER_IR: one });
  });
});

describe('filters by tags', () => {
  const Filter = { And: { Prefix: 'a', Tags: [{ Key: 'kind', Value: 'raw' }] } };
  const tagged = expiry(30, { Filter });

  it('of a rule that is new, changed or gone make unknown what it may take, and only that', () => {
    for (const [before, after] of [[[], [tagged]], [[tagged], []], [[tagged], [expiry(20, { Filter })]]] as const) {
      expect(effectOf({ before: [...before], after: [...after] }, [versionOf('a', 31)])).toEqual({ deleted: none, hidden: 'unknown', moved: {} });
    }
    expect(effectOf({ after: [moving(30, 'GLACIER_IR', { Filter })] }, [versionOf('a', 31)])).toEqual({ deleted: none, hidden: none, moved: 'unknown' });
    expect(effectOf({ after: [tagged], isVersioned: false }, [versionOf('a', 31)])).toMatchObject({ deleted: 'unknown' });
  });

  it('leave known that nothing is old enough, or under its prefix', () => {
    expect(effectOf({ after: [tagged] }, [versionOf('a', 3), versionOf('b', 31)])).toEqual({ deleted: none, hidden: none, moved: {} });
  });

  it('of a rule that stays change nothing, whatever it is called', () => {
    expect(effectOf({ before: [tagged], after: [{ ...tagged, ID: 'new' }, expiry(30, { ID: 'y' })] }, [versionOf('a', 31)]).hidden).toEqual(one);
  });
});

describe('against a bucket told simply', () => {
  function randomRule(random: () => number, index: number): LifecycleRule {
    const prefix = pick(random, ['', '', 'a/', 'a/b/']);
    return {
      ID: `rule-${index}`,
      Status: random() < 0.9 ? 'Enabled' : 'Disabled',
      Filter: random() < 0.3 ? { And: { Prefix: prefix, ObjectSizeGreaterThan: 2 ** 18, ObjectSizeLessThan: 2 ** 21 } } : { Prefix: prefix },
      ...(random() < 0.5 ? { Expiration: random() < 0.1 ? { Date: new Date('2027-03-11T00:00:00Z') } : { Days: pick(random, [3, 10, 20]) } } : {}),
      ...(random() < 0.5 ? { NoncurrentVersionExpiration: { NoncurrentDays: pick(random, [1, 5, 12]), NewerNoncurrentVersions: pick(random, [0, 0, 1, 3]) } } : {}),
      ...(random() < 0.5 ? { Transitions: [{ Days: pick(random, [0, 6, 14]), StorageClass: pick(random, ['GLACIER', 'INTELLIGENT_TIERING', 'GLACIER_IR']) }] } : {}),
    };
  }

  function randomBucket(random: () => number, isVersioned: boolean): SimulatedVersion[] {
    const written = Array.from({ length: 40 }, (): SimulatedVersion => {
      const isMarker = isVersioned && random() < 0.2;
      const hour = Math.floor(random() * 30 * 24);
      return { key: pick(random, ['a/1', 'a/b/2', 'c', 'd']), size: isMarker ? 0 : pick(random, [2 ** 17, 2 ** 19, 2 ** 22]), writtenAt: now - hour * 3_600_000, isMarker };
    });
    const distinct = written.filter(({ key, writtenAt }, index) => written.findIndex((other) => other.key === key && other.writtenAt === writtenAt) === index);
    return isVersioned ? distinct : distinct.filter(({ key }, index) => distinct.findIndex((other) => other.key === key) === index);
  }

  /** The one midnight that is within a day. */
  const midnight = Date.parse('2027-03-11T00:00:00Z');
  const order = ['GLACIER', 'INTELLIGENT_TIERING', 'GLACIER_IR'];

  function movedTo(version: SimulatedVersion, rules: readonly LifecycleRule[]): string | undefined {
    const due = rules.filter((rule) => isMatched(rule, version)).flatMap(({ Transitions = [] }) => Transitions.filter(({ Days = 0 }) => midnight >= version.writtenAt + Days * day));
    return order.find((storageClass) => due.some(({ StorageClass }) => StorageClass === storageClass));
  }

  function amount(losses: readonly Loss[], before: readonly Loss[], kind: Loss['kind']): unknown {
    const fresh = losses.filter((loss) => loss.kind === kind && !loss.version.isMarker && !before.some(({ version }) => version === loss.version));
    return { objects: fresh.length, bytes: fresh.reduce((sum, { version }) => sum + version.size, 0), isComplete: true };
  }

  it.each([true, false])('the same is taken (versions: %s)', (isVersioned) => {
    let taken = 0;
    for (let seed = 1; seed <= 200; seed += 1) {
      const random = randomOf(seed);
      const [before, after] = [[0, 1].map((index) => randomRule(random, index)), [2, 3].map((index) => randomRule(random, index))];
      const bucket = randomBucket(random, isVersioned);
      const [lossesBefore, lossesAfter] = [round(bucket, before, midnight), round(bucket, after, midnight)].map((losses) => (isVersioned ? losses : losses.map((loss): Loss => ({ ...loss, kind: 'gone' }))));
      const current = bucket.filter((version) => !version.isMarker && bucket.every((other) => other.key !== version.key || other.writtenAt <= version.writtenAt));
      const moved = new Map<string, number>();
      for (const version of current) {
        const isGone = [...(lossesBefore ?? []), ...(lossesAfter ?? [])].some((loss) => loss.version === version && loss.kind === 'gone');
        const to = isGone ? undefined : movedTo(version, after);
        if (to !== undefined && to !== movedTo(version, before)) moved.set(to, (moved.get(to) ?? 0) + 1);
      }
      const effect = effectOf({ before, after, isVersioned }, listing(bucket));
      const movedObjects = Object.entries(effect.moved).map(([name, { objects }]: [string, { objects: number }]) => [name, objects]);
      expect({ seed, deleted: effect.deleted, hidden: effect.hidden, moved: Object.fromEntries(movedObjects) }).toEqual({
        seed, deleted: amount(lossesAfter ?? [], lossesBefore ?? [], 'gone'), hidden: amount(lossesAfter ?? [], lossesBefore ?? [], 'hidden'), moved: Object.fromEntries(moved),
      });
      taken += lossesAfter?.length ?? 0;
    }
    expect(taken).toBeGreaterThan(100);
  });
});
