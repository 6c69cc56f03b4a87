import type { Account } from '../../kernel/account.ts';
import type { AuthorisationRequest, ConditionValue } from '../../kernel/service.ts';
import type { Tags } from './network.ts';

type Context = Readonly<Record<string, ConditionValue>>;

/** For actions without resource-level permissions. */
export function onAnything(action: string): () => AuthorisationRequest[] {
  return () => [{ action: `ec2:${action}`, resource: '*' }];
}

/** Permission on one resource, with its tags and the condition keys of its type (Service Authorization Reference, EC2). */
export function onResource(account: Account, action: string, resource: { readonly type: string; readonly id: string; readonly tags?: Tags; readonly context?: Context }): AuthorisationRequest {
  const tags = Object.entries(resource.tags ?? {}).flatMap(([key, value]) => [[`aws:ResourceTag/${key}`, value], [`ec2:ResourceTag/${key}`, value]] as const);
  return {
    action: `ec2:${action}`,
    resource: account.arn('ec2', `${resource.type}/${resource.id}`),
    context: { ...resource.context, ...Object.fromEntries(tags) },
  };
}

/** Permission on a security group. One that does not exist carries its id alone: the call fails afterwards. */
export function onSecurityGroup(account: Account, action: string, id: string): AuthorisationRequest {
  const { securityGroups } = account.ec2;
  const group = securityGroups.has(id) ? securityGroups.find(id) : undefined;
  const vpc = group === undefined ? {} : { 'ec2:Vpc': account.arn('ec2', `vpc/${group.vpcId}`) };
  return onResource(account, action, { type: 'security-group', id, tags: group?.tags ?? {}, context: { 'ec2:SecurityGroupID': id, ...vpc } });
}

/** What tagging at creation needs besides the action: `ec2:CreateTags` on the new resource, and the tags in the request. */
export function forNewTagged(account: Account, action: string, type: string, tags: Tags | undefined): AuthorisationRequest[] {
  const requested = Object.entries(tags ?? {}).map(([key, value]) => [`aws:RequestTag/${key}`, value] as const);
  const context = requested.length === 0 ? {} : { ...Object.fromEntries(requested), 'aws:TagKeys': Object.keys(tags ?? {}) };
  const create = onResource(account, action, { type, id: '*', context });
  if (requested.length === 0) return [create];
  return [create, onResource(account, 'CreateTags', { type, id: '*', context: { ...context, 'ec2:CreateAction': action } })];
}
