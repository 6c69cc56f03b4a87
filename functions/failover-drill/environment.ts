import * as z from 'zod';
import { jsonVariable } from '../platform/environment.ts';
import { drillSettingsSchema } from './settings.ts';

/** What the functions of this capability read of their environment; each names what it needs. */
export const drillVariables = {
  /** Name of the ledger's table. */
  LEDGER_TABLE: z.string().min(1),
  EVIDENCE_BUCKET: z.string().min(1),
  /** Topic of the notifications. */
  TOPIC_ARN: z.string().startsWith('arn:'),
  /** Identifier of the database in RDS. */
  DATABASE_ID: z.string().min(1),
  DATABASE_ENGINE: z.enum(['postgres', 'mysql']),
  /** Endpoint of the database, and the database on it that holds the probe's table. */
  DATABASE_HOST: z.string().min(1),
  DATABASE_PORT: z.coerce.number().int().min(1).max(65_535),
  DATABASE_NAME: z.string().min(1),
  /** Secret of the administrator, which RDS makes and rotates. */
  DATABASE_SECRET_ARN: z.string().startsWith('arn:'),
  /** Lambda sets it. */
  AWS_REGION: z.string().min(1),
  AUTO_SCALING_GROUP_NAME: z.string().min(1),
  TARGET_GROUP_ARN: z.string().startsWith('arn:'),
  /** `app/<name>/<id>`: the value of the metric dimension `LoadBalancer`. */
  LOAD_BALANCER_FULL_NAME: z.string().min(1),
  /** JSON list of the names of the alarms of which none may be red before a drill. */
  GUARD_ALARMS: jsonVariable(z.array(z.string().min(1))),
  DRILL_SETTINGS: jsonVariable(drillSettingsSchema),
} as const;
