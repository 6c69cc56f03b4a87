import * as z from 'zod';
import { type Approval, resume } from '../platform/approval.ts';
import { Defect } from '../platform/errors.ts';
import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import { notify } from '../platform/notifications.ts';
import { describeApproval } from './announcements.ts';
import { complianceVariables } from './environment.ts';
import { getRepair, repairReferenceSchema, updateRepair } from './repair-records.ts';

const { LEDGER_TABLE, TOPIC_ARN, COMPLIANCE_SETTINGS } = complianceVariables;

/** Asks a person: keeps the token by which the workflow goes on, bound to the plan as it stands, and tells. */
export const handler = createHandler({
  input: repairReferenceSchema.extend({ token: z.string().min(1) }),
  environment: { LEDGER_TABLE, TOPIC_ARN, COMPLIANCE_SETTINGS },
  handle: async ({ token, ...reference }, { environment, now }) => {
    const ledger = new Ledger(environment.LEDGER_TABLE);
    const repair = await getRepair(ledger, reference);
    if (repair === undefined) throw new Defect(`The repair ${reference.repairId} is no longer under way.`);
    const asked = repair.approval ?? {
      planHash: repair.planHash,
      askedAt: new Date(now).toISOString(),
      expiresAt: new Date(now + environment.COMPLIANCE_SETTINGS.approvalHours * 3_600_000).toISOString(),
    };
    // Asked a second time, the question is the same one: what was told of it holds, and an answer that was given stands.
    const approval: Approval = { ...asked, token };
    await updateRepair(ledger, repair, { state: 'awaiting-approval', approval }, now);
    await notify(describeApproval(repair, approval.expiresAt), { ledger, topicArn: environment.TOPIC_ARN, now });
    // It was given to a token that nobody waits for any more, and nobody will give it again.
    if (approval.decision !== undefined) await resume(approval);
    return {};
  },
});
