import type * as sdk from '@aws-sdk/client-iam';
import { NotModelledError } from '../../../kernel/aws-error.ts';
import { type Operation, operation } from '../../../kernel/service.ts';
import { isAwsManaged } from '../aws-managed-policies.ts';
import { refusePolicyInUse } from '../deletion.ts';
import { describePolicy, describeVersion, findPolicy, summarisePolicy } from '../describe.ts';
import { maxPolicyVersions } from '../directory.ts';
import { alreadyExists, deleteConflict, limitExceeded, noSuchEntity } from '../errors.ts';
import { pageByMarker, underPath } from '../paging.ts';
import { parsePolicy, refuseLongManaged } from '../policy-text.ts';
import { onArn, requestedTags, resourceTags } from '../requests.ts';
import type { ManagedPolicy, PolicyVersion } from '../role.ts';
import { type OperationState, tagRecord } from './state.ts';

interface PolicyInput {
  readonly PolicyArn: string | undefined;
}

function onPolicy({ directory }: OperationState, action: string) {
  return ({ PolicyArn: arn = '' }: PolicyInput) => onArn(action, arn, resourceTags(directory.policies.seen(arn)?.tags));
}

export function managedPolicyOperations(state: OperationState): Readonly<Record<string, Operation>> {
  return { ...reads(state), ...lifecycle(state), ...versions(state) };
}

function reads(state: OperationState): Readonly<Record<string, Operation>> {
  const { directory, references } = state;
  return {
    GetPolicy: operation<sdk.GetPolicyCommandInput, sdk.GetPolicyCommandOutput>({
      authorise: onPolicy(state, 'GetPolicy'),
      execute: (input) => ({ Policy: describePolicy(findPolicy(directory, input.PolicyArn ?? ''), state) }),
    }),
    GetPolicyVersion: operation<sdk.GetPolicyVersionCommandInput, sdk.GetPolicyVersionCommandOutput>({
      authorise: onPolicy(state, 'GetPolicyVersion'),
      execute: (input) => {
        const policy = findPolicy(directory, input.PolicyArn ?? '');
        return { PolicyVersion: describeVersion(policy, findVersion(policy, input.VersionId)) };
      },
    }),
    ListPolicyVersions: operation<sdk.ListPolicyVersionsCommandInput, sdk.ListPolicyVersionsCommandOutput>({
      authorise: onPolicy(state, 'ListPolicyVersions'),
      execute: (input) => {
        const policy = findPolicy(directory, input.PolicyArn ?? '');
        const page = pageByMarker(policy.versions.toReversed(), input);
        const described = page.items.map((version) => {
          const { Document: _left, ...rest } = describeVersion(policy, version);
          return rest;
        });
        return { Versions: described, ...page.rest };
      },
    }),
    ListPolicies: operation<sdk.ListPoliciesCommandInput, sdk.ListPoliciesCommandOutput>({
      authorise: () => onArn('ListPolicies', '*'),
      execute: (input) => {
        if (input.Scope !== 'Local') throw new NotModelledError('IAM ListPolicies of AWS managed policies (Scope other than Local) is not modelled.');
        if (input.PolicyUsageFilter !== undefined) throw new NotModelledError('PolicyUsageFilter of IAM ListPolicies is not modelled.');
        const chosen = underPath(directory.policies.list(), input.PathPrefix).filter(
          ({ arn }) => input.OnlyAttached !== true || references.usesOfPolicy(arn).attachments > 0,
        );
        const page = pageByMarker(chosen, input);
        return { Policies: page.items.map((policy) => summarisePolicy(policy, state)), ...page.rest };
      },
    }),
  };
}

