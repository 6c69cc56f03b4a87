import { DeleteCommand, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { canonical } from './canonical.ts';
import { documents } from './clients.ts';
import { isNamed, Transient } from './errors.ts';

/**
 * The ledger: one DynamoDB table, partition key `type`, sort key `id`. Every write is conditional, so that a
 * trigger that comes twice, or a reply that is lost, changes nothing.
 */
export interface LedgerRecord {
  /** What kind of record it is: `lease`, `notification`, … */
  readonly type: string;
  readonly id: string;
  /** From 1; every write raises it by one. */
  readonly revision: number;
  readonly value: Readonly<Record<string, unknown>>;
  /** Epoch seconds after which DynamoDB removes the record. */
  readonly expiresAt?: number;
}

export class Ledger {
  readonly #table: string;

  constructor(table: string) {
    this.#table = table;
  }

  /** Consistent: what was written before this call is seen. */
  async get(type: string, id: string): Promise<LedgerRecord | undefined> {
    const { Item } = await documents().send(
      new GetCommand({ TableName: this.#table, Key: { type, id }, ConsistentRead: true }),
    );
    return Item as LedgerRecord | undefined;
  }

  /** All records of a type, by id. Consistent. */
  async list(type: string): Promise<LedgerRecord[]> {
    const records: LedgerRecord[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const page = await documents().send(
        new QueryCommand({
          TableName: this.#table,
          KeyConditionExpression: '#type = :type',
          ExpressionAttributeNames: { '#type': 'type' },
          ExpressionAttributeValues: { ':type': type },
          ConsistentRead: true,
          ExclusiveStartKey: start,
        }),
      );
      records.push(...((page.Items ?? []) as LedgerRecord[]));
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    return records;
  }

  /**
   * Writes a record if what it replaces is at `record.revision - 1` (absent, for revision 1).
   * Gives false when somebody else was faster; true also when this very record stands already, so that a write
   * whose reply was lost can be repeated.
   */
  async write(record: LedgerRecord): Promise<boolean> {
    const isFirst = record.revision === 1;
    try {
      await documents().send(
        new PutCommand({
          TableName: this.#table,
          Item: record,
          ConditionExpression: isFirst ? 'attribute_not_exists(#id)' : '#revision = :before',
          ExpressionAttributeNames: isFirst ? { '#id': 'id' } : { '#revision': 'revision' },
          ...(isFirst ? {} : { ExpressionAttributeValues: { ':before': record.revision - 1 } }),
        }),
      );
      return true;
    } catch (error) {
      if (!isNamed(error, 'ConditionalCheckFailedException')) throw error;
      return isSame(await this.get(record.type, record.id), record);
    }
  }

  /** Removes a record that is still at `revision`. What is gone already, or was changed since, is left as it is. */
  async remove(type: string, id: string, revision: number): Promise<void> {
    try {
      await documents().send(
        new DeleteCommand({
          TableName: this.#table,
          Key: { type, id },
          ConditionExpression: '#revision = :revision',
          ExpressionAttributeNames: { '#revision': 'revision' },
          ExpressionAttributeValues: { ':revision': revision },
        }),
      );
    } catch (error) {
      if (!isNamed(error, 'ConditionalCheckFailedException')) throw error;
    }
  }

  /**
   * Runs `work` while holding the lock `id`, for at most `ttlSeconds`. Throws {@link Transient} while another owner
   * holds it. The same owner may take it again, as after a reply that was lost. A lock whose owner died expires.
   */
  async withLock<T>(id: string, owner: string, ttlSeconds: number, work: () => Promise<T>): Promise<T> {
    if (!(await this.lock(id, owner, ttlSeconds))) throw new Transient(`The lock ${id} is held by another owner.`);
    try {
      return await work();
    } finally {
      // A release that fails costs the next owner the rest of `ttlSeconds`: no reason to fail what was done.
      await this.unlock(id, owner).catch(() => undefined);
    }
  }

  /** Takes the lock `id`, for more than one call: a workflow holds it. False while another owner does. */
  async lock(id: string, owner: string, ttlSeconds: number): Promise<boolean> {
    const nowSeconds = Math.floor(Date.now() / 1000);
    return isConditionMet(
      documents().send(
        new UpdateCommand({
          TableName: this.#table,
          Key: { type: 'lock', id },
          UpdateExpression: 'SET #owner = :owner, #expiresAt = :expiresAt',
          ConditionExpression: 'attribute_not_exists(#owner) OR #owner = :owner OR #expiresAt < :now',
          ExpressionAttributeNames: { '#owner': 'owner', '#expiresAt': 'expiresAt' },
          ExpressionAttributeValues: { ':owner': owner, ':expiresAt': nowSeconds + ttlSeconds, ':now': nowSeconds },
        }),
      ),
    );
  }

  /** Who holds the lock `id`; undefined while nobody does. */
  async lockOwner(id: string): Promise<string | undefined> {
    const lock = (await this.get('lock', id)) as { readonly owner?: string; readonly expiresAt?: number } | undefined;
    return lock?.expiresAt === undefined || lock.expiresAt < Math.floor(Date.now() / 1000) ? undefined : lock.owner;
  }

  /** Gives the lock back. False when it was not this owner's any more: it had expired, or was given back before. */
  async unlock(id: string, owner: string): Promise<boolean> {
    return isConditionMet(
      documents().send(
        new DeleteCommand({
          TableName: this.#table,
          Key: { type: 'lock', id },
          ConditionExpression: '#owner = :owner',
          ExpressionAttributeNames: { '#owner': 'owner' },
          ExpressionAttributeValues: { ':owner': owner },
        }),
      ),
    );
  }
}

async function isConditionMet(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (isNamed(error, 'ConditionalCheckFailedException')) return false;
    throw error;
  }
}

function isSame(found: LedgerRecord | undefined, wanted: LedgerRecord): boolean {
  return found !== undefined && canonical(found) === canonical(wanted);
}
