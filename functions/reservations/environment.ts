import * as z from 'zod';
import { jsonVariable } from '../platform/environment.ts';
import { commitmentPricesSchema, databasePricesSchema, instancePricesSchema } from '../platform/prices.ts';
import { reservationSettingsSchema } from './settings.ts';

/** What the functions of this capability read of their environment; each names what it needs. */
export const reservationVariables = {
  /** Name of the ledger's table. */
  LEDGER_TABLE: z.string().min(1),
  EVIDENCE_BUCKET: z.string().min(1),
  /** Topic of the notifications. */
  TOPIC_ARN: z.string().startsWith('arn:'),
  /** Name of the shop's Auto Scaling group. */
  GROUP_NAME: z.string().min(1),
  /** The group's first choice of instance type: what would be reserved. */
  INSTANCE_TYPE: z.string().min(1),
  /** Identifier of the database in RDS. */
  DATABASE_ID: z.string().min(1),
  /** How long the group still descends after a sale or a surge, in minutes. */
  DESCENT_MINUTES: z.coerce.number().int().min(0).max(1440),
  RESERVATION_SETTINGS: jsonVariable(reservationSettingsSchema),
  /** JSON: the prices that the advice reckons with. */
  ADVICE_PRICES: jsonVariable(z.strictObject({ instances: instancePricesSchema, databases: databasePricesSchema, commitments: commitmentPricesSchema })),
} as const;
