import * as z from 'zod';
import { toEpoch } from './instant.ts';
import { saleIdSchema } from './lease.ts';
import type { CapacityModel } from './model.ts';
import { PARIS_TIME_FORMAT, resolveParisTime } from './paris-time.ts';
import { checkSaleFigures, type SaleIssue } from './sale-checks.ts';

/**
 * Requests to the one writer of sales, as an operator writes them. Times are Paris times or
 * instants with an offset; `parseRegistration` turns them into UTC.
 */

/** Ids that leases of other kinds use; a sale under one of them would overwrite that lease. */
const RESERVED_IDS: ReadonlySet<string> = new Set(['surge', 'rehearsal']);

const FLOOR_FORMAT = 'a whole number of instances, 1 or more';
const PEAK_FORMAT = 'requests per second, above 0';
const LEAD_FORMAT = 'whole minutes, from 1 to 1440';
const NAME_FORMAT = 'a name of 1 to 100 characters';
const DRY_RUN_FORMAT = 'true, false, or nothing at all';

const timeSchema = z.string({ error: PARIS_TIME_FORMAT }).describe(`Expected: ${PARIS_TIME_FORMAT}.`);
const floorSchema = z.int({ error: FLOOR_FORMAT }).min(1, { error: FLOOR_FORMAT });
const peakSchema = z.number({ error: PEAK_FORMAT }).gt(0, { error: PEAK_FORMAT });
const leadSchema = z.int({ error: LEAD_FORMAT }).min(1, { error: LEAD_FORMAT }).max(1440, { error: LEAD_FORMAT });

export const saleSchema = z
  .strictObject({
    id: saleIdSchema,
    name: z.string({ error: NAME_FORMAT }).min(1, { error: NAME_FORMAT }).max(100, { error: NAME_FORMAT }).describe('Name shown in reports.'),
    startsAt: timeSchema,
    endsAt: timeSchema,
    expectedPeakRequestsPerSecond: peakSchema
      .optional()
      .describe('Highest load expected, in requests per second. Exactly one of this and floor.'),
    floor: floorSchema.optional().describe('Instances wanted, when the peak is not known. Exactly one of this and expectedPeakRequestsPerSecond.'),
    leadMinutes: leadSchema.optional().describe("Minutes of lead time, when the model's do not fit."),
  })
  .meta({ title: 'Sale', description: 'A sale as an operator announces it.' });

/** What goes with every request. `dryRun`: it is judged and answered like any other, and nothing is written or told. */
const requestFields = { dryRun: z.boolean({ error: DRY_RUN_FORMAT }).optional() };

export const registrationSchema = z
  .discriminatedUnion('action', [
    z.strictObject({ action: z.literal('add'), sale: saleSchema, ...requestFields }),
    z.strictObject({ action: z.literal('extend'), saleId: saleIdSchema, endsAt: timeSchema, ...requestFields }),
    z.strictObject({ action: z.literal('bring-forward'), saleId: saleIdSchema, startsAt: timeSchema, ...requestFields }),
    z.strictObject({ action: z.literal('cancel'), saleId: saleIdSchema, ...requestFields }),
  ])
  .meta({ title: 'Registration', description: 'Request to the writer of sales.' });

/** A parsed request. Every time in it is a UTC instant, ISO-8601. */
export type Registration = z.infer<typeof registrationSchema>;
export type AddRequest = Extract<Registration, { action: 'add' }>;
export type ExtendRequest = Extract<Registration, { action: 'extend' }>;
export type BringForwardRequest = Extract<Registration, { action: 'bring-forward' }>;

export type ParsedRegistration =
  | { readonly kind: 'parsed'; readonly request: Registration; readonly saleId: string }
  | { readonly kind: 'refused'; readonly issues: readonly SaleIssue[] };

/** A request that cannot be carried out. Permanent: repeating it unchanged fails again. */
export class InvalidSaleError extends Error {
  override readonly name = 'InvalidSaleError';
  readonly issues: readonly SaleIssue[];

  constructor(issues: readonly SaleIssue[]) {
    const lines = issues.map(({ field, value, expected }) => `${field}: ${JSON.stringify(value) ?? 'nothing'} given, expected ${expected}`);
    super(`The sale cannot be registered. ${lines.join('. ')}.`);
    this.issues = issues;
  }
}

/**
 * Parses a request and resolves its times. A refusal names everything wrong that can be seen
 * without the ledger: what is malformed, and, among the figures that can be read, those that make
 * no sense. `now` in epoch milliseconds.
 */
export function parseRegistration(input: unknown, model: CapacityModel, now: number): ParsedRegistration {
  const { request: read, resolved, issues } = readRequest(input);
  if (read === undefined || issues.length > 0) {
    return { kind: 'refused', issues: [...issues, ...checkReadableFigures(input, resolved, model, now)] };
  }
  const request = withInstants(read, resolved);
  return { kind: 'parsed', request, saleId: request.action === 'add' ? request.sale.id : request.saleId };
}

