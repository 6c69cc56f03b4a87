import { classify, type Refused, type Transient } from '../platform/errors.ts';

interface Unread {
  /** Errors that make it unknown; every other one goes on to whoever can try again. */
  readonly on: readonly (typeof Refused | typeof Transient)[];
  /** Told why. */
  readonly because: (reason: string) => void;
}

/** What AWS says, or `unknown` where it says no: that is never none, and never zero. */
export async function orUnknown<Value>(read: () => Promise<Value>, { on, because }: Unread): Promise<Value | 'unknown'> {
  try {
    return await read();
  } catch (error) {
    const classified = classify(error);
    if (!on.some((kind) => classified instanceof kind)) throw error;
    because(classified.message);
    return 'unknown';
  }
}
