import { ArnFormat } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { DatabaseInstance } from 'aws-cdk-lib/aws-rds';
import { metricNamespace } from '../../functions/failover-drill/metrics.ts';
import { probeUser } from '../../functions/failover-drill/probe/postgres-sql.ts';
import { OrchestratorPermissions, type OrchestratorResources } from './orchestrator-permissions.ts';
import { FAILOVER_DRILLS_TAG } from './shop-database.ts';

/** What the statements of the functions of failover drills are about. */
export interface DrillResources extends OrchestratorResources {
  readonly database: DatabaseInstance;
  /** Encrypts the secret of the database's administrator. */
  readonly databaseKey: IKey;
  /** None of them may be red before a drill. */
  readonly guardAlarms: readonly IAlarm[];
}

/** The permissions of the functions of failover drills, one reason a method. */
export class DrillPermissions extends OrchestratorPermissions {
  readonly #resources: DrillResources;

  constructor(resources: DrillResources) {
    super(resources, { evidenceFolder: 'drills', metricNamespace });
    this.#resources = resources;
  }

  observeDatabase(): PolicyStatement {
    return new PolicyStatement({ sid: 'ObserveDatabase', actions: ['rds:DescribeDBInstances'], resources: [this.#resources.database.instanceArn] });
  }

  /** Events of RDS know no resources. */
  readEvents(): PolicyStatement {
    return new PolicyStatement({ sid: 'ReadEvents', actions: ['rds:DescribeEvents'], resources: ['*'] });
  }

  /** Parameter groups of this account: the database tells which it is in. */
  get parameterGroupsArn(): string {
    return this.stack.formatArn({ service: 'rds', resource: 'pg', resourceName: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  }

  /** Everything that the guards look at. */
  inspect(): PolicyStatement[] {
    const { database, guardAlarms } = this.#resources;
    return [
      this.observeDatabase(),
      new PolicyStatement({ sid: 'ReadMaintenance', actions: ['rds:DescribePendingMaintenanceActions'], resources: [database.instanceArn] }),
      new PolicyStatement({ sid: 'ReadDurability', actions: ['rds:DescribeDBParameters'], resources: [this.parameterGroupsArn] }),
      this.readEvents(),
      new PolicyStatement({ sid: 'ReadAlarms', actions: ['cloudwatch:DescribeAlarms'], resources: guardAlarms.map(({ alarmArn }) => alarmArn) }),
      // Auto Scaling's descriptions know no resources.
      new PolicyStatement({ sid: 'ObserveGroup', actions: ['autoscaling:DescribeAutoScalingGroups'], resources: ['*'] }),
      this.observeShop(),
      this.listLedger(),
    ];
  }

  /**
   * The one write of this capability. A database without a standby would be down for as long as it takes to restart, and one
   * without the tag is nobody's to drill: IAM refuses both, whatever the handler believes.
   */
  forceFailover(): PolicyStatement {
    return new PolicyStatement({
      sid: 'ForceFailover',
      actions: ['rds:RebootDBInstance'],
      resources: [this.#resources.database.instanceArn],
      conditions: {
        Bool: { 'rds:MultiAz': 'true' },
        StringEquals: { [`aws:ResourceTag/${FAILOVER_DRILLS_TAG.key}`]: FAILOVER_DRILLS_TAG.allowed },
      },
    });
  }

  /** The most that the function which forces failovers can ever do, whatever somebody attaches to its role. */
  forcingBoundary(): PolicyStatement[] {
    return this.boundaryOf(this.forceFailover(), this.getAndPutInLedger());
  }

  /** By a token of IAM, as the one user that may write to the one table. Source: RDS user guide, "Creating and using an IAM policy for IAM database access". */
  connectAsProbe(): PolicyStatement {
    const user = this.stack.formatArn({
      service: 'rds-db',
      resource: 'dbuser',
      resourceName: `${resourceIdOf(this.#resources.database)}/${probeUser}`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    return new PolicyStatement({ sid: 'ConnectAsProbe', actions: ['rds-db:connect'], resources: [user] });
  }

  /** The administrator's password, by way of Secrets Manager only: the key encrypts the database too. */
  readAdministrator(): PolicyStatement[] {
    const { database, databaseKey } = this.#resources;
    return [
      new PolicyStatement({ sid: 'ReadAdministrator', actions: ['secretsmanager:GetSecretValue'], resources: [secretOf(database)] }),
      new PolicyStatement({
        sid: 'DecryptAdministrator',
        actions: ['kms:Decrypt'],
        resources: [databaseKey.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${this.stack.region}.amazonaws.com` } },
      }),
    ];
  }
}

/** ARN of the secret that RDS made for the administrator. */
export function secretOf({ secret, node }: DatabaseInstance): string {
  if (secret === undefined) throw new Error(`${node.path} has no secret of its administrator, expected one that RDS manages.`);
  return secret.secretArn;
}

function resourceIdOf({ instanceResourceId, node }: DatabaseInstance): string {
  if (instanceResourceId === undefined) throw new Error(`${node.path} has no resource id, by which users of a database are named.`);
  return instanceResourceId;
}
