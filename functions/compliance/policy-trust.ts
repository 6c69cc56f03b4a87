import { mfaKeys, type Restriction, restrictionsOf } from './policy-condition.ts';
import type { PolicyDocument, PolicyStatement } from './policy-document.ts';
import { hasWildcard } from './policy-pattern.ts';
import { speaksOf, statementsOf, textsOf } from './policy-semantics.ts';

/** Ways to become a role. Session tags and source identities come along with one of these and let nobody in alone. */
const assumptions = ['sts:AssumeRole', 'sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity'];

/** One whom a trust policy lets in, and the restrictions on that. */
export interface TrustedParty {
  readonly kind: 'everyone' | 'account' | 'service' | 'web-identity';
  /** The twelve digits, the service principal, or the issuer of web identities without its scheme; `*` for everyone. */
  readonly name: string;
  readonly restrictions: readonly Restriction[];
}

/** Whom a trust policy lets in. SAML providers and principals that no longer exist are left out: neither is open to others. */
export function trustedParties(trust: PolicyDocument): readonly TrustedParty[] {
  const statements = statementsOf(trust).filter((statement) => assumptions.some((action) => speaksOf(statement, action)));
  if (statements.some(deniesEveryone)) return [];
  return statements.filter(({ Effect }) => Effect === 'Allow').flatMap(partiesOf);
}

function deniesEveryone(statement: PolicyStatement): boolean {
  const isTotal = assumptions.every((action) => speaksOf(statement, action));
  return statement.Effect === 'Deny' && isTotal && statement.Condition === undefined && principalsOf(statement, 'AWS').includes('*');
}

function principalsOf({ Principal }: PolicyStatement, kind: string): readonly string[] {
  if (Principal === undefined) return [];
  if (typeof Principal === 'string') return kind === 'AWS' ? [Principal] : [];
  return textsOf(Principal[kind]);
}

function partiesOf(statement: PolicyStatement): readonly TrustedParty[] {
  const restrictions = restrictionsOf(statement.Condition);
  if (statement.NotPrincipal !== undefined) return [{ kind: 'everyone', name: '*', restrictions }];
  return [
    ...principalsOf(statement, 'AWS').flatMap((name) => accountParties(name, restrictions)),
    ...principalsOf(statement, 'Service').map((name) => ({ kind: 'service', name, restrictions }) as const),
    ...principalsOf(statement, 'Federated').flatMap((name) => webIdentityParties(name, restrictions)),
  ];
}

function accountParties(principal: string, restrictions: readonly Restriction[]): readonly TrustedParty[] {
  const account = /^(?:arn:[\w-]+:(?:iam|sts)::)?(\d{12})(?::|$)/u.exec(principal)?.[1];
  if (account !== undefined) return [{ kind: 'account', name: account, restrictions }];
  if (!hasWildcard(principal)) return [];
  // Everybody, of whom a condition lets only some accounts in, is those accounts.
  const accounts = restrictions.flatMap(({ key, values }) => {
    if (key === 'aws:principalaccount') return [values];
    return key === 'aws:principalarn' ? [values.map((value) => value.split(':')[4] ?? '*')] : [];
  })[0];
  if (accounts === undefined || accounts.some(hasWildcard)) return [{ kind: 'everyone', name: '*', restrictions }];
  return accounts.map((name) => ({ kind: 'account', name, restrictions }));
}

/** Issuers that IAM knows without a provider of one's own (IAM user guide, "OIDC federation"). */
const builtInIssuers = ['cognito-identity.amazonaws.com', 'www.amazon.com', 'graph.facebook.com', 'accounts.google.com'];

function webIdentityParties(principal: string, restrictions: readonly Restriction[]): readonly TrustedParty[] {
  const issuer = builtInIssuers.includes(principal) ? principal : /:oidc-provider\/(.+)$/u.exec(principal)?.[1];
  return issuer === undefined ? [] : [{ kind: 'web-identity', name: issuer, restrictions }];
}

/** Keys that say who comes, or from where; an external id does not, for it is no secret. */
const keysOfOrigin = [
  'aws:principalorgid', 'aws:principalorgpaths', 'aws:sourceaccount', 'aws:sourcearn', 'aws:sourceip', 'aws:sourceorgid',
  'aws:sourcevpc', 'aws:sourcevpce', 'aws:vpcsourceip',
];
/** What a service says of whom it works for (IAM user guide, "The confused deputy problem"). */
const keysOfSource = ['aws:sourceaccount', 'aws:sourcearn', 'aws:sourceorgid', 'aws:sourceorgpaths'];
/** What tells a foreign account from one's own organisation, or its customer from another, or a person from a machine. */
const keysOfForeigner = ['sts:externalid', 'aws:principalorgid', 'aws:principalorgpaths', ...mfaKeys];

function isRestrictedBy(party: TrustedParty, keys: readonly string[]): boolean {
  return party.restrictions.some(({ key }) => keys.includes(key));
}

export function namesSource(party: TrustedParty): boolean {
  return isRestrictedBy(party, keysOfSource);
}

/** Why a party is too many people, in words that follow "trusts"; undefined where it is not. */
export function openness(party: TrustedParty, ownAccounts: readonly string[]): string | undefined {
  switch (party.kind) {
    case 'everyone':
      return isRestrictedBy(party, keysOfOrigin) ? undefined : 'everybody (*)';
    case 'account':
      if (ownAccounts.includes(party.name) || isRestrictedBy(party, keysOfForeigner)) return undefined;
      return `account ${party.name} without an external id`;
    case 'web-identity':
      return isSubjectNamed(party) ? undefined : `identities of ${party.name} without naming whose`;
    case 'service':
      return undefined;
  }
}

/**
 * Subjects are written from the general to the particular (`repo:owner/name:ref`). Before the first wildcard there has to
 * stand whose they are, with the separator after it: `repo:shop*` also is the repositories of `shop-of-others`.
 */
function isSubjectNamed({ name, restrictions }: TrustedParty): boolean {
  const issuer = name.toLowerCase();
  if (builtInIssuers.includes(issuer)) return restrictions.some(({ key }) => key.startsWith(`${issuer}:`) && key !== `${issuer}:amr`);
  const subjects = restrictions.filter(({ key }) => key === `${issuer}:sub`);
  return subjects.some(({ operator, values }) =>
    values.every((value) => operator !== 'stringlike' || !hasWildcard(value) || literalParts(value) >= partsOfTenant(issuer)),
  );
}

function literalParts(subject: string): number {
  return subject.slice(0, subject.search(/[*?]/u)).split(/[:/]/u).length - 1;
}

/** `repo:owner/`, `organization:name:`, `project_path:group/`; a cluster's own issuer says `system:serviceaccount:namespace:`. */
function partsOfTenant(issuer: string): number {
  return issuer.startsWith('oidc.eks.') ? 3 : 2;
}
