import { createHash } from 'node:crypto';
import type jsonata from 'jsonata';
import type { Random } from '../../kernel/random.ts';
import { messageOf } from '../errors.ts';
import { memoryLimitExceeded } from './bounds.ts';
import { javaRandomDouble } from './java-random.ts';

/** What functions of one evaluation need from outside; bound under a name that no expression can write. */
export interface EvaluationServices {
  readonly random: Random;
}

export const servicesBinding = ' services';

/** An error as JSONata raises its own: with a code, so that its message has the same form. */
function queryError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

function services(focus: jsonata.Focus): EvaluationServices {
  return focus.environment.lookup(servicesBinding) as EvaluationServices;
}

/** Chunks of an array. A size below one, and an empty array, give nothing (measured on AWS). */
function partition(items: unknown, size: unknown): unknown {
  if (!Array.isArray(items) || typeof size !== 'number') return undefined;
  const chunk = Math.trunc(size);
  if (chunk < 1 || items.length === 0) return undefined;
  const chunks: unknown[][] = [];
  for (let start = 0; start < items.length; start += chunk) chunks.push(items.slice(start, start + chunk));
  return chunks;
}

/** AWS refuses `$range` beyond this many elements before it builds them (measured: 360,145 pass, one more does not). */
const rangeLimit = 360_145;

/**
 * Numbers from start to end, end included. Arguments are truncated towards zero; no step, or one that leads
 * away from the end, gives nothing; a single element comes bare (all measured on AWS).
 */
function range(start: unknown, end: unknown, step: unknown): unknown {
  if (typeof start !== 'number' || typeof end !== 'number' || typeof step !== 'number') return undefined;
  const [from, to, by] = [Math.trunc(start), Math.trunc(end), Math.trunc(step)];
  if (by === 0 || (to - from) * by < 0) return undefined;
  const count = Math.floor((to - from) / by) + 1;
  if (count > rangeLimit) throw memoryLimitExceeded();
  const numbers = Array.from({ length: count }, (_, index) => from + index * by);
  return numbers.length === 1 ? numbers[0] : numbers;
}

const hashAlgorithms: Readonly<Record<string, string>> = {
  'MD5': 'md5', 'SHA-1': 'sha1', 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512',
};

/** The digest in lower-case hexadecimal. Algorithm names are case-sensitive. */
function hash(data: unknown, algorithm: unknown): unknown {
  if (data === undefined || typeof algorithm !== 'string') return undefined;
  const name = hashAlgorithms[algorithm];
  if (name === undefined) throw queryError('D9001', `The hash algorithm '${algorithm}' is not supported`);
  return createHash(name).update(typeof data === 'string' ? data : JSON.stringify(data)).digest('hex');
}

function parse(text: unknown): unknown {
  if (text === undefined) return undefined;
  if (typeof text !== 'string') throw queryError('T0410', 'Argument 1 of function "parse" must be a string');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw queryError('D9002', `The argument of function "parse" is not JSON: ${messageOf(cause)}`);
  }
}

function random(this: jsonata.Focus, seed: unknown): unknown {
  if (seed === undefined) return services(this).random.next();
  if (typeof seed !== 'number') throw queryError('T0410', 'Argument 1 of function "random" must be a number');
  return javaRandomDouble(seed);
}

function uuid(this: jsonata.Focus): string {
  return services(this).random.uuid();
}

/** JSONata's own reads the clock of the machine that compiled the expression. */
function millis(this: jsonata.Focus): number {
  return this.environment.timestamp.getTime();
}

interface NativeFunction {
  readonly implementation: (this: jsonata.Focus, ...args: unknown[]) => unknown;
}

function now(this: jsonata.Focus, picture: unknown, timezone: unknown): unknown {
  const fromMillis = this.environment.lookup('fromMillis') as NativeFunction;
  return fromMillis.implementation.call(this, this.environment.timestamp.getTime(), picture, timezone);
}

/**
 * Adds what Step Functions adds to JSONata, takes away what it takes away, and puts virtual time and seeded
 * numbers in place of real ones. Functions without a signature check their arguments themselves: AWS answers
 * undefined where a signature would throw.
 */
export function bindFunctions(expression: jsonata.Expression): void {
  expression.registerFunction('partition', partition);
  expression.registerFunction('range', range);
  expression.registerFunction('hash', hash);
  expression.registerFunction('parse', parse);
  expression.registerFunction('random', random);
  expression.registerFunction('uuid', uuid);
  expression.registerFunction('millis', millis, '<:n>');
  expression.registerFunction('now', now, '<s?s?:s>');
  // AWS: "An attempt to invoke a non-function", T1006.
  expression.assign('eval', undefined);
}
