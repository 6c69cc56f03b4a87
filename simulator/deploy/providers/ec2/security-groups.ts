import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Account } from '../../../kernel/account.ts';
import type { RuleDefinition } from '../../../services/ec2/security-group-rules.ts';
import type { Provisioned, ResourceProvider, ResourceRequest } from '../../provider.ts';
import { physicalName } from '../physical-name.ts';
import { tagList } from '../tags.ts';

/** Strict: a property that is not named here would change what the rule lets through. */
const ruleProperties = z.strictObject({
  CidrIp: z.string().optional(),
  CidrIpv6: z.string().optional(),
  Description: z.string().optional(),
  DestinationPrefixListId: z.string().optional(),
  DestinationSecurityGroupId: z.string().optional(),
  FromPort: z.coerce.number().optional(),
  GroupId: z.string().optional(),
  IpProtocol: z.coerce.string(),
  SourcePrefixListId: z.string().optional(),
  SourceSecurityGroupId: z.string().optional(),
  SourceSecurityGroupOwnerId: z.string().optional(),
  ToPort: z.coerce.number().optional(),
});

const groupProperties = z.object({
  GroupDescription: z.string(),
  GroupName: z.string().optional(),
  SecurityGroupEgress: z.array(z.unknown()).optional(),
  SecurityGroupIngress: z.array(z.unknown()).default([]),
  Tags: tagList,
  VpcId: z.string(),
});

const securityGroup: ResourceProvider = {
  type: 'AWS::EC2::SecurityGroup',
  modelled: Object.keys(groupProperties.shape),
  recorded: {},
  create(request) {
    const { account } = request;
    const properties = groupProperties.parse(request.properties);
    const group = account.ec2.securityGroups.create({
      name: properties.GroupName ?? physicalName(request, 255),
      description: properties.GroupDescription,
      vpcId: properties.VpcId,
      tags: properties.Tags,
    });
    for (const rule of inlineRules(request)) account.ec2.securityGroups.addRule(group.id, rule);
    return { ref: group.id, attributes: { GroupId: group.id, Id: group.id, VpcId: group.vpcId } };
  },
  update(request, current, previous) {
    updateInlineRules(request, current, previous);
    return current;
  },
  delete({ account }, current) {
    if (account.ec2.securityGroups.has(current.ref)) account.ec2.deleteSecurityGroup(current.ref);
  },
};

const ingress = standaloneRule('AWS::EC2::SecurityGroupIngress', false, ['SourcePrefixListId', 'SourceSecurityGroupId']);
const egress = standaloneRule('AWS::EC2::SecurityGroupEgress', true, ['DestinationPrefixListId', 'DestinationSecurityGroupId']);

const restrictDefaultGroup: ResourceProvider = {
  type: 'Custom::VpcRestrictDefaultSG',
  modelled: ['DefaultSecurityGroupId'],
  recorded: {
    Account: 'Part of the custom resource\'s own change detection.',
    ServiceToken: 'The effect of the CDK\'s own handler is modelled here; its code is not run.',
  },
  create({ account, logicalId, properties }) {
    const group = account.ec2.securityGroups.find(String(properties['DefaultSecurityGroupId']));
    account.ec2.securityGroups.removeRules(group.id, [...group.rules.keys()]);
    return { ref: logicalId, attributes: {} };
  },
};

/** What EC2 gives every new group. */
const everythingOut: RuleDefinition = { isEgress: true, protocol: '-1', fromPort: undefined, toPort: undefined, cidrIpv4: '0.0.0.0/0' };

export const securityGroupProviders: readonly ResourceProvider[] = [securityGroup, ingress, egress, restrictDefaultGroup];

