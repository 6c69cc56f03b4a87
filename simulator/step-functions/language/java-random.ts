const multiplier = 0x5DEECE66Dn;
const increment = 0xBn;
const mask = (1n << 48n) - 1n;

/**
 * `new java.util.Random(seed).nextDouble()`: AWS evaluates `$random(seed)` with Java's generator, a linear
 * congruential one of 48 bits whose algorithm the Java class documentation fixes.
 */
export function javaRandomDouble(seed: number): number {
  let state = (BigInt(Math.trunc(seed)) ^ multiplier) & mask;
  const next = (bits: bigint): bigint => {
    state = (state * multiplier + increment) & mask;
    return state >> (48n - bits);
  };
  const high = next(26n);
  const low = next(27n);
  return Number((high << 27n) + low) / 2 ** 53;
}
