import { Duration, Stack, Tags, Validations } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as rds from 'aws-cdk-lib/aws-rds';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from '../wildcard-waiver.ts';
import { placeholderUserData } from './placeholder-site.ts';

export interface WebFleetProps {
  readonly vpc: ec2.IVpc;
  readonly securityGroup: ec2.ISecurityGroup;
  /** First choice of instance type, then the others in order, when AWS has none of it left. */
  readonly instanceTypes: readonly string[];
  /** @default - the types are not burstable and have no CPU credits */
  readonly creditMode?: 'unlimited' | 'standard' | undefined;
  readonly volumeGib: number;
  readonly applicationPort: number;
  readonly healthCheckPath: string;
  readonly healthCheckGraceSeconds: number;
  readonly bootSeconds: number;
  readonly cpuTargetPercent: number;
  /** Bounds of an ordinary day; during a sale they are moved from outside the template. */
  readonly floor: number;
  readonly ceiling: number;
  /** Buckets that the application reads and writes by its role. */
  readonly buckets: readonly s3.IBucket[];
  readonly database: rds.IDatabaseInstance;
  /** Database user as whom the role connects. */
  readonly databaseUser: string;
}

/** The instances of the shop: what they are, what they may do, and how many there are. */
export class WebFleet extends Construct {
  readonly autoScalingGroup: autoscaling.AutoScalingGroup;
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: WebFleetProps) {
    super(scope, id);
    this.role = new iam.Role(this, 'InstanceRole', {
      description: 'WebMarket instances: product images, documents, their database user, Session Manager.',
      assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
    });
    this.grantSessionManager();
    this.grantBuckets(props.buckets);
    props.database.grantConnect(this.role, props.databaseUser);
    this.autoScalingGroup = this.createGroup(props, this.createLaunchTemplate(props));
    this.autoScalingGroup.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: props.cpuTargetPercent });
    Tags.of(this).add('Name', 'webmarket-web', {
      includeResourceTypes: ['AWS::AutoScaling::AutoScalingGroup', 'AWS::EC2::LaunchTemplate'],
    });
    Validations.of(this.autoScalingGroup).acknowledge(
      {
        id: 'AwsSolutions-AS3',
        reason: 'Auto Scaling sends its events to EventBridge by itself, where operations listens; topics would repeat them.',
      },
      {
        id: 'AwsSolutions-EC26',
        reason: 'The rule fails on any group with a mixed instances policy; a test asserts that the volumes are encrypted.',
      },
    );
  }

  /**
   * What the agent needs for a session, and no more: the managed policy AmazonSSMManagedInstanceCore also
   * reads every parameter of the account. Source: Systems Manager user guide, "Add Session Manager
   * permissions to an existing IAM role".
   */
  private grantSessionManager(): void {
    this.role.addToPolicy(
      new iam.PolicyStatement({
        sid: 'SessionChannels',
        actions: [
          'ssmmessages:CreateControlChannel',
          'ssmmessages:CreateDataChannel',
          'ssmmessages:OpenControlChannel',
          'ssmmessages:OpenDataChannel',
        ],
        // These actions know no resource; the channel that is opened is always the caller's own.
        resources: ['*'],
      }),
    );
    // Ids of instances are unknown here: instances of this account and Region, not the other kinds of managed machine.
    const anyInstance = Stack.of(this).formatArn({ service: 'ec2', resource: 'instance', resourceName: '*' });
    this.role.addToPolicy(
      new iam.PolicyStatement({
        sid: 'AgentHeartbeat',
        actions: ['ssm:UpdateInstanceInformation'],
        resources: [anyInstance],
      }),
    );
    acknowledgeWildcard(
      this.role,
      anyInstance,
      'Ids of the instances of a group are unknown at synthesis; the action only says that one is alive.',
    );
  }

  private grantBuckets(buckets: readonly s3.IBucket[]): void {
    for (const bucket of buckets) {
      this.role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }));
      this.role.addToPolicy(
        new iam.PolicyStatement({
          // Deleting leaves a marker, for the buckets keep versions; erasing a version is not granted.
          actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
          // Names of objects are the application's business: the bucket is the boundary.
          resources: [bucket.arnForObjects('*')],
        }),
      );
      acknowledgeWildcard(
        this.role,
        bucket.arnForObjects('*'),
        'Names of objects are the business of the application: the bucket is the boundary.',
      );
    }
  }

  private createLaunchTemplate(props: WebFleetProps): ec2.LaunchTemplate {
    return new ec2.LaunchTemplate(this, 'LaunchTemplate', {
      // Resolved at each deployment, not at each launch: no sale ever starts on an image that was not tried.
      machineImage: ec2.MachineImage.latestAmazonLinux2023(),
      userData: placeholderUserData({ port: props.applicationPort, healthCheckPath: props.healthCheckPath }),
      role: this.role,
      securityGroup: props.securityGroup,
      // Said outright, so that a subnet changed by hand to give out addresses still gives none to an instance.
      associatePublicIpAddress: false,
      requireImdsv2: true,
      httpPutResponseHopLimit: 1,
      // One point a minute instead of one in five: target tracking reacts to a peak minutes earlier.
      detailedMonitoring: true,
      ebsOptimized: true,
      blockDevices: [
        {
          deviceName: '/dev/xvda',
          volume: ec2.BlockDeviceVolume.ebs(props.volumeGib, { encrypted: true, volumeType: ec2.EbsDeviceVolumeType.GP3 }),
        },
      ],
      ...(props.creditMode === undefined
        ? {}
        : { cpuCredits: props.creditMode === 'unlimited' ? ec2.CpuCredits.UNLIMITED : ec2.CpuCredits.STANDARD }),
    });
  }

  private createGroup(props: WebFleetProps, launchTemplate: ec2.LaunchTemplate): autoscaling.AutoScalingGroup {
    // No desired capacity, and bounds that only a change of the template resets: a deployment in the middle of a
    // sale leaves the size alone.
    return new autoscaling.AutoScalingGroup(this, 'Group', {
      vpc: props.vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      ignoreUnmodifiedSizeProperties: true,
      minCapacity: props.floor,
      maxCapacity: props.ceiling,
      mixedInstancesPolicy: {
        launchTemplate,
        launchTemplateOverrides: props.instanceTypes.map((type) => ({ instanceType: new ec2.InstanceType(type) })),
        // Spot instances may be taken away with two minutes' notice, and most likely on the day everybody sells.
        instancesDistribution: {
          onDemandBaseCapacity: 0,
          onDemandPercentageAboveBaseCapacity: 100,
          onDemandAllocationStrategy: autoscaling.OnDemandAllocationStrategy.PRIORITIZED,
        },
      },
      healthChecks: autoscaling.HealthChecks.withAdditionalChecks({
        additionalTypes: [autoscaling.AdditionalHealthCheckType.ELB],
        gracePeriod: Duration.seconds(props.healthCheckGraceSeconds),
      }),
      // Until it has booted, an instance's CPU says nothing of the load: it is left out of the average.
      defaultInstanceWarmup: Duration.seconds(props.bootSeconds),
      groupMetrics: [autoscaling.GroupMetrics.all()],
      // Zones stay balanced first, always. Then whatever runs an old launch template goes, then the oldest.
      terminationPolicies: [
        autoscaling.TerminationPolicy.OLDEST_LAUNCH_TEMPLATE,
        autoscaling.TerminationPolicy.OLDEST_INSTANCE,
      ],
    });
  }
}
