import * as z from 'zod';
import { putLargeEvidence } from '../platform/evidence.ts';
import { createHandler } from '../platform/handler.ts';
import { collectAccount } from './collect-account.ts';
import { complianceVariables, placeVariables } from './environment.ts';
import { contextOf } from './inspection.ts';
import { lookSchema, snapshotKey } from './run.ts';

const { EVIDENCE_BUCKET } = complianceVariables;

const accessJobSchema = z.object({ roleName: z.string(), jobId: z.string() });

/** Reads the whole account into a snapshot, which stays in the evidence bucket: it would not fit into a state. */
export const handler = createHandler({
  input: lookSchema.extend({ accessJobs: z.array(accessJobSchema) }),
  environment: { ...placeVariables, EVIDENCE_BUCKET },
  handle: async ({ accessJobs, ...look }, { environment, now }) => {
    const snapshot = await collectAccount(now, contextOf(environment), accessJobs);
    await putLargeEvidence(environment.EVIDENCE_BUCKET, snapshotKey(look), snapshot);
    const { securityGroups, roles, users, unread } = snapshot;
    return { securityGroups: securityGroups.length, roles: roles.length, users: users.length, unread };
  },
});
