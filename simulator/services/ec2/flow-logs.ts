import type { FlowLog as FlowLogDescription } from '@aws-sdk/client-ec2';
import type { Account } from '../../kernel/account.ts';
import { NotModelledError } from '../../kernel/aws-error.ts';
import { tagList, type Tags } from './network.ts';

export interface FlowLogDefinition {
  /** Of a VPC, a subnet or a network interface. */
  readonly resourceId: string;
  readonly trafficType: 'ACCEPT' | 'REJECT' | 'ALL';
  readonly destinationType: 'cloud-watch-logs' | 's3' | 'kinesis-data-firehose';
  readonly destination: string | undefined;
  readonly logGroupName: string | undefined;
  readonly permissionArn: string | undefined;
  readonly aggregationSeconds: number;
  readonly tags: Tags;
}

interface FlowLog extends FlowLogDefinition {
  readonly id: string;
  readonly createdAt: number;
  /** Why records are not delivered; undefined while they are. */
  deliveryError: string | undefined;
}

/** Flow logs as they are declared and described. They record nothing: no packets flow. */
export class FlowLogs {
  readonly #account: Account;
  readonly #logs = new Map<string, FlowLog>();

  constructor(account: Account) {
    this.#account = account;
  }

  all(): readonly FlowLog[] {
    return [...this.#logs.values()];
  }

  create(definition: FlowLogDefinition): FlowLog {
    const log: FlowLog = { ...definition, id: this.#account.ec2.newId('fl'), createdAt: this.#account.clock.now(), deliveryError: undefined };
    this.#logs.set(log.id, log);
    return log;
  }

  delete(id: string): boolean {
    return this.#logs.delete(id);
  }

  /** Delivery begins to fail with an error (`Access error`, `Unknown error`), or works again: undefined. */
  setDelivery(id: string, error: 'Rate limited' | 'Access error' | 'Unknown error' | undefined): void {
    const log = this.#logs.get(id);
    if (log === undefined) throw new NotModelledError(`There is no flow log ${id}.`);
    log.deliveryError = error;
  }
}

/** A flow log is `ACTIVE` while it exists, also when its delivery fails (API reference, `FlowLog`). */
export function describeFlowLog(log: FlowLog): FlowLogDescription {
  return {
    FlowLogId: log.id,
    FlowLogStatus: 'ACTIVE',
    ResourceId: log.resourceId,
    TrafficType: log.trafficType,
    CreationTime: new Date(log.createdAt),
    LogDestinationType: log.destinationType,
    ...(log.destination === undefined ? {} : { LogDestination: log.destination }),
    ...(log.logGroupName === undefined ? {} : { LogGroupName: log.logGroupName }),
    ...(log.permissionArn === undefined ? {} : { DeliverLogsPermissionArn: log.permissionArn }),
    DeliverLogsStatus: log.deliveryError === undefined ? 'SUCCESS' : 'FAILED',
    ...(log.deliveryError === undefined ? {} : { DeliverLogsErrorMessage: log.deliveryError }),
    MaxAggregationInterval: log.aggregationSeconds,
    Tags: tagList(log.tags),
  };
}
