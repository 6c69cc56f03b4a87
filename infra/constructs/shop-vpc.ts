import { Aws, RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { logRetention } from '../log-retention.ts';

export interface ShopVpcProps {
  readonly cidr: string;
  /** Names of the zones in use, two or three of them. */
  readonly availabilityZones: readonly string[];
  readonly natGateways: 'single' | 'one-per-zone';
  readonly flowLogRetentionDays: number;
}

/** Zones of the Region. Addresses are set aside for all of them, so that adding a zone renumbers no subnet. */
const REGION_ZONES = 3;

/**
 * The isolated network of the shop: public subnets for the load balancer and the NAT gateways only,
 * private subnets for the instances, subnets without any way out for the database; flow logs of
 * everything, and S3 and DynamoDB without the detour over NAT.
 */
export class ShopVpc extends Construct {
  readonly vpc: ec2.IVpc;

  constructor(scope: Construct, id: string, props: ShopVpcProps) {
    super(scope, id);
    const vpc = new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(props.cidr),
      availabilityZones: [...props.availabilityZones],
      reservedAzs: REGION_ZONES - props.availabilityZones.length,
      natGateways: props.natGateways === 'single' ? 1 : props.availabilityZones.length,
      // The widest subnets come first: blocks are handed out in order, and each starts on its own size.
      subnetConfiguration: [
        { name: 'Application', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 22 },
        { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
        { name: 'Database', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
      ],
      // Anything launched without a group of its own lands in the default one: it lets nothing through.
      restrictDefaultSecurityGroup: true,
    });
    Validations.of(vpc).acknowledge({
      id: 'CloudFormation-Validate::W3010',
      reason: 'Zones are named in the configuration: those of Fn::GetAZs depend on the account, and rehearsed ones would differ.',
    });
    // CDK's own class fits its interface only without exactOptionalPropertyTypes: an optional getter may be undefined.
    this.vpc = vpc as ec2.IVpc;
    this.addFlowLogs(props.flowLogRetentionDays);
    this.addS3Endpoint();
    this.addDynamoDbEndpoint();
  }

  private addFlowLogs(retentionDays: number): void {
    const logGroup = new logs.LogGroup(this, 'FlowLogs', {
      retention: logRetention(retentionDays),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const role = new iam.Role(this, 'FlowLogRole', {
      description: 'Lets VPC flow logs write to their one log group.',
      // Without the account, a flow log of somebody else's could borrow this role.
      assumedBy: new iam.ServicePrincipal('vpc-flow-logs.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    // DescribeLogGroups is in AWS's sample policy for any group; delivery to a group that exists needs the three below.
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
        // The ARN of a log group ends in `:*`, which takes in its streams and nothing else.
        resources: [logGroup.logGroupArn],
      }),
    );
    this.vpc.addFlowLog('FlowLog', {
      // Sealed, because the construct would otherwise let the role pass itself on, which nothing here does.
      destination: ec2.FlowLogDestination.toCloudWatchLogs(logGroup, role.withoutPolicyUpdates()),
      trafficType: ec2.FlowLogTrafficType.ALL,
      maxAggregationInterval: ec2.FlowLogMaxAggregationInterval.ONE_MINUTE,
    });
  }

  /**
   * S3 through a gateway costs nothing and does not pass the NAT gateways. Its policy lets traffic reach
   * the buckets of this account, and those of AWS that instances update themselves from: a stolen
   * foreign key cannot be used from inside to carry data to a foreign bucket.
   */
  private addS3Endpoint(): void {
    const endpoint = this.vpc.addGatewayEndpoint('S3', {
      service: ec2.GatewayVpcEndpointAwsService.S3,
      subnets: [{ subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }],
    });
    endpoint.addToPolicy(
      new iam.PolicyStatement({
        sid: 'BucketsOfThisAccount',
        principals: [new iam.AnyPrincipal()],
        actions: ['s3:*'],
        // Naming the buckets would tie the network to the data stack, which stands on it. The condition bounds both.
        resources: ['*'],
        conditions: { StringEquals: { 'aws:ResourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    endpoint.addToPolicy(
      new iam.PolicyStatement({
        sid: 'UpdatesFromAws',
        principals: [new iam.AnyPrincipal()],
        actions: ['s3:GetObject'],
        // Sources: the AL2023 user guide (repositories) and the Systems Manager user guide (agent, patch baselines).
        resources: [
          `arn:aws:s3:::al2023-repos-${Aws.REGION}-de612dc2/*`,
          `arn:aws:s3:::amazon-ssm-${Aws.REGION}/*`,
          `arn:aws:s3:::patch-baseline-snapshot-${Aws.REGION}/*`,
        ],
      }),
    );
  }

  /**
   * The ledger, for the functions inside: while a failover is measured, what is noted of it does not hang on a NAT gateway.
   * As with S3, tables of this account only.
   */
  private addDynamoDbEndpoint(): void {
    const endpoint = this.vpc.addGatewayEndpoint('DynamoDb', {
      service: ec2.GatewayVpcEndpointAwsService.DYNAMODB,
      subnets: [{ subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }],
    });
    endpoint.addToPolicy(
      new iam.PolicyStatement({
        sid: 'TablesOfThisAccount',
        principals: [new iam.AnyPrincipal()],
        actions: ['dynamodb:*'],
        // The table stands in a stack that stands on this one. The condition bounds it.
        resources: ['*'],
        conditions: { StringEquals: { 'aws:ResourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
  }
}
