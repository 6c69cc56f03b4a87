import * as z from 'zod';
import type { Blocker } from './blocker.ts';

/** What a person writes who wants a drill. */
const requestSchema = z.strictObject({
  /** Who asks; somebody else has to approve. */
  requester: z.string().trim().min(1).max(200),
  /** Why now, for the person who approves and for the report. */
  reason: z.string().trim().min(10).max(1000),
  /** Looks at everything, and does nothing. */
  dryRun: z.boolean().optional(),
});

const expectations: Readonly<Record<string, string>> = {
  requester: 'the name of a person, of 1 to 200 characters',
  reason: 'a sentence of 10 to 1000 characters',
  dryRun: 'true, false, or nothing at all',
};

/** A request as far as it can be understood, and what is wrong with it. */
export interface ReadRequest {
  readonly requester: string;
  readonly reason: string;
  readonly isDryRun: boolean;
  readonly blockers: Blocker[];
}

/** Reads a request. What is wrong is named field by field, with its value and what would have been right. */
export function readRequest(request: unknown): ReadRequest {
  const parsed = requestSchema.safeParse(request);
  if (parsed.success) {
    const { requester, reason, dryRun = false } = parsed.data;
    return { requester, reason, isDryRun: dryRun, blockers: [] };
  }
  const fields = z.looseObject({}).safeParse(request).data ?? {};
  return {
    requester: requestSchema.shape.requester.safeParse(fields['requester']).data ?? 'unknown',
    reason: requestSchema.shape.reason.safeParse(fields['reason']).data ?? '',
    isDryRun: fields['dryRun'] === true,
    blockers: parsed.error.issues.flatMap((issue) => describeIssue(issue, request, fields)),
  };
}

function describeIssue(issue: z.core.$ZodIssue, request: unknown, fields: Readonly<Record<string, unknown>>): Blocker[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => block(`${key} is ${show(fields[key])}; a request has requester, reason and dryRun, and nothing else.`));
  }
  const [field] = issue.path;
  if (typeof field !== 'string') return [block(`The request is ${show(request)}; an object with requester and reason was expected.`)];
  return [block(`${field} is ${show(fields[field])}; ${expectations[field] ?? 'another value'} was expected.`)];
}

/** Short enough for a message, whatever was sent. */
function show(value: unknown): string {
  return value === undefined ? 'not there' : JSON.stringify(value).slice(0, 80);
}

function block(message: string): Blocker {
  return { code: 'invalid-request', message };
}
