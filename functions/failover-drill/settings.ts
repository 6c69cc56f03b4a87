import * as z from 'zod';

/** Shape of the `drills` section of `config/<environment>.yaml`. */
export const drillSettingsSchema = z
  .strictObject({
    rtoSeconds: z
      .int()
      .min(10)
      .max(900)
      .describe('Objective: the longest time for which the shop may be unable to write. AWS gives 60 to 120 seconds as typical.'),
    maxLostCommits: z
      .int()
      .min(0)
      .max(1_000_000)
      .describe('Objective: acknowledged commits that may be missing afterwards. A synchronous standby loses none.'),
    approvalMinutes: z.int().min(5).max(1440).describe('Minutes after which a drill that nobody approved is dropped.'),
    saleLeadHours: z.int().min(0).max(168).describe('No drill so long before the capacity for a sale or a surge is raised.'),
    coolDownHours: z.int().min(1).max(720).describe('No drill so long after a failover, whoever began it: RDS may accept it and do nothing.'),
    windowMarginMinutes: z.int().min(0).max(180).describe('No drill inside the backup and maintenance windows, nor so near to them.'),
    failoverMinutes: z.int().min(3).max(8).describe('A failover that has not moved the database to another zone by then has not happened.'),
    healthMinutes: z.int().min(1).max(15).describe('Minutes for which the shop is watched after a failover.'),
  })
  .meta({ title: 'Failover drills', description: 'Failover drills of the database, and what is expected of them.' });

export type DrillSettings = z.infer<typeof drillSettingsSchema>;
