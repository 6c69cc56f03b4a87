import { ArnFormat } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { DatabaseInstance } from 'aws-cdk-lib/aws-rds';
import { purchases } from '../purchases.ts';
import { OrchestratorPermissions, type OrchestratorResources } from './orchestrator-permissions.ts';

/** What the statements of the functions of the advice on reservations are about. */
export interface ReservationResources extends OrchestratorResources {
  readonly database: DatabaseInstance;
}

/** The permissions of the functions of the advice on reservations, one reason a method. */
export class ReservationPermissions extends OrchestratorPermissions {
  readonly #resources: ReservationResources;

  constructor(resources: ReservationResources) {
    super(resources, { evidenceFolder: 'reservations' });
    this.#resources = resources;
  }

  /** Metrics and groups of instances know no resources. */
  observeGroup(): PolicyStatement {
    return new PolicyStatement({ sid: 'ObserveGroup', actions: ['cloudwatch:GetMetricData', 'autoscaling:DescribeAutoScalingGroups'], resources: ['*'] });
  }

  observeDatabase(): PolicyStatement {
    return new PolicyStatement({ sid: 'ObserveDatabase', actions: ['rds:DescribeDBInstances'], resources: [this.#resources.database.instanceArn] });
  }

  /** What is committed already, and what AWS itself would advise; Cost Explorer and EC2's reservations know no resources. */
  readCommitments(): PolicyStatement[] {
    return [
      new PolicyStatement({
        sid: 'ReadAdvice',
        actions: ['ce:GetReservationPurchaseRecommendation', 'ce:GetSavingsPlansPurchaseRecommendation', 'ec2:DescribeReservedInstances'],
        resources: ['*'],
      }),
      new PolicyStatement({ sid: 'ReadDatabaseReservations', actions: ['rds:DescribeReservedDBInstances'], resources: [this.databaseReservationsArn] }),
      new PolicyStatement({ sid: 'ReadSavingsPlans', actions: ['savingsplans:DescribeSavingsPlans'], resources: [this.savingsPlansArn] }),
    ];
  }

  /** Reservations of databases get their names when they are bought. */
  get databaseReservationsArn(): string {
    return this.stack.formatArn({ service: 'rds', resource: 'ri', resourceName: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  }

  /** Savings plans belong to the account, in no Region. */
  get savingsPlansArn(): string {
    return this.stack.formatArn({ service: 'savingsplans', region: '', resource: 'savingsplan', resourceName: '*' });
  }

  /** It advises. Said outright, so that a policy which is attached by hand changes nothing. */
  neverPurchase(): PolicyStatement {
    return new PolicyStatement({ sid: 'NeverPurchase', effect: Effect.DENY, actions: [...purchases], resources: ['*'] });
  }
}
