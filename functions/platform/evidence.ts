import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { gunzipSync, gzipSync } from 'node:zlib';
import { s3 } from './clients.ts';
import { Defect, isNamed } from './errors.ts';

/** A document of the evidence bucket as bytes. */
export interface EvidenceBody {
  readonly body: string | Uint8Array;
  /** `application/json`, `text/html; charset=utf-8`, … */
  readonly contentType: string;
  readonly contentEncoding?: 'gzip';
}

/**
 * Writes one immutable JSON document to the evidence bucket. What stands there already is never replaced: the
 * second of two runs finds its evidence written, and leaves it. Gives whether this call wrote it.
 */
export function putEvidence(bucket: string, key: string, document: unknown): Promise<boolean> {
  return putEvidenceBody(bucket, key, { body: JSON.stringify(document, null, 2), contentType: 'application/json' });
}

/** As {@link putEvidence}, for a large document: compressed, without line breaks. */
export function putLargeEvidence(bucket: string, key: string, document: unknown): Promise<boolean> {
  const body = gzipSync(JSON.stringify(document));
  return putEvidenceBody(bucket, key, { body, contentType: 'application/json', contentEncoding: 'gzip' });
}

/** As {@link putEvidence}, for what is not JSON. */
export async function putEvidenceBody(bucket: string, key: string, { body, contentType, contentEncoding }: EvidenceBody): Promise<boolean> {
  try {
    await s3().send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: body,
        ContentType: contentType,
        ...(contentEncoding === undefined ? {} : { ContentEncoding: contentEncoding }),
        IfNoneMatch: '*',
      }),
    );
    return true;
  } catch (error) {
    if (isNamed(error, 'PreconditionFailed')) return false;
    throw error;
  }
}

/** A JSON document of the evidence bucket, compressed or not. Undefined where there is none. */
export async function getEvidence(bucket: string, key: string): Promise<unknown> {
  try {
    const { Body, ContentEncoding } = await s3().send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    if (Body === undefined) throw new Defect(`The evidence ${key} came without a body.`);
    const bytes = await Body.transformToByteArray();
    return JSON.parse(new TextDecoder().decode(ContentEncoding === 'gzip' ? gunzipSync(bytes) : bytes)) as unknown;
  } catch (error) {
    if (isNamed(error, 'NoSuchKey')) return undefined;
    throw error;
  }
}
