import type { AuthorisationRequest, ConditionValue } from '../../kernel/service.ts';
import type { Directory } from './directory.ts';
import type { HolderKind } from './principals.ts';

type Context = Readonly<Record<string, ConditionValue>>;

/** IAM has one endpoint, in us-east-1, and that is the Region of every request (IAM user guide, `aws:RequestedRegion`). */
const global: Context = { 'aws:RequestedRegion': 'us-east-1' };

/** A call on the account as a whole. */
export function onAccount(action: string): readonly AuthorisationRequest[] {
  return [{ action: `iam:${action}`, resource: '*', context: global }];
}

/** A call on a policy, an instance profile or a thing that need not exist yet, by its ARN. */
export function onArn(action: string, resource: string, context: Context = {}): readonly AuthorisationRequest[] {
  return [{ action: `iam:${action}`, resource, context: { ...global, ...context } }];
}

/** A call on a user, group or role, with its tags; on a name that nobody bears, as if it stood at the root path. */
export function onHolder(
  directory: Directory,
  kind: HolderKind,
  action: string,
  name = '',
  context: Context = {},
): readonly AuthorisationRequest[] {
  const { holders } = directory;
  // Groups have no tags.
  const tags = kind === 'group' ? undefined : holders[kind].seen(name)?.tags;
  const resource = holders[kind].seen(name)?.arn ?? directory.arn(`${kind}/${name}`);
  return onArn(action, resource, { ...resourceTags(tags), ...context });
}

/** The tags of what is called upon, under both names that IAM gives them. */
export function resourceTags(tags: Readonly<Record<string, string>> = {}): Context {
  return Object.fromEntries(
    Object.entries(tags).flatMap(([key, value]) => [[`aws:ResourceTag/${key}`, value], [`iam:ResourceTag/${key}`, value]] as const),
  );
}

/** The boundary that a user or role has, for the actions that can be limited by it. Groups have none. */
export function standingBoundary({ holders }: Directory, kind: HolderKind, name = ''): Context {
  return kind === 'group' ? {} : requestedBoundary(holders[kind].seen(name)?.boundaryArn);
}

export function requestedBoundary(boundaryArn: string | undefined): Context {
  return boundaryArn === undefined ? {} : { 'iam:PermissionsBoundary': boundaryArn };
}

/** The tags that a request carries. */
export function requestedTags(tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] = []): Context {
  if (tags.length === 0) return {};
  const values = tags.map(({ Key: key = '', Value: value = '' }) => [`aws:RequestTag/${key}`, value] as const);
  return { ...Object.fromEntries(values), 'aws:TagKeys': tags.map(({ Key: key = '' }) => key) };
}
