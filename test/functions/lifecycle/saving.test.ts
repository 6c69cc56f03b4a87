import type { LifecycleRule } from '@aws-sdk/client-s3';
import type { Saving } from '../../../functions/lifecycle/bucket-plan.ts';
import { createVersionCounter } from '../../../functions/lifecycle/first-day.ts';
import type { ListedVersion } from '../../../functions/lifecycle/listed-version.ts';
import { savingOf } from '../../../functions/lifecycle/saving.ts';
import { configurationOf, foreign, now, prices, versionOf } from './facts.ts';

const gib = 2 ** 30;

function saved(before: LifecycleRule[], after: LifecycleRule[], versions: readonly ListedVersion[], { isVersioned = true, isComplete = true } = {}): Saving {
  const counter = createVersionCounter({ current: configurationOf(...before), wanted: configurationOf(...after), isVersioned, prices, now });
  for (const version of versions) counter.add(version);
  return counter.result(isComplete).saving;
}

const moving = (Days: number, StorageClass: 'GLACIER_IR' | 'GLACIER' | 'STANDARD_IA' | 'DEEP_ARCHIVE', changes: Partial<LifecycleRule> = {}): LifecycleRule =>
  foreign(`to-${StorageClass}`, { Transitions: [{ Days, StorageClass }], ...changes });
const expiring = (Days: number): LifecycleRule => foreign('expiring', { Expiration: { Days } });
const large = { size: gib };

describe('a move', () => {
  it('saves the difference of storage, and costs its fee', () => {
    expect(saved([], [moving(60, 'GLACIER_IR')], [versionOf('a', 90, large), versionOf('b', 90, large)])).toEqual({
      perMonthUsd: 0.036, onceUsd: 0.00004, monthsToPayBack: 0, pricesAsOf: '2027-03-01',
    });
  });

  it('of many small objects costs more than it saves for months', () => {
    const versions = Array.from({ length: 8192 }, (_, index) => versionOf(`k${index}`, 90, { size: 131_072 }));
    // A GiB in all: 0.024 less 0.006 USD a month, and 8.192 times 0.02 USD at once.
    expect(saved([], [moving(60, 'GLACIER_IR')], versions)).toEqual({ perMonthUsd: 0.018, onceUsd: 0.16384, monthsToPayBack: 9.1, pricesAsOf: '2027-03-01' });
  });

  it('of objects below the smallest size of a class is paid for that size, and never pays', () => {
    const small = moving(60, 'GLACIER_IR', { Filter: { ObjectSizeGreaterThan: 1 } });
    const versions = Array.from({ length: 8192 }, (_, index) => versionOf(`k${index}`, 90, { size: 1024 }));
    expect(saved([], [small], versions)).toEqual({ perMonthUsd: 0.000_188 - 0.006, onceUsd: 0.16384, pricesAsOf: '2027-03-01' });
  });

  it('to an archive is paid for its index too', () => {
    // 32 KiB at the price of the archive and 8 KiB at that of STANDARD, 32,768 times.
    const versions = Array.from({ length: 32_768 }, (_, index) => versionOf(`k${index}`, 90, { size: 32_768 }));
    const rule = moving(60, 'GLACIER', { Filter: { ObjectSizeGreaterThan: 1 } });
    expect(saved([], [rule], versions)).toMatchObject({ perMonthUsd: 0.024 - 2 * 0.004 - 0.006, onceUsd: 0.983_04 });
  });

  it('that takes place anyway saves nothing, one to a cheaper class saves the rest', () => {
    expect(saved([moving(60, 'STANDARD_IA')], [moving(60, 'STANDARD_IA')], [versionOf('a', 90, large)])).toEqual({ perMonthUsd: 0, onceUsd: 0, pricesAsOf: '2027-03-01' });
    expect(saved([moving(60, 'STANDARD_IA')], [moving(60, 'GLACIER_IR')], [versionOf('a', 90, large)])).toMatchObject({ perMonthUsd: 0.006, onceUsd: 0.000_01 });
  });

  it('that no longer takes place is a loss', () => {
    expect(saved([moving(60, 'GLACIER_IR')], [], [versionOf('a', 90, large)])).toEqual({ perMonthUsd: -0.018, onceUsd: -0.000_02, pricesAsOf: '2027-03-01' });
  });
});

