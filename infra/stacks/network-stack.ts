import { Stack, type StackProps } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { EnvironmentConfig } from '../config.ts';
import { ShopVpc } from '../constructs/shop-vpc.ts';
import { TierSecurityGroups } from '../constructs/tier-security-groups.ts';

export interface NetworkStackProps extends StackProps {
  readonly network: EnvironmentConfig['network'];
  readonly applicationPort: number;
  readonly databasePort: number;
}

/** The VPC and the firewall of the three tiers and of the probe. Everything else stands on it. */
export class NetworkStack extends Stack {
  readonly vpc: ec2.IVpc;
  readonly loadBalancerSecurityGroup: ec2.SecurityGroup;
  readonly applicationSecurityGroup: ec2.SecurityGroup;
  readonly databaseSecurityGroup: ec2.SecurityGroup;
  readonly probeSecurityGroup: ec2.SecurityGroup;

  private readonly zones: readonly string[];

  constructor(scope: Construct, id: string, props: NetworkStackProps) {
    super(scope, id, props);
    this.zones = props.network.availabilityZones;
    this.vpc = new ShopVpc(this, 'Network', props.network).vpc;
    const groups = new TierSecurityGroups(this, 'SecurityGroups', {
      vpc: this.vpc,
      applicationPort: props.applicationPort,
      databasePort: props.databasePort,
    });
    this.loadBalancerSecurityGroup = groups.loadBalancer;
    this.applicationSecurityGroup = groups.application;
    this.databaseSecurityGroup = groups.database;
    this.probeSecurityGroup = groups.probe;
  }

  /** The zones of the configuration. With an account set, CDK would otherwise look them up over the network. */
  override get availabilityZones(): string[] {
    return [...this.zones];
  }
}
