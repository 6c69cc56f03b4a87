import * as z from 'zod';
import { Transient } from '../platform/errors.ts';
import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import { notify } from '../platform/notifications.ts';
import type { Blocker } from './blocker.ts';
import { capacityVariables } from './environment.ts';
import { getLease, putLease } from './lease-records.ts';
import type { SaleLease } from './lease.ts';
import { describeRegistration } from './registration-message.ts';
import { decideRegistration } from './sale.ts';
import type { SaleIssue } from './sale-checks.ts';
import { preflightSale } from './sale-preflight.ts';
import { parseRegistration } from './sale-request.ts';

const { LEDGER_TABLE, TOPIC_ARN, GROUP_NAME, LOAD_BALANCER_ARN, CAPACITY_MODEL } = capacityVariables;

/** What the operator hears. A refusal is an answer, not a failure of the function. */
type RegistrationAnswer =
  | {
      readonly status: 'registered' | 'unchanged';
      readonly reason: string;
      readonly lease: SaleLease;
      readonly feasible: boolean;
      readonly blockers: readonly Blocker[];
      readonly warnings: readonly Blocker[];
    }
  | {
      /** Of a dry run: what the request would have come to, and the figures that it rests on. */
      readonly status: 'planned';
      readonly wouldWrite: boolean;
      readonly reason: string;
      readonly lease: SaleLease;
      readonly feasible: boolean;
      readonly blockers: readonly Blocker[];
      readonly warnings: readonly Blocker[];
      /** `preflight`: what was read of the account, by check: `vcpus` and others. */
      readonly figures: { readonly baselineFloor: number; readonly descentMinutes: number; readonly preflight: Readonly<Record<string, unknown>> };
    }
  | { readonly status: 'refused'; readonly code: 'invalid-sale'; readonly message: string; readonly issues: readonly SaleIssue[] };

/** The one writer of sales: validates, decides, looks ahead, writes on condition that nobody was faster. */
export const handler = createHandler({
  input: z.unknown(),
  environment: { LEDGER_TABLE, TOPIC_ARN, GROUP_NAME, LOAD_BALANCER_ARN, CAPACITY_MODEL },
  handle: async (input, { environment, now }): Promise<RegistrationAnswer> => {
    const ledger = new Ledger(environment.LEDGER_TABLE);
    const model = environment.CAPACITY_MODEL;
    const parsed = parseRegistration(input, model, now);
    if (parsed.kind === 'refused') return refuse(parsed.issues);
    const existing = await getLease(ledger, parsed.saleId);
    const decision = decideRegistration(parsed.request, existing?.kind === 'sale' ? existing : undefined, model, now);
    if (decision.kind === 'refused') return refuse(decision.issues);

    const { lease } = decision;
    const verdict = await preflightSale(lease, environment);
    const found = {
      reason: decision.reason,
      lease,
      feasible: verdict.feasible,
      blockers: verdict.blockers,
      warnings: [...(decision.kind === 'write' ? decision.warnings : []), ...verdict.warnings],
    };
    if (parsed.request.dryRun === true) {
      const figures = { baselineFloor: model.baseline.floor, descentMinutes: model.descent.windowMinutes, preflight: verdict.evidence };
      return { status: 'planned', wouldWrite: decision.kind === 'write', ...found, figures };
    }
    if (decision.kind === 'write' && !(await putLease(ledger, lease))) {
      throw new Transient(`Sale ${lease.id} was changed by somebody else at the same moment. Try again.`);
    }
    // A repeated request tells again what its first attempt may not have told.
    await notify(describeRegistration(parsed.request.action, lease, verdict), { ledger, topicArn: environment.TOPIC_ARN, now });
    return { status: decision.kind === 'write' ? 'registered' : 'unchanged', ...found };
  },
});

function refuse(issues: readonly SaleIssue[]): RegistrationAnswer {
  const lines = issues.map(({ field, value, expected }) => `${field}: ${JSON.stringify(value) ?? 'nothing'} given, expected ${expected}.`);
  return { status: 'refused', code: 'invalid-sale', message: lines.join('\n'), issues };
}
