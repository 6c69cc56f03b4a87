import * as z from 'zod';

/**
 * A dated price table. Reports state its date and source beside every amount: prices move, and a
 * figure without its date cannot be checked.
 */
export const priceTableSchema = z
  .strictObject({
    asOf: z.iso.date().describe('Day on which the prices were read, YYYY-MM-DD.'),
    region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/).describe('AWS Region.'),
    currency: z.literal('USD').describe('AWS quotes in US dollars; taxes are not included.'),
    source: z.string().min(1).describe('Where the prices were read.'),
    linuxOnDemandPerHour: z
      .record(z.string().regex(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/), z.number().gt(0))
      .describe('EC2 on-demand, Linux, shared tenancy: USD an hour, by instance type.'),
  })
  .meta({ title: 'Price table', description: 'Prices that reports reckon with.' });

export type PriceTable = z.infer<typeof priceTableSchema>;

/** Price of one instance in USD an hour; undefined when the table does not have the type. */
export function instancePricePerHour(prices: PriceTable, instanceType: string): number | undefined {
  return Object.hasOwn(prices.linuxOnDemandPerHour, instanceType) ? prices.linuxOnDemandPerHour[instanceType] : undefined;
}
