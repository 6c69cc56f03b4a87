import * as z from 'zod';
import type { Finding } from './finding.ts';

/**
 * Something that a check may find and that somebody answers for, until a day. Written before the change it covers or
 * after it; once expired it counts for nothing and is reported.
 */
export const exceptionSchema = z
  .strictObject({
    check: z
      .string()
      .regex(/^(SG|IAM)\d{1,2}$/, 'the id of a check such as SG4')
      .describe('The one check that it speaks of.'),
    resource: z
      .string()
      .trim()
      .min(1)
      .max(1024)
      .refine((text) => !/[*?]/u.test(text), 'the exact id of one resource, or the key of one finding; wildcards count for nothing')
      .describe('The id of the resource as findings name it (sg-…, the name of a role), or the key of a single finding.'),
    owner: z.string().trim().min(1).max(200).describe('Who answers for it: a person or a team that can be asked.'),
    reason: z.string().trim().min(10).max(1000).describe('Why it is as it is, for whoever reads it in a year: 10 characters at least.'),
    expiresAt: z.iso
      .datetime({ offset: true, error: 'an instant such as 2027-01-31T18:00:00+01:00' })
      .describe('From this instant on it counts for nothing.'),
  })
  .meta({ title: 'Exception' });

export type Exception = z.infer<typeof exceptionSchema>;

/**
 * Shape of `config/exceptions.yaml`. Expired entries are allowed, so that a file does not become wrong by itself; two
 * entries about the same thing are not, as nobody could say which one counts.
 */
export const exceptionsFileSchema = z
  .array(exceptionSchema)
  .superRefine((exceptions, context) => {
    const firsts = new Map<string, number>();
    for (const [index, { check, resource }] of exceptions.entries()) {
      const name = `${check} ${resource}`;
      const first = firsts.get(name);
      if (first === undefined) firsts.set(name, index);
      else context.addIssue({ code: 'custom', path: [index, 'resource'], message: `no second exception for ${name}: entry ${first} is one` });
    }
  })
  .meta({ title: 'Exceptions', description: 'Findings that are known and accepted for a time.' });

/** The exception that covers `finding` at `now` (epoch milliseconds); of several the one that lasts longest. */
export function findException(finding: Finding, exceptions: readonly Exception[], now: number): Exception | undefined {
  let found: Exception | undefined;
  for (const exception of exceptions) {
    if (!isAbout(exception, finding) || isExpired(exception, now)) continue;
    if (found === undefined || Date.parse(exception.expiresAt) > Date.parse(found.expiresAt)) found = exception;
  }
  return found;
}

/** Those that count for nothing any more at `now` (epoch milliseconds), the longest expired first. */
export function expired(exceptions: readonly Exception[], now: number): Exception[] {
  return exceptions
    .filter((exception) => isExpired(exception, now))
    .toSorted((left, right) => Date.parse(left.expiresAt) - Date.parse(right.expiresAt));
}

function isAbout({ check, resource }: Exception, finding: Finding): boolean {
  return check === finding.checkId && (resource === finding.resource.id || resource === finding.key);
}

/** Its last instant is the one before `expiresAt`. */
function isExpired({ expiresAt }: Exception, now: number): boolean {
  return Date.parse(expiresAt) <= now;
}
