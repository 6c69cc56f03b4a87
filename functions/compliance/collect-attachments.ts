import { type AutoScalingGroup, paginateDescribeAutoScalingGroups } from '@aws-sdk/client-auto-scaling';
import {
  DescribeLaunchTemplateVersionsCommand,
  type LaunchTemplateVersion,
  paginateDescribeLaunchTemplateVersions,
} from '@aws-sdk/client-ec2';
import { DescribeLoadBalancersCommand, type LoadBalancer, paginateDescribeLoadBalancers } from '@aws-sdk/client-elastic-load-balancing-v2';
import { type DBInstance, DescribeDBInstancesCommand, paginateDescribeDBInstances } from '@aws-sdk/client-rds';
import { autoScaling, ec2, elasticLoadBalancing, rds } from '../platform/clients.ts';
import { isNamed } from '../platform/errors.ts';
import { gather } from '../platform/paging.ts';
import { pageSizes } from './collect-calls.ts';
import { each, given } from './collect-fields.ts';
import type { Attachment } from './snapshot.ts';

/** Everything in the Region that has security groups without being an instance. */
export async function collectAttachments(): Promise<Attachment[]> {
  const balancerPages = paginateDescribeLoadBalancers({ client: elasticLoadBalancing(), pageSize: pageSizes.DescribeLoadBalancers }, {});
  const balancers = await gather(balancerPages, ({ LoadBalancers }) => (LoadBalancers ?? []).map(toBalancer));
  const databasePages = paginateDescribeDBInstances({ client: rds(), pageSize: pageSizes.DescribeDBInstances }, {});
  const databases = await gather(databasePages, ({ DBInstances }) => (DBInstances ?? []).map(toDatabase));
  return [...balancers, ...databases, ...(await collectLaunchTemplates())];
}

/** Load balancers as far as they exist, one call each: one that is gone would fail the call for all. */
export function collectLoadBalancers(arns: readonly string[]): Promise<Attachment[]> {
  return each(arns, (arn) =>
    unlessGone('LoadBalancerNotFoundException', async () => {
      const { LoadBalancers } = await elasticLoadBalancing().send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] }));
      return (LoadBalancers ?? []).map(toBalancer);
    }),
  );
}

/** Database instances as far as they exist, one call each, as RDS takes one identifier. */
export function collectDatabases(ids: readonly string[]): Promise<Attachment[]> {
  return each(ids, (id) =>
    unlessGone('DBInstanceNotFoundFault', async () => {
      const { DBInstances } = await rds().send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }));
      return (DBInstances ?? []).map(toDatabase);
    }),
  );
}

/**
 * Launch templates, in each version that an Auto Scaling group launches; in their default version where none does. The
 * latest and the default versions of all templates come in one listing, other versions take a call a template.
 */
async function collectLaunchTemplates(): Promise<Attachment[]> {
  const launched = await readLaunchedVersions();
  const config = { client: ec2(), pageSize: pageSizes.DescribeLaunchTemplateVersions };
  const pages = paginateDescribeLaunchTemplateVersions(config, { Versions: ['$Latest', '$Default'] });
  const known = Map.groupBy(await gather(pages, ({ LaunchTemplateVersions }) => LaunchTemplateVersions ?? []), ({ LaunchTemplateId }) => LaunchTemplateId ?? '');
  return each([...known], async ([id, versions]) => {
    const wanted = [...new Set([...(launched.get(id) ?? ['$Default'])].map((version) => resolveVersion(version, versions)))];
    const found = wanted.flatMap((number) => versions.find(({ VersionNumber }) => VersionNumber === number) ?? []);
    const others = wanted.filter((number) => !found.some(({ VersionNumber }) => VersionNumber === number));
    return [...found, ...(others.length === 0 ? [] : await readVersions(id, others.map(String)))].map(toTemplate);
  });
}

/** Single launch templates, as {@link collectLaunchTemplates} gives them. */
export async function collectLaunchTemplatesById(ids: readonly string[]): Promise<Attachment[]> {
  if (ids.length === 0) return [];
  const launched = await readLaunchedVersions();
  return each(ids, (id) =>
    unlessGone('InvalidLaunchTemplateId.NotFound', async () => (await readVersions(id, [...(launched.get(id) ?? ['$Default'])])).map(toTemplate)),
  );
}

/** Versions that Auto Scaling groups launch, `$Latest` and `$Default` among them, by the template's id. */
async function readLaunchedVersions(): Promise<Map<string, Set<string>>> {
  const pages = paginateDescribeAutoScalingGroups({ client: autoScaling(), pageSize: pageSizes.DescribeAutoScalingGroups }, {});
  const specifications = await gather(pages, ({ AutoScalingGroups }) => (AutoScalingGroups ?? []).flatMap(specificationsOf));
  const launched = new Map<string, Set<string>>();
  for (const { LaunchTemplateId: id, Version } of specifications) {
    if (id === undefined) continue;
    const versions = launched.get(id) ?? new Set();
    // A group that names no version launches the default one.
    launched.set(id, versions.add(Version ?? '$Default'));
  }
  return launched;
}

function specificationsOf(group: AutoScalingGroup) {
  const mixed = group.MixedInstancesPolicy?.LaunchTemplate;
  const overrides = (mixed?.Overrides ?? []).map(({ LaunchTemplateSpecification }) => LaunchTemplateSpecification);
  return [group.LaunchTemplate, mixed?.LaunchTemplateSpecification, ...overrides].filter((specification) => specification !== undefined);
}

function resolveVersion(version: string, versions: readonly LaunchTemplateVersion[]): number {
  switch (version) {
    case '$Latest':
      return Math.max(...versions.map(({ VersionNumber }) => VersionNumber ?? 0));
    case '$Default':
      return versions.find(({ DefaultVersion }) => DefaultVersion === true)?.VersionNumber ?? 0;
    default:
      return Number(version);
  }
}

async function readVersions(id: string, versions: string[]): Promise<LaunchTemplateVersion[]> {
  const { LaunchTemplateVersions } = await ec2().send(new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: id, Versions: versions }));
  return LaunchTemplateVersions ?? [];
}

async function unlessGone<Value>(name: string, read: () => Promise<Value[]>): Promise<Value[]> {
  try {
    return await read();
  } catch (error) {
    if (isNamed(error, name)) return [];
    throw error;
  }
}

function toBalancer(balancer: LoadBalancer): Attachment {
  return { kind: 'load-balancer', id: given(balancer.LoadBalancerArn, 'LoadBalancerArn'), groupIds: balancer.SecurityGroups ?? [] };
}

function toDatabase(database: DBInstance): Attachment {
  const groups = (database.VpcSecurityGroups ?? []).filter(({ Status }) => Status !== 'removing');
  return {
    kind: 'database',
    id: given(database.DBInstanceIdentifier, 'DBInstanceIdentifier'),
    groupIds: groups.flatMap(({ VpcSecurityGroupId }) => VpcSecurityGroupId ?? []),
  };
}

/** A template names its groups once for the instance, or interface by interface. */
function toTemplate({ LaunchTemplateId, VersionNumber, LaunchTemplateData: data }: LaunchTemplateVersion): Attachment {
  const ofInterfaces = (data?.NetworkInterfaces ?? []).flatMap(({ Groups }) => Groups ?? []);
  return {
    kind: 'launch-template',
    id: given(LaunchTemplateId, 'LaunchTemplateId'),
    groupIds: [...new Set([...(data?.SecurityGroupIds ?? []), ...ofInterfaces])],
    version: String(given(VersionNumber, 'VersionNumber')),
  };
}
