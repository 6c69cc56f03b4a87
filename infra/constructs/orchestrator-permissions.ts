import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { LedgerTable } from './ledger-table.ts';

/** What the functions of every capability work with. */
export interface OrchestratorResources {
  readonly ledger: LedgerTable;
  readonly evidence: IBucket;
  readonly topic: ITopic;
}

/** What of it is one capability's own. */
export interface OwnPlaces {
  /** Folder of the evidence bucket: `sales`. */
  readonly evidenceFolder: string;
  /** Namespace of its metrics in CloudWatch. @default it puts none */
  readonly metricNamespace?: string;
}

/** The permissions that every capability needs for its own things; what it may do beside is said by its own class. */
export class OrchestratorPermissions {
  protected readonly stack: Stack;
  readonly #shared: OrchestratorResources;
  readonly #own: OwnPlaces;

  constructor(shared: OrchestratorResources, own: OwnPlaces) {
    this.#shared = shared;
    this.#own = own;
    this.stack = Stack.of(shared.ledger);
  }

  getFromLedger(): PolicyStatement {
    return this.#shared.ledger.allow('GetFromLedger', 'dynamodb:GetItem');
  }

  getAndPutInLedger(): PolicyStatement {
    return this.#shared.ledger.allow('GetAndPutInLedger', 'dynamodb:GetItem', 'dynamodb:PutItem');
  }

  listLedger(): PolicyStatement {
    return this.#shared.ledger.allow('ListLedger', 'dynamodb:Query');
  }

  /** For a function that takes a lock and gives it back itself. */
  lock(): PolicyStatement {
    return this.#shared.ledger.allow('Lock', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem');
  }

  /** For a workflow whose one function takes the lock, and whose last one gives it back. */
  takeLock(): PolicyStatement {
    return this.#shared.ledger.allow('TakeLock', 'dynamodb:UpdateItem');
  }

  giveLockBack(): PolicyStatement {
    return this.#shared.ledger.allow('GiveLockBack', 'dynamodb:DeleteItem');
  }

  tell(): PolicyStatement {
    return new PolicyStatement({ sid: 'Tell', actions: ['sns:Publish'], resources: [this.#shared.topic.topicArn] });
  }

  /** The evidence of this capability: keys are named by what it is about. */
  get evidenceArn(): string {
    return this.#shared.evidence.arnForObjects(`${this.#own.evidenceFolder}/*`);
  }

  writeEvidence(): PolicyStatement {
    return new PolicyStatement({ sid: 'WriteEvidence', actions: ['s3:PutObject'], resources: [this.evidenceArn] });
  }

  readEvidence(): PolicyStatement {
    return new PolicyStatement({ sid: 'ReadEvidence', actions: ['s3:GetObject'], resources: [this.evidenceArn] });
  }

  /** CloudWatch's metrics have no ARN; the namespace is what can be told apart. */
  measure(): PolicyStatement {
    const { metricNamespace, evidenceFolder } = this.#own;
    if (metricNamespace === undefined) throw new Error(`The capability of ${evidenceFolder} has no metrics of its own.`);
    return new PolicyStatement({
      sid: 'Measure',
      actions: ['cloudwatch:PutMetricData'],
      resources: ['*'],
      conditions: { StringEquals: { 'cloudwatch:namespace': metricNamespace } },
    });
  }

  /** Log groups of this account: a boundary stands before the one of its function. */
  get logGroupsArn(): string {
    return this.stack.formatArn({ service: 'logs', resource: 'log-group', resourceName: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  }

  /** The most that a function with these statements can ever do, whatever somebody attaches to its role. */
  protected boundaryOf(...statements: readonly PolicyStatement[]): PolicyStatement[] {
    return [
      ...statements,
      new PolicyStatement({ sid: 'WriteLogs', actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [this.logGroupsArn] }),
      this.neverAnotherRole(),
    ];
  }

  /** A trust policy can name a session, and what a boundary merely leaves out does not keep that session from assuming. */
  protected neverAnotherRole(): PolicyStatement {
    return new PolicyStatement({ sid: 'NeverAnotherRole', effect: Effect.DENY, actions: ['sts:AssumeRole'], resources: ['*'] });
  }

  /** Target health is described for all load balancers or none, and metrics know no resources. */
  observeShop(): PolicyStatement {
    return new PolicyStatement({
      sid: 'ObserveShop',
      actions: ['elasticloadbalancing:DescribeTargetHealth', 'cloudwatch:GetMetricData'],
      resources: ['*'],
    });
  }
}
