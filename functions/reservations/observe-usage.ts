import { Refused } from '../platform/errors.ts';
import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import { listSeenLeases } from '../platform/seen-leases.ts';
import { adviceRequestSchema } from './advice.ts';
import { readDatabase } from './database-use.ts';
import { reservationVariables } from './environment.ts';
import { eventWindows } from './event-windows.ts';
import { readHours, readInstanceTypes } from './group-use.ts';
import { countHours, lookBack } from './hours-of-use.ts';
import type { Observation } from './observation.ts';
import { orUnknown } from './unknown.ts';

const { LEDGER_TABLE, GROUP_NAME, DATABASE_ID, DESCENT_MINUTES, RESERVATION_SETTINGS } = reservationVariables;

/** Looks back at what the shop used in ordinary hours. Reads only; every retry looks back from the same instant. */
export const handler = createHandler({
  input: adviceRequestSchema,
  environment: { LEDGER_TABLE, GROUP_NAME, DATABASE_ID, DESCENT_MINUTES, RESERVATION_SETTINGS },
  handle: async ({ startedAt }, { environment, logger }): Promise<Observation> => {
    const { GROUP_NAME: group, DATABASE_ID: databaseId, RESERVATION_SETTINGS: settings } = environment;
    const window = lookBack(Date.parse(startedAt), settings);
    const [hours, instanceTypes, leases, database] = await Promise.all([
      readHours(group, window),
      readInstanceTypes(group),
      listSeenLeases(new Ledger(environment.LEDGER_TABLE)),
      orUnknown(() => readDatabase(databaseId), { on: [Refused], because: (reason) => logger.warn(`The database could not be read: ${reason}`) }),
    ]);
    const events = eventWindows(leases, environment.DESCENT_MINUTES);
    return { ...countHours({ hours, window, events, wantedDays: settings.observationDays }), instanceTypes, database };
  },
});
