import { Match, Template } from 'aws-cdk-lib/assertions';
import { resourcesOf, synthesise, theOnly } from './synthesis.ts';

const data = Template.fromStack(synthesise().data);
const mysql = Template.fromStack(synthesise({ 'data.engine': 'mysql', 'data.engineVersion': '8.4.9' }).data);
const instance = theOnly(data, 'AWS::RDS::DBInstance');

function policyOf(bucketId: string | undefined): unknown {
  const policies = resourcesOf(data, 'AWS::S3::BucketPolicy');
  return policies.find(({ Properties }) => JSON.stringify(Properties['Bucket']) === JSON.stringify({ Ref: bucketId }))?.Properties['PolicyDocument'];
}

describe('the database', () => {
  test('has a synchronous standby in a second zone', () => {
    expect(instance.Properties).toMatchObject({ MultiAZ: true });
  });

  test('stands in the database subnets, behind the group of its tier, with no public address', () => {
    expect(instance.Properties).toMatchObject({
      PubliclyAccessible: false,
      VPCSecurityGroups: [{ 'Fn::ImportValue': expect.stringContaining('SecurityGroupsDatabase') }],
      Port: '5432',
    });
    expect(theOnly(data, 'AWS::RDS::DBSubnetGroup').Properties['SubnetIds']).toEqual(
      [1, 2, 3].map((zone) => ({ 'Fn::ImportValue': expect.stringContaining(`DatabaseSubnet${zone}Subnet`) })),
    );
  });

  test('is encrypted with a key that rotates, which covers Performance Insights and the secret too', () => {
    const { logicalId, Properties } = theOnly(data, 'AWS::KMS::Key');
    const key = { 'Fn::GetAtt': [logicalId, 'Arn'] };
    expect(Properties).toMatchObject({ EnableKeyRotation: true });
    expect(instance.Properties).toMatchObject({
      StorageEncrypted: true,
      KmsKeyId: key,
      EnablePerformanceInsights: true,
      PerformanceInsightsKMSKeyId: key,
      MasterUserSecret: { KmsKeyId: key },
    });
  });

  test('has a password that RDS makes and rotates: none is in the template', () => {
    expect(instance.Properties).toMatchObject({ ManageMasterUserPassword: true, EnableIAMDatabaseAuthentication: true });
    expect(instance.Properties).not.toHaveProperty('MasterUserPassword');
  });

  test('is backed up, cannot be deleted by accident, and leaves a snapshot when it is', () => {
    expect(instance.Properties).toMatchObject({
      BackupRetentionPeriod: 14,
      PreferredBackupWindow: '01:00-01:30',
      PreferredMaintenanceWindow: 'tue:02:00-tue:03:00',
      DeletionProtection: true,
      DeleteAutomatedBackups: false,
      CopyTagsToSnapshot: true,
    });
    expect(instance.DeletionPolicy).toBe('Snapshot');
  });

  test('grows by itself and takes minor versions only', () => {
    expect(instance.Properties).toMatchObject({
      AllocatedStorage: '100',
      MaxAllocatedStorage: 500,
      StorageType: 'gp3',
      AutoMinorVersionUpgrade: true,
      AllowMajorVersionUpgrade: false,
    });
  });

  test.each([
    ['postgres', data, 'postgres17', { synchronous_commit: 'on', 'rds.force_ssl': '1' }],
    ['mysql', mysql, 'mysql8.4', { innodb_flush_log_at_trx_commit: '1', sync_binlog: '1', require_secure_transport: 'ON' }],
  ])('on %s, never acknowledges a commit that a failover could lose, and takes encrypted connections only', (engine, template, family, parameters) => {
    expect(theOnly(template, 'AWS::RDS::DBInstance').Properties).toMatchObject({ Engine: engine });
    expect(theOnly(template, 'AWS::RDS::DBParameterGroup').Properties).toMatchObject({ Family: family, Parameters: parameters });
  });

  test.each([
    ['postgres', data, ['postgresql', 'upgrade']],
    ['mysql', mysql, ['error', 'slowquery']],
  ])('on %s, keeps its logs for as long as declared, in groups that stand before it', (_engine, template, exported) => {
    const groups = resourcesOf(template, 'AWS::Logs::LogGroup');
    expect(theOnly(template, 'AWS::RDS::DBInstance').Properties['EnableCloudwatchLogsExports']).toEqual(exported);
    expect(groups.map(({ Properties }) => Properties)).toEqual(
      exported.map((name) => expect.objectContaining({ LogGroupName: `/aws/rds/instance/webmarket-production/${name}`, RetentionInDays: 90 })),
    );
    template.hasResource('AWS::RDS::DBInstance', { DependsOn: Match.arrayWith(groups.map(({ logicalId }) => logicalId)) });
  });

  test('may be failed over in a drill only when configured so', () => {
    const tag = { Key: 'webmarket:failover-drills', Value: 'allowed' };
    expect(instance.Properties['Tags']).toContainEqual(tag);
    const closed = Template.fromStack(synthesise({ 'data.failoverDrills': false }).data);
    expect(theOnly(closed, 'AWS::RDS::DBInstance').Properties['Tags']).not.toContainEqual(tag);
  });
});

describe.each(['ProductImages', 'Documents', 'AccessLogs'])('the bucket %s', (name) => {
  const buckets = resourcesOf(data, 'AWS::S3::Bucket').filter(({ logicalId }) => logicalId.startsWith(name));
  const bucket = buckets[0];

  test('is one, private, versioned, encrypted, owned by its owner, and outlives its stack', () => {
    expect(buckets).toHaveLength(1);
    expect(bucket).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: {
        VersioningConfiguration: { Status: 'Enabled' },
        BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
        PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      },
    });
  });

  test('refuses connections without TLS', () => {
    expect(policyOf(bucket?.logicalId)).toMatchObject({
      Statement: expect.arrayContaining([
        expect.objectContaining({ Effect: 'Deny', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      ]),
    });
  });

  test('logs who reads it, unless it holds the logs', () => {
    const logs = resourcesOf(data, 'AWS::S3::Bucket').find(({ logicalId }) => logicalId.startsWith('AccessLogs'));
    const expected = name === 'AccessLogs' ? undefined : { DestinationBucketName: { Ref: logs?.logicalId }, LogFilePrefix: `s3/${name.toLowerCase()}/` };
    expect(bucket?.Properties['LoggingConfiguration']).toEqual(expected);
  });

  test('declares no lifecycle rules: one capability owns them, and a deployment must not undo its work', () => {
    expect(bucket?.Properties).not.toHaveProperty('LifecycleConfiguration');
  });
});

test('the load balancer may write its logs, under its own prefix', () => {
  const logs = resourcesOf(data, 'AWS::S3::Bucket').find(({ logicalId }) => logicalId.startsWith('AccessLogs'));
  expect(policyOf(logs?.logicalId)).toMatchObject({
    Statement: expect.arrayContaining([
      expect.objectContaining({
        Effect: 'Allow',
        Action: 's3:PutObject',
        // The account of Elastic Load Balancing in Paris.
        Principal: { AWS: 'arn:aws:iam::009996457667:root' },
        Resource: { 'Fn::Join': ['', expect.arrayContaining(['/load-balancer/AWSLogs/'])] },
      }),
    ]),
  });
});
