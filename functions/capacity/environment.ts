import * as z from 'zod';
import { jsonVariable } from '../platform/environment.ts';
import { capacityModelSchema } from './model.ts';

/** What the functions of this capability read of their environment; each names what it needs. */
export const capacityVariables = {
  /** Name of the ledger's table. */
  LEDGER_TABLE: z.string().min(1),
  EVIDENCE_BUCKET: z.string().min(1),
  /** Topic of the notifications. */
  TOPIC_ARN: z.string().startsWith('arn:'),
  /** Name of the shop's Auto Scaling group. */
  GROUP_NAME: z.string().min(1),
  TARGET_GROUP_ARN: z.string().startsWith('arn:'),
  LOAD_BALANCER_ARN: z.string().startsWith('arn:'),
  /** `app/<name>/<id>`: the value of the metric dimension `LoadBalancer`. */
  LOAD_BALANCER_FULL_NAME: z.string().min(1),
  /** `targetgroup/<name>/<id>`: the value of the metric dimension `TargetGroup`. */
  TARGET_GROUP_FULL_NAME: z.string().min(1),
  SURGE_ALARM_NAME: z.string().min(1),
  /** The group's first choice of instance type. */
  INSTANCE_TYPE: z.string().min(1),
  CAPACITY_MODEL: jsonVariable(capacityModelSchema),
} as const;
