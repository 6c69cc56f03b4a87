import * as z from 'zod';

/** Shape of the `reservations` section of `config/<environment>.yaml`. */
export const reservationSettingsSchema = z
  .strictObject({
    observationDays: z.int().min(2).max(400).describe('Days of real observation before anything is advised. The target architecture says three months.'),
    seenHoursPercent: z.int().min(50).max(100).describe('Share of the hours of those days of which CloudWatch must know something; fewer is not known enough.'),
    settled: z
      .strictObject({
        instanceFamily: z.boolean().describe('Whether it is decided for years which family the shop runs on (t3 or c5).'),
        databaseEngine: z.boolean().describe('Whether it is decided for years which engine the database has: a reservation binds it.'),
      })
      .describe('What people have decided. A commitment that binds something undecided is not advised.'),
    longestTermYears: z.literal([1, 3]).describe('Offers of a longer term are left out.'),
    leastSavingUsdPerMonth: z.number().min(0).max(100_000).describe('What saves less is not worth a commitment.'),
  })
  .meta({ title: 'Reservations', description: 'When commitments are advised, and which. They are never bought by the orchestrator.' });
export type ReservationSettings = z.infer<typeof reservationSettingsSchema>;
