import * as z from 'zod';
import { leaseSchema, type SaleLease } from '../functions/capacity/lease.ts';
import type { SaleIssue } from '../functions/capacity/sale-checks.ts';
import { findMalformed } from '../functions/capacity/sale-request.ts';
import type { Deployment } from './deployment.ts';
import { CommandError, exitCodes } from './errors.ts';
import { ask } from './invoke.ts';

const noteSchema = z.object({ code: z.string(), message: z.string() });

const saleLeaseSchema = leaseSchema.transform((lease, context): SaleLease => {
  if (lease.kind === 'sale') return lease;
  context.addIssue({ code: 'custom', message: `expected the lease of a sale, not of a ${lease.kind}` });
  return z.NEVER;
});

const foundFields = { reason: z.string(), lease: saleLeaseSchema, feasible: z.boolean(), blockers: z.array(noteSchema), warnings: z.array(noteSchema) };

/** The figures of the preflight that are shown: quota and use in vCPUs, by instance type in the order of the group's choice. */
const vcpusSchema = z.object({
  quota: z.number(),
  running: z.number(),
  byType: z.array(z.object({ type: z.string(), floorVcpus: z.number(), ceilingVcpus: z.number() })),
});

const figuresSchema = z.object({ baselineFloor: z.int(), descentMinutes: z.int(), preflight: z.looseObject({ vcpus: vcpusSchema.optional() }) });

const answerSchema = z.discriminatedUnion('status', [
  z.object({ status: z.enum(['registered', 'unchanged']), ...foundFields }),
  z.object({ status: z.literal('planned'), wouldWrite: z.boolean(), ...foundFields, figures: figuresSchema }),
  z.object({
    status: z.literal('refused'),
    issues: z.array(z.object({ code: z.string(), field: z.string(), value: z.unknown(), expected: z.string() })),
  }),
]);

/** What the writer of sales answered to a request that it took. */
export type Registered = Exclude<z.infer<typeof answerSchema>, { status: 'refused' }>;

/** Ends the command if a request is malformed: before anything is asked of AWS. */
export function checkRequest(request: unknown): void {
  const issues = findMalformed(request);
  if (issues.length > 0) throw new CommandError(exitCodes.usage, describeIssues(issues), 'Put right what is named. `webmarket sale plan --help` has an example.');
}

/** Hands a request in. A refusal ends the command, with every field that is wrong. */
export async function registerSale(deployment: Deployment, request: unknown): Promise<Registered> {
  const answer = await ask(deployment.output('RegisterSaleFunction'), request, answerSchema);
  if (answer.status !== 'refused') return answer;
  const isUnknown = answer.issues.some(({ code }) => code === 'sale-unknown');
  throw new CommandError(
    isUnknown ? exitCodes.usage : exitCodes.refused,
    describeIssues(answer.issues),
    isUnknown ? 'See `webmarket sale list --all` for those that there are.' : 'Nothing was written.',
  );
}

function describeIssues(issues: readonly SaleIssue[]): string {
  return issues.map(({ field, value, expected }) => `${field.replace(/^sale\./u, '')}: ${JSON.stringify(value) ?? 'nothing'} given, expected ${expected}.`).join('\n');
}
