import type { AttributeValue, GetItemCommandInput, QueryCommandInput, QueryCommandOutput, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Account } from '../../simulator/kernel/account.ts';
import type { Item } from '../../simulator/services/dynamodb.ts';
import { bytesOf, pageUnits, readUnits, transactionFactor, writeUnits } from './dynamodb-units.ts';
import { watch } from './watch.ts';

type Add = (rate: string, table: string, amount: number) => void;

interface Keyed {
  readonly TableName?: string | undefined;
  readonly Key?: Readonly<Record<string, AttributeValue>> | undefined;
  readonly Item?: Readonly<Record<string, AttributeValue>> | undefined;
}

/** Counts the read and write units of every table, as on-demand capacity is charged. */
export function meterDynamoDb(account: Account, add: Add): void {
  const { dynamoDb } = account;
  const find = itemFinder(account);
  const write = (keyed: Keyed, before: Item | undefined, factor = 1): void => {
    add('dynamodb-writes', nameOf(keyed), writeUnits(before, find(keyed)) * factor);
  };
  for (const name of ['PutItem', 'UpdateItem', 'DeleteItem']) {
    watch<Keyed, unknown, Item | undefined>(dynamoDb, name, ({ input, before }) => write(input, before), find);
  }
  watch<{ readonly TransactItems?: readonly TransactWriteItem[] }, unknown, readonly (Item | undefined)[]>(
    dynamoDb,
    'TransactWriteItems',
    ({ input, before }) => partsOf(input).forEach((part, index) => write(part, before[index], transactionFactor)),
    (input) => partsOf(input).map(find),
  );
  watch<GetItemCommandInput, unknown>(dynamoDb, 'GetItem', ({ input }) => {
    add('dynamodb-reads', nameOf(input), readUnits(bytesOf(find(input)), input.ConsistentRead === true));
  });
  for (const name of ['Query', 'Scan']) {
    watch<QueryCommandInput, QueryCommandOutput>(dynamoDb, name, ({ input, output }) => {
      const units = pageUnits(output?.Items ?? [], output?.ScannedCount ?? 0, input.ConsistentRead === true);
      add('dynamodb-reads', nameOf(input), units);
    });
  }
  for (const name of ['BatchGetItem', 'TransactGetItems']) {
    watch(dynamoDb, name, () => {
      throw new Error(`The units of ${name} are not metered.`);
    });
  }
}

function partsOf({ TransactItems = [] }: { readonly TransactItems?: readonly TransactWriteItem[] }): Keyed[] {
  return TransactItems.map(({ Put, Update, Delete, ConditionCheck }) => Put ?? Update ?? Delete ?? ConditionCheck ?? {});
}

/** The item that a key, or an item with that key, names, as it stands: looked up past whoever watches, and with no lag. */
function itemFinder({ dynamoDb }: Account): (keyed: Keyed) => Item | undefined {
  const { GetItem } = dynamoDb.operations;
  const execute = GetItem.execute.bind(GetItem) as unknown as (input: object) => { readonly Item?: Item };
  return (keyed) => {
    const keys = dynamoDb.tables.find(({ name }) => name === nameOf(keyed))?.keys;
    const given = keyed.Key ?? keyed.Item;
    if (keys === undefined || given === undefined) return undefined;
    const names = [keys.hash.name, ...(keys.range === undefined ? [] : [keys.range.name])];
    const Key = Object.fromEntries(names.map((name) => [name, given[name]]));
    return execute({ TableName: keyed.TableName, Key, ConsistentRead: true }).Item;
  };
}

function nameOf({ TableName = '' }: Keyed): string {
  return TableName.slice(TableName.lastIndexOf('/') + 1);
}
