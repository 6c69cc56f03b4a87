import * as z from 'zod';

/** What speaks against a drill. All of them are looked for, and all that are found are told. */
export const blockerCodes = [
  'invalid-request', 'database-not-found', 'not-opted-in', 'not-multi-az', 'no-standby-zone', 'cluster-member', 'engine-unknown', 'status',
  'pending-modification', 'pending-maintenance', 'backup-window', 'maintenance-window', 'alarm-red', 'replica-lag',
  'lease-active', 'lease-soon', 'drill-running', 'cool-down', 'targets-below-floor',
  /** A part of the facts could not be read: nothing is done on half of them. */
  'facts-unread',
] as const;

export const blockerSchema = z.object({
  code: z.enum(blockerCodes),
  /** One sentence: what was found, and what would have been fit. */
  message: z.string(),
});

export type Blocker = z.infer<typeof blockerSchema>;
