import type { Account } from '../../../kernel/account.ts';
import { AwsError } from '../../../kernel/aws-error.ts';
import { alreadyExists } from '../errors.ts';
import type { Sources } from '../describe.ts';
import type { HolderKind } from '../principals.ts';

/** What the operations work on. */
export interface OperationState extends Sources {
  readonly account: Account;
}

/** Names of users, groups and roles: letters, digits and `+=,.@_-` (IAM user guide, "IAM and AWS STS quotas": name limits). */
const longestNames: Readonly<Record<HolderKind, number>> = { user: 64, group: 128, role: 64 };

/** Throws for a name that cannot be given: names differ by more than case (API reference, CreateUser, CreateGroup, CreateRole). */
export function refuseName(state: OperationState, kind: HolderKind, name: string): void {
  if (!/^[\w+=,.@-]+$/u.test(name) || name.length > longestNames[kind]) {
    throw new AwsError('ValidationError', `The specified value for ${kind}Name is invalid: ${name}`);
  }
  if (state.directory.holders[kind].isTaken(name)) {
    throw alreadyExists(`${kind.replace(/^./u, (first) => first.toUpperCase())} with name ${name} already exists.`);
  }
}

/** Tags of an input as a record. */
export function tagRecord(tags: readonly { Key: string | undefined; Value: string | undefined }[] = []): Readonly<Record<string, string>> {
  return Object.fromEntries(tags.map(({ Key: key = '', Value: value = '' }) => [key, value]));
}
