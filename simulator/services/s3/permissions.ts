import type { ListObjectsV2CommandInput } from '@aws-sdk/client-s3';
import type { AuthorisationRequest, ConditionValue } from '../../kernel/service.ts';

export interface BucketInput {
  readonly Bucket: string | undefined;
}

export interface ObjectInput extends BucketInput {
  readonly Key: string | undefined;
  readonly VersionId?: string | undefined;
}

/** What Node.js negotiates with S3. */
const tlsVersion = 1.3;

export function onObject(
  action: string,
  input: ObjectInput,
  keys: Readonly<Record<string, string | undefined>> = {},
): AuthorisationRequest {
  const context: Record<string, ConditionValue> = { 's3:TlsVersion': tlsVersion };
  for (const [key, value] of Object.entries({ ...keys, 's3:versionid': input.VersionId })) {
    if (value !== undefined) context[key] = value;
  }
  return { action, resource: `arn:aws:s3:::${input.Bucket ?? ''}/${input.Key ?? ''}`, context };
}

export function onBucket(action: string, input: BucketInput): AuthorisationRequest {
  return { action, resource: `arn:aws:s3:::${input.Bucket ?? ''}`, context: { 's3:TlsVersion': tlsVersion } };
}

/** Of objects, or of all their versions. */
export function toList(
  action: 's3:ListBucket' | 's3:ListBucketVersions',
  input: Pick<ListObjectsV2CommandInput, 'Bucket' | 'Prefix' | 'Delimiter' | 'MaxKeys'>,
): AuthorisationRequest {
  return {
    action,
    resource: `arn:aws:s3:::${input.Bucket ?? ''}`,
    context: {
      's3:TlsVersion': tlsVersion,
      ...(input.Prefix === undefined ? {} : { 's3:prefix': input.Prefix }),
      ...(input.Delimiter === undefined ? {} : { 's3:delimiter': input.Delimiter }),
      ...(input.MaxKeys === undefined ? {} : { 's3:max-keys': input.MaxKeys }),
    },
  };
}
