import { z } from 'zod';
import type { PolicyDocument } from '../../kernel/authorisation.ts';
import { limitExceeded, malformedPolicy } from './errors.ts';
import type { HolderKind } from './principals.ts';

/** Where a policy is put: what it may name depends on that. */
type PolicyPlace = 'identity' | 'trust';

const texts = z.union([z.string(), z.array(z.string())]);

const statementSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.union([z.literal('*'), z.record(z.string(), texts)]).optional(),
  NotPrincipal: z.record(z.string(), texts).optional(),
  Action: texts.optional(),
  NotAction: texts.optional(),
  Resource: texts.optional(),
  NotResource: texts.optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});

const documentSchema = z.strictObject({
  Version: z.enum(['2012-10-17', '2008-10-17']).optional(),
  Id: z.string().optional(),
  Statement: z.union([statementSchema, z.array(statementSchema)]),
});

type Statement = z.infer<typeof statementSchema>;

/**
 * Bytes of all inline policies of one user, group or role, of a managed policy, and of a trust policy; white space does not
 * count (IAM user guide, "IAM and AWS STS quotas").
 */
const maxInlineBytes: Readonly<Record<HolderKind, number>> = { user: 2048, group: 5120, role: 10_240 };
const maxManagedBytes = 6144;
const maxTrustBytes = 2048;

/** Reads a document that a caller wrote. Throws as IAM refuses it. */
export function parsePolicy(text: string, place: PolicyPlace): PolicyDocument {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformedPolicy('This policy contains invalid Json');
  }
  const parsed = documentSchema.safeParse(value);
  if (!parsed.success) throw malformedPolicy('Syntax errors in policy.');
  const statements = [parsed.data.Statement].flat();
  for (const statement of statements) {
    refuseActions(statement);
    if (place === 'identity') refuseIdentityStatement(statement);
    else refuseTrustStatement(statement);
  }
  const sids = statements.flatMap(({ Sid: sid }) => (sid === undefined ? [] : [sid]));
  if (new Set(sids).size < sids.length) throw malformedPolicy('Statement IDs (SID) in a single policy must be unique.');
  return value as PolicyDocument;
}

function refuseActions(statement: Statement): void {
  const actions = statement.Action ?? statement.NotAction;
  if (actions === undefined || (statement.Action !== undefined && statement.NotAction !== undefined)) {
    throw malformedPolicy('Policy statement must contain actions.');
  }
  if ([actions].flat().some((action) => action !== '*' && !/^[\w*?-]+:[\w*?]+$/u.test(action))) {
    throw malformedPolicy('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
  }
}

function refuseIdentityStatement(statement: Statement): void {
  if (statement.Principal !== undefined || statement.NotPrincipal !== undefined) {
    throw malformedPolicy('Policy document should not specify a principal.');
  }
  const resources = statement.Resource ?? statement.NotResource;
  if (resources === undefined) throw malformedPolicy('Policy statement must contain resources.');
  const wrong = [resources].flat().find((resource) => resource !== '*' && !resource.startsWith('arn:'));
  if (wrong !== undefined) throw malformedPolicy(`Resource ${wrong} must be in ARN format or "*".`);
}

function refuseTrustStatement(statement: Statement): void {
  if (statement.Resource !== undefined || statement.NotResource !== undefined) throw malformedPolicy('Has prohibited field Resource');
  if (statement.Principal === undefined && statement.NotPrincipal === undefined) throw malformedPolicy('Missing required field Principal');
}

/** Throws when the inline policies together are longer than IAM takes. */
export function refuseLongInline(kind: HolderKind, name: string, documents: Iterable<PolicyDocument>): void {
  const bytes = [...documents].reduce((sum, document) => sum + bytesOf(document), 0);
  if (bytes > maxInlineBytes[kind]) {
    throw limitExceeded(`Maximum policy size of ${maxInlineBytes[kind]} bytes exceeded for ${kind} ${name}`);
  }
}

export function refuseLongManaged(document: PolicyDocument): void {
  if (bytesOf(document) > maxManagedBytes) throw limitExceeded(`Cannot exceed quota for PolicySize: ${maxManagedBytes}`);
}

export function refuseLongTrust(document: PolicyDocument): void {
  if (bytesOf(document) > maxTrustBytes) throw limitExceeded(`Cannot exceed quota for ACLSizePerRole: ${maxTrustBytes}`);
}

function bytesOf(document: PolicyDocument): number {
  return Buffer.byteLength(JSON.stringify(document));
}

/** IAM answers documents as JSON, URL-encoded by RFC 3986, which encodes more than `encodeURIComponent` does. */
export function encodePolicy(document: PolicyDocument): string {
  return encodeURIComponent(JSON.stringify(document)).replaceAll(
    /[!'()*]/gu,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
