/** A JSON value. Values are never changed once they are in an execution. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

/** Payloads larger than this fail with `States.DataLimitExceeded` (service quota: 256 KiB of UTF-8). */
export const payloadLimitBytes = 262_144;

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The type of a value as JSONata's `$type` names it. */
export function jsonTypeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** Tells what in a value could not become JSON. */
export class NotJson extends Error {
  override readonly name = 'NotJson';
}

export interface JsonCopy {
  readonly value: Json;
  readonly isTooLarge: boolean;
}

/**
 * A plain copy of a value: without the hidden flags that JSONata keeps on its sequences, and with numbers
 * that JSON cannot write as the strings that AWS writes for them (`"Infinity"`, `"-Infinity"`, `"NaN"`).
 * Members that are undefined are left out. Throws {@link NotJson} for functions.
 */
export function copyJson(value: unknown): JsonCopy {
  // No character takes more than six bytes in JSON, so that most values need no exact measure.
  let bytesAtMost = 0;

  function copy(from: unknown, depth: number): Json {
    if (depth > 1000) throw new NotJson('the value is nested too deeply');
    bytesAtMost += 24;
    switch (typeof from) {
      case 'string':
        bytesAtMost += from.length * 6;
        return from;
      case 'number':
        return Number.isFinite(from) ? from : String(from);
      case 'boolean':
        return from;
      case 'object':
        break;
      default:
        throw new NotJson(`a value of type '${typeof from}' is not JSON`);
    }
    if (from === null) return null;
    if (Array.isArray(from)) return from.map((item: unknown) => (item === undefined ? null : copy(item, depth + 1)));
    if (from instanceof Date) return from.toISOString();
    if ('_jsonata_lambda' in from || '_jsonata_function' in from) throw new NotJson(`a function is not JSON`);
    const target: Record<string, Json> = {};
    for (const [key, member] of Object.entries(from)) {
      if (member === undefined) continue;
      bytesAtMost += key.length * 6;
      // Plain assignment would call the setter of `__proto__`.
      if (key === '__proto__') Object.defineProperty(target, key, { value: copy(member, depth + 1), enumerable: true });
      else target[key] = copy(member, depth + 1);
    }
    return target;
  }

  const copied = copy(value, 0);
  const isTooLarge = bytesAtMost > payloadLimitBytes && Buffer.byteLength(JSON.stringify(copied)) > payloadLimitBytes;
  return { value: copied, isTooLarge };
}
