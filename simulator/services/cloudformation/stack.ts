import type { Stack as StackOutput, StackResource as ResourceOutput, StackResourceSummary } from '@aws-sdk/client-cloudformation';

/** The states that a stack of the simulated account can be in: what fails stays as it is, as with `--no-rollback`. */
export const stackStatuses = [
  'CREATE_IN_PROGRESS', 'CREATE_COMPLETE', 'CREATE_FAILED', 'UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_COMPLETE',
  'UPDATE_FAILED',
] as const;
export type StackStatus = (typeof stackStatuses)[number];

export type ResourceStatus = 'CREATE_COMPLETE' | 'UPDATE_COMPLETE';

export interface StackResource {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly status: ResourceStatus;
  /** Epoch milliseconds. */
  readonly updatedAt: number;
}

export interface Stack {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  /** Undefined until its first deployment begins: nobody sees it. */
  status: StackStatus | undefined;
  reason: string | undefined;
  /** Epoch milliseconds. */
  createdAt: number;
  updatedAt: number | undefined;
  outputs: Readonly<Record<string, unknown>>;
  /** By logical id. */
  readonly resources: Map<string, StackResource>;
}

export function describeStack(stack: Stack): StackOutput {
  return {
    StackId: stack.id,
    StackName: stack.name,
    CreationTime: new Date(stack.createdAt),
    ...(stack.updatedAt === undefined ? {} : { LastUpdatedTime: new Date(stack.updatedAt) }),
    StackStatus: stack.status,
    ...(stack.reason === undefined ? {} : { StackStatusReason: stack.reason }),
    DisableRollback: true,
    NotificationARNs: [],
    Outputs: Object.entries(stack.outputs).map(([OutputKey, value]) => ({ OutputKey, OutputValue: String(value) })),
    Tags: [],
  };
}

export function describeResource(stack: Stack, resource: StackResource): ResourceOutput {
  return {
    StackId: stack.id,
    StackName: stack.name,
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.physicalId,
    ResourceType: resource.type,
    ResourceStatus: resource.status,
    Timestamp: new Date(resource.updatedAt),
  };
}

export function summariseResource(resource: StackResource): StackResourceSummary {
  return {
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.physicalId,
    ResourceType: resource.type,
    ResourceStatus: resource.status,
    LastUpdatedTimestamp: new Date(resource.updatedAt),
  };
}