function lifecycle(state: OperationState): Readonly<Record<string, Operation>> {
  const { directory } = state;
  return {
    CreatePolicy: operation<sdk.CreatePolicyCommandInput, sdk.CreatePolicyCommandOutput>({
      authorise: (input) => onArn('CreatePolicy', directory.arn(`policy${input.Path ?? '/'}${input.PolicyName}`), requestedTags(input.Tags)),
      execute: (input) => {
        const { PolicyName: name = '', Path: path = '/', Description: description } = input;
        const taken = [...directory.policies.writtenValues()].some((policy) => policy.name.toLowerCase() === name.toLowerCase());
        if (taken) throw alreadyExists(`A policy called ${name} already exists. Duplicate names are not allowed.`);
        const document = parsePolicy(input.PolicyDocument ?? '', 'identity');
        refuseLongManaged(document);
        const created = directory.putManagedPolicy(name, path, document, description === undefined ? {} : { description });
        const policy = { ...created, tags: tagRecord(input.Tags) };
        directory.policies.put(policy.arn, policy);
        return { Policy: describePolicy(policy, state) };
      },
    }),
    DeletePolicy: operation<sdk.DeletePolicyCommandInput, sdk.DeletePolicyCommandOutput>({
      authorise: onPolicy(state, 'DeletePolicy'),
      execute: (input) => {
        const { arn, versions: all } = writtenPolicy(state, input);
        refusePolicyInUse(directory, arn);
        if (all.length > 1) throw deleteConflict('This policy has more than one version. Before you delete a policy, you must delete the policy\'s versions. The default version is deleted with the policy.');
        directory.policies.delete(arn);
        return {};
      },
    }),
  };
}

function versions(state: OperationState): Readonly<Record<string, Operation>> {
  const { account, directory } = state;
  return {
    CreatePolicyVersion: operation<sdk.CreatePolicyVersionCommandInput, sdk.CreatePolicyVersionCommandOutput>({
      authorise: onPolicy(state, 'CreatePolicyVersion'),
      execute: (input) => {
        const policy = writtenPolicy(state, input);
        const document = parsePolicy(input.PolicyDocument ?? '', 'identity');
        refuseLongManaged(document);
        if (policy.versions.length >= maxPolicyVersions) {
          throw limitExceeded(`A managed policy can have up to ${maxPolicyVersions} versions. Before you create a new version, you must delete an existing version.`);
        }
        const number = policy.lastVersionNumber + 1;
        const version: PolicyVersion = { id: `v${number}`, document, createdAt: account.clock.now() };
        const changed = { ...policy, updatedAt: version.createdAt, versions: [...policy.versions, version], lastVersionNumber: number };
        directory.policies.put(policy.arn, input.SetAsDefault === true ? withDefault(changed, version) : changed);
        const { Document: _left, ...described } = describeVersion(policy, version);
        return { PolicyVersion: { ...described, IsDefaultVersion: input.SetAsDefault === true } };
      },
    }),
    SetDefaultPolicyVersion: operation<sdk.SetDefaultPolicyVersionCommandInput, sdk.SetDefaultPolicyVersionCommandOutput>({
      authorise: onPolicy(state, 'SetDefaultPolicyVersion'),
      execute: (input) => {
        const policy = writtenPolicy(state, input);
        const changed = withDefault(policy, findVersion(policy, input.VersionId));
        directory.policies.put(policy.arn, { ...changed, updatedAt: account.clock.now() });
        return {};
      },
    }),
    DeletePolicyVersion: operation<sdk.DeletePolicyVersionCommandInput, sdk.DeletePolicyVersionCommandOutput>({
      authorise: onPolicy(state, 'DeletePolicyVersion'),
      execute: (input) => {
        const policy = writtenPolicy(state, input);
        const { id } = findVersion(policy, input.VersionId);
        if (id === policy.defaultVersionId) throw deleteConflict('Cannot delete the default version of a policy.');
        directory.policies.put(policy.arn, { ...policy, versions: policy.versions.filter((version) => version.id !== id) });
        return {};
      },
    }),
  };
}

function withDefault(policy: ManagedPolicy, version: PolicyVersion): ManagedPolicy {
  return { ...policy, defaultVersionId: version.id, document: version.document };
}

function writtenPolicy({ directory }: OperationState, { PolicyArn: arn = '' }: PolicyInput): ManagedPolicy {
  if (isAwsManaged(arn)) throw new NotModelledError(`A change of the AWS managed policy ${arn} is not modelled.`);
  const policy = directory.policies.written(arn);
  if (policy === undefined) throw noSuchEntity(`Policy ${arn} was not found.`);
  return policy;
}

function findVersion(policy: ManagedPolicy, id = ''): PolicyVersion {
  const version = policy.versions.find((candidate) => candidate.id === id);
  if (version === undefined) throw noSuchEntity(`Policy ${policy.arn} version ${id} does not exist or is not attachable.`);
  return version;
}