describe('the minimum duration of a class that is left', () => {
  it('is paid for to its end: since the object was written, where no rule had moved it', () => {
    // 30 of 90 days are left: a month.
    expect(saved([], [expiring(10)], [versionOf('a', 60, { ...large, storageClass: 'GLACIER_IR' })], { isVersioned: false })).toMatchObject({ perMonthUsd: 0.006, onceUsd: 0.006, monthsToPayBack: 1 });
    expect(saved([], [expiring(10)], [versionOf('a', 90, { ...large, storageClass: 'GLACIER_IR' })], { isVersioned: false })).toMatchObject({ perMonthUsd: 0.006, onceUsd: 0, monthsToPayBack: 0 });
  });

  it('begins when the rules that stand had moved it', () => {
    const rule = moving(40, 'GLACIER_IR');
    // It went there at the midnight after its fortieth day, 9 hours before now less 50 days: 49.375 days ago.
    const saving = saved([rule], [rule, expiring(10)], [versionOf('a', 90, { ...large, storageClass: 'GLACIER_IR' })], { isVersioned: false });
    expect(saving.onceUsd).toBeCloseTo((0.006 * (90 - 49.375)) / 30, 5);
  });

  it('begins when it was written, where the rules would have moved it only after it was replaced', () => {
    const rule = moving(40, 'GLACIER_IR');
    const gone = foreign('gone', { NoncurrentVersionExpiration: { NoncurrentDays: 30 } });
    const versions = (replacedAge: number): ListedVersion[] => [versionOf('a', replacedAge), versionOf('a', 100, { ...large, storageClass: 'GLACIER_IR', isLatest: false })];
    expect(saved([rule], [rule, gone], versions(70)).onceUsd).toBe(0);
    expect(saved([rule], [rule, gone], versions(50)).onceUsd).toBeCloseTo((0.006 * (90 - 59.375)) / 30, 5);
  });

  it('is reckoned with the smallest size and the index', () => {
    const saving = saved([], [moving(0, 'DEEP_ARCHIVE')], [versionOf('a', 60, { ...large, storageClass: 'GLACIER' })]);
    expect(saving.onceUsd).toBeCloseTo((0.004 * (gib + 32_768) + 0.024 * 8192) / gib + 0.000_05, 6);
  });
});

it('what is hidden is paid for as before', () => {
  expect(saved([], [expiring(30)], [versionOf('a', 90, large)])).toEqual({ perMonthUsd: 0, onceUsd: 0, pricesAsOf: '2027-03-01' });
});

it('versions that are gone save all of their storage, once they are not taken anyway', () => {
  const gone = foreign('x', { NoncurrentVersionExpiration: { NoncurrentDays: 30 } });
  const versions = [versionOf('a', 60, large), versionOf('a', 90, { ...large, isLatest: false })];
  expect(saved([], [gone], versions)).toMatchObject({ perMonthUsd: 0.024, onceUsd: 0, monthsToPayBack: 0 });
  expect(saved([gone], [gone], versions)).toMatchObject({ perMonthUsd: 0 });
});

describe('it is unknown', () => {
  const unknown = { perMonthUsd: 'unknown', onceUsd: 'unknown', pricesAsOf: '2027-03-01' };
  const Filter = { Tag: { Key: 'kind', Value: 'raw' } };

  it('where not everything was counted', () => {
    expect(saved([], [moving(60, 'GLACIER_IR')], [versionOf('a', 90)], { isComplete: false })).toEqual(unknown);
  });

  it('where a rule with tags may move or delete', () => {
    expect(saved([], [moving(60, 'GLACIER_IR', { Filter })], [versionOf('a', 90)])).toEqual(unknown);
    const stays = moving(60, 'GLACIER', { Filter });
    expect(saved([stays], [stays, moving(60, 'GLACIER_IR')], [versionOf('a', 90)])).toEqual(unknown);
    expect(saved([stays], [stays, moving(60, 'GLACIER_IR')], [versionOf('a', 30)])).toMatchObject({ perMonthUsd: 0 });
  });

  it('where a class has no price, and is left', () => {
    expect(saved([], [expiring(30)], [versionOf('a', 90, { storageClass: 'REDUCED_REDUNDANCY' })], { isVersioned: false })).toEqual(unknown);
    expect(saved([], [expiring(30)], [versionOf('a', 9, { storageClass: 'REDUCED_REDUNDANCY' })], { isVersioned: false })).toMatchObject({ perMonthUsd: 0 });
  });
});

it('months to pay back: none where nothing is saved, 0 where nothing is paid', () => {
  expect(savingOf({ perMonthUsd: 2, onceUsd: 5 }, prices).monthsToPayBack).toBe(2.5);
  expect(savingOf({ perMonthUsd: 2, onceUsd: -5 }, prices).monthsToPayBack).toBe(0);
  expect(savingOf({ perMonthUsd: 0, onceUsd: 5 }, prices)).not.toHaveProperty('monthsToPayBack');
  expect(savingOf({ perMonthUsd: -2, onceUsd: 0 }, prices)).not.toHaveProperty('monthsToPayBack');
});
