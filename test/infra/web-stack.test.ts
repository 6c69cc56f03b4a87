import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { quietly, resourcesOf, synthesise, theOnly } from './synthesis.ts';

const CERTIFICATE = 'arn:aws:acm:eu-west-3:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef';

const app = synthesise();
const web = Template.fromStack(app.web);
const launchTemplate = theOnly(web, 'AWS::EC2::LaunchTemplate').Properties['LaunchTemplateData'] as Record<string, unknown>;
const group = theOnly(web, 'AWS::AutoScaling::AutoScalingGroup').Properties;

describe('an instance', () => {
  test('runs Amazon Linux 2023, by the image that the deployment finds', () => {
    const { Ref: parameter } = launchTemplate['ImageId'] as { Ref: string };
    expect(web.findParameters(parameter)).toMatchObject({
      [parameter]: {
        Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>',
        Default: expect.stringMatching(/al2023-ami-kernel.*x86_64/),
      },
    });
  });

  test('has no public address and the group of its tier, and only that', () => {
    expect(launchTemplate['NetworkInterfaces']).toEqual([
      { DeviceIndex: 0, AssociatePublicIpAddress: false, Groups: [{ 'Fn::ImportValue': expect.stringContaining('SecurityGroupsApplication') }] },
    ]);
  });

  test('answers metadata by IMDSv2 only, one hop away', () => {
    expect(launchTemplate['MetadataOptions']).toMatchObject({ HttpTokens: 'required', HttpPutResponseHopLimit: 1 });
  });

  test('has an encrypted gp3 volume', () => {
    expect(launchTemplate['BlockDeviceMappings']).toEqual([
      { DeviceName: '/dev/xvda', Ebs: { Encrypted: true, VolumeSize: 20, VolumeType: 'gp3' } },
    ]);
  });

  test('is monitored by the minute and has no key pair', () => {
    expect(launchTemplate['Monitoring']).toEqual({ Enabled: true });
    expect(launchTemplate).not.toHaveProperty('KeyName');
  });

  test('says how it spends CPU credits when it has any, and nothing otherwise', () => {
    expect(launchTemplate['CreditSpecification']).toEqual({ CpuCredits: 'unlimited' });
    const computing = synthesise({ 'web.instanceType': 'c5.large', 'web.fallbackInstanceTypes': ['c5a.large'], 'web.creditMode': undefined });
    const data = theOnly(Template.fromStack(computing.web), 'AWS::EC2::LaunchTemplate').Properties['LaunchTemplateData'];
    expect(data).not.toHaveProperty('CreditSpecification');
  });

  test('reaches the two buckets, its database user and Session Manager by role, and nothing else', () => {
    const policy = theOnly(web, 'AWS::IAM::Policy').Properties['PolicyDocument'] as { Statement: { Action: string | string[] }[] };
    expect(policy.Statement.map(({ Action }) => [Action].flat()).flat().toSorted()).toEqual([
      'rds-db:connect',
      's3:DeleteObject',
      's3:GetObject',
      's3:ListBucket',
      's3:PutObject',
      'ssm:UpdateInstanceInformation',
      'ssmmessages:CreateControlChannel',
      'ssmmessages:CreateDataChannel',
      'ssmmessages:OpenControlChannel',
      'ssmmessages:OpenDataChannel',
    ]);
    expect(JSON.stringify(policy.Statement)).toMatch(/ProductImages.*Documents|Documents.*ProductImages/);
    expect(JSON.stringify(policy.Statement)).not.toContain('AccessLogs');
    expect(theOnly(web, 'AWS::IAM::Role').Properties).not.toHaveProperty('ManagedPolicyArns');
  });

  test('carries no secret in its user data, which fits the limit of 16 kB', () => {
    const { 'Fn::Base64': userData } = launchTemplate['UserData'] as { 'Fn::Base64': string };
    expect(userData).not.toMatch(/password|secret|token|aws_access_key/i);
    expect(Buffer.byteLength(userData)).toBeLessThan(16_384);
  });
});

