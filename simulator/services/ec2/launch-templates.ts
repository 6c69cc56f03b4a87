import { AwsError } from '../../kernel/aws-error.ts';
import { type Tags, tagsFrom } from './network.ts';

/** What of a launch template changes how its instances behave; the rest is kept as it was given. */
export interface LaunchTemplateData {
  readonly instanceType: string | undefined;
  readonly imageId: string | undefined;
  readonly credits: 'standard' | 'unlimited' | undefined;
  readonly detailedMonitoring: boolean;
  readonly securityGroupIds: readonly string[];
  readonly instanceTags: Tags;
  readonly iamInstanceProfile: Readonly<Record<string, string>> | undefined;
  readonly metadataOptions: Readonly<Record<string, unknown>> | undefined;
  readonly asGiven: Readonly<Record<string, unknown>>;
}

export interface LaunchTemplate {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  /** Version n is at index n − 1. */
  readonly versions: { readonly createdAt: number; readonly data: LaunchTemplateData }[];
  /** CloudFormation creates new versions and leaves the default at 1. */
  defaultVersion: number;
  tags: Tags;
}

interface GivenData {
  readonly InstanceType?: string;
  readonly ImageId?: string;
  readonly CreditSpecification?: { readonly CpuCredits?: 'standard' | 'unlimited' };
  readonly Monitoring?: { readonly Enabled?: boolean };
  readonly SecurityGroupIds?: readonly string[];
  readonly NetworkInterfaces?: readonly { readonly Groups?: readonly string[] }[];
  readonly TagSpecifications?: readonly { readonly ResourceType: string; readonly Tags: unknown }[];
  readonly IamInstanceProfile?: Readonly<Record<string, string>>;
  readonly MetadataOptions?: Readonly<Record<string, unknown>>;
}

export function parseLaunchTemplateData(given: Readonly<Record<string, unknown>>): LaunchTemplateData {
  const data = given as GivenData;
  const tags = data.TagSpecifications?.find(({ ResourceType }) => ResourceType === 'instance')?.Tags;
  return {
    instanceType: data.InstanceType,
    imageId: data.ImageId,
    credits: data.CreditSpecification?.CpuCredits,
    detailedMonitoring: String(data.Monitoring?.Enabled ?? false) === 'true',
    securityGroupIds: data.SecurityGroupIds ?? data.NetworkInterfaces?.[0]?.Groups ?? [],
    instanceTags: tagsFrom(tags),
    iamInstanceProfile: data.IamInstanceProfile,
    metadataOptions: data.MetadataOptions,
    asGiven: given,
  };
}

/** The number that `$Latest`, `$Default` or a number in text stands for now. */
export function versionNumber(template: LaunchTemplate, version: string | undefined): number {
  if (version === '$Latest') return template.versions.length;
  if (version === undefined || version === '$Default') return template.defaultVersion;
  const number = Number(version);
  if (template.versions[number - 1] === undefined) {
    throw new AwsError('InvalidLaunchTemplateId.VersionNotFound', `Could not find the specified version ${version} for the launch template with ID ${template.id}.`);
  }
  return number;
}

export function dataOfVersion(template: LaunchTemplate, version: string | undefined): LaunchTemplateData {
  const found = template.versions[versionNumber(template, version) - 1];
  if (found === undefined) throw new AwsError('InvalidLaunchTemplateId.VersionNotFound', `${template.id} has no version ${version}.`);
  return found.data;
}
