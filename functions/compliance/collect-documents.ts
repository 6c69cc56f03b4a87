import * as z from 'zod';
import { Refused } from '../platform/errors.ts';
import { type PolicyDocument, policyDocumentSchema } from './policy-document.ts';
import type { InlinePolicy } from './snapshot.ts';

/** Gives the document of a policy. `owner` names it for people. */
export type DocumentReader = (encoded: string | undefined, owner: string) => PolicyDocument;

/**
 * A reader of policy documents, which IAM answers as URL-encoded JSON (RFC 3986). Accounts hold the same document many
 * times over (trust in a service, policies from one template): each is parsed and kept once for a reader.
 */
export function createDocumentReader(): DocumentReader {
  const known = new Map<string, PolicyDocument>();
  return (encoded = '', owner) => {
    const document = known.get(encoded) ?? parseDocument(encoded, owner);
    known.set(encoded, document);
    return document;
  };
}

interface PolicyDetail {
  readonly PolicyName?: string | undefined;
  readonly PolicyDocument?: string | undefined;
}

export function toInlinePolicies(policies: readonly PolicyDetail[] | undefined, owner: string, readDocument: DocumentReader): InlinePolicy[] {
  return (policies ?? []).map(({ PolicyName: name = '', PolicyDocument }) => ({
    name,
    document: readDocument(PolicyDocument, `the inline policy ${name} of ${owner}`),
  }));
}

/** What cannot be read leaves its part unread, and so every check on it undecided: nothing is guessed of a policy. */
function parseDocument(encoded: string, owner: string): PolicyDocument {
  let json: unknown;
  try {
    json = JSON.parse(decodeURIComponent(encoded));
  } catch (error) {
    throw new Refused(`The document of ${owner} is no URL-encoded JSON.`, { cause: error });
  }
  const result = policyDocumentSchema.safeParse(json);
  if (!result.success) throw new Refused(`The document of ${owner} is no policy: ${z.prettifyError(result.error)}`);
  return result.data;
}
