import type { Account } from '../../kernel/account.ts';
import type { Principal } from '../../kernel/principal.ts';
import type { ConditionValue } from '../../kernel/service.ts';
import type { Role } from './role.ts';

/** Condition keys of a caller, by their names. */
export type CallerContext = Readonly<Record<string, ConditionValue>>;

/** Services that send the deprecated `aws:SourceOwner`, on which SNS's default topic policy rests (SNS developer guide). */
const sourceOwners = new Set(['cloudwatch.amazonaws.com', 'rds.amazonaws.com']);

export function roleContext(account: Account, role: Role): CallerContext {
  const tags = Object.entries(role.tags ?? {}).map(([key, value]) => [`aws:PrincipalTag/${key}`, value] as const);
  return {
    // A session carries it, and a service's session has no second factor (IAM user guide, "AWS global condition context keys").
    'aws:MultiFactorAuthPresent': false,
    'aws:PrincipalArn': role.arn,
    'aws:PrincipalAccount': account.id,
    'aws:PrincipalIsAWSService': false,
    'aws:PrincipalType': 'AssumedRole',
    'aws:RequestedRegion': account.region,
    // There is one account: every resource belongs to it.
    'aws:ResourceAccount': account.id,
    'aws:SecureTransport': true,
    'aws:ViaAWSService': false,
    ...Object.fromEntries(tags),
  };
}

export function serviceContext(account: Account, principal: Extract<Principal, { kind: 'service' }>): CallerContext {
  return {
    'aws:PrincipalIsAWSService': true,
    'aws:PrincipalServiceName': principal.service,
    'aws:RequestedRegion': account.region,
    // There is one account: every resource belongs to it.
    'aws:ResourceAccount': account.id,
    'aws:SecureTransport': true,
    'aws:SourceAccount': account.id,
    ...(principal.sourceArn === undefined ? {} : { 'aws:SourceArn': principal.sourceArn }),
    ...(sourceOwners.has(principal.service) ? { 'aws:SourceOwner': account.id } : {}),
  };
}
