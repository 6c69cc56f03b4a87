import type { LifecycleConfiguration } from './lifecycle-configuration.ts';

interface Write {
  /** Undefined: the bucket has none. */
  readonly configuration: LifecycleConfiguration | undefined;
  /** From when on reads see it, epoch milliseconds. */
  readonly isSeenFrom: number;
}

/** The lifecycle configuration of one bucket: as it stands, and as reads see it, which may lag behind. */
export class LifecycleRegister {
  #standing: LifecycleConfiguration | undefined;
  /** In order; what is before the newest that has arrived is never seen again. */
  #writes: readonly Write[] = [];

  get standing(): LifecycleConfiguration | undefined {
    return this.#standing;
  }

  write(configuration: LifecycleConfiguration | undefined, now: number, isSeenFrom: number): void {
    const newest = this.#newestSeen(now);
    this.#writes = [...this.#writes.slice(Math.max(0, newest)), { configuration, isSeenFrom }];
    this.#standing = configuration;
  }

  /** The newest of the writes that have arrived everywhere. */
  seen(now: number): LifecycleConfiguration | undefined {
    return this.#writes[this.#newestSeen(now)]?.configuration;
  }

  #newestSeen(now: number): number {
    return this.#writes.findLastIndex(({ isSeenFrom }) => isSeenFrom <= now);
  }
}
