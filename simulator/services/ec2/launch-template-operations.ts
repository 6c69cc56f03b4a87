import type {
  CreateLaunchTemplateVersionCommandInput,
  CreateLaunchTemplateVersionCommandOutput,
  DescribeLaunchTemplatesCommandInput,
  DescribeLaunchTemplatesCommandOutput,
  DescribeLaunchTemplateVersionsCommandInput,
  DescribeLaunchTemplateVersionsCommandOutput,
  ModifyLaunchTemplateCommandInput,
  ModifyLaunchTemplateCommandOutput,
} from '@aws-sdk/client-ec2';
import type { Account } from '../../kernel/account.ts';
import { AwsError, NotModelledError } from '../../kernel/aws-error.ts';
import { type AuthorisationRequest, type Operation, operation } from '../../kernel/service.ts';
import { onAnything, onResource } from './authorisation.ts';
import { describeLaunchTemplate, describeLaunchTemplateVersion } from './describe.ts';
import { applyFilters, chooseByIds, type FilterTable } from './filters.ts';
import { dataOfVersion, type LaunchTemplate, versionNumber } from './launch-templates.ts';
import { ec2Page, upTo200 } from './pages.ts';

interface TemplateKey {
  readonly LaunchTemplateId?: string | undefined;
  readonly LaunchTemplateName?: string | undefined;
}

const filters: FilterTable<LaunchTemplate> = {
  'launch-template-name': ({ name }) => name,
};

/** Operations on launch templates. */
export function launchTemplateOperations(account: () => Account): Readonly<Record<string, Operation>> {
  return {
    DescribeLaunchTemplates: operation<DescribeLaunchTemplatesCommandInput, DescribeLaunchTemplatesCommandOutput>({
      authorise: onAnything('DescribeLaunchTemplates'),
      execute: (input) => {
        const chosen = applyFilters(chooseTemplates(account(), input), input.Filters, filters);
        const page = ec2Page(chosen, input, upTo200);
        return { LaunchTemplates: page.items.map((template) => describeLaunchTemplate(template, account())), NextToken: page.nextToken };
      },
    }),
    DescribeLaunchTemplateVersions: operation<DescribeLaunchTemplateVersionsCommandInput, DescribeLaunchTemplateVersionsCommandOutput>({
      authorise: onAnything('DescribeLaunchTemplateVersions'),
      execute: (input) => describeVersions(account(), input),
    }),
    CreateLaunchTemplateVersion: operation<CreateLaunchTemplateVersionCommandInput, CreateLaunchTemplateVersionCommandOutput>({
      authorise: (input) => [onTemplate(account(), 'CreateLaunchTemplateVersion', input)],
      execute: (input) => createVersion(account(), input),
    }),
    ModifyLaunchTemplate: operation<ModifyLaunchTemplateCommandInput, ModifyLaunchTemplateCommandOutput>({
      authorise: (input) => [onTemplate(account(), 'ModifyLaunchTemplate', input)],
      execute: (input) => {
        const template = find(account(), input);
        if (input.DefaultVersion !== undefined) template.defaultVersion = versionNumber(template, input.DefaultVersion);
        return { LaunchTemplate: describeLaunchTemplate(template, account()) };
      },
    }),
  };
}

function chooseTemplates({ ec2 }: Account, input: DescribeLaunchTemplatesCommandInput): readonly LaunchTemplate[] {
  const named = input.LaunchTemplateNames?.map((name) => ec2.launchTemplate({ name }));
  return named ?? chooseByIds([...ec2.launchTemplates.values()], input.LaunchTemplateIds, noSuchTemplate);
}

/** Of one template, or of all of them: then `$Latest` and `$Default` only (API reference). Versions come latest first. */
function describeVersions({ ec2 }: Account, input: DescribeLaunchTemplateVersionsCommandInput): Omit<DescribeLaunchTemplateVersionsCommandOutput, '$metadata'> {
  for (const member of ['Filters', 'MinVersion', 'MaxVersion', 'ResolveAlias'] as const) {
    if (input[member] !== undefined) throw new NotModelledError(`${member} of DescribeLaunchTemplateVersions is not modelled.`);
  }
  const isOfOne = input.LaunchTemplateId !== undefined || input.LaunchTemplateName !== undefined;
  if (!isOfOne && !(input.Versions ?? ['']).every((version) => version === '$Latest' || version === '$Default')) {
    throw new NotModelledError('DescribeLaunchTemplateVersions without a launch template takes $Latest and $Default.');
  }
  const templates = isOfOne ? [ec2.launchTemplate({ id: input.LaunchTemplateId, name: input.LaunchTemplateName })] : [...ec2.launchTemplates.values()];
  const versions = templates.flatMap((template) => {
    const numbers = input.Versions?.map((version) => versionNumber(template, version)) ?? template.versions.map((_version, index) => index + 1);
    return [...new Set(numbers)].toSorted((left, right) => right - left).map((number) => ({ template, number }));
  });
  const page = ec2Page(versions, input, upTo200);
  return { LaunchTemplateVersions: page.items.map(({ template, number }) => describeLaunchTemplateVersion(template, number)), NextToken: page.nextToken };
}

/** What the call gives replaces the same members of the source version; without a source there is nothing else (API reference). */
function createVersion(account: Account, input: CreateLaunchTemplateVersionCommandInput): Omit<CreateLaunchTemplateVersionCommandOutput, '$metadata'> {
  const template = find(account, input);
  const source = input.SourceVersion === undefined ? {} : dataOfVersion(template, input.SourceVersion).asGiven;
  const number = account.ec2.createLaunchTemplateVersion(template.id, { ...source, ...input.LaunchTemplateData });
  return { LaunchTemplateVersion: describeLaunchTemplateVersion(template, number) };
}

function find({ ec2 }: Account, input: TemplateKey): LaunchTemplate {
  return ec2.launchTemplate({ id: input.LaunchTemplateId, name: input.LaunchTemplateName });
}

function onTemplate(account: Account, action: string, input: TemplateKey): AuthorisationRequest {
  const template = [...account.ec2.launchTemplates.values()].find(({ id, name }) => id === input.LaunchTemplateId || name === input.LaunchTemplateName);
  return onResource(account, action, { type: 'launch-template', id: template?.id ?? input.LaunchTemplateId ?? '*', tags: template?.tags ?? {} });
}

export function noSuchTemplate(id: string): AwsError {
  return new AwsError('InvalidLaunchTemplateId.NotFound', `The specified launch template, with template ID ${id}, does not exist.`);
}
