import * as z from 'zod';
import { jsonVariable } from '../platform/environment.ts';
import { complianceSettingsSchema } from './settings.ts';

/** What the functions of this capability read of their environment; each names what it needs. */
export const complianceVariables = {
  /** Name of the ledger's table. */
  LEDGER_TABLE: z.string().min(1),
  EVIDENCE_BUCKET: z.string().min(1),
  /** Topic of the notifications. */
  TOPIC_ARN: z.string().startsWith('arn:'),
  /** `production`: where the baseline and the exceptions are published, `/webmarket/<environment>/…`. */
  ENVIRONMENT: z.string().min(1),
  ACCOUNT_ID: z.string().regex(/^\d{12}$/u),
  PARTITION: z.string().min(1),
  /** Lambda sets it. */
  AWS_REGION: z.string().min(1),
  /** Target group of the shop, by whose health a write to the network is judged. */
  TARGET_GROUP_ARN: z.string().startsWith('arn:'),
  /** `app/<name>/<id>`: the value of the metric dimension `LoadBalancer`. */
  LOAD_BALANCER_FULL_NAME: z.string().min(1),
  /** Names of the alarms on changes of security groups, and of IAM. */
  GROUP_CHANGES_ALARM: z.string().min(1),
  IAM_CHANGES_ALARM: z.string().min(1),
  /** JSON list of the ARNs of the writers' roles: their changes are repairs. */
  WRITER_ROLES: jsonVariable(z.array(z.string().startsWith('arn:'))),
  COMPLIANCE_SETTINGS: jsonVariable(complianceSettingsSchema),
} as const;

const { ENVIRONMENT, ACCOUNT_ID, PARTITION, AWS_REGION } = complianceVariables;

/** The variables that tell which account is looked at. */
export const placeVariables = { ENVIRONMENT, ACCOUNT_ID, PARTITION, AWS_REGION } as const;

export type Place = Readonly<z.infer<z.ZodObject<typeof placeVariables>>>;
