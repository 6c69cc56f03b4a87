import { createHash } from 'node:crypto';

/** A repeatable source of numbers. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** A whole number, both ends included. */
  integer(low: number, high: number): number;
  /** `length` lower-case hexadecimal digits. */
  hex(length: number): string;
  /** A version 4 UUID. */
  uuid(): string;
}

/**
 * One stream a concern, all derived from one seed: a further draw in one place does not move the
 * draws of any other, so that a change of the simulator stays local in every recorded run.
 */
export class RandomStreams {
  readonly #seed: number;
  readonly #streams = new Map<string, Random>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  stream(concern: string): Random {
    let stream = this.#streams.get(concern);
    if (stream === undefined) {
      stream = createRandom(`${this.#seed}/${concern}`);
      this.#streams.set(concern, stream);
    }
    return stream;
  }
}

/** The sfc32 generator (Chris Doty-Humphrey, PractRand), seeded with the SHA-256 of `seed`. */
export function createRandom(seed: string): Random {
  const digest = createHash('sha256').update(seed).digest();
  let a = digest.readInt32LE(0);
  let b = digest.readInt32LE(4);
  let c = digest.readInt32LE(8);
  let counter = digest.readInt32LE(12);

  function next(): number {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 4_294_967_296;
  }

  const hex = (length: number): string => {
    let digits = '';
    while (digits.length < length) digits += Math.floor(next() * 16).toString(16);
    return digits;
  };

  return {
    next,
    hex,
    between: (low, high) => low + next() * (high - low),
    integer: (low, high) => low + Math.floor(next() * (high - low + 1)),
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'[Math.floor(next() * 4)] ?? '8'}${hex(3)}-${hex(12)}`,
  };
}
