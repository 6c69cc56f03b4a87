import { z } from 'zod';
import type { DeclaredGroup } from '../../functions/compliance/baseline.ts';
import type { Peer, Rule } from '../../functions/compliance/rule.ts';
import { attributeOf, referredId, type TemplateResource, textSchema, type Undeployed } from './template-resources.ts';

/** Metadata of a security group that says its place in the chain of the tiers. */
export const TIER_METADATA = 'webmarket:tier';

const groupType = 'AWS::EC2::SecurityGroup';
const ruleTypes = { 'AWS::EC2::SecurityGroupIngress': 'ingress', 'AWS::EC2::SecurityGroupEgress': 'egress' } as const;
const emptiedDefaultType = 'Custom::VpcRestrictDefaultSG';

/** What a group's document is put together from. */
export const groupTypes = [groupType, ...Object.keys(ruleTypes), emptiedDefaultType] as const;

/** Resources that have a document of their own. */
export const declaredGroupTypes = [groupType, emptiedDefaultType] as const;

const ruleProperties = z.object({
  IpProtocol: z.coerce.string(),
  FromPort: z.coerce.number().default(-1),
  ToPort: z.coerce.number().default(-1),
  CidrIp: textSchema.optional(),
  CidrIpv6: textSchema.optional(),
  SourcePrefixListId: textSchema.optional(),
  DestinationPrefixListId: textSchema.optional(),
  SourceSecurityGroupId: textSchema.optional(),
  DestinationSecurityGroupId: textSchema.optional(),
  SourceSecurityGroupOwnerId: textSchema.optional(),
});

const inlineRules = z.array(z.unknown()).default([]);

const groupProperties = z.object({ VpcId: textSchema, SecurityGroupIngress: inlineRules, SecurityGroupEgress: inlineRules });

type DeclaredRule = Undeployed<Rule>;

/** What EC2 lets out of a group for which no egress is declared (API reference, CreateSecurityGroup). */
const everythingOut: DeclaredRule = { direction: 'egress', protocol: '-1', fromPort: -1, toPort: -1, peer: { kind: 'ipv4', cidr: '0.0.0.0/0' } };

/** Documents of the security groups of one stack, by the logical id of what declares them. */
export function declareGroups(stackName: string, resources: readonly TemplateResource[]): Map<string, Undeployed<DeclaredGroup>> {
  const groups = resources.filter(({ type }) => type === groupType);
  refuseForeignRules(stackName, groups, resources);
  return new Map([
    ...groups.map((group) => [group.logicalId, declareGroup(stackName, group, resources)] as const),
    ...resources
      .filter(({ type }) => type === emptiedDefaultType)
      .map((emptied) => [emptied.logicalId, declareEmptiedDefault(stackName, emptied)] as const),
  ]);
}

function declareGroup(stackName: string, group: TemplateResource, resources: readonly TemplateResource[]): Undeployed<DeclaredGroup> {
  const properties = groupProperties.parse(group.properties);
  const separate = (Object.keys(ruleTypes) as (keyof typeof ruleTypes)[]).flatMap((type) =>
    resources
      .filter((resource) => resource.type === type && referredId(resource.properties['GroupId']) === group.logicalId)
      .map((resource) => ruleOf(ruleTypes[type], resource.properties)),
  );
  const rules = [
    ...properties.SecurityGroupIngress.map((rule) => ruleOf('ingress', rule)),
    ...properties.SecurityGroupEgress.map((rule) => ruleOf('egress', rule)),
    ...separate,
  ];
  const tier = group.metadata[TIER_METADATA];
  return {
    stackName,
    groupId: attributeOf(group.logicalId, 'GroupId'),
    vpcId: properties.VpcId,
    ...(typeof tier === 'string' ? { tier } : {}),
    // Any declared egress takes EC2's own away, a separate resource too: see TierSecurityGroups.
    rules: rules.some(({ direction }) => direction === 'egress') ? rules : [...rules, everythingOut],
  };
}

/** The default group of a VPC, which the CDK's custom resource empties. */
function declareEmptiedDefault(stackName: string, { logicalId, properties }: TemplateResource): Undeployed<DeclaredGroup> {
  const groupId = textSchema.parse(properties['DefaultSecurityGroupId']);
  const vpc = referredId(groupId);
  if (vpc === undefined) throw new Error(`${stackName}: ${logicalId} empties a group that is no attribute of a VPC, expected Fn::GetAtt.`);
  return { stackName, groupId, vpcId: { Ref: vpc }, rules: [] };
}

/** A rule that stands in another stack than its group would be missing from the group's document, and be taken for drift. */
function refuseForeignRules(stackName: string, groups: readonly TemplateResource[], resources: readonly TemplateResource[]): void {
  const known = new Set(groups.map(({ logicalId }) => logicalId));
  for (const { type, logicalId, properties } of resources) {
    if (!(type in ruleTypes) || known.has(referredId(properties['GroupId']) ?? '')) continue;
    throw new Error(
      `${stackName}: ${logicalId} adds a rule to ${JSON.stringify(properties['GroupId'])}, expected a security group of the same stack: declare the rule beside its group.`,
    );
  }
}

function ruleOf(direction: Rule['direction'], given: unknown): DeclaredRule {
  const rule = ruleProperties.parse(given);
  const protocol = protocolName(rule.IpProtocol);
  // Where every protocol is meant, EC2 answers -1 whatever ports were declared.
  const [fromPort, toPort] = protocol === '-1' ? [-1, -1] : [rule.FromPort, rule.ToPort];
  return { direction, protocol, fromPort, toPort, peer: peerOf(rule) };
}

function peerOf(rule: z.infer<typeof ruleProperties>): Undeployed<Peer> {
  const groupId = rule.SourceSecurityGroupId ?? rule.DestinationSecurityGroupId;
  const prefixListId = rule.SourcePrefixListId ?? rule.DestinationPrefixListId;
  if (rule.CidrIp !== undefined) return { kind: 'ipv4', cidr: rule.CidrIp };
  if (rule.CidrIpv6 !== undefined) return { kind: 'ipv6', cidr: rule.CidrIpv6 };
  if (prefixListId !== undefined) return { kind: 'prefix-list', id: prefixListId };
  if (groupId === undefined) throw new Error(`A security group rule names no peer, expected a block, a prefix list or a group: ${JSON.stringify(rule)}`);
  const accountId = rule.SourceSecurityGroupOwnerId;
  return { kind: 'group', id: groupId, ...(accountId === undefined ? {} : { accountId }) };
}

/** Protocols that EC2 answers by name, however they were declared (API reference, IpPermission). */
function protocolName(protocol: string): string {
  const names: Readonly<Record<string, string>> = { '1': 'icmp', '6': 'tcp', '17': 'udp', '58': 'icmpv6', all: '-1' };
  const declared = protocol.toLowerCase();
  return names[declared] ?? declared;
}
