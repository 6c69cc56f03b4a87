import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import { CfnNatGateway, type IVpc } from 'aws-cdk-lib/aws-ec2';
import type { ApplicationLoadBalancer, ApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { DatabaseInstance } from 'aws-cdk-lib/aws-rds';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct, IConstruct } from 'constructs';
import type { EnvironmentConfig } from '../config.ts';
import { CostDashboard } from '../constructs/cost-dashboard.ts';
import { CostWatch } from '../constructs/cost-watch.ts';
import { OperationsAlarm } from '../constructs/operations-alarm.ts';
import { OperationsDashboard } from '../constructs/operations-dashboard.ts';
import { PerformanceDashboard } from '../constructs/performance-dashboard.ts';
import { Workflow } from '../constructs/workflow.ts';
import { titleCase } from '../title-case.ts';

export interface MonitoringStackProps extends StackProps {
  readonly environment: string;
  readonly vpc: IVpc;
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly targetGroup: ApplicationTargetGroup;
  readonly autoScalingGroup: AutoScalingGroup;
  /** Whether the instances have CPU credits. */
  readonly isBurstable: boolean;
  readonly database: DatabaseInstance;
  readonly objectives: EnvironmentConfig['drills'];
  /** Stacks whose alarms and workflows are shown. */
  readonly watched: readonly IConstruct[];
  /** By what people call them. */
  readonly buckets: Readonly<Record<string, IBucket>>;
  readonly cost: EnvironmentConfig['cost'];
  readonly topic: ITopic;
  readonly runbookUrl: string;
}

/** What people look at: three dashboards, as many as are free; and what tells them of the cost. The alarms stand beside what they watch. */
export class MonitoringStack extends Stack {
  constructor(scope: Construct, id: string, props: MonitoringStackProps) {
    super(scope, id, props);
    const nameOf = (purpose: string): string => `WebMarket-${titleCase(props.environment)}-${purpose}`;
    const parts = props.watched.flatMap((stack) => stack.node.findAll());
    const performance = new PerformanceDashboard(this, 'Performance', { ...props, dashboardName: nameOf('Performance'), zones: props.vpc.availabilityZones });
    const operations = new OperationsDashboard(this, 'Operations', {
      ...props,
      dashboardName: nameOf('Operations'),
      alarms: parts.filter((part) => part instanceof OperationsAlarm),
      workflows: parts.filter((part) => part instanceof Workflow),
    });
    const cost = new CostDashboard(this, 'Cost', { ...props, dashboardName: nameOf('Cost'), natGatewayIds: natGatewayIds(props.vpc) });
    new CostWatch(this, 'CostWatch', props);
    for (const [name, { dashboardName }] of Object.entries({ Performance: performance, Operations: operations, Cost: cost })) {
      new CfnOutput(this, `${name}Dashboard`, { value: dashboardName });
    }
  }
}

/** CDK tells a network's NAT gateways only as parts of its public subnets. */
function natGatewayIds(vpc: IVpc): Record<string, string> {
  return Object.fromEntries(
    vpc.publicSubnets.flatMap((subnet) =>
      subnet.node
        .findAll()
        .filter((part) => part instanceof CfnNatGateway)
        .map((gateway) => [subnet.availabilityZone, gateway.attrNatGatewayId] as const),
    ),
  );
}
