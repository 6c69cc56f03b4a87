import * as z from 'zod';

/** What a finding may lead to: a report, a report of what would be done, or the repair. */
export const remediationModes = ['report', 'dry-run', 'enforce'] as const;
export type RemediationMode = (typeof remediationModes)[number];

/** Shape of the `compliance` section of `config/<environment>.yaml`. */
export const complianceSettingsSchema = z
  .strictObject({
    mode: z.enum(remediationModes).describe('For every check without a mode of its own. dry-run says what would be done.'),
    checks: z
      .record(z.string().regex(/^(SG|IAM)\d{1,2}$/, 'the id of a check such as SG4'), z.enum(remediationModes))
      .describe('Modes of single checks, by id.'),
    maxRepairsPerRun: z
      .int()
      .min(1)
      .max(100)
      .describe('More automatic repairs than this in one night are held back: then rather the baseline is wrong than everything else.'),
    repairsBeforeHandover: z
      .int()
      .min(1)
      .max(10)
      .describe('Repairs of the same drift within flapWindowMinutes after which a person is asked instead.'),
    flapWindowMinutes: z.int().min(10).max(1440),
    approvalHours: z.int().min(1).max(168).describe('Hours after which a repair that nobody approved is dropped.'),
    healthMinutes: z.int().min(1).max(30).describe('Minutes that the health of the shop is watched after a write to its network.'),
    allowedAccessKeys: z
      .array(z.string().regex(/^[\w+=,.@-]{1,64}$/, 'the name of an IAM user'))
      .describe('Users who may have an active access key. Empty: nobody, instances use roles.'),
    trustedAccounts: z
      .array(z.string().regex(/^\d{12}$/, 'twelve digits, in quotes'))
      .describe('Other accounts that roles may trust.'),
  })
  .meta({ title: 'Compliance', description: 'Checks of security groups and IAM, and the repair of drift.' });

export type ComplianceSettings = z.infer<typeof complianceSettingsSchema>;

export function modeOf(checkId: string, settings: ComplianceSettings): RemediationMode {
  return settings.checks[checkId] ?? settings.mode;
}