describe('the group', () => {
  test('has the bounds of an ordinary day and no desired capacity, so that a deployment leaves the size alone', () => {
    expect(group).toMatchObject({ MinSize: '3', MaxSize: '8' });
    expect(group).not.toHaveProperty('DesiredCapacity');
    expect(Object.values(web.findResources('AWS::AutoScaling::AutoScalingGroup'))).toMatchObject([
      { UpdatePolicy: { AutoScalingScheduledAction: { IgnoreUnmodifiedGroupSizeProperties: true } } },
    ]);
  });

  test('runs on demand only, the first choice first', () => {
    expect(group['MixedInstancesPolicy']).toMatchObject({
      InstancesDistribution: { OnDemandPercentageAboveBaseCapacity: 100, OnDemandAllocationStrategy: 'prioritized' },
      LaunchTemplate: { Overrides: [{ InstanceType: 't3.medium' }, { InstanceType: 't3a.medium' }] },
    });
  });

  test('spreads over the application subnets of every zone', () => {
    expect(group['VPCZoneIdentifier']).toEqual(
      [1, 2, 3].map((zone) => ({ 'Fn::ImportValue': expect.stringContaining(`ApplicationSubnet${zone}Subnet`) })),
    );
  });

  test('replaces what the load balancer finds ill, after the declared grace', () => {
    expect(group).toMatchObject({ HealthCheckType: 'ELB', HealthCheckGracePeriod: 300, DefaultInstanceWarmup: 180 });
  });

  test('publishes all of its metrics', () => {
    expect(group['MetricsCollection']).toEqual([{ Granularity: '1Minute' }]);
  });

  test('follows the CPU to its target', () => {
    expect(theOnly(web, 'AWS::AutoScaling::ScalingPolicy').Properties).toMatchObject({
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingConfiguration: { PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageCPUUtilization' }, TargetValue: 50 },
    });
  });

  test('puts its tags on the instances', () => {
    expect(group['Tags']).toEqual(
      expect.arrayContaining([
        { Key: 'Application', Value: 'WebMarket', PropagateAtLaunch: true },
        { Key: 'Environment', Value: 'production', PropagateAtLaunch: true },
      ]),
    );
  });
});

describe('the load balancer', () => {
  test('is public, in the public subnets, behind the group of its tier', () => {
    expect(theOnly(web, 'AWS::ElasticLoadBalancingV2::LoadBalancer').Properties).toMatchObject({
      Scheme: 'internet-facing',
      Type: 'application',
      SecurityGroups: [{ 'Fn::ImportValue': expect.stringContaining('SecurityGroupsLoadBalancer') }],
      Subnets: [1, 2, 3].map((zone) => ({ 'Fn::ImportValue': expect.stringContaining(`PublicSubnet${zone}Subnet`) })),
    });
  });

  test.each([
    ['deletion_protection.enabled', 'true'],
    ['routing.http.drop_invalid_header_fields.enabled', 'true'],
    ['access_logs.s3.enabled', 'true'],
    ['access_logs.s3.prefix', 'load-balancer'],
  ])('has %s set to %s', (Key, Value) => {
    expect(theOnly(web, 'AWS::ElasticLoadBalancingV2::LoadBalancer').Properties['LoadBalancerAttributes']).toContainEqual({ Key, Value });
  });

  test('checks the health of its targets on the port of the application', () => {
    expect(theOnly(web, 'AWS::ElasticLoadBalancingV2::TargetGroup').Properties).toMatchObject({
      Port: 8080,
      Protocol: 'HTTP',
      HealthCheckPath: '/health',
      Matcher: { HttpCode: '200' },
      TargetGroupAttributes: expect.arrayContaining([
        { Key: 'deregistration_delay.timeout_seconds', Value: '60' },
        { Key: 'load_balancing.algorithm.type', Value: 'least_outstanding_requests' },
      ]),
    });
    expect(group['TargetGroupARNs']).toEqual([{ Ref: theOnly(web, 'AWS::ElasticLoadBalancingV2::TargetGroup').logicalId }]);
  });

  test('serves plain HTTP without a certificate, and says so at synthesis', () => {
    expect(resourcesOf(web, 'AWS::ElasticLoadBalancingV2::Listener').map(({ Properties }) => [Properties['Port'], Properties['Protocol']])).toEqual([[80, 'HTTP']]);
    quietly(() => Annotations.fromStack(app.web)).hasWarning('*', Match.stringLikeRegexp('plain HTTP'));
  });

  test('serves HTTPS with a certificate, and redirects HTTP to it for good', () => {
    const secure = synthesise({ 'web.certificateArn': CERTIFICATE });
    const listeners = resourcesOf(Template.fromStack(secure.web), 'AWS::ElasticLoadBalancingV2::Listener');
    expect(listeners.map(({ Properties }) => Properties)).toMatchObject([
      { Port: 443, Protocol: 'HTTPS', Certificates: [{ CertificateArn: CERTIFICATE }], SslPolicy: expect.stringContaining('TLS13-1-2') },
      { Port: 80, DefaultActions: [{ Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } }] },
    ]);
    Annotations.fromStack(secure.web).hasNoWarning('*', Match.anyValue());
  });
});
