import { NotModelledError } from '../../../kernel/aws-error.ts';
import type { DatabaseRefusal } from '../sql/errors.ts';
import type { Result, ResultColumn } from '../sql/queries.ts';
import type { ColumnType, Value } from '../sql/syntax.ts';

/** Messages of the PostgreSQL protocol, version 3 (documentation, "Message Formats"). */

/** Object ids and sizes of types, as `pg_type` has them. */
const types: Readonly<Record<ColumnType, { readonly oid: number; readonly size: number }>> = {
  bigint: { oid: 20, size: 8 },
  boolean: { oid: 16, size: 1 },
  integer: { oid: 23, size: 4 },
  text: { oid: 25, size: -1 },
  timestamp: { oid: 1184, size: 8 },
};

export const askForPassword = message('R', int32(3));
export const signedIn = message('R', int32(0));
export const readyForQuery = message('Z', Buffer.from('I'));
export const parseComplete = message('1');
export const bindComplete = message('2');
export const closeComplete = message('3');
const noData = message('n');
/** The answer to a request for TLS: a byte of its own. */
export const tlsIsWelcome = Buffer.from('S');

export function parameterStatus(name: string, value: string): Buffer {
  return message('S', text(name), text(value));
}

export function backendKey(processId: number, secret: number): Buffer {
  return message('K', int32(processId), int32(secret));
}

export function errorResponse(refusal: DatabaseRefusal, severity: 'ERROR' | 'FATAL'): Buffer {
  const fields = { S: severity, V: severity, C: refusal.postgresState, M: refusal.message };
  const parts = Object.entries(fields).map(([name, value]) => Buffer.concat([Buffer.from(name), text(value)]));
  return message('E', ...parts, Buffer.from([0]));
}

/** What a statement gives: what its rows are like, the rows, and what was done. A client that asked is told of no rows as well. */
export function resultMessages({ columns, rows, tag }: Result, describes: 'rows' | 'always' | 'never'): Buffer[] {
  return [
    ...(describes !== 'never' && columns !== undefined ? [rowDescription(columns)] : []),
    ...(describes === 'always' && columns === undefined ? [noData] : []),
    ...rows.map((row) => message('D', int16(row.length), ...row.map(dataOf))),
    message('C', text(tag)),
  ];
}

function rowDescription(columns: readonly ResultColumn[]): Buffer {
  const fields = columns.flatMap(({ name, type }) => [text(name), int32(0), int16(0), int32(types[type].oid), int16(types[type].size), int32(-1), int16(0)]);
  return message('T', int16(columns.length), ...fields);
}

function dataOf(value: Value): Buffer {
  if (value === null) return int32(-1);
  const bytes = Buffer.from(asText(value));
  return Buffer.concat([int32(bytes.length), bytes]);
}

function asText(value: string | number | boolean | Date): string {
  if (value instanceof Date) return value.toISOString().replace('T', ' ').replace('Z', '+00');
  if (typeof value === 'boolean') return value ? 't' : 'f';
  return String(value);
}

/** Reads the fields of a message of the client. */
export class FrontendReader {
  readonly #bytes: Buffer;
  #position: number;

  constructor(bytes: Buffer, position: number) {
    this.#bytes = bytes;
    this.#position = position;
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#bytes.length;
  }

  int16(): number {
    this.#position += 2;
    return this.#bytes.readInt16BE(this.#position - 2);
  }

  int32(): number {
    this.#position += 4;
    return this.#bytes.readInt32BE(this.#position - 4);
  }

  text(): string {
    const end = this.#bytes.indexOf(0, this.#position);
    const found = this.#bytes.toString('utf8', this.#position, end);
    this.#position = end + 1;
    return found;
  }

  /** The parameters of a Bind, after the names of portal and statement. */
  parameters(): (string | null)[] {
    const formats = Array.from({ length: this.int16() }, () => this.int16());
    if (formats.some((format) => format !== 0)) throw new NotModelledError('Binary parameters of PostgreSQL are not modelled.');
    return Array.from({ length: this.int16() }, () => {
      const length = this.int32();
      if (length < 0) return null;
      this.#position += length;
      return this.#bytes.toString('utf8', this.#position - length, this.#position);
    });
  }
}

function message(type: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

function text(value: string): Buffer {
  return Buffer.from(`${value}\0`);
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
