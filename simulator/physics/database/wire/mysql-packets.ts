import { NotModelledError } from '../../../kernel/aws-error.ts';
import type { DatabaseRefusal } from '../sql/errors.ts';
import type { ResultColumn } from '../sql/queries.ts';
import type { ColumnType, Value } from '../sql/syntax.ts';

/** Packets of the MySQL protocol 4.1 (internals manual, "MySQL Client/Server Protocol"), without their headers. */

export const capabilities = {
  connectWithDatabase: 0x8,
  protocol41: 0x200,
  tls: 0x800,
  secureConnection: 0x8000,
  pluginAuthentication: 0x8_0000,
  connectAttributes: 0x10_0000,
  lengthEncodedAuthentication: 0x20_0000,
} as const;

/** What the server can do, beside long passwords, found rows, long flags and transactions. */
const offered = Object.values(capabilities).reduce((sum, flag) => sum | flag, 0x1 | 0x2 | 0x4 | 0x2000);

const autocommit = 2;
const utf8 = 255;
const binaryCharacters = 63;

const types: Readonly<Record<ColumnType, number>> = { bigint: 8, boolean: 1, integer: 3, text: 253, timestamp: 12 };

export const passwordPlugin = 'caching_sha2_password';
/** The scramble was right: what follows is the OK. */
export const fastAuthentication = Buffer.from([1, 3]);
export const endOfList = Buffer.from([0xfe, 0, 0, autocommit, 0]);

export function greeting(version: string, connectionId: number, nonce: Buffer): Buffer {
  const flags = uint(offered, 4);
  return Buffer.concat([
    Buffer.from([10]), terminated(version), uint(connectionId, 4), nonce.subarray(0, 8), Buffer.from([0]), flags.subarray(0, 2),
    Buffer.from([utf8]), uint(autocommit, 2), flags.subarray(2), Buffer.from([21]), Buffer.alloc(10), nonce.subarray(8, 20), Buffer.from([0]),
    terminated(passwordPlugin),
  ]);
}

export function switchTo(plugin: string, data: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0xfe]), terminated(plugin), data]);
}

export function okPacket(affected: number): Buffer {
  return Buffer.concat([Buffer.from([0]), lengthEncoded(affected), lengthEncoded(0), uint(autocommit, 2), uint(0, 2)]);
}

export function errorPacket({ mysqlNumber, mysqlState, message }: DatabaseRefusal): Buffer {
  return Buffer.concat([Buffer.from([0xff]), uint(mysqlNumber, 2), Buffer.from(`#${mysqlState}${message}`)]);
}

export function preparedPackets(statementId: number, parameters: number): Buffer[] {
  const head = Buffer.concat([Buffer.from([0]), uint(statementId, 4), uint(0, 2), uint(parameters, 2), Buffer.from([0, 0, 0])]);
  if (parameters === 0) return [head];
  return [head, ...Array.from({ length: parameters }, () => columnPacket({ name: '?', type: 'text' })), endOfList];
}

/** Rows with what they are like; in the text format of a query, or the binary one of a prepared statement. */
export function rowPackets(columns: readonly ResultColumn[], rows: readonly (readonly Value[])[], isBinary: boolean): Buffer[] {
  const show = isBinary ? (row: readonly Value[]) => binaryRow(columns, row) : (row: readonly Value[]) => Buffer.concat(row.map(textOf));
  return [lengthEncoded(columns.length), ...columns.map(columnPacket), endOfList, ...rows.map(show), endOfList];
}

function columnPacket({ name, type }: ResultColumn): Buffer {
  const isText = type === 'text';
  return Buffer.concat([
    ...['def', '', '', '', name, name].map((part) => encodedText(part)), Buffer.from([0x0c]), uint(isText ? utf8 : binaryCharacters, 2), uint(1024, 4),
    Buffer.from([types[type]]), uint(0, 2), Buffer.from([type === 'timestamp' ? 3 : 0, 0, 0]),
  ]);
}

function textOf(value: Value): Buffer {
  if (value === null) return Buffer.from([0xfb]);
  if (value instanceof Date) return encodedText(value.toISOString().replace('T', ' ').replace('Z', ''));
  return encodedText(String(typeof value === 'boolean' ? Number(value) : value));
}

