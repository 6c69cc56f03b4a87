import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ApplicationLoadBalancer, ApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';

/** The targets of one zone that pass their health checks. CDK knows the metric for all zones together only. */
export function healthyTargetsInZone(loadBalancer: ApplicationLoadBalancer, targetGroup: ApplicationTargetGroup, zone: string): Metric {
  return new Metric({
    namespace: 'AWS/ApplicationELB',
    metricName: 'HealthyHostCount',
    dimensionsMap: { AvailabilityZone: zone, LoadBalancer: loadBalancer.loadBalancerFullName, TargetGroup: targetGroup.targetGroupFullName },
    statistic: 'Minimum',
    period: Duration.minutes(1),
  });
}
