import type { Account } from '../../kernel/account.ts';
import type { Cancel } from '../../kernel/clock.ts';
import { type Bucket, deleteMarker } from './bucket.ts';
import { activeRules, decide, type LifecycleActionKind, type LifecycleDecision } from './lifecycle-decisions.ts';

const dayMilliseconds = 86_400_000;
/** After midnight UTC. S3 evaluates then, and acts in its own time: drawn. */
const actsAfterMinutes = { low: 5, high: 90 };

/** Something that a lifecycle rule did to a version. */
export interface LifecycleAction {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  readonly kind: LifecycleActionKind;
  readonly bytes: number;
  /** Epoch milliseconds. */
  readonly modifiedAt: number;
  /** Absent of a version that was the current one. */
  readonly noncurrentSince?: number;
  /** The class that it went to, or that it was in when it was deleted or hidden. */
  readonly storageClass: string;
}

/** Carries out the rules of all buckets, once a day. While no bucket has a rule that is switched on, no timer runs. */
export class LifecycleRunner {
  readonly actions: LifecycleAction[] = [];
  readonly #account: Account;
  readonly #buckets: ReadonlyMap<string, Bucket>;
  #cancel: Cancel | undefined;

  constructor(account: Account, buckets: ReadonlyMap<string, Bucket>) {
    this.#account = account;
    this.#buckets = buckets;
  }

  /** To be called when a configuration changed. */
  follow(): void {
    const hasRules = [...this.#buckets.values()].some(({ lifecycle }) => activeRules(lifecycle.standing).rules.length > 0);
    if (!hasRules) {
      this.#cancel?.();
      this.#cancel = undefined;
      return;
    }
    if (this.#cancel !== undefined) return;
    const { clock, random } = this.#account;
    const midnight = (Math.floor(clock.now() / dayMilliseconds) + 1) * dayMilliseconds;
    const minutes = random.stream('s3/lifecycle').integer(actsAfterMinutes.low, actsAfterMinutes.high);
    this.#cancel = clock.at(midnight + minutes * 60_000, () => {
      this.#cancel = undefined;
      for (const bucket of this.#buckets.values()) this.#run(bucket);
      this.follow();
    });
  }

  #run(bucket: Bucket): void {
    const active = activeRules(bucket.lifecycle.standing);
    if (active.rules.length === 0) return;
    const { name, isVersioned } = bucket.definition;
    const now = this.#account.clock.now();
    const counts = { deleted: 0, hidden: 0, moved: 0, 'marker-removed': 0 };
    for (const key of bucket.keys) {
      for (const decision of decide(active, bucket.versions(key), isVersioned, now)) {
        counts[decision.kind] += 1;
        this.#record(name, decision, now);
        this.#apply(bucket, decision, now);
      }
    }
    if (Object.values(counts).every((count) => count === 0)) return;
    const { deleted, hidden, moved } = counts;
    const text = `Lifecycle rules of ${name} deleted ${deleted}, hid ${hidden} and moved ${moved} versions, and removed ${counts['marker-removed']} delete markers.`;
    this.#account.note('s3.lifecycle', text, { bucket: name, ...counts });
  }

  #apply(bucket: Bucket, decision: LifecycleDecision, now: number): void {
    const { key, versionId } = decision.version;
    switch (decision.kind) {
      case 'deleted':
      case 'marker-removed':
        bucket.remove(key, versionId);
        return;
      case 'moved':
        bucket.move(key, versionId, decision.storageClass);
        return;
      case 'hidden':
        bucket.put(deleteMarker(bucket, key, this.#account.random.stream('s3/lifecycle').hex(32), now));
    }
  }

  #record(bucket: string, decision: LifecycleDecision, at: number): void {
    const { key, versionId, size, modifiedAt, noncurrentSince } = decision.version;
    this.actions.push({
      at,
      bucket,
      key,
      versionId,
      kind: decision.kind,
      bytes: size,
      modifiedAt,
      ...(noncurrentSince === undefined ? {} : { noncurrentSince }),
      storageClass: decision.kind === 'moved' ? decision.storageClass : decision.version.storageClass,
    });
  }
}
