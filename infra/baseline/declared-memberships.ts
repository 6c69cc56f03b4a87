import { z } from 'zod';
import type { DeclaredMembership } from '../../functions/compliance/baseline.ts';
import { attributeOf, referenceTo, referredId, type TemplateResource, type Text, textSchema, type Undeployed } from './template-resources.ts';

const kinds = {
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 'load-balancer',
  'AWS::RDS::DBInstance': 'database',
  'AWS::EC2::LaunchTemplate': 'launch-template',
  'AWS::AutoScaling::AutoScalingGroup': 'auto-scaling-group',
} as const;

type MemberType = keyof typeof kinds;

/** Resources that have security groups, each with a document of its own. */
export const memberTypes = Object.keys(kinds) as MemberType[];

const groupIds = z.array(textSchema);

const launchTemplateData = z.object({
  SecurityGroupIds: groupIds.default([]),
  NetworkInterfaces: z.array(z.object({ Groups: groupIds.default([]) })).default([]),
  IamInstanceProfile: z.object({ Arn: textSchema.optional(), Name: textSchema.optional() }).optional(),
});

const templateSpecification = z.object({ LaunchTemplateId: textSchema });

const autoScalingProperties = z.object({
  LaunchTemplate: templateSpecification.optional(),
  MixedInstancesPolicy: z.object({ LaunchTemplate: z.object({ LaunchTemplateSpecification: templateSpecification }) }).optional(),
});

type Launch = Pick<Undeployed<DeclaredMembership>, 'groupIds' | 'instanceProfileArn'>;

/** Documents of what has security groups in one stack, by logical id. */
export function declareMemberships(stackName: string, resources: readonly TemplateResource[]): Map<string, Undeployed<DeclaredMembership>> {
  return new Map(
    resources.filter(isMember).map((resource) => [
      resource.logicalId,
      // What `Ref` gives is what each is called by: an ARN, an identifier, an id, a name.
      { stackName, kind: kinds[resource.type], id: referenceTo(resource.logicalId), ...launchOf(resource, resources) },
    ]),
  );
}

function launchOf(resource: TemplateResource & { readonly type: MemberType }, resources: readonly TemplateResource[]): Launch {
  const { properties } = resource;
  switch (resource.type) {
    case 'AWS::ElasticLoadBalancingV2::LoadBalancer':
      return { groupIds: groupIds.parse(properties['SecurityGroups']) };
    case 'AWS::RDS::DBInstance':
      return { groupIds: groupIds.parse(properties['VPCSecurityGroups']) };
    case 'AWS::EC2::LaunchTemplate':
      return { groupIds: groupsOfTemplate(resource) };
    case 'AWS::AutoScaling::AutoScalingGroup':
      return instancesOf(resource, resources);
  }
}

/** The instances of a group are what its launch template makes them. */
function instancesOf(group: TemplateResource, resources: readonly TemplateResource[]): Launch {
  const properties = autoScalingProperties.parse(group.properties);
  const specification = properties.LaunchTemplate ?? properties.MixedInstancesPolicy?.LaunchTemplate.LaunchTemplateSpecification;
  const templateId = referredId(specification?.LaunchTemplateId);
  const template = resources.find(({ type, logicalId }) => type === 'AWS::EC2::LaunchTemplate' && logicalId === templateId);
  if (template === undefined) throw new Error(`${group.logicalId} launches by ${JSON.stringify(specification)}, expected a launch template of the same stack.`);
  const profileArn = profileArnOf(template);
  return { groupIds: groupsOfTemplate(template), ...(profileArn === undefined ? {} : { instanceProfileArn: profileArn }) };
}

/** Groups stand on the first interface where the template describes one, beside the interfaces otherwise. */
function groupsOfTemplate(template: TemplateResource): Text[] {
  const data = dataOf(template);
  return data.NetworkInterfaces[0]?.Groups ?? data.SecurityGroupIds;
}

function profileArnOf(template: TemplateResource): Text | undefined {
  const profile = dataOf(template).IamInstanceProfile;
  if (profile?.Name === undefined) return profile?.Arn;
  const logicalId = referredId(profile.Name);
  if (logicalId === undefined) throw new Error(`${template.logicalId} names its instance profile ${JSON.stringify(profile.Name)}, expected a reference or an ARN.`);
  return attributeOf(logicalId, 'Arn');
}

function dataOf({ properties }: TemplateResource): z.infer<typeof launchTemplateData> {
  return launchTemplateData.parse(properties['LaunchTemplateData']);
}

function isMember(resource: TemplateResource): resource is TemplateResource & { readonly type: MemberType } {
  return resource.type in kinds;
}
