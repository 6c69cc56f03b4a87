import { createHash } from 'node:crypto';
import type { Account } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/aws-error.ts';
import type { CallRequest } from '../../kernel/calls.ts';

/** How the world outside appears in records. A scenario chooses it for each name; the default is an IAM user of that name. */
export interface OutsideIdentity {
  readonly type: 'IAMUser' | 'Root';
  /** Of an IAM user. @default the principal's name, with what a user's name cannot have replaced by `-` */
  readonly userName?: string;
  /** @default '198.51.100.24' */
  readonly sourceIpAddress?: string;
  /** @default 'aws-cli/2.31.4' */
  readonly userAgent?: string;
  /** @default false */
  readonly hasMfa?: boolean;
}

/** Who called, as a record shows it. */
export interface RecordedCaller {
  readonly userIdentity: Readonly<Record<string, unknown>>;
  readonly sourceIPAddress: string;
  readonly userAgent: string;
}

/** Addresses from the blocks for documentation (RFC 5737): no packets flow here, and records need one. */
const officeAddress = '198.51.100.24';
const functionAddress = '192.0.2.17';

/** `at` is the time of the call, epoch milliseconds. */
export function recordedCaller(account: Account, request: CallRequest, people: ReadonlyMap<string, OutsideIdentity>, at: number): RecordedCaller {
  const { principal, origin } = request;
  switch (principal.kind) {
    case 'service':
      return byService(principal.service, { type: 'AWSService' });
    case 'outside':
      return outsideCaller(account, principal.name, people.get(principal.name) ?? { type: 'IAMUser' }, at);
    case 'role': {
      const identity = sessionIdentity(account, principal.roleArn, principal.session, at);
      // A call without a Lambda invocation is a state machine's own; a person's session has no origin.
      if (origin !== undefined && origin.invocationId === undefined) return byService('states.amazonaws.com', identity);
      const isFunction = origin !== undefined;
      return {
        userIdentity: identity,
        sourceIPAddress: isFunction ? functionAddress : officeAddress,
        userAgent: isFunction ? 'aws-sdk-js/3 exec-env/AWS_Lambda_nodejs' : 'aws-cli/2.31.4',
      };
    }
  }
}

/** What CloudFormation does with the role that the CDK's bootstrap gives it, as `cdk deploy` hands it over. */
export function deploymentCaller(account: Account, region: string, at: number): RecordedCaller {
  const roleArn = `arn:${account.partition}:iam::${account.id}:role/cdk-hnb659fds-cfn-exec-role-${account.id}-${region}`;
  return byService('cloudformation.amazonaws.com', sessionIdentity(account, roleArn, 'AWSCloudFormation', at));
}

/** A service shows itself in place of an address and an agent (CloudTrail user guide, "Record contents"). */
function byService(service: string, identity: RecordedCaller['userIdentity']): RecordedCaller {
  return { userIdentity: { ...identity, invokedBy: service }, sourceIPAddress: service, userAgent: service };
}

function sessionIdentity(account: Account, roleArn: string, session: string, at: number): RecordedCaller['userIdentity'] {
  const name = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  const roleId = roleIdOf(account, name) ?? idOf('AROA', roleArn);
  return {
    type: 'AssumedRole',
    principalId: `${roleId}:${session}`,
    arn: `arn:${account.partition}:sts::${account.id}:assumed-role/${name}/${session}`,
    accountId: account.id,
    accessKeyId: idOf('ASIA', `${roleArn}/${session}`),
    sessionContext: {
      sessionIssuer: { type: 'Role', principalId: roleId, arn: roleArn, accountId: account.id, userName: name },
      attributes: sessionAttributes(at, false),
    },
  };
}

/** Undefined for a role that no stack made: the one of the CDK's bootstrap. */
function roleIdOf(account: Account, name: string): string | undefined {
  try {
    return account.iam.role(name).id;
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

function outsideCaller(account: Account, name: string, person: OutsideIdentity, at: number): RecordedCaller {
  const root = `arn:${account.partition}:iam::${account.id}`;
  const userName = person.userName ?? name.replaceAll(/[^\w+=,.@-]+/gu, '-');
  const own =
    person.type === 'Root'
      ? { type: 'Root', principalId: account.id, arn: `${root}:root`, accountId: account.id, accessKeyId: '' }
      : {
          type: 'IAMUser',
          principalId: idOf('AIDA', userName),
          arn: `${root}:user/${userName}`,
          accountId: account.id,
          accessKeyId: idOf('AKIA', userName),
          userName,
        };
  const mfa = person.hasMfa === true ? { sessionContext: { attributes: sessionAttributes(at, true) } } : {};
  return {
    userIdentity: { ...own, ...mfa },
    sourceIPAddress: person.sourceIpAddress ?? officeAddress,
    userAgent: person.userAgent ?? 'aws-cli/2.31.4',
  };
}

/** When a session began is not kept: it shows the time of the call. */
function sessionAttributes(at: number, hasMfa: boolean): Readonly<Record<string, string>> {
  return { creationDate: new Date(at).toISOString().replace(/\.\d{3}Z$/u, 'Z'), mfaAuthenticated: String(hasMfa) };
}

/** A unique id as IAM forms them, always the same for the same `of`: looking at a call must not move any draw. */
function idOf(prefix: string, of: string): string {
  const name = `${prefix}${of}`;
  let id = ids.get(name);
  if (id === undefined) {
    id = `${prefix}${createHash('sha256').update(of).digest('hex').slice(0, 16).toUpperCase()}`;
    if (ids.size < idsKept) ids.set(name, id);
  }
  return id;
}

/** Every call of a session has the same ones. */
const ids = new Map<string, string>();
const idsKept = 10_000;
