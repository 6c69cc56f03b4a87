import * as z from 'zod';

/**
 * A dated price table, in sections that are read at different times and places. Reports state date and source beside every
 * amount: prices move, and a figure without its date cannot be checked.
 */
const dated = {
  asOf: z.iso.date().describe('Day on which the prices of this section were read, YYYY-MM-DD.'),
  source: z.string().min(1).describe('Where they were read.'),
};

const perHour = z.number().gt(0);
const instanceType = z.string().regex(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/u, 'a type such as t3.medium');
const databaseClass = z.string().regex(/^db\.[a-z0-9]+\.[a-z0-9]+$/u, 'a class such as db.m6g.large');

export const instancePricesSchema = z
  .strictObject({
    ...dated,
    linuxOnDemandPerHour: z.record(instanceType, perHour).describe('EC2 on-demand, Linux, shared tenancy: USD an hour, by instance type.'),
  })
  .meta({ title: 'Instances' });
export type InstancePrices = z.infer<typeof instancePricesSchema>;

export const databasePricesSchema = z
  .strictObject({
    ...dated,
    multiAzOnDemandPerHour: z
      .strictObject({ postgres: z.record(databaseClass, perHour), mysql: z.record(databaseClass, perHour) })
      .describe('RDS on-demand with a standby, which counts double: USD an hour, by engine and class.'),
  })
  .meta({ title: 'Databases' });

export const commitmentKinds = [
  'ec2-reserved-instance', 'ec2-instance-savings-plan', 'compute-savings-plan', 'rds-reserved-instance', 'database-savings-plan',
] as const;
export type CommitmentKind = (typeof commitmentKinds)[number];

const commitmentOfferSchema = z.strictObject({
  kind: z.enum(commitmentKinds),
  /** The instance type or database class whose use is paid by it: `t3.medium`, `db.m6g.large` (one instance with its standby). */
  for: z.string().min(1),
  /** Of a database whose engine makes a price. */
  engine: z.enum(['postgres', 'mysql']).optional(),
  years: z.literal([1, 3]),
  payment: z.enum(['no-upfront', 'partial-upfront', 'all-upfront']),
  upfrontUsd: z.number().min(0),
  /** Paid every hour of the term, used or not. */
  perHour: z.number().min(0),
});
export type CommitmentOffer = z.infer<typeof commitmentOfferSchema>;

export const commitmentPricesSchema = z.strictObject({ ...dated, offers: z.array(commitmentOfferSchema) }).meta({ title: 'Reservations and savings plans' });

export const storageClasses = ['STANDARD', 'INTELLIGENT_TIERING', 'STANDARD_IA', 'ONEZONE_IA', 'GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE'] as const;
export type StorageClass = (typeof storageClasses)[number];

const storageClassPricesSchema = z.strictObject({
  perGibMonth: z.number().gt(0),
  /** A thousand transitions into this class. */
  transitionsPerThousand: z.number().min(0),
  /** Storage is paid for at least so long, also of what is deleted or moved on before. */
  minimumDays: z.int().min(0),
  /** Every object counts as at least so large. */
  minimumBytes: z.int().min(0),
  /** What is added to every object, at the price of the class itself and at that of STANDARD: its archive index. */
  overheadBytes: z.int().min(0),
  standardOverheadBytes: z.int().min(0),
});

export const storagePricesSchema = z
  .strictObject({
    ...dated,
    classes: z.record(z.enum(storageClasses), storageClassPricesSchema),
    listsPerThousand: z.number().gt(0).describe('A thousand LIST requests, a thousand keys each.'),
  })
  .meta({ title: 'Storage', description: 'S3 by class. Monitoring fees of INTELLIGENT_TIERING and retrievals are not in it.' });
export type StoragePrices = z.infer<typeof storagePricesSchema>;

const rateSchema = z.strictObject({
  usd: z.number().min(0),
  per: z.number().gt(0).describe('How many units that price is for.'),
  unit: z.string().min(1).describe('For people: requests, GB-seconds, metrics.'),
  freePerMonth: z.number().min(0).optional().describe('Units a month that every account has for nothing, without end.'),
});

const operationsPricesSchema = z
  .strictObject({
    ...dated,
    rates: z.record(z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/u, 'a name such as state-transitions'), rateSchema),
  })
  .meta({ title: 'Operations', description: 'What the orchestrator itself is paid by.' });

export const priceTableSchema = z
  .strictObject({
    region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/u).describe('AWS Region.'),
    currency: z.literal('USD').describe('AWS quotes in US dollars; taxes are not included.'),
    instances: instancePricesSchema,
    databases: databasePricesSchema,
    commitments: commitmentPricesSchema,
    storage: storagePricesSchema,
    operations: operationsPricesSchema,
  })
  .meta({ title: 'Price table', description: 'Prices that reports reckon with.' });

export type PriceTable = z.infer<typeof priceTableSchema>;

/** Price of one instance in USD an hour; undefined when the table does not have the type. */
export function instancePricePerHour(prices: InstancePrices, type: string): number | undefined {
  return Object.hasOwn(prices.linuxOnDemandPerHour, type) ? prices.linuxOnDemandPerHour[type] : undefined;
}