function standaloneRule(type: string, isEgress: boolean, peers: readonly string[]): ResourceProvider {
  const add = ({ account, properties }: ResourceRequest): Provisioned => {
    const groupId = z.string().parse(properties['GroupId']);
    const rule = account.ec2.securityGroups.addRule(groupId, ruleOf(properties, isEgress));
    if (isEgress) removeImplicitEgress(account, groupId);
    return { ref: String(rule.SecurityGroupRuleId), attributes: { Id: String(rule.SecurityGroupRuleId) } };
  };
  return {
    type,
    modelled: ['CidrIp', 'CidrIpv6', 'Description', 'FromPort', 'GroupId', 'IpProtocol', 'ToPort', ...peers],
    recorded: {},
    create: add,
    /**
     * A description is changed in place. Any other property makes a new rule, which CloudFormation adds before it
     * deletes the old one (template reference, "Update requires").
     */
    update(request, current, previous) {
      const { securityGroups } = request.account.ec2;
      const groupId = String(previous.properties['GroupId']);
      const isThere = securityGroups.find(groupId).rules.has(current.ref);
      if (isThere && isDeepStrictEqual(withoutDescription(request), withoutDescription(previous))) {
        securityGroups.changeRule(groupId, current.ref, ruleOf(request.properties, isEgress));
        return current;
      }
      const provisioned = add(request);
      if (isThere) securityGroups.removeRules(groupId, [current.ref]);
      return provisioned;
    },
    delete({ account, properties }, current) {
      const { securityGroups } = account.ec2;
      const groupId = String(properties['GroupId']);
      // Somebody may have revoked it, or deleted the group: what is gone is deleted.
      if (securityGroups.has(groupId) && securityGroups.find(groupId).rules.has(current.ref)) securityGroups.removeRules(groupId, [current.ref]);
    },
  };
}

function withoutDescription({ properties }: ResourceRequest): object {
  return { ...properties, Description: undefined };
}

/**
 * The rule that lets everything out goes when a template adds another outbound rule to the group, also from outside
 * the group's own resource (aws-cdk issue 987, and the comment on it in aws-cdk-lib's security-group.ts).
 */
function removeImplicitEgress(account: Account, groupId: string): void {
  const { securityGroups } = account.ec2;
  const implicit = securityGroups.match(groupId, everythingOut);
  if (implicit !== undefined) securityGroups.removeRules(groupId, [String(implicit.SecurityGroupRuleId)]);
}

function inlineRules(request: ResourceRequest): RuleDefinition[] {
  const properties = groupProperties.parse(request.properties);
  const incoming = properties.SecurityGroupIngress.map((rule) => ruleOf(rule, false));
  // A group is created with the rule that lets everything out; a template that names egress rules replaces it.
  const outgoing = properties.SecurityGroupEgress?.map((rule) => ruleOf(rule, true)) ?? [everythingOut];
  return [...incoming, ...outgoing];
}

/**
 * Only rules that the template lost are revoked: what people added by hand stays, as on AWS. A rule that is changed is
 * removed and then added (template reference, AWS::EC2::SecurityGroup); one that somebody removed already is gone.
 */
function updateInlineRules(request: ResourceRequest, current: Provisioned, previous: ResourceRequest): void {
  const groups = request.account.ec2.securityGroups;
  const wanted = inlineRules(request);
  const before = inlineRules(previous);
  const added = wanted.filter((rule) => !before.some((old) => isDeepStrictEqual(old, rule)));
  const removed = before.filter((rule) => !wanted.some((kept) => isDeepStrictEqual(kept, rule)));
  for (const rule of removed) {
    const standing = groups.match(current.ref, rule);
    if (standing !== undefined) groups.removeRules(current.ref, [String(standing.SecurityGroupRuleId)]);
  }
  for (const rule of added) groups.addRule(current.ref, rule);
}

function ruleOf(given: unknown, isEgress: boolean): RuleDefinition {
  const rule = ruleProperties.parse(given);
  const groupId = rule.SourceSecurityGroupId ?? rule.DestinationSecurityGroupId;
  const prefixListId = rule.SourcePrefixListId ?? rule.DestinationPrefixListId;
  return {
    isEgress,
    protocol: rule.IpProtocol,
    fromPort: rule.FromPort,
    toPort: rule.ToPort,
    ...(rule.CidrIp === undefined ? {} : { cidrIpv4: rule.CidrIp }),
    ...(rule.CidrIpv6 === undefined ? {} : { cidrIpv6: rule.CidrIpv6 }),
    ...(prefixListId === undefined ? {} : { prefixListId }),
    ...(groupId === undefined ? {} : { groupId }),
    ...(rule.Description === undefined ? {} : { description: rule.Description }),
  };
}
