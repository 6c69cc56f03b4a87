import type { GetBucketLifecycleConfigurationCommandOutput, LifecycleRule } from '@aws-sdk/client-s3';
import type { Account } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/aws-error.ts';
import type { Bucket } from './bucket.ts';
import { configurationOf, copyOf, type LifecycleConfiguration } from './lifecycle-configuration.ts';
import { type LifecycleAction, LifecycleRunner } from './lifecycle-runner.ts';

/**
 * A new lifecycle configuration takes its time to reach every part of S3, and reads may still show the one before: one write
 * in four, for at most a few seconds. Both are drawn; the user guide speaks of "some lag".
 */
const propagation = { share: 0.25, milliseconds: { low: 300, high: 4000 } };

/** Rules as a request carries them, and the mode of minimum sizes beside them. */
export interface AskedLifecycle {
  readonly rules: readonly LifecycleRule[] | undefined;
  readonly minimumSize: string | undefined;
}

/** The lifecycle configurations of all buckets, and what comes of them. */
export class Lifecycles {
  readonly #account: Account;
  readonly #runner: LifecycleRunner;

  constructor(account: Account, buckets: ReadonlyMap<string, Bucket>) {
    this.#account = account;
    this.#runner = new LifecycleRunner(account, buckets);
  }

  get actions(): readonly LifecycleAction[] {
    return this.#runner.actions;
  }

  /** As a call sees it now. */
  read(bucket: Bucket): Omit<GetBucketLifecycleConfigurationCommandOutput, '$metadata'> {
    const seen = bucket.lifecycle.seen(this.#account.clock.now());
    if (seen !== undefined) return copyOf(seen);
    throw new AwsError('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist', {
      statusCode: 404,
      members: { BucketName: bucket.definition.name },
    });
  }

  /** Replaces all that was there; reads may be late to see it. Throws what S3 refuses. */
  write(bucket: Bucket, asked: AskedLifecycle): LifecycleConfiguration {
    const configuration = this.#configurationOf(asked);
    this.#set(bucket, configuration, this.#drawLag());
    return configuration;
  }

  remove(bucket: Bucket): void {
    this.#set(bucket, undefined, this.#drawLag());
  }

  /** The same for a template, undefined where it declares none: a deployment ends when reads see what it did. */
  declare(bucket: Bucket, asked: AskedLifecycle | undefined): void {
    this.#set(bucket, asked === undefined ? undefined : this.#configurationOf(asked), 0);
  }

  #configurationOf({ rules, minimumSize }: AskedLifecycle): LifecycleConfiguration {
    // As S3 names a rule that nobody named: a UUID in base64.
    const newId = (): string => Buffer.from(this.#account.random.stream('s3/rule-id').uuid()).toString('base64');
    return configurationOf(rules, minimumSize, newId);
  }

  #drawLag(): number {
    const random = this.#account.random.stream('s3/propagation');
    const { low, high } = propagation.milliseconds;
    return random.next() < propagation.share ? random.integer(low, high) : 0;
  }

  #set(bucket: Bucket, configuration: LifecycleConfiguration | undefined, lagMilliseconds: number): void {
    const now = this.#account.clock.now();
    bucket.lifecycle.write(configuration, now, now + lagMilliseconds);
    this.#runner.follow();
  }
}
