import { type CfnResource, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { Tier } from '../../functions/compliance/baseline.ts';
import { TIER_METADATA } from '../baseline/declared-groups.ts';

export interface TierSecurityGroupsProps {
  readonly vpc: ec2.IVpc;
  readonly applicationPort: number;
  readonly databasePort: number;
}

/**
 * The chain of the three tiers: the internet reaches the load balancer, the load balancer reaches the
 * instances, the instances reach the database, and nothing skips a link. Beside it stands the probe of
 * failover drills: nothing reaches it, and it reaches the database, which it writes to as the shop does.
 * All rules live here, beside the groups, so that no stack that uses a group adds rules to it.
 */
export class TierSecurityGroups extends Construct {
  readonly loadBalancer: ec2.SecurityGroup;
  readonly application: ec2.SecurityGroup;
  readonly database: ec2.SecurityGroup;
  /** Of the functions that measure a failover from inside the VPC. */
  readonly probe: ec2.SecurityGroup;

  constructor(scope: Construct, id: string, props: TierSecurityGroupsProps) {
    super(scope, id);
    this.loadBalancer = this.closedGroup('LoadBalancer', 'load-balancer', props.vpc, 'WebMarket load balancer: HTTP and HTTPS from anywhere');
    this.application = this.closedGroup('Application', 'application', props.vpc, 'WebMarket instances: from the load balancer only');
    this.database = this.closedGroup('Database', 'database', props.vpc, 'WebMarket database: from the instances and the probe only');
    this.probe = this.closedGroup('Probe', 'probe', props.vpc, 'WebMarket probe of failover drills: to the database, and from nowhere');

    this.loadBalancer.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTP, 'HTTP from anywhere');
    this.loadBalancer.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTPS, 'HTTPS from anywhere');
    this.loadBalancer.connections.allowTo(this.application, ec2.Port.tcp(props.applicationPort), 'Load balancer to target');
    this.application.connections.allowTo(this.database, ec2.Port.tcp(props.databasePort), 'Instances to database');
    this.probe.connections.allowTo(this.database, ec2.Port.tcp(props.databasePort), 'Probe to database');

    // Updates, Systems Manager and S3 are reached over HTTPS. The prefix list of S3 has another id in each
    // Region, found only by a look-up, and Systems Manager has no list at all: hence any address, one port.
    // Name resolution and time come from link-local addresses of the VPC, which security groups do not filter.
    this.application.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTPS, 'HTTPS for updates and AWS services');
    // The ledger and the secret of the administrator.
    this.probe.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTPS, 'HTTPS for AWS services');

    Validations.of(this.loadBalancer).acknowledge({
      id: 'AwsSolutions-EC23',
      reason: 'The shop is public: its load balancer takes HTTP and HTTPS from anywhere, as the target architecture says.',
    });
  }

  private closedGroup(id: string, tier: Tier, vpc: ec2.IVpc, description: string): ec2.SecurityGroup {
    // EC2 gives a new group a rule that lets everything out. Declaring any egress rule takes it away, a separate
    // AWS::EC2::SecurityGroupEgress too; a group with none declared gets one that matches nothing.
    const group = new ec2.SecurityGroup(this, id, { vpc, description, allowAllOutbound: false });
    (group.node.defaultChild as CfnResource).addMetadata(TIER_METADATA, tier);
    return group;
  }
}
