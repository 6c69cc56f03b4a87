import type { DescribePendingMaintenanceActionsCommandInput, DescribePendingMaintenanceActionsCommandOutput, PendingMaintenanceAction } from '@aws-sdk/client-rds';
import { AwsError } from '../../kernel/aws-error.ts';
import type { Database } from './database.ts';
import { pageByMarker } from './paging.ts';

/** Maintenance that RDS has waiting for its databases. A scenario adds it and takes it back; nothing here applies it. */
export class PendingMaintenance {
  readonly #actions = new Map<Database, PendingMaintenanceAction[]>();

  /** For example `{ Action: 'system-update', Description: 'New Operating System update is available' }`. */
  add(database: Database, action: PendingMaintenanceAction): void {
    this.#actions.set(database, [...(this.#actions.get(database) ?? []), action]);
  }

  clear(database: Database): void {
    this.#actions.delete(database);
  }

  /** Only of resources for which there is some (API reference). */
  describe(
    input: DescribePendingMaintenanceActionsCommandInput,
    databases: readonly Database[],
  ): Omit<DescribePendingMaintenanceActionsCommandOutput, '$metadata'> {
    const { ResourceIdentifier: arn } = input;
    const asked = databases.filter((database) => arn === undefined || database.arn === arn);
    if (arn !== undefined && asked.length === 0) throw new AwsError('ResourceNotFoundFault', `The specified resource ${arn} was not found.`, { statusCode: 404 });
    const found = asked.flatMap((database) => {
      const details = this.#actions.get(database);
      return details === undefined ? [] : [{ ResourceIdentifier: database.arn, PendingMaintenanceActionDetails: details }];
    });
    const { items, rest } = pageByMarker('DescribePendingMaintenanceActions', found, input);
    return { PendingMaintenanceActions: items, ...rest };
  }
}
