import type { Principal } from '../../../simulator/kernel/principal.ts';
import { auditedAccount, type AuditedAccount } from './audited-account.ts';

const rule = { ID: 'expires', Status: 'Enabled', Filter: { Prefix: 'tmp/' }, Expiration: { Days: 7 } };

async function withBucket(): Promise<AuditedAccount & { readonly keeper: Principal }> {
  const audited = await auditedAccount();
  audited.account.s3.putBucket({ name: 'documents', isVersioned: true, encryption: { algorithm: 'AES256' }, tags: {} });
  audited.account.iam.putRolePolicy('TrailLogs', 'Keep', { Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' } });
  return { ...audited, keeper: { kind: 'role', roleArn: audited.account.iam.role('TrailLogs').arn, session: 'keep' } };
}

const put = ({ call }: AuditedAccount, Rules: readonly object[], principal?: Principal) =>
  call('S3', 'PutBucketLifecycleConfiguration', { Bucket: 'documents', LifecycleConfiguration: { Rules } }, principal);

describe('CloudTrail\'s records of a bucket\'s lifecycle', () => {
  test('have the old name of the operation, the bucket, and the document as it was sent', async () => {
    const audited = await withBucket();
    const dated = { ...rule, ID: 'dated', Expiration: { Date: new Date('2028-01-01T00:00:00Z') } };
    await put(audited, [{ ...rule, Transitions: [], NoncurrentVersionTransitions: [{ NoncurrentDays: 30, StorageClass: 'GLACIER' }] }]);
    await put(audited, [rule, dated]);
    expect(audited.records).toMatchObject([
      {
        eventSource: 's3.amazonaws.com',
        eventName: 'PutBucketLifecycle',
        awsRegion: 'eu-west-3',
        readOnly: false,
        eventCategory: 'Management',
        responseElements: null,
      },
      { eventName: 'PutBucketLifecycle' },
    ]);
    expect(audited.records.map(({ requestParameters }) => requestParameters)).toEqual([
      {
        bucketName: 'documents',
        lifecycle: '',
        LifecycleConfiguration: {
          xmlns: 'http://s3.amazonaws.com/doc/2006-03-01/',
          Rule: { ...rule, NoncurrentVersionTransition: { NoncurrentDays: 30, StorageClass: 'GLACIER' } },
        },
      },
      {
        bucketName: 'documents',
        lifecycle: '',
        LifecycleConfiguration: {
          xmlns: 'http://s3.amazonaws.com/doc/2006-03-01/',
          Rule: [rule, { ...dated, Expiration: { Date: '2028-01-01T00:00:00Z' } }],
        },
      },
    ]);
  });

  test('tell reads from writes, and say nothing of listings', async () => {
    const audited = await withBucket();
    const Bucket = 'documents';
    await expect(audited.call('S3', 'GetBucketLifecycleConfiguration', { Bucket })).rejects.toMatchObject({ name: 'NoSuchLifecycleConfiguration' });
    await audited.call('S3', 'GetBucketVersioning', { Bucket });
    await audited.call('S3', 'ListObjectVersions', { Bucket });
    await audited.call('S3', 'DeleteBucketLifecycle', { Bucket });
    expect(audited.records.map(({ eventName, readOnly, errorCode, requestParameters }) => ({ eventName, readOnly, errorCode, requestParameters }))).toEqual([
      { eventName: 'GetBucketLifecycle', readOnly: true, errorCode: 'NoSuchLifecycleConfiguration', requestParameters: { bucketName: 'documents', lifecycle: '' } },
      { eventName: 'GetBucketVersioning', readOnly: true, errorCode: undefined, requestParameters: { bucketName: 'documents', versioning: '' } },
      { eventName: 'DeleteBucketLifecycle', readOnly: false, errorCode: undefined, requestParameters: { bucketName: 'documents', lifecycle: '' } },
    ]);
  });

  test('reach EventBridge with the role behind the session, and what the rules do reaches nobody', async () => {
    const audited = await withBucket();
    audited.account.s3.place('documents', { key: 'tmp/1', bytes: 1, at: 0 });
    await put(audited, [rule], audited.keeper);
    await audited.pass(60);
    await audited.call('S3', 'DeleteBucketLifecycle', { Bucket: 'documents' });
    await put(audited, [rule]);
    await audited.pass(86_400);
    expect(audited.account.s3.lifecycleActions).toMatchObject([{ kind: 'hidden' }]);
    const { arn } = audited.account.iam.role('TrailLogs');
    expect(audited.events()).toMatchObject([
      {
        source: 'aws.s3',
        'detail-type': 'AWS API Call via CloudTrail',
        region: 'eu-west-3',
        detail: {
          eventSource: 's3.amazonaws.com',
          eventName: 'PutBucketLifecycle',
          requestParameters: { bucketName: 'documents' },
          userIdentity: { type: 'AssumedRole', sessionContext: { sessionIssuer: { arn } } },
        },
      },
      { detail: { eventName: 'DeleteBucketLifecycle', userIdentity: { type: 'IAMUser' } } },
      { detail: { eventName: 'PutBucketLifecycle', userIdentity: { type: 'IAMUser' } } },
    ]);
  });
});
