import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { capacityModelSchema } from '../functions/capacity/model.ts';
import { complianceSettingsSchema } from '../functions/compliance/settings.ts';
import { drillSettingsSchema } from '../functions/failover-drill/settings.ts';
import { lifecycleSettingsSchema } from '../functions/lifecycle/settings.ts';
import { reservationSettingsSchema } from '../functions/reservations/settings.ts';
import { ConfigError, describeIssue } from './config-error.ts';
import { findCrossFieldProblems, INSTANCE_TYPE_PATTERN, REGION } from './config-rules.ts';
import { readYaml } from './yaml-file.ts';

/** Retention periods that CloudWatch Logs accepts, in days. Source: `PutRetentionPolicy` in its API reference. */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const logRetentionDays = z.literal([...LOG_RETENTION_DAYS]);

const networkSchema = z
  .strictObject({
    cidr: z
      .string()
      .regex(
        /^(10\.(25[0-5]|2[0-4]\d|1?\d?\d)|172\.(1[6-9]|2\d|3[01])|192\.168)\.0\.0\/1[6-8]$/,
        'a private block of /16 to /18 such as 10.20.0.0/16',
      )
      .describe('Addresses of the VPC. At least a /18, so that three zones fit and a third one can be added later.'),
    availabilityZones: z
      .array(z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, 'a zone name such as eu-west-3a'))
      .min(2)
      .max(3)
      .describe('Zones in use, by name: synthesis needs no look-up. Append a zone; reordering replaces subnets.'),
    natGateways: z
      .enum(['single', 'one-per-zone'])
      .describe('single: cheaper, and its zone is a single point of failure for outgoing traffic.'),
    flowLogRetentionDays: logRetentionDays.describe('Days that VPC flow logs are kept.'),
  })
  .meta({ title: 'Network' });

const webSchema = z
  .strictObject({
    instanceType: z
      .string()
      .regex(INSTANCE_TYPE_PATTERN, 't3.medium, or a c5 size such as c5.large')
      .describe('First choice of instance type: t3.medium (balanced), or c5 when the shop is bound by CPU.'),
    fallbackInstanceTypes: z
      .array(z.string().regex(/^(t3a?|c5[ad]?|c6i|m5|m6i)\.(medium|\d{0,2}x?large)$/, 'an x86 instance type such as t3a.medium'))
      .max(5)
      .describe('Tried in this order when AWS has no capacity for the first choice. Same size as instanceType.'),
    creditMode: z
      .enum(['unlimited', 'standard'])
      .optional()
      .describe('CPU credits of burstable (t3) instances; left out for others. standard throttles a fresh instance.'),
    volumeGib: z.int().min(8).max(1000).describe('Size of the root volume, in GiB. Amazon Linux 2023 needs 8.'),
    applicationPort: z.int().min(1024).max(65_535).describe('Port on which the application listens, on every instance.'),
    healthCheckPath: z
      .string()
      .regex(/^\/[A-Za-z0-9._/-]{0,100}$/, 'a path such as /health')
      .describe('Path that answers 200 when the instance can serve.'),
    healthCheckGraceSeconds: z.int().min(30).max(1800).describe('Seconds after launch before a failed check counts.'),
    deregistrationDelaySeconds: z.int().min(0).max(3600).describe('Seconds that a leaving instance may finish its requests.'),
    cpuTargetPercent: z.int().min(10).max(90).describe('Average CPU of the group that target tracking aims at, in percent.'),
    certificateArn: z
      .string()
      .regex(/^arn:aws:acm:[a-z0-9-]+:\d{12}:certificate\/[0-9a-f-]{36}$/, 'the ARN of a certificate in ACM')
      .optional()
      .describe('Certificate of the shop, in the same Region. Without it the shop is served over plain HTTP.'),
  })
  .meta({ title: 'Web' });

const clockTime = String.raw`([01]\d|2[0-3]):[0-5]\d`;

const dataSchema = z
  .strictObject({
    engine: z.enum(['postgres', 'mysql']),
    engineVersion: z
      .string()
      .regex(/^\d{1,2}(\.\d{1,2}){0,2}$/, 'a version such as 17 or 8.4.9')
      .describe('PostgreSQL: the major version; MySQL: a full one. RDS raises the minor version by itself.'),
    instanceClass: z.string().regex(/^db\.[a-z0-9]+\.[a-z0-9]+$/, 'a class such as db.m6g.large'),
    databaseName: z.string().regex(/^[a-z][a-z0-9]{0,62}$/, 'lower-case letters and digits').describe('Database created at first.'),
    applicationUser: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,31}$/, 'lower-case letters, digits and underscores')
      .describe('Database user as whom the instances connect by their IAM role, with no password.'),
    storageGib: z.int().min(20).max(65_536),
    maxStorageGib: z.int().min(22).max(65_536).describe('Storage grows by itself up to this size, in GiB.'),
    backupRetentionDays: z.int().min(1).max(35),
    backupWindow: z
      .string()
      .regex(new RegExp(`^${clockTime}-${clockTime}$`), 'a UTC window such as 01:00-01:30')
      .describe('Daily window of automated backups, UTC.'),
    maintenanceWindow: z
      .string()
      .regex(new RegExp(`^(mon|tue|wed|thu|fri|sat|sun):${clockTime}-(mon|tue|wed|thu|fri|sat|sun):${clockTime}$`), 'a UTC window such as tue:02:00-tue:03:00')
      .describe('Weekly maintenance window, UTC.'),
    failoverDrills: z.boolean().describe('Whether a failover drill may be run against this database: sets the opt-in tag.'),
  })
  .meta({ title: 'Data' });

