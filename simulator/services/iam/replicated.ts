/** Makes a change seen: at once, or when it has got around. */
type Replicate = (apply: () => void) => void;

/**
 * Things by name, as they were last written and as reads and decisions see them: IAM replicates its changes, and what
 * follows a change too closely may not see it (IAM user guide, "Troubleshoot IAM": changes are not always immediately visible).
 */
export class Replicated<V> {
  readonly #written = new Map<string, V>();
  readonly #seen = new Map<string, V>();
  /** In small letters. */
  readonly #names = new Set<string>();
  readonly #replicate: Replicate;
  #list: readonly V[] | undefined;

  constructor(replicate: Replicate) {
    this.#replicate = replicate;
  }

  written(name: string): V | undefined {
    return this.#written.get(name);
  }

  seen(name: string): V | undefined {
    return this.#seen.get(name);
  }

  /** Whether something that was written bears the name, be it spelled in other case. */
  isTaken(name: string): boolean {
    return this.#names.has(name.toLowerCase());
  }

  /** Everything that is seen, oldest first: the same array until something changes, so that a page costs no copy. */
  list(): readonly V[] {
    this.#list ??= [...this.#seen.values()];
    return this.#list;
  }

  /** Everything that was written, oldest first, seen already or not. */
  writtenValues(): Iterable<V> {
    return this.#written.values();
  }

  put(name: string, value: V): void {
    this.#written.set(name, value);
    this.#names.add(name.toLowerCase());
    this.#replicate(() => {
      this.#seen.set(name, value);
      this.#list = undefined;
    });
  }

  delete(name: string): void {
    this.#written.delete(name);
    this.#names.delete(name.toLowerCase());
    this.#replicate(() => {
      this.#seen.delete(name);
      this.#list = undefined;
    });
  }
}
