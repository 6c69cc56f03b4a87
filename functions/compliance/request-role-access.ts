import * as z from 'zod';
import { createHandler } from '../platform/handler.ts';
import { readBaseline, requestRoleAccess } from './collect-account.ts';
import { placeVariables } from './environment.ts';

/** Asks IAM what the roles of the app used: it answers in its own time, and is read with the account. */
export const handler = createHandler({
  input: z.object({}),
  environment: placeVariables,
  handle: async (_input, { environment }) => {
    const { roles } = await readBaseline(environment.ENVIRONMENT);
    const { PARTITION: partition, ACCOUNT_ID: account } = environment;
    const jobs = await requestRoleAccess(roles.map(({ roleName, path }) => ({ name: roleName, arn: `arn:${partition}:iam::${account}:role${path}${roleName}` })));
    return { jobs };
  },
});
