type Members = Readonly<Record<string, unknown>>;

/** Query parameters that say what of a bucket a call is about; a record shows them, empty. */
const subresources: Readonly<Record<string, string>> = {
  DeleteBucketLifecycle: 'lifecycle',
  GetBucketLifecycleConfiguration: 'lifecycle',
  GetBucketVersioning: 'versioning',
  PutBucketLifecycleConfiguration: 'lifecycle',
};

/** Lists whose elements are named in the singular in the document that S3 is sent. */
const elements: Readonly<Record<string, string>> = {
  NoncurrentVersionTransitions: 'NoncurrentVersionTransition', Rules: 'Rule', Tags: 'Tag', Transitions: 'Transition',
};

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** `requestParameters` of S3's management events: the bucket, the subresource, and the document as it was sent. */
export function s3RequestParameters(operation: string, { Bucket: bucketName, LifecycleConfiguration: lifecycle }: Members): Members {
  const subresource = subresources[operation];
  return {
    bucketName,
    ...(subresource === undefined ? {} : { [subresource]: '' }),
    ...(lifecycle === undefined ? {} : { LifecycleConfiguration: { xmlns: namespace, ...(spell(lifecycle) as Members) } }),
  };
}

/** A list of one element is shown as that element: a document does not tell them apart. */
function spell(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString().replace(/\.\d{3}Z$/u, 'Z');
  if (Array.isArray(value)) return value.length === 1 ? spell(value[0]) : value.map(spell);
  if (typeof value !== 'object' || value === null) return value;
  const given = Object.entries(value).filter(([, inner]) => inner !== undefined && !(Array.isArray(inner) && inner.length === 0));
  return Object.fromEntries(given.map(([name, inner]): [string, unknown] => [elements[name] ?? name, spell(inner)]));
}
