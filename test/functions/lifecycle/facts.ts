import { readFileSync } from 'node:fs';
import type { LifecycleRule } from '@aws-sdk/client-s3';
import { parse } from 'yaml';
import * as z from 'zod';
import type { LifecycleConfiguration } from '../../../functions/lifecycle/configuration.ts';
import type { BucketFacts } from '../../../functions/lifecycle/decide-plan.ts';
import type { ListedVersion } from '../../../functions/lifecycle/listed-version.ts';
import { type BucketLifecycle, bucketLifecycleSchema, type BucketRole, lifecycleSettingsSchema } from '../../../functions/lifecycle/settings.ts';
import { declaredConfiguration } from '../../../functions/lifecycle/wanted.ts';
import type { StoragePrices } from '../../../functions/platform/prices.ts';

export const day = 86_400_000;

/** A morning, so that midnight matters. */
export const now = Date.parse('2027-03-10T09:00:00Z');

const configurationFile = z.object({ lifecycle: lifecycleSettingsSchema });

/** The lifecycle of the configuration that is delivered. */
export const shipped = configurationFile.parse(parse(readFileSync(new URL('../../../config/production.yaml', import.meta.url), 'utf8'))).lifecycle;

const noOverhead = { overheadBytes: 0, standardOverheadBytes: 0 };
const archive = { minimumBytes: 0, overheadBytes: 32_768, standardOverheadBytes: 8192 };

/** Round prices, so that a sum can be checked in one's head. */
export const prices: StoragePrices = {
  asOf: '2027-03-01',
  source: 'invented for tests',
  listsPerThousand: 0.005,
  classes: {
    STANDARD: { perGibMonth: 0.024, transitionsPerThousand: 0, minimumDays: 0, minimumBytes: 0, ...noOverhead },
    INTELLIGENT_TIERING: { perGibMonth: 0.02, transitionsPerThousand: 0.01, minimumDays: 0, minimumBytes: 0, ...noOverhead },
    STANDARD_IA: { perGibMonth: 0.012, transitionsPerThousand: 0.01, minimumDays: 30, minimumBytes: 131_072, ...noOverhead },
    ONEZONE_IA: { perGibMonth: 0.01, transitionsPerThousand: 0.01, minimumDays: 30, minimumBytes: 131_072, ...noOverhead },
    GLACIER_IR: { perGibMonth: 0.006, transitionsPerThousand: 0.02, minimumDays: 90, minimumBytes: 131_072, ...noOverhead },
    GLACIER: { perGibMonth: 0.004, transitionsPerThousand: 0.03, minimumDays: 90, ...archive },
    DEEP_ARCHIVE: { perGibMonth: 0.002, transitionsPerThousand: 0.05, minimumDays: 180, ...archive },
  },
};

/** Rules as declared, with what the schema says of them. */
export function declaredOf(retentionDays: number, ...rules: z.input<typeof bucketLifecycleSchema>['rules']): BucketLifecycle {
  return bucketLifecycleSchema.parse({ retentionDays, rules });
}

/** A rule of others, switched on and about everything. */
export function foreign(ID: string, changes: Partial<LifecycleRule> = {}): LifecycleRule {
  return { ID, Status: 'Enabled', Filter: { Prefix: '' }, ...changes };
}

export function configurationOf(...rules: LifecycleRule[]): LifecycleConfiguration {
  return { rules, minimumSize: 'all_storage_classes_128K' };
}

/** The rules of a bucket as this program wrote them. */
export function standing(declared: BucketLifecycle, ...others: LifecycleRule[]): LifecycleConfiguration {
  return configurationOf(...others, ...declaredConfiguration(declared));
}

/** A bucket with versions and without rules, of the delivered configuration, to be written. */
export function factsOf(role: BucketRole, changes: Partial<BucketFacts> = {}): BucketFacts {
  return { role, bucket: `webmarket-${role.toLowerCase()}`, declared: shipped.buckets[role], mode: 'enforce', current: configurationOf(), isVersioned: true, prices, ...changes };
}

/** A version of a mebibyte in STANDARD, the newest of its key, written so many days before now. */
export function versionOf(key: string, ageDays: number, changes: Partial<ListedVersion> = {}): ListedVersion {
  return { key, size: 2 ** 20, storageClass: 'STANDARD', modifiedAt: now - ageDays * day, isLatest: true, isDeleteMarker: false, ...changes };
}

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function pick<Value>(random: () => number, values: readonly Value[]): Value {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new Error('There is nothing to pick from.');
  return value;
}
