import { Stack } from 'aws-cdk-lib';
import type { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import type { ApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { metricNamespace } from '../../functions/capacity/metrics.ts';
import type { EnvironmentConfig } from '../config.ts';
import { OrchestratorPermissions, type OrchestratorResources } from './orchestrator-permissions.ts';

/** What the statements of the capacity functions are about. */
export interface CapacityResources extends OrchestratorResources {
  readonly autoScalingGroup: AutoScalingGroup;
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly model: EnvironmentConfig['capacity'];
}

/** The permissions of the capacity functions, one reason a method. */
export class CapacityPermissions extends OrchestratorPermissions {
  readonly #resources: CapacityResources;

  constructor(resources: CapacityResources) {
    super(resources, { evidenceFolder: 'sales', metricNamespace });
    this.#resources = resources;
  }

  /** The group, by its name: the id that AWS puts before it is not an attribute of the resource. */
  get groupArn(): string {
    const { autoScalingGroup } = this.#resources;
    const { account, region, partition } = Stack.of(autoScalingGroup);
    const name = autoScalingGroup.autoScalingGroupName;
    return `arn:${partition}:autoscaling:${region}:${account}:autoScalingGroup:*:autoScalingGroupName/${name}`;
  }

  /** Telling needs to remember what was told. */
  tellOnce(): PolicyStatement[] {
    return [this.tell(), this.getAndPutInLedger()];
  }

  /** Auto Scaling's Describe actions know no resources: `*` is the narrowest there is. */
  observeGroup(...more: readonly string[]): PolicyStatement {
    return new PolicyStatement({
      sid: 'ObserveGroup',
      actions: ['autoscaling:DescribeAutoScalingGroups', ...more],
      resources: ['*'],
    });
  }

  /**
   * The one infrastructure write of this capability, inside the bounds of the model: whatever a handler computes,
   * IAM lets nobody set a size above the ceiling or a floor below the baseline. `SetDesiredCapacity` has no such
   * condition keys and is not granted.
   */
  resizeGroup(): PolicyStatement {
    const { model } = this.#resources;
    return new PolicyStatement({
      sid: 'ResizeGroupWithinTheModel',
      actions: ['autoscaling:UpdateAutoScalingGroup'],
      resources: [this.groupArn],
      conditions: {
        NumericLessThanEqualsIfExists: { 'autoscaling:MaxSize': model.maxCeiling },
        NumericGreaterThanEqualsIfExists: { 'autoscaling:MinSize': model.baseline.floor },
      },
    });
  }

  /** CloudWatch's reading of metrics knows no resources. */
  readMetrics(): PolicyStatement {
    return new PolicyStatement({ sid: 'ReadMetrics', actions: ['cloudwatch:GetMetricData'], resources: ['*'] });
  }

  readAlarm(alarmArn: string): PolicyStatement {
    return new PolicyStatement({ sid: 'ReadAlarm', actions: ['cloudwatch:DescribeAlarms'], resources: [alarmArn] });
  }

  /** Target health is described for all load balancers or none. */
  observeTargets(): PolicyStatement {
    return new PolicyStatement({
      sid: 'ObserveTargets',
      actions: ['elasticloadbalancing:DescribeTargetHealth'],
      resources: ['*'],
    });
  }

  /** Everything that a preflight looks at. */
  preflight(): PolicyStatement[] {
    const { loadBalancer, model } = this.#resources;
    const { account, region, partition } = Stack.of(loadBalancer);
    const quota = (path: string): string => `arn:${partition}:servicequotas:${region}:${account}:${path}`;
    const isReserving = model.loadBalancerReservation.enabled;
    return [
      this.observeGroup('autoscaling:DescribeInstanceRefreshes'),
      // None of these actions knows resources.
      new PolicyStatement({
        sid: 'ObserveInstances',
        actions: [
          'ec2:DescribeInstances',
          'ec2:DescribeInstanceTypes',
          'ec2:DescribeLaunchTemplateVersions',
          'ec2:DescribeSubnets',
          'servicequotas:GetAWSDefaultServiceQuota',
        ],
        resources: ['*'],
      }),
      new PolicyStatement({
        sid: 'ReadQuotas',
        actions: ['servicequotas:GetServiceQuota'],
        resources: [quota('ec2/L-1216C47A'), ...(isReserving ? [quota('elasticloadbalancing/L-8A66D0E6')] : [])],
      }),
      ...(isReserving ? [this.observeReservation()] : []),
    ];
  }

  /** Only where the model reserves load balancer capacity. */
  reserveLoadBalancer(): PolicyStatement[] {
    const { loadBalancer, model } = this.#resources;
    if (!model.loadBalancerReservation.enabled) return [];
    return [
      new PolicyStatement({
        sid: 'ReserveLoadBalancer',
        actions: ['elasticloadbalancing:ModifyCapacityReservation'],
        resources: [loadBalancer.loadBalancerArn],
      }),
      this.observeReservation(),
    ];
  }

  /** Reservations are described for all load balancers or none. */
  observeReservation(): PolicyStatement {
    return new PolicyStatement({
      sid: 'ObserveReservation',
      actions: ['elasticloadbalancing:DescribeCapacityReservation'],
      resources: ['*'],
    });
  }
}
