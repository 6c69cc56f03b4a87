import { constants, crc32, deflateRawSync } from 'node:zlib';

/** Characters that are compressed at once. */
const chunkLength = 1_048_576;

/** Deflate, and nothing more: no name, no time, so that equal documents are equal bytes (RFC 1952, 2.3). */
const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

/** A last block without anything in it (RFC 1951, 3.2.6). */
const end = Buffer.from([0x03, 0x00]);

/**
 * The pieces of a document as one gzip member: what is kept of a report of a hundred megabytes, while never more of it
 * than a chunk stands in memory. To be stored with `ContentEncoding: gzip`, so that browsers show the page as it is.
 * Without streams: those work in threads, and a rehearsal's clock does not wait for threads.
 */
export function compress(pieces: Iterable<string>): Buffer {
  const parts = [header];
  let checksum = 0;
  let length = 0;
  for (const chunk of chunksOf(pieces)) {
    // A flush ends a chunk at a whole byte without ending the stream: such parts follow each other in one member.
    parts.push(deflateRawSync(chunk, { finishFlush: constants.Z_SYNC_FLUSH }));
    checksum = crc32(chunk, checksum);
    length += chunk.length;
  }
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(checksum, 0);
  trailer.writeUInt32LE(length % 2 ** 32, 4);
  return Buffer.concat([...parts, end, trailer]);
}

function* chunksOf(pieces: Iterable<string>): Generator<Buffer> {
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < chunkLength) continue;
    yield Buffer.from(chunk);
    chunk = '';
  }
  if (chunk !== '') yield Buffer.from(chunk);
}