function binaryRow(columns: readonly ResultColumn[], row: readonly Value[]): Buffer {
  const nulls = Buffer.alloc(Math.floor((columns.length + 9) / 8));
  const values = columns.map(({ type }, index) => {
    const value = row[index] ?? null;
    if (value !== null) return binaryOf(type, value);
    const bit = index + 2;
    nulls[bit >> 3] = (nulls[bit >> 3] ?? 0) | (1 << (bit & 7));
    return Buffer.alloc(0);
  });
  return Buffer.concat([Buffer.from([0]), nulls, ...values]);
}

function binaryOf(type: ColumnType, value: string | number | boolean | Date): Buffer {
  switch (type) {
    case 'bigint': {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64LE(BigInt(Number(value)));
      return bytes;
    }
    case 'integer': {
      const bytes = Buffer.alloc(4);
      bytes.writeInt32LE(Number(value));
      return bytes;
    }
    case 'boolean':
      return Buffer.from([Number(value)]);
    case 'text':
      return encodedText(String(value));
    case 'timestamp': {
      const at = new Date(value as Date);
      const fields = [at.getUTCMonth() + 1, at.getUTCDate(), at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()];
      return Buffer.concat([Buffer.from([11]), uint(at.getUTCFullYear(), 2), Buffer.from(fields), uint(at.getUTCMilliseconds() * 1000, 4)]);
    }
  }
}

/** Reads the fields of a packet of the client. */
export class PacketReader {
  readonly #bytes: Buffer;
  #position: number;

  constructor(bytes: Buffer, position: number) {
    this.#bytes = bytes;
    this.#position = position;
  }

  uint(size: number): number {
    this.#position += size;
    return this.#bytes.readUIntLE(this.#position - size, size);
  }

  bytes(size: number): Buffer {
    this.#position += size;
    return this.#bytes.subarray(this.#position - size, this.#position);
  }

  rest(): Buffer {
    return this.#bytes.subarray(this.#position);
  }

  terminated(): string {
    const end = this.#bytes.indexOf(0, this.#position);
    const found = this.#bytes.toString('utf8', this.#position, end);
    this.#position = end + 1;
    return found;
  }

  lengthEncoded(): number {
    const first = this.uint(1);
    if (first < 0xfb) return first;
    if (first === 0xfc) return this.uint(2);
    if (first === 0xfd) return this.uint(3);
    throw new NotModelledError('A value of more than 16 megabytes is not modelled.');
  }

  /** The parameters of a COM_STMT_EXECUTE, after its head. */
  parameters(count: number): Value[] {
    if (count === 0) return [];
    const nulls = this.bytes(Math.floor((count + 7) / 8));
    if (this.uint(1) !== 1) throw new NotModelledError('Parameters of MySQL without their types are not modelled.');
    const kinds = Array.from({ length: count }, () => this.uint(2) & 0xff);
    return kinds.map((kind, index) => (((nulls[index >> 3] ?? 0) >> (index & 7)) & 1 ? null : this.#parameter(kind)));
  }

  #parameter(kind: number): Value {
    switch (kind) {
      case 1:
        return this.uint(1);
      case 3:
        return this.bytes(4).readInt32LE();
      case 5:
        return this.bytes(8).readDoubleLE();
      case 6:
        return null;
      case 8:
        return Number(this.bytes(8).readBigInt64LE());
      case 7:
      case 12:
        return this.#time();
      case 15:
      case 253:
      case 254:
        return this.bytes(this.lengthEncoded()).toString('utf8');
      default:
        throw new NotModelledError(`A parameter of MySQL's type ${kind} is not modelled.`);
    }
  }

  #time(): Date {
    const length = this.uint(1);
    const [year, month, day] = [this.uint(2), this.uint(1), this.uint(1)];
    const [hour, minute, second] = length > 4 ? [this.uint(1), this.uint(1), this.uint(1)] : [0, 0, 0];
    const microseconds = length > 7 ? this.uint(4) : 0;
    return new Date(Date.UTC(year, month - 1, day, hour, minute, second, Math.floor(microseconds / 1000)));
  }
}

function encodedText(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([lengthEncoded(bytes.length), bytes]);
}

function lengthEncoded(value: number): Buffer {
  if (value < 0xfb) return Buffer.from([value]);
  if (value < 0x1_0000) return Buffer.concat([Buffer.from([0xfc]), uint(value, 2)]);
  return Buffer.concat([Buffer.from([0xfd]), uint(value, 3)]);
}

function terminated(value: string): Buffer {
  return Buffer.from(`${value}\0`);
}

function uint(value: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.writeUIntLE(value >>> 0, 0, size);
  return bytes;
}
