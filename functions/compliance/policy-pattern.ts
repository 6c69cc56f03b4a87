/**
 * The wildcards of IAM: `*` is any run of characters, also over colons and slashes, `?` is one character. A pattern is
 * looked at as the set of texts that it matches, so that two patterns can be compared and not only tried on a text.
 * Source: IAM user guide, "Action" and "Resource": a `*` at the end of a segment of an ARN reaches over its colon, for
 * which reason ARNs need no rule of their own.
 */

const cachedAnswersMax = 100_000;
const coverings = new Map<string, boolean>();

/** Whether the pattern matches everything that `other` matches: `iam:*` covers `iam:Pass*`. Case counts. */
export function covers(pattern: string, other: string): boolean {
  if (pattern === '*' || pattern === other) return true;
  if (!hasWildcard(pattern)) return false;
  const start = firstWildcard(pattern);
  const otherStart = firstWildcard(other);
  // Most pairs part already in what both say literally.
  if (pattern.slice(0, Math.min(start, otherStart)) !== other.slice(0, Math.min(start, otherStart))) return false;
  if (pattern.endsWith('*') && start === pattern.length - 1) return otherStart >= start;
  return remembered(coverings, `${pattern}\n${other}`, () => includes(collapse(pattern), collapse(other)));
}

const overlaps = new Map<string, boolean>();

/** Whether there is a text that both patterns match: `iam:*Role` and `iam:Pass*`. Case counts. */
export function intersects(left: string, right: string): boolean {
  if (left === '*' || right === '*') return true;
  if (!hasWildcard(left)) return covers(right, left);
  if (!hasWildcard(right)) return covers(left, right);
  const literal = Math.min(firstWildcard(left), firstWildcard(right));
  if (left.slice(0, literal) !== right.slice(0, literal)) return false;
  return remembered(overlaps, `${left}\n${right}`, () => meets(collapse(left), collapse(right)));
}

export function hasWildcard(pattern: string): boolean {
  return pattern.includes('*') || pattern.includes('?');
}

function firstWildcard(pattern: string): number {
  const index = pattern.search(/[*?]/u);
  return index === -1 ? pattern.length : index;
}

function collapse(pattern: string): string {
  return pattern.replaceAll(/\*+/gu, '*');
}

/** The answers are pure, so that they may outlive an invocation; the bound keeps a warm function from growing. */
function remembered(answers: Map<string, boolean>, question: string, answer: () => boolean): boolean {
  const known = answers.get(question);
  if (known !== undefined) return known;
  if (answers.size >= cachedAnswersMax) answers.clear();
  const found = answer();
  answers.set(question, found);
  return found;
}

/** A character that no pattern says literally: what a wildcard of the other pattern may stand for at worst. */
const strange = '\u0000';

/**
 * Inclusion of languages, by running the pattern as an automaton along the other: the positions that the pattern may be
 * in are the bits of a number. A wildcard of `other` is tried with a character that the pattern does not name: every
 * other character leaves the pattern at least as many positions.
 */
function includes(pattern: string, other: string): boolean {
  const end = 1n << BigInt(pattern.length);
  const stars = bitsWhere(pattern, (symbol) => symbol === '*');
  const steps = new Map<string, bigint>();
  const stepBits = (character: string): bigint => {
    const known = steps.get(character);
    if (known !== undefined) return known;
    const bits = bitsWhere(pattern, (symbol) => symbol === '?' || symbol === character);
    steps.set(character, bits);
    return bits;
  };
  const rest = (positions: bigint): bigint => positions | ((positions & stars) << 1n);
  const step = (positions: bigint, character: string): bigint => rest(((positions & stepBits(character)) << 1n) | (positions & stars));

  const seen = new Set<string>();
  const waiting: [number, bigint][] = [[0, rest(1n)]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [index, positions] = next;
    const key = `${index}:${positions}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if (positions === 0n) return false;
    const symbol = other[index];
    if (symbol === undefined) {
      if ((positions & end) === 0n) return false;
    } else if (symbol === '*') {
      waiting.push([index + 1, positions], [index, step(positions, strange)]);
    } else {
      waiting.push([index + 1, step(positions, symbol === '?' ? strange : symbol)]);
    }
  }
  return true;
}

function bitsWhere(pattern: string, test: (symbol: string) => boolean): bigint {
  let bits = 0n;
  for (let index = 0; index < pattern.length; index++) {
    if (test(pattern.charAt(index))) bits |= 1n << BigInt(index);
  }
  return bits;
}

/** Both patterns are walked together: a star either ends or takes one more character of the other. */
function meets(left: string, right: string): boolean {
  const seen = new Set<number>();
  const waiting: [number, number][] = [[0, 0]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [leftIndex, rightIndex] = next;
    const key = leftIndex * (right.length + 1) + rightIndex;
    if (seen.has(key)) continue;
    seen.add(key);
    const leftSymbol = left[leftIndex];
    const rightSymbol = right[rightIndex];
    if (leftSymbol === undefined && rightSymbol === undefined) return true;
    if (leftSymbol === '*') waiting.push([leftIndex + 1, rightIndex]);
    if (rightSymbol === '*') waiting.push([leftIndex, rightIndex + 1]);
    if (leftSymbol === undefined || rightSymbol === undefined) continue;
    if (leftSymbol === '*') waiting.push([leftIndex, rightIndex + 1]);
    if (rightSymbol === '*') waiting.push([leftIndex + 1, rightIndex]);
    const isSame = leftSymbol === rightSymbol || leftSymbol === '?' || rightSymbol === '?';
    if (leftSymbol !== '*' && rightSymbol !== '*' && isSame) waiting.push([leftIndex + 1, rightIndex + 1]);
  }
  return false;
}
