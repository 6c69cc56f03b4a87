import type { StoragePrices } from '../platform/prices.ts';
import type { BucketPlan } from './bucket-plan.ts';
import { changesOf } from './comparison.ts';
import { foreignRules, hashConfiguration, hashOf, type LifecycleConfiguration } from './configuration.ts';
import { isDestructive } from './destruction.ts';
import { guard } from './guards.ts';
import type { CountedVersions } from './listed-version.ts';
import type { BucketLifecycle, BucketRole, LifecycleSettings } from './settings.ts';
import { wantedConfiguration } from './wanted.ts';

/** What was read of one bucket, and what was declared of it. */
export interface BucketFacts {
  readonly role: BucketRole;
  readonly bucket: string;
  readonly declared: BucketLifecycle;
  readonly mode: LifecycleSettings['mode'];
  /** `unread`: why it could not be read. A bucket without a configuration has one with no rules. */
  readonly current: LifecycleConfiguration | { readonly unread: string };
  /** Whether versioning is enabled. False where it is suspended too: then what expires may be gone at once. */
  readonly isVersioned: boolean | 'unread';
  readonly prices: StoragePrices;
  /** Absent as long as nobody has listed the versions: a plan can be had without. */
  readonly counted?: CountedVersions;
  /** The answer that stands for this bucket, and has not expired. */
  readonly approval?: { readonly planHash: string; readonly isApproved: boolean };
}

/**
 * What is to become of a bucket. A blocker refuses all of it, also where nothing of ours would change: a rule of others that
 * breaks the retention must not be passed over as `unchanged`. `counted` changes neither verdict nor hashes: the plan can be
 * decided first, and the versions counted only where it has changes.
 */
export function decidePlan(facts: BucketFacts): BucketPlan {
  const { role, bucket, current, isVersioned, declared, prices, mode, counted, approval } = facts;
  if ('unread' in current) return unreadPlan(facts, `The lifecycle rules of ${bucket} could not be read: ${current.unread}`);
  if (isVersioned === 'unread') return unreadPlan(facts, `Whether ${bucket} keeps versions could not be read.`, current);
  const wanted = wantedConfiguration(current, declared);
  const { blockers, remarks } = guard({ current, wanted, declared, isVersioned, prices });
  const changes = changesOf(current, declared);
  const isDestroying = changes.length > 0 && isDestructive(current, wanted, isVersioned);
  const beforeHash = hashConfiguration(current);
  const planHash = planHashOf(bucket, isVersioned, beforeHash, wanted);
  const isApproved = approval?.isApproved === true && approval.planHash === planHash;
  return {
    role, bucket, blockers, remarks, changes, beforeHash, planHash,
    verdict: verdictOf({ isBlocked: blockers.length > 0, isChanging: changes.length > 0, mode, isDestroying, isApproved }),
    foreignRules: foreignRules(current).length,
    isDestructive: isDestroying,
    ...(counted !== undefined && changes.length > 0 ? { effect: counted.effect, saving: counted.saving } : {}),
  };
}

interface VerdictSubject {
  readonly isBlocked: boolean;
  readonly isChanging: boolean;
  readonly mode: LifecycleSettings['mode'];
  readonly isDestroying: boolean;
  readonly isApproved: boolean;
}

function verdictOf({ isBlocked, isChanging, mode, isDestroying, isApproved }: VerdictSubject): BucketPlan['verdict'] {
  if (isBlocked) return 'refused';
  if (!isChanging) return 'unchanged';
  if (mode === 'dry-run') return 'dry-run';
  return isDestroying && !isApproved ? 'ask' : 'write';
}

/** Whether the bucket keeps versions is part of it: who allowed that objects be hidden has not allowed that they be gone. */
function planHashOf(bucket: string, isVersioned: boolean | 'unread', beforeHash: string, wanted: LifecycleConfiguration | undefined): string {
  return hashOf({ bucket, isVersioned, before: beforeHash, after: wanted === undefined ? null : hashConfiguration(wanted) });
}

/** Nothing is concluded from what could not be read: least of all that there is nothing. */
function unreadPlan({ role, bucket, isVersioned }: BucketFacts, message: string, current?: LifecycleConfiguration): BucketPlan {
  const beforeHash = current === undefined ? hashOf('unread') : hashConfiguration(current);
  return {
    role, bucket, beforeHash,
    verdict: 'refused',
    blockers: [{ code: 'unread', message }],
    remarks: [],
    changes: [],
    foreignRules: current === undefined ? 0 : foreignRules(current).length,
    isDestructive: false,
    planHash: planHashOf(bucket, isVersioned, beforeHash, undefined),
  };
}