/** Everything wrong with a request that can be seen without model, clock and ledger: before it is sent anywhere. */
export function findMalformed(input: unknown): readonly SaleIssue[] {
  return readRequest(input).issues;
}

function readRequest(input: unknown): { request: Registration | undefined; resolved: ResolvedTimes; issues: SaleIssue[] } {
  const parsed = registrationSchema.safeParse(input, { reportInput: true });
  const { resolved, issues } = resolveTimes(input);
  return {
    request: parsed.data,
    resolved,
    issues: [...(parsed.success ? [] : parsed.error.issues.flatMap(toSaleIssues)), ...issues, ...checkReservedAndChoice(input)],
  };
}

type ResolvedTimes = ReadonlyMap<string, string>;

/** Resolves every time field of a raw request that is text; the others are the schema's to report. */
function resolveTimes(input: unknown): { resolved: ResolvedTimes; issues: SaleIssue[] } {
  const resolved = new Map<string, string>();
  const issues: SaleIssue[] = [];
  for (const field of ['sale.startsAt', 'sale.endsAt', 'startsAt', 'endsAt']) {
    const text = readField(input, field);
    if (typeof text !== 'string') continue;
    const time = resolveParisTime(text, field);
    if (time.kind === 'resolved') resolved.set(field, time.instant);
    else issues.push({ code: `time-${time.reason}`, field, value: text, expected: time.expected });
  }
  return { resolved, issues };
}

function withInstants(request: Registration, resolved: ResolvedTimes): Registration {
  const at = (field: string, given: string): string => resolved.get(field) ?? given;
  switch (request.action) {
    case 'add': {
      const { sale } = request;
      return {
        ...request,
        sale: { ...sale, startsAt: at('sale.startsAt', sale.startsAt), endsAt: at('sale.endsAt', sale.endsAt) },
      };
    }
    case 'extend':
      return { ...request, endsAt: at('endsAt', request.endsAt) };
    case 'bring-forward':
      return { ...request, startsAt: at('startsAt', request.startsAt) };
    case 'cancel':
      return request;
    default:
      return request satisfies never;
  }
}

function checkReservedAndChoice(input: unknown): SaleIssue[] {
  if (readField(input, 'action') !== 'add' || !isRecord(readField(input, 'sale'))) return [];
  const issues: SaleIssue[] = [];
  const id = readField(input, 'sale.id');
  if (typeof id === 'string' && RESERVED_IDS.has(id)) {
    issues.push({ code: 'id-reserved', field: 'sale.id', value: id, expected: 'an id that no other kind of lease uses' });
  }
  const peak = readField(input, 'sale.expectedPeakRequestsPerSecond');
  const floor = readField(input, 'sale.floor');
  if ((peak === undefined) === (floor === undefined)) {
    issues.push({
      code: 'one-of-peak-and-floor',
      field: 'sale.expectedPeakRequestsPerSecond',
      value: peak,
      expected: 'exactly one of expectedPeakRequestsPerSecond and floor',
    });
  }
  return issues;
}

function checkReadableFigures(input: unknown, resolved: ResolvedTimes, model: CapacityModel, now: number): SaleIssue[] {
  if (readField(input, 'action') !== 'add') return [];
  const instant = (field: string): number | undefined => {
    const text = resolved.get(field);
    return text === undefined ? undefined : toEpoch(text);
  };
  const figures = {
    startsAt: instant('sale.startsAt'),
    endsAt: instant('sale.endsAt'),
    floor: floorSchema.safeParse(readField(input, 'sale.floor')).data,
    expectedPeakRequestsPerSecond: peakSchema.safeParse(readField(input, 'sale.expectedPeakRequestsPerSecond')).data,
    leadMinutes: leadSchema.safeParse(readField(input, 'sale.leadMinutes')).data,
  };
  return checkSaleFigures(figures, 'sale.', model, now);
}

/** What a caller handed in is unknown until parsed, so a path into it may end anywhere. */
function readField(input: unknown, path: string): unknown {
  let value = input;
  for (const key of path.split('.')) {
    if (!isRecord(value)) return undefined;
    value = value[key];
  }
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toSaleIssues(issue: z.core.$ZodIssue): SaleIssue[] {
  const field = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      code: 'unknown-field',
      field: field === '' ? key : `${field}.${key}`,
      value: isRecord(issue.input) ? issue.input[key] : undefined,
      expected: 'no such field',
    }));
  }
  if (issue.code === 'invalid_union') {
    return [{ code: 'invalid-value', field: 'action', value: issue.input, expected: 'one of add, extend, bring-forward, cancel' }];
  }
  const code = issue.input === undefined ? 'missing-field' : 'invalid-value';
  return [{ code, field: field === '' ? 'request' : field, value: issue.input, expected: issue.message }];
}
