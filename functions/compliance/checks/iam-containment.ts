import { saySame } from '../policy-comparison.ts';
import type { PolicyDocument } from '../policy-document.ts';
import { onlyDenies } from '../policy-semantics.ts';
import type { InlinePolicy, User } from '../snapshot.ts';

/** Begins the name of every policy that a repair puts on a user. */
const containmentPrefix = 'webmarket-deny-';

export const withoutMfaPolicyName = `${containmentPrefix}without-mfa`;
export const unusedPasswordPolicyName = `${containmentPrefix}unused-password`;

/** A policy that a repair put there. The name alone is no pass: a policy that grants something is none of ours. */
export function isContainment({ name, document }: InlinePolicy): boolean {
  return name.startsWith(containmentPrefix) && onlyDenies(document);
}

/** Whether the user already has the policy as a repair would put it, in one of its forms. */
export function isContained({ inlinePolicies }: User, policyName: string, ...documents: readonly PolicyDocument[]): boolean {
  const standing = inlinePolicies.find(({ name }) => name === policyName)?.document;
  return standing !== undefined && documents.some((document) => saySame(standing, document));
}

/**
 * What one needs to register an MFA device and to sign in with it. Source: IAM user guide, "IAM: Allows IAM users to
 * self-manage an MFA device".
 */
const mfaActions = [
  'iam:CreateVirtualMFADevice', 'iam:EnableMFADevice', 'iam:GetMFADevice', 'iam:GetUser', 'iam:ListMFADevices',
  'iam:ListVirtualMFADevices', 'iam:ResyncMFADevice', 'sts:GetSessionToken',
];
const ownMfaActions = ['iam:EnableMFADevice', 'iam:ResyncMFADevice'];

/**
 * Denies a session without MFA everything but to register a device of its own. It grants nothing: who may not manage
 * their own device otherwise needs an administrator. `Bool`, not `BoolIfExists`: requests signed with an access key do
 * not have the key at all, and it is the password that lacks its second factor (IAM user guide,
 * "aws:MultiFactorAuthPresent").
 */
export function denyWithoutMfa({ arn }: User): PolicyDocument {
  const Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'false' } };
  return {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'OnlyMfaWithoutMfa', Effect: 'Deny', NotAction: mfaActions, Resource: '*', Condition },
      { Sid: 'OnlyOwnMfaWithoutMfa', Effect: 'Deny', Action: ownMfaActions, NotResource: arn, Condition },
    ],
  };
}

/**
 * Denies everything, or, to spare access keys that are in use, every session: only a session, which is what a password
 * opens, has a time of issue (IAM user guide, "aws:TokenIssueTime").
 */
export function denyUnusedPassword({ sparesKeys }: { readonly sparesKeys: boolean }): PolicyDocument {
  const condition = sparesKeys ? { Condition: { Null: { 'aws:TokenIssueTime': 'false' } } } : {};
  return { Version: '2012-10-17', Statement: [{ Sid: 'UnusedPassword', Effect: 'Deny', Action: '*', Resource: '*', ...condition }] };
}
