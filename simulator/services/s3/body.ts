import { Readable } from 'node:stream';
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { sdkStreamMixin } from '@smithy/core/serde';
import { NotModelledError } from '../../kernel/aws-error.ts';

/** The bytes of a request's `Body`. Streams are not modelled: the product sends text and buffers. */
export function bytesOf(body: unknown): Uint8Array {
  if (body === undefined) return new Uint8Array();
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return Uint8Array.from(body);
  throw new NotModelledError('S3 PutObject with a stream as its Body is not modelled.');
}

/** What `GetObject` answers with: a stream with the SDK's `transformToString` and its siblings. */
export function responseBody(bytes: Uint8Array): NonNullable<GetObjectCommandOutput['Body']> {
  return sdkStreamMixin(Readable.from([Buffer.from(bytes)], { objectMode: false })) as NonNullable<GetObjectCommandOutput['Body']>;
}