const costSchema = z
  .strictObject({
    monthlyBudgetUsd: z.int().min(1).max(10_000_000).describe('What the account may cost a month: people hear of 80 % spent, and of 100 % forecast.'),
    anomalyUsd: z.int().min(1).max(1_000_000).describe('Unexpected cost of one cause from which people hear of it.'),
    anomalyMonitorArn: z
      .string()
      .regex(/^arn:aws:ce::\d{12}:anomalymonitor\/[0-9a-f-]{36}$/, 'the ARN of an anomaly monitor')
      .optional()
      .describe('The monitor of services that stands already: an account has one, and Cost Explorer makes it when it is enabled. Left out, it is created.'),
  })
  .meta({ title: 'Cost', description: 'When people hear of what the account costs.' });

export const environmentSchema = z
  .strictObject({
    environment: z
      .string()
      .regex(/^[a-z][a-z0-9]{1,15}$/, 'lower-case letters and digits, as in the name of the file')
      .describe('Name of the environment: the same as the name of this file.'),
    region: z.literal(REGION).describe('Paris: the target architecture names no other Region.'),
    account: z
      .string()
      .regex(/^\d{12}$/, 'twelve digits, in quotes')
      .optional()
      .describe('Account to deploy to. Left out, the templates fit any account.'),
    network: networkSchema,
    web: webSchema,
    capacity: capacityModelSchema,
    data: dataSchema,
    compliance: complianceSettingsSchema,
    drills: drillSettingsSchema,
    lifecycle: lifecycleSettingsSchema,
    reservations: reservationSettingsSchema,
    cost: costSchema,
    notifications: z.strictObject({
      emails: z.array(z.email()).min(1).max(10).describe('Who hears of refusals, verdicts, findings and drills.'),
    }),
    operations: z.strictObject({
      logRetentionDays: logRetentionDays.describe('Days that logs of functions, workflows and the database are kept.'),
      runbookUrl: z
        .url({ protocol: /^https$/ })
        .describe('Where people find docs/runbooks/ of this project: alarms link to it.'),
    }),
  })
  .meta({ title: 'WebMarket+ environment', description: 'One environment of the shop and of its operations.' });

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** A validated environment: plain data, frozen all the way down. */
export type EnvironmentConfig = DeepReadonly<z.infer<typeof environmentSchema>>;

const CONFIG_FOLDER = fileURLToPath(new URL('../config/', import.meta.url));

/**
 * Reads `<folder>/<environment>.yaml`.
 *
 * @throws ConfigError naming every problem of the file, or that it cannot be read.
 */
export function loadConfig(environment: string, folder: string = CONFIG_FOLDER): EnvironmentConfig {
  const path = join(folder, `${environment}.yaml`);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const problem = { path: '', expected: 'a readable file, one for each environment', found: 'none' };
    throw new ConfigError(path, [problem], { cause });
  }
  return parseConfig(text, path);
}

/**
 * Validates the text of an environment file. Pure: the name of the file serves messages, and the rule
 * that a file describes the environment it is named after.
 *
 * @throws ConfigError naming every problem: the path in the file, the value found, what was expected.
 */
export function parseConfig(text: string, fileName: string): EnvironmentConfig {
  const { value, locate } = readYaml(text, fileName);
  const parsed = environmentSchema.safeParse(value);
  const issues = parsed.success ? [] : parsed.error.issues;
  const found = [
    ...issues.flatMap((issue) => describeIssue(issue, value)),
    ...findCrossFieldProblems(value, basename(fileName).replace(/\.ya?ml$/, '')),
  ];
  if (!parsed.success || found.length > 0) throw new ConfigError(fileName, locate(found));
  return deepFreeze(parsed.data);
}

function deepFreeze<T>(value: T): DeepReadonly<T> {
  if (typeof value === 'object' && value !== null) {
    for (const nested of Object.values(value)) deepFreeze(nested);
    Object.freeze(value);
  }
  return value as DeepReadonly<T>;
}
