import type { Account } from '../../kernel/account.ts';
import { AwsError, NotModelledError } from '../../kernel/aws-error.ts';
import { lookupIn, type PolicyDocument, PolicySet } from '../../kernel/authorisation.ts';
import type { Principal } from '../../kernel/principal.ts';
import type { CallerContext } from './context.ts';
import type { Directory } from './directory.ts';
import { policiesOf } from './policies-of.ts';
import type { User } from './principals.ts';

/** A person who takes on a role, as `sts:AssumeRole` sees it. */
export interface AssumeRoleRequest {
  readonly roleArn: string;
  /** Name of the session. */
  readonly session: string;
  /** ARN of the user or role who asks, of this account or another. */
  readonly caller: string;
  /** How long ago the caller proved a second factor; absent without one. */
  readonly mfaAgeSeconds?: number;
  readonly externalId?: string;
}

/** Sessions of people, and what their calls carry because of how they began. */
export class Sessions {
  readonly #account: Account;
  readonly #directory: Directory;
  readonly #contexts = new Map<string, CallerContext>();

  constructor(account: Account, directory: Directory) {
    this.#account = account;
    this.#directory = directory;
  }

  /** Gives the session's principal, or throws `AccessDenied` where the trust policy or the caller's own policies do not allow it. */
  assume(request: AssumeRoleRequest, trust: PolicyDocument | undefined): Principal {
    const { roleArn, session, caller } = request;
    const context = {
      'aws:PrincipalArn': caller,
      'aws:RequestedRegion': this.#account.region,
      'aws:SecureTransport': true,
      'sts:RoleSessionName': session,
      ...(request.externalId === undefined ? {} : { 'sts:ExternalId': request.externalId }),
      ...multiFactor(request),
    };
    if (trust === undefined || !this.#isAllowed(request, trust, context)) {
      const message = `User: ${caller} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`;
      throw new AwsError('AccessDenied', message, { statusCode: 403 });
    }
    this.#contexts.set(`${roleArn}\n${session}`, multiFactor(request));
    return { kind: 'role', roleArn, session };
  }

  /** Condition keys of a session's calls; undefined for one that no person began. */
  contextOf(roleArn: string, session: string): CallerContext | undefined {
    return this.#contexts.get(`${roleArn}\n${session}`);
  }

  #isAllowed({ roleArn, caller }: AssumeRoleRequest, trust: PolicyDocument, context: CallerContext): boolean {
    const accountId = caller.split(':', 5)[4] ?? '';
    const needed = { action: 'sts:AssumeRole', resource: roleArn };
    const byTrust = new PolicySet([{ name: 'trust policy', document: trust }]).find(
      { ...needed, principal: { kind: 'aws', arn: caller, accountId } },
      lookupIn(context),
    );
    const user = this.#userByArn(caller);
    const byUser = user === undefined ? undefined : new PolicySet(this.#policiesOf(user)).find(needed, lookupIn(context));
    if (byTrust.effect !== 'allow' || byUser?.effect === 'deny') return false;
    // A trust policy that names the account leaves it to the account whom it lets: of other accounts that is taken as given.
    if (byTrust.through === 'direct' || accountId !== this.#account.id) return true;
    if (byUser === undefined) throw new NotModelledError(`AssumeRole by ${caller}, which is no user of the account, is not modelled.`);
    return byUser.effect === 'allow';
  }

  #userByArn(arn: string): User | undefined {
    const user = this.#directory.holders.user.seen(arn.slice(arn.lastIndexOf('/') + 1));
    return user?.arn === arn ? user : undefined;
  }

  #policiesOf(user: User) {
    const groups = [...user.groups].map((name) => this.#directory.seen('group', name));
    return [user, ...groups].flatMap((holder) => policiesOf(this.#directory, holder).map(({ policy }) => policy));
  }
}

/** Absent from a call with long-term keys; a session carries it, true or false (IAM user guide, "AWS global condition context keys"). */
function multiFactor({ mfaAgeSeconds }: AssumeRoleRequest): CallerContext {
  return mfaAgeSeconds === undefined ? {} : { 'aws:MultiFactorAuthPresent': true, 'aws:MultiFactorAuthAge': mfaAgeSeconds };
}
