import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { metricNamespace } from '../../functions/lifecycle/metrics.ts';
import type { BucketRole } from '../../functions/lifecycle/settings.ts';
import { OrchestratorPermissions, type OrchestratorResources } from './orchestrator-permissions.ts';

/** What the statements of the functions of the storage lifecycle are about. */
export interface LifecycleResources extends OrchestratorResources {
  /** The buckets whose rules are declared, by what they hold. */
  readonly buckets: Readonly<Record<BucketRole, IBucket>>;
}

/**
 * What the function that writes rules must not do by itself, whatever is attached to its role: touch an object or a version,
 * a bucket as such, or what keeps objects from being lost. What deletes is S3, by rules that a person has approved.
 */
const neverByTheWriter = [
  's3:*Object*', 's3:DeleteBucket*', 's3:PutBucketPolicy', 's3:PutBucketVersioning', 's3:PutBucketAcl', 's3:PutBucketPublicAccessBlock',
  's3:PutReplicationConfiguration', 's3:PutEncryptionConfiguration', 's3:BypassGovernanceRetention',
];

/** The permissions of the functions of the storage lifecycle, one reason a method. */
export class LifecyclePermissions extends OrchestratorPermissions {
  readonly #bucketArns: readonly string[];

  constructor(resources: LifecycleResources) {
    super(resources, { evidenceFolder: 'lifecycle', metricNamespace });
    this.#bucketArns = Object.values(resources.buckets).map(({ bucketArn }) => bucketArn);
  }

  readRules(): PolicyStatement {
    return this.#onBuckets('ReadRules', 's3:GetLifecycleConfiguration', 's3:GetBucketVersioning');
  }

  /** Keys, sizes, classes and ages of versions; never what is in them. */
  listVersions(): PolicyStatement {
    return this.#onBuckets('ListVersions', 's3:ListBucketVersions');
  }

  /** The one write of this capability. The last rule is taken away under the same permission. Source: S3 API reference, DeleteBucketLifecycle. */
  writeRules(): PolicyStatement {
    return this.#onBuckets('WriteRules', 's3:PutLifecycleConfiguration');
  }

  startWorkflow(stateMachineArn: string): PolicyStatement {
    return new PolicyStatement({ sid: 'StartWorkflow', actions: ['states:StartExecution'], resources: [stateMachineArn] });
  }

  /** What the function that writes rules is given, and the most that it can ever do. */
  writer(): PolicyStatement[] {
    return [this.readRules(), this.writeRules(), this.getAndPutInLedger(), this.lock()];
  }

  writingBoundary(): PolicyStatement[] {
    return this.boundaryOf(...this.writer(), new PolicyStatement({ sid: 'NeverByItself', effect: Effect.DENY, actions: [...neverByTheWriter], resources: ['*'] }));
  }

  #onBuckets(sid: string, ...actions: readonly string[]): PolicyStatement {
    return new PolicyStatement({ sid, actions: [...actions], resources: [...this.#bucketArns] });
  }
}
