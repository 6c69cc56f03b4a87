import type {
  AttributeValue,
  BatchGetItemCommandInput,
  BatchGetItemCommandOutput,
  DeleteItemCommandInput,
  DeleteItemCommandOutput,
  GetItemCommandInput,
  GetItemCommandOutput,
  PutItemCommandInput,
  PutItemCommandOutput,
  QueryCommandInput,
  QueryCommandOutput,
  ScanCommandInput,
  ScanCommandOutput,
  TransactGetItemsCommandInput,
  TransactGetItemsCommandOutput,
  TransactWriteItem,
  TransactWriteItemsCommandInput,
  TransactWriteItemsCommandOutput,
  UpdateItemCommandInput,
  UpdateItemCommandOutput,
} from '@aws-sdk/client-dynamodb';
import type { Account } from '../kernel/account.ts';
import { AwsError } from '../kernel/aws-error.ts';
import { type AuthorisationRequest, type AwsService, type ConditionValue, operation } from '../kernel/service.ts';
import { invalid, type Item, storedItem } from './dynamodb/attribute-value.ts';
import { getItem, query, scan } from './dynamodb/reads.ts';
import { Table, type TableDefinition } from './dynamodb/table.ts';
import { Transactions } from './dynamodb/transactions.ts';
import { refuseUnmodelled } from './dynamodb/validation.ts';
import { commit, prepareDelete, preparePut, prepareUpdate } from './dynamodb/writes.ts';

export type { Item, TableDefinition };

interface KeyedInput {
  readonly TableName: string | undefined;
  /** The key, or an item that holds it. */
  readonly Key?: Readonly<Record<string, AttributeValue>> | undefined;
  readonly IndexName?: string | undefined;
  readonly ReturnValues?: string | undefined;
  readonly Select?: string | undefined;
}

const maxBatchGetKeys = 100;

/** Simulated DynamoDB: tables, expressions, transactions, replicas that lag, and time to live. */
export class DynamoDb implements AwsService {
  readonly sdkId = 'DynamoDB';
  readonly statesName = 'dynamodb';
  readonly statesErrorPrefix = 'DynamoDb';

  readonly #account: Account;
  readonly #tables = new Map<string, Table>();
  readonly #transactions = new Transactions();

  constructor(account: Account) {
    this.#account = account;
  }

