import type { Account } from '../kernel/account.ts';

/** A resource of a template with its intrinsics resolved. */
export interface ResourceRequest {
  readonly account: Account;
  readonly stackName: string;
  /** The Region of the stack. @default the account's */
  readonly region?: string;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** The resource's `UpdatePolicy`, which stands beside its properties. */
  readonly updatePolicy: Readonly<Record<string, unknown>>;
}

/** What the rest of a template can ask of a resource that stands. */
export interface Provisioned {
  /** What `Ref` gives. */
  readonly ref: string;
  /** What `Fn::GetAtt` gives, by attribute name (`Arn`, `DNSName`, `Endpoint.Address`). */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/**
 * How one resource type is created, changed and deleted, as CloudFormation does it.
 *
 * Every property that a template may carry is named, so that nothing is dropped in silence: a property
 * that is named in neither list stops the deployment.
 */
export interface ResourceProvider {
  /** For example `AWS::SNS::Topic`. */
  readonly type: string;
  /** Properties that change how the simulated resource behaves. */
  readonly modelled: readonly string[];
  /** Properties that are accepted and have no effect in the simulated account, each with why that is honest. */
  readonly recorded: Readonly<Record<string, string>>;
  create(request: ResourceRequest): Provisioned | Promise<Provisioned>;
  /** Called when properties changed. Without it, a change of this type cannot be deployed: it throws. */
  update?(request: ResourceRequest, current: Provisioned, previous: ResourceRequest): Provisioned | Promise<Provisioned>;
  /**
   * Called when the resource left its template; `request` is the one that it was last deployed with. Without it, a
   * template that loses a resource of this type cannot be deployed: it throws.
   */
  delete?(request: ResourceRequest, current: Provisioned): void | Promise<void>;
}
