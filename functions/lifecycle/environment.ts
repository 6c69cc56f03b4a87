import * as z from 'zod';
import { jsonVariable } from '../platform/environment.ts';
import { storagePricesSchema } from '../platform/prices.ts';
import { bucketRoles, lifecycleSettingsSchema } from './settings.ts';

/** What the functions of this capability read of their environment; each names what it needs. */
export const lifecycleVariables = {
  /** Name of the ledger's table. */
  LEDGER_TABLE: z.string().min(1),
  EVIDENCE_BUCKET: z.string().min(1),
  /** Topic of the notifications. */
  TOPIC_ARN: z.string().startsWith('arn:'),
  /** Who owns the buckets: S3 refuses a call about one that is somebody else's. */
  ACCOUNT_ID: z.string().regex(/^\d{12}$/u),
  /** JSON: names of the buckets by what they hold. */
  BUCKETS: jsonVariable(z.record(z.enum(bucketRoles), z.string().min(3))),
  LIFECYCLE_SETTINGS: jsonVariable(lifecycleSettingsSchema),
  STORAGE_PRICES: jsonVariable(storagePricesSchema),
  /** The workflow that writes what was approved. */
  LIFECYCLE_WORKFLOW_ARN: z.string().startsWith('arn:'),
} as const;
