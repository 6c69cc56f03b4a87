import type { TransactWriteItem, TransactWriteItemsCommandInput } from '@aws-sdk/client-dynamodb';
import { AwsError } from '../../kernel/aws-error.ts';
import type { Clock } from '../../kernel/clock.ts';
import { invalid, type Item, storedItem } from './attribute-value.ts';
import type { Table } from './table.ts';
import { type PreparedWrite, prepareCheck, prepareDelete, preparePut, prepareUpdate } from './writes.ts';

const maxActions = 100;
/** How long a client request token is remembered (API reference, TransactWriteItems). */
const tokenLifeMilliseconds = 600_000;

interface CancellationReason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: Item;
}

interface RememberedRequest {
  readonly request: string;
  readonly until: number;
}

/** Carries out transactions: all of their writes or none, and each client request token once. */
export class Transactions {
  readonly #byToken = new Map<string, RememberedRequest>();

  write(input: TransactWriteItemsCommandInput, clock: Clock, tableNamed: (name: string | undefined) => Table): void {
    const { ClientRequestToken: token, TransactItems: items = [] } = input;
    if (items.length > maxActions) {
      throw invalid(
        `1 validation error detected: Value '${items.length}' at 'transactItems' failed to satisfy constraint: ` +
          `Member must have length less than or equal to ${maxActions}`,
      );
    }
    const request = JSON.stringify(items);
    if (token !== undefined && this.#isRepeated(token, request, clock.now())) return;
    const writes = items.map((item) => prepare(item, tableNamed));
    refuseTwiceOnOneItem(writes);
    const nextItems = writes.map((write) => attempt(write));
    if (nextItems.some((outcome) => 'Code' in outcome.reason)) throw cancelled(nextItems.map((outcome) => outcome.reason));
    for (const [index, write] of writes.entries()) {
      const outcome = nextItems[index];
      if (write.next !== undefined && outcome?.writes === true) write.table.write(write.key, outcome.item);
    }
    if (token !== undefined) this.#byToken.set(token, { request, until: clock.now() + tokenLifeMilliseconds });
  }

  #isRepeated(token: string, request: string, now: number): boolean {
    for (const [known, { until }] of this.#byToken) {
      if (until > now) break;
      this.#byToken.delete(known);
    }
    const remembered = this.#byToken.get(token);
    if (remembered === undefined) return false;
    if (remembered.request === request) return true;
    throw new AwsError(
      'IdempotentParameterMismatchException',
      'The request uses the same client token as a previous, but non-identical request. Do not reuse a client token with different requests, unless the requests are identical',
    );
  }
}

function prepare(item: TransactWriteItem, tableNamed: (name: string | undefined) => Table): PreparedWrite {
  const { Put: put, Update: update, Delete: deletion, ConditionCheck: check } = item;
  const given = [put, update, deletion, check].filter((action) => action !== undefined);
  if (given.length !== 1) {
    throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  if (put !== undefined) return preparePut(tableNamed(put.TableName), put);
  if (update !== undefined) return prepareUpdate(tableNamed(update.TableName), update);
  if (deletion !== undefined) return prepareDelete(tableNamed(deletion.TableName), deletion);
  return prepareCheck(tableNamed(check?.TableName), check ?? {});
}

function refuseTwiceOnOneItem(writes: readonly PreparedWrite[]): void {
  const seen = new Set(writes.map(({ table, key }) => JSON.stringify([table.definition.name, key])));
  if (seen.size !== writes.length) {
    throw invalid('Transaction request cannot include multiple operations on one item');
  }
}

interface Attempt {
  readonly reason: CancellationReason | Record<string, never>;
  readonly item?: Item | undefined;
  readonly writes?: boolean;
}

function attempt(write: PreparedWrite): Attempt {
  const current = write.table.read(write.key, false);
  if (!write.isMet(current ?? {})) {
    const shownItem = write.returnsItemOnFailure && current !== undefined ? { Item: storedItem(current) } : {};
    return { reason: { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', ...shownItem } };
  }
  if (write.next === undefined) return { reason: {} };
  try {
    const item = write.next(current);
    return { reason: {}, item, writes: item !== undefined || current !== undefined };
  } catch (error) {
    if (error instanceof AwsError) return { reason: { Code: 'ValidationError', Message: error.message } };
    throw error;
  }
}

function cancelled(reasons: readonly Attempt['reason'][]): AwsError {
  const all = reasons.map((reason) => ('Code' in reason ? reason : { Code: 'None' }));
  const codes = all.map((reason) => reason.Code).join(', ');
  return new AwsError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { members: { CancellationReasons: all } },
  );
}
