import type { Action, Listener as ListenerDescription, LoadBalancer as LoadBalancerDescription, TargetGroup as TargetGroupDescription, TargetHealthDescription } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Subnet, Tags } from '../ec2/network.ts';
import type { CapacityReservation } from './capacity-reservation.ts';
import type { Target, TargetGroup } from './target-group.ts';

export interface LoadBalancer {
  readonly arn: string;
  readonly name: string;
  /** `app/<name>/<id>`, the dimension of its metrics. */
  readonly fullName: string;
  readonly dnsName: string;
  readonly scheme: 'internet-facing' | 'internal';
  readonly vpcId: string;
  readonly subnets: readonly Subnet[];
  readonly createdAt: number;
  readonly reservation: CapacityReservation;
  /** Never empty: without groups of its own it has the default one of its VPC. */
  securityGroupIds: readonly string[];
  attributes: Readonly<Record<string, string>>;
  tags: Tags;
}

export interface Listener {
  readonly arn: string;
  readonly loadBalancerArn: string;
  readonly port: number;
  readonly protocol: string;
  readonly certificates: readonly { readonly CertificateArn: string }[];
  readonly sslPolicy: string | undefined;
  defaultActions: readonly Action[];
  /** Actions of its rules, in the order of their priority. */
  readonly rules: Map<string, { readonly priority: number; readonly actions: readonly Action[] }>;
}

/** The target groups that actions forward to, with their weights. */
export function forwardsOf(actions: readonly Action[]): { readonly arn: string; readonly weight: number }[] {
  return actions.flatMap((action) => {
    if (action.Type !== 'forward') return [];
    const weighted = action.ForwardConfig?.TargetGroups ?? [];
    if (weighted.length > 0) return weighted.map(({ TargetGroupArn, Weight }) => ({ arn: String(TargetGroupArn), weight: Weight ?? 1 }));
    return [{ arn: String(action.TargetGroupArn), weight: 1 }];
  });
}

export function describeLoadBalancer(balancer: LoadBalancer): LoadBalancerDescription {
  return {
    LoadBalancerArn: balancer.arn,
    LoadBalancerName: balancer.name,
    DNSName: balancer.dnsName,
    CanonicalHostedZoneId: 'Z3Q77PNBQS71R4',
    CreatedTime: new Date(balancer.createdAt),
    Scheme: balancer.scheme,
    VpcId: balancer.vpcId,
    State: { Code: 'active' },
    Type: 'application',
    AvailabilityZones: balancer.subnets.map(({ availabilityZone, id }) => ({ ZoneName: availabilityZone, SubnetId: id, LoadBalancerAddresses: [] })),
    SecurityGroups: [...balancer.securityGroupIds],
    IpAddressType: 'ipv4',
  };
}

export function describeListener(listener: Listener): ListenerDescription {
  return {
    ListenerArn: listener.arn,
    LoadBalancerArn: listener.loadBalancerArn,
    Port: listener.port,
    Protocol: listener.protocol as never,
    DefaultActions: [...listener.defaultActions],
    ...(listener.certificates.length === 0 ? {} : { Certificates: [...listener.certificates] }),
    ...(listener.sslPolicy === undefined ? {} : { SslPolicy: listener.sslPolicy }),
  };
}

export function describeTargetGroup(group: TargetGroup, loadBalancerArns: string[]): TargetGroupDescription {
  const { definition } = group;
  const { healthCheck } = definition;
  return {
    TargetGroupArn: definition.arn,
    TargetGroupName: definition.name,
    Protocol: definition.protocol as never,
    Port: definition.port,
    VpcId: definition.vpcId,
    TargetType: definition.targetType as never,
    HealthCheckEnabled: true,
    HealthCheckPath: healthCheck.path,
    HealthCheckPort: healthCheck.port,
    HealthCheckProtocol: healthCheck.protocol as never,
    HealthCheckIntervalSeconds: healthCheck.intervalSeconds,
    HealthCheckTimeoutSeconds: healthCheck.timeoutSeconds,
    HealthyThresholdCount: healthCheck.healthyThreshold,
    UnhealthyThresholdCount: healthCheck.unhealthyThreshold,
    Matcher: { HttpCode: healthCheck.matcher },
    LoadBalancerArns: loadBalancerArns,
    ProtocolVersion: 'HTTP1',
    IpAddressType: 'ipv4',
  };
}

/** A group that no listener uses sends no checks: its targets are `unused` (API reference, TargetHealth). */
export function describeTarget(target: Target, isInUse: boolean): TargetHealthDescription {
  const identity = {
    Target: { Id: target.instance.id, Port: target.port, AvailabilityZone: target.instance.subnet.availabilityZone },
    HealthCheckPort: String(target.port),
  };
  if (!isInUse) {
    return { ...identity, TargetHealth: { State: 'unused', Reason: 'Target.NotInUse', Description: 'Target group is not configured to receive traffic from the load balancer' } };
  }
  return {
    ...identity,
    TargetHealth: {
      State: target.state,
      ...(target.reason === undefined ? {} : { Reason: target.reason as never }),
      ...(target.description === undefined ? {} : { Description: target.description }),
    },
  };
}
