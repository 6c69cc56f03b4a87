import { PutObjectCommand } from '@aws-sdk/client-s3';
import { s3 } from './clients.ts';
import { isNamed } from './errors.ts';

/**
 * Writes one immutable JSON document to the evidence bucket. What stands there already is never replaced: the
 * second of two runs finds its evidence written, and leaves it. Gives whether this call wrote it.
 */
export async function putEvidence(bucket: string, key: string, document: unknown): Promise<boolean> {
  try {
    await s3().send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: JSON.stringify(document, null, 2),
        ContentType: 'application/json',
        IfNoneMatch: '*',
      }),
    );
    return true;
  } catch (error) {
    if (isNamed(error, 'PreconditionFailed')) return false;
    throw error;
  }
}