  readonly operations = {
    BatchGetItem: operation<BatchGetItemCommandInput, BatchGetItemCommandOutput>({
      authorise: (input) =>
        Object.keys(input.RequestItems ?? {}).flatMap((TableName) => this.#needs('BatchGetItem', { TableName })),
      execute: (input) => this.#batchGetItem(input),
    }),
    DeleteItem: operation<DeleteItemCommandInput, DeleteItemCommandOutput>({
      authorise: (input) => this.#needs('DeleteItem', input),
      execute: (input) => {
        refuseUnmodelled('DeleteItem', input);
        refuseReturnValues(input.ReturnValues, ['NONE', 'ALL_OLD']);
        return commit(prepareDelete(this.#table(input.TableName), input), input.ReturnValues);
      },
    }),
    GetItem: operation<GetItemCommandInput, GetItemCommandOutput>({
      authorise: (input) => this.#needs('GetItem', input),
      execute: (input) => {
        refuseUnmodelled('GetItem', input);
        return getItem(this.#table(input.TableName), input);
      },
    }),
    PutItem: operation<PutItemCommandInput, PutItemCommandOutput>({
      authorise: (input) => this.#needs('PutItem', { ...input, Key: input.Item }),
      execute: (input) => {
        refuseUnmodelled('PutItem', input);
        refuseReturnValues(input.ReturnValues, ['NONE', 'ALL_OLD']);
        return commit(preparePut(this.#table(input.TableName), input), input.ReturnValues);
      },
    }),
    Query: operation<QueryCommandInput, QueryCommandOutput>({
      authorise: (input) => this.#needs('Query', input),
      execute: (input) => query(this.#table(input.TableName), input),
    }),
    Scan: operation<ScanCommandInput, ScanCommandOutput>({
      authorise: (input) => this.#needs('Scan', input),
      execute: (input) => scan(this.#table(input.TableName), input),
    }),
    TransactGetItems: operation<TransactGetItemsCommandInput, TransactGetItemsCommandOutput>({
      authorise: (input) =>
        (input.TransactItems ?? []).flatMap(({ Get: get }) =>
          get === undefined ? [] : this.#needs('GetItem', get, { 'dynamodb:EnclosingOperation': 'TransactGetItems' }),
        ),
      execute: (input) => ({
        Responses: (input.TransactItems ?? []).map(({ Get: get }) =>
          getItem(this.#table(get?.TableName), { ...get, Key: get?.Key, ConsistentRead: true }),
        ),
      }),
    }),
    TransactWriteItems: operation<TransactWriteItemsCommandInput, TransactWriteItemsCommandOutput>({
      authorise: (input) => (input.TransactItems ?? []).flatMap((item) => this.#needsForWrite(item)),
      execute: (input) => {
        refuseUnmodelled('TransactWriteItems', input);
        this.#transactions.write(input, this.#account.clock, (name) => this.#table(name));
        return {};
      },
    }),
    UpdateItem: operation<UpdateItemCommandInput, UpdateItemCommandOutput>({
      authorise: (input) => this.#needs('UpdateItem', input),
      execute: (input) => {
        refuseUnmodelled('UpdateItem', input);
        return commit(prepareUpdate(this.#table(input.TableName), input), input.ReturnValues);
      },
    }),
  };

  /** Creates a table, or changes its definition: items of a table that stands are kept. */
  putTable(definition: TableDefinition): void {
    const current = this.#tables.get(definition.name);
    if (current === undefined) {
      const { clock, random } = this.#account;
      this.#tables.set(definition.name, new Table(definition, clock, random.stream(`dynamodb/${definition.name}`)));
    } else {
      current.definition = definition;
    }
  }

  get tables(): readonly TableDefinition[] {
    return [...this.#tables.values()].map((table) => table.definition);
  }

  /** Every item as it stands now, for checkers: no call, no permission, no lag. */
  items(tableName: string): readonly Item[] {
    return this.#table(tableName).all(false).map(storedItem);
  }

  #table(nameOrArn: string | undefined): Table {
    const table = this.#tables.get(nameIn(nameOrArn));
    if (table === undefined) throw new AwsError('ResourceNotFoundException', 'Requested resource not found');
    return table;
  }

  #batchGetItem(input: BatchGetItemCommandInput): Omit<BatchGetItemCommandOutput, '$metadata'> {
    const requests = Object.entries(input.RequestItems ?? {});
    const count = requests.reduce((sum, [, request]) => sum + (request.Keys?.length ?? 0), 0);
    if (count > maxBatchGetKeys) throw invalid('Too many items requested for the BatchGetItem call');
    const responses: Record<string, Item[]> = {};
    for (const [name, { Keys: keys, ...rest }] of requests) {
      refuseUnmodelled('BatchGetItem', rest);
      const found = (keys ?? []).map((Key) => getItem(this.#table(name), { ...rest, Key }).Item);
      responses[name] = found.filter((item) => item !== undefined);
    }
    return { Responses: responses, UnprocessedKeys: {} };
  }

  #needs(
    action: string,
    input: KeyedInput,
    enclosing: Readonly<Record<string, ConditionValue>> = {},
  ): readonly AuthorisationRequest[] {
    const table = this.#tables.get(nameIn(input.TableName));
    const arn = table?.definition.arn ?? this.#account.arn('dynamodb', `table/${nameIn(input.TableName)}`);
    const leadingKey = table === undefined ? undefined : input.Key?.[table.definition.keys.hash.name];
    const leadingText = leadingKey?.S ?? leadingKey?.N;
    return [
      {
        action: `dynamodb:${action}`,
        resource: input.IndexName === undefined ? arn : `${arn}/index/${input.IndexName}`,
        context: {
          ...enclosing,
          ...(leadingText === undefined ? {} : { 'dynamodb:LeadingKeys': [leadingText] }),
          ...(input.ReturnValues === undefined ? {} : { 'dynamodb:ReturnValues': input.ReturnValues }),
          ...(input.Select === undefined ? {} : { 'dynamodb:Select': input.Select }),
          ...Object.fromEntries(
            Object.entries(table?.definition.tags ?? {}).map(([key, value]) => [`aws:ResourceTag/${key}`, value]),
          ),
        },
      },
    ];
  }

  /** Each part of a transaction needs the permission of its own action (developer guide, "Transactions: IAM"). */
  #needsForWrite(item: TransactWriteItem): readonly AuthorisationRequest[] {
    const enclosing = { 'dynamodb:EnclosingOperation': 'TransactWriteItems' };
    const { Put: put, Update: update, Delete: deletion, ConditionCheck: check } = item;
    return [
      ...(put === undefined ? [] : this.#needs('PutItem', { TableName: put.TableName, Key: put.Item }, enclosing)),
      ...(update === undefined ? [] : this.#needs('UpdateItem', update, enclosing)),
      ...(deletion === undefined ? [] : this.#needs('DeleteItem', deletion, enclosing)),
      ...(check === undefined ? [] : this.#needs('ConditionCheckItem', check, enclosing)),
    ];
  }
}

/** `TableName` also takes an ARN. */
function nameIn(nameOrArn: string | undefined): string {
  return nameOrArn?.slice(nameOrArn.lastIndexOf('/') + 1) ?? '';
}

function refuseReturnValues(given: string | undefined, allowed: readonly string[]): void {
  if (given !== undefined && !allowed.includes(given)) throw invalid('ReturnValues can only be ALL_OLD or NONE');
}
