import { z } from 'zod';
import { NotModelledError } from '../../kernel/aws-error.ts';
import type { IndexDefinition, KeySchema, TableDefinition } from '../../services/dynamodb/table.ts';
import type { Provisioned, ResourceProvider, ResourceRequest } from '../provider.ts';
import { physicalName } from './physical-name.ts';
import { tagList } from './tags.ts';

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));

const index = z.object({
  IndexName: z.string(),
  KeySchema: keySchema,
  Projection: z.object({
    ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']).default('ALL'),
    NonKeyAttributes: z.array(z.string()).default([]),
  }),
});

const tableProperties = z.object({
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  GlobalSecondaryIndexes: z.array(index).default([]),
  KeySchema: keySchema,
  LocalSecondaryIndexes: z.array(index).default([]),
  TableName: z.string().optional(),
  Tags: tagList,
  TimeToLiveSpecification: z
    .object({ AttributeName: z.string().optional(), Enabled: z.boolean() })
    .optional(),
});

type TableProperties = z.infer<typeof tableProperties>;

function keysOf(schema: z.infer<typeof keySchema>, properties: TableProperties): KeySchema {
  const attribute = (keyType: 'HASH' | 'RANGE') => {
    const name = schema.find((key) => key.KeyType === keyType)?.AttributeName;
    const definition = properties.AttributeDefinitions.find((candidate) => candidate.AttributeName === name);
    return definition === undefined ? undefined : { name: definition.AttributeName, type: definition.AttributeType };
  };
  const [hash, range] = [attribute('HASH'), attribute('RANGE')];
  if (hash === undefined) throw new Error('A table needs a HASH key that is among its attribute definitions.');
  return { hash, ...(range === undefined ? {} : { range }) };
}

function indexesOf(properties: TableProperties): readonly IndexDefinition[] {
  const define = (isGlobal: boolean) => (definition: z.infer<typeof index>): IndexDefinition => {
    const { ProjectionType: type, NonKeyAttributes: attributes } = definition.Projection;
    return {
      name: definition.IndexName,
      isGlobal,
      keys: keysOf(definition.KeySchema, properties),
      projection: type === 'INCLUDE' ? attributes : type,
    };
  };
  return [
    ...properties.GlobalSecondaryIndexes.map(define(true)),
    ...properties.LocalSecondaryIndexes.map(define(false)),
  ];
}

function putTable(request: ResourceRequest, name: string, tags: Readonly<Record<string, string>>): Provisioned {
  const { account } = request;
  const properties = tableProperties.parse(request.properties);
  const ttl = properties.TimeToLiveSpecification;
  const definition: TableDefinition = {
    name,
    arn: account.arn('dynamodb', `table/${name}`),
    keys: keysOf(properties.KeySchema, properties),
    indexes: indexesOf(properties),
    tags,
    ...(ttl?.Enabled === true && ttl.AttributeName !== undefined ? { ttlAttribute: ttl.AttributeName } : {}),
  };
  account.dynamoDb.putTable(definition);
  return { ref: name, attributes: { Arn: definition.arn, TableId: name } };
}

function create(request: ResourceRequest): Provisioned {
  const { TableName: name, Tags: tags } = tableProperties.parse(request.properties);
  return putTable(request, name ?? physicalName(request, 255), tags);
}

function update(request: ResourceRequest, current: Provisioned, previous: ResourceRequest): Provisioned {
  const [before, after] = [tableProperties.parse(previous.properties), tableProperties.parse(request.properties)];
  if (JSON.stringify(before.KeySchema) !== JSON.stringify(after.KeySchema)) {
    throw new NotModelledError('Replacing a DynamoDB table by a deployment is not modelled.');
  }
  return putTable(request, current.ref, after.Tags);
}

const modelled = [
  'AttributeDefinitions', 'GlobalSecondaryIndexes', 'KeySchema', 'LocalSecondaryIndexes', 'TableName', 'Tags',
  'TimeToLiveSpecification',
];

const recorded = {
  BillingMode: 'Capacity does not run out in the simulated account; throttling is injected as a fault.',
  ContributorInsightsSpecification: 'Insights have no effect on the table.',
  DeletionProtectionEnabled: 'Nothing deletes tables in the simulated account.',
  PointInTimeRecoverySpecification: 'Restoring is not rehearsed.',
  ProvisionedThroughput: 'As BillingMode.',
  SSESpecification: 'Encryption at rest does not show to callers.',
  TableClass: 'It changes the price only.',
};

const table: ResourceProvider = { type: 'AWS::DynamoDB::Table', modelled, recorded, create, update };

/** What `TableV2` of the CDK synthesises. A replica in this Region carries the tags. */
const globalTable: ResourceProvider = {
  type: 'AWS::DynamoDB::GlobalTable',
  modelled: [...modelled, 'Replicas'],
  recorded: {
    ...recorded,
    WriteOnDemandThroughputSettings: recorded.BillingMode,
    WriteProvisionedThroughputSettings: recorded.BillingMode,
  },
  create: (request) => create(withReplicaTags(request)),
  update: (request, current, previous) => update(withReplicaTags(request), current, previous),
};

function withReplicaTags(request: ResourceRequest): ResourceRequest {
  const { Replicas: replicas } = z
    .object({ Replicas: z.array(z.looseObject({ Region: z.string(), Tags: z.unknown().optional() })) })
    .parse(request.properties);
  const [replica] = replicas;
  if (replicas.length !== 1 || replica?.Region !== request.account.region) {
    throw new NotModelledError('A global table with replicas in other Regions is not modelled.');
  }
  return { ...request, properties: { ...request.properties, ...(replica.Tags === undefined ? {} : { Tags: replica.Tags }) } };
}

export const providers: readonly ResourceProvider[] = [table, globalTable];
