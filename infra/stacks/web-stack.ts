import { Stack, type StackProps } from 'aws-cdk-lib';
import type * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as rds from 'aws-cdk-lib/aws-rds';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config.ts';
import { ShopLoadBalancer } from '../constructs/shop-load-balancer.ts';
import { WebFleet } from '../constructs/web-fleet.ts';

export interface WebStackProps extends StackProps {
  readonly vpc: ec2.IVpc;
  readonly loadBalancerSecurityGroup: ec2.ISecurityGroup;
  readonly applicationSecurityGroup: ec2.ISecurityGroup;
  readonly web: EnvironmentConfig['web'];
  readonly capacity: EnvironmentConfig['capacity'];
  readonly buckets: readonly s3.IBucket[];
  readonly accessLogsBucket: s3.IBucket;
  readonly database: rds.IDatabaseInstance;
  readonly databaseUser: string;
}

/** The shop itself: the load balancer, and behind it the group of instances that sales make grow. */
export class WebStack extends Stack {
  readonly autoScalingGroup: autoscaling.AutoScalingGroup;
  readonly instanceRole: iam.Role;
  readonly loadBalancer: elbv2.ApplicationLoadBalancer;
  readonly targetGroup: elbv2.ApplicationTargetGroup;

  constructor(scope: Construct, id: string, props: WebStackProps) {
    super(scope, id, props);
    const fleet = new WebFleet(this, 'Fleet', {
      ...props.web,
      vpc: props.vpc,
      securityGroup: props.applicationSecurityGroup,
      instanceTypes: [props.web.instanceType, ...props.web.fallbackInstanceTypes],
      bootSeconds: props.capacity.bootSeconds,
      floor: props.capacity.baseline.floor,
      ceiling: props.capacity.baseline.ceiling,
      buckets: props.buckets,
      database: props.database,
      databaseUser: props.databaseUser,
    });
    this.autoScalingGroup = fleet.autoScalingGroup;
    this.instanceRole = fleet.role;
    const door = new ShopLoadBalancer(this, 'Door', {
      ...props.web,
      vpc: props.vpc,
      securityGroup: props.loadBalancerSecurityGroup,
      target: fleet.autoScalingGroup,
      accessLogsBucket: props.accessLogsBucket,
    });
    this.loadBalancer = door.loadBalancer;
    this.targetGroup = door.targetGroup;
  }
}
