import * as z from 'zod';
import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import { complianceVariables } from './environment.ts';
import { followFile } from './exception-records.ts';
import { readPublishedExceptions } from './published-exceptions.ts';

const { LEDGER_TABLE, ENVIRONMENT } = complianceVariables;

/** Brings the exceptions of `config/exceptions.yaml`, as they were deployed, into the ledger. */
export const handler = createHandler({
  input: z.object({}),
  environment: { LEDGER_TABLE, ENVIRONMENT },
  handle: async (_input, { environment, now }) =>
    followFile(new Ledger(environment.LEDGER_TABLE), await readPublishedExceptions(environment.ENVIRONMENT), now),
});
