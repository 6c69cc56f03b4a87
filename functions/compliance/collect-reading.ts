import { classify, Refused } from '../platform/errors.ts';
import { emptyContent, notAskedFor, type Snapshot, type SnapshotContent, type SnapshotPart, snapshotParts } from './snapshot.ts';

/** Where an account is, as its ARNs say it. */
export interface AccountContext {
  readonly accountId: string;
  readonly region: string;
  /** `aws` */
  readonly partition: string;
}

/** Listings that go on at the same time. EC2 gives an account one bucket of calls for all that describe. */
const concurrentReadings = 4;

/**
 * One look at an account, part by part. What is refused leaves its parts unread, with the reason, and stops nothing
 * else; any other failure stops the look once the readings under way have ended: none goes on behind its back.
 */
export class Reading {
  readonly #content: { -readonly [Part in SnapshotPart]?: SnapshotContent[Part] } = {};
  readonly #unread: Partial<Record<SnapshotPart, string>> = {};
  readonly #waiting: (() => void)[] = [];
  #free = concurrentReadings;
  #failure: Error | undefined;

  /** Reads something that `parts` need. Undefined where it could not be read. */
  async read<Value>(parts: readonly SnapshotPart[], read: () => Promise<Value>): Promise<Value | undefined> {
    await this.#enter();
    try {
      return this.#failure === undefined ? await read() : undefined;
    } catch (error) {
      this.#note(parts, classify(error));
      return undefined;
    } finally {
      this.#leave();
    }
  }

  /** Reads one part, and keeps it. */
  async keep<Part extends SnapshotPart>(part: Part, read: () => Promise<SnapshotContent[Part]>): Promise<void> {
    const content = await this.read([part], async () => ({ value: await read() }));
    if (content !== undefined) this.put(part, content.value);
  }

  put<Part extends SnapshotPart>(part: Part, content: SnapshotContent[Part]): void {
    this.#content[part] = content;
  }

  /** What was put for a part, undefined where nothing was. */
  content<Part extends SnapshotPart>(part: Part): SnapshotContent[Part] | undefined {
    return this.#content[part];
  }

  skip(part: SnapshotPart, reason: string): void {
    this.#unread[part] ??= reason;
  }

  /** What was read. A part that nobody read was not asked for. */
  snapshot(now: number, { accountId, region, partition }: AccountContext): Snapshot {
    if (this.#failure !== undefined) throw this.#failure;
    for (const part of snapshotParts) {
      if (!(part in this.#content)) this.skip(part, notAskedFor);
    }
    const place = { accountId, region, partition, takenAt: new Date(now).toISOString() };
    // A part may have been put and yet be unread: half of what it needs was refused.
    const content = Object.fromEntries(Object.entries(this.#content).filter(([part]) => !(part in this.#unread)));
    return { ...place, unread: this.#unread, ...emptyContent, ...content };
  }

  #note(parts: readonly SnapshotPart[], error: Error): void {
    if (!(error instanceof Refused)) {
      this.#failure ??= error;
      return;
    }
    for (const part of parts) this.skip(part, error.message);
  }

  async #enter(): Promise<void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}
