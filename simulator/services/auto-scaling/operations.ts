import type {
  DescribeAutoScalingGroupsCommandInput,
  DescribeAutoScalingGroupsCommandOutput,
  DescribeInstanceRefreshesCommandInput,
  DescribeInstanceRefreshesCommandOutput,
  DescribePoliciesCommandInput,
  DescribePoliciesCommandOutput,
  DescribeScalingActivitiesCommandInput,
  DescribeScalingActivitiesCommandOutput,
  Filter,
  ResumeProcessesCommandInput,
  ResumeProcessesCommandOutput,
  SetDesiredCapacityCommandInput,
  SetDesiredCapacityCommandOutput,
  SetInstanceHealthCommandInput,
  SetInstanceHealthCommandOutput,
  StartInstanceRefreshCommandInput,
  StartInstanceRefreshCommandOutput,
  SuspendProcessesCommandInput,
  SuspendProcessesCommandOutput,
  TerminateInstanceInAutoScalingGroupCommandInput,
  TerminateInstanceInAutoScalingGroupCommandOutput,
  UpdateAutoScalingGroupCommandInput,
  UpdateAutoScalingGroupCommandOutput,
} from '@aws-sdk/client-auto-scaling';
import type { Account } from '../../kernel/account.ts';
import { AwsError, NotModelledError } from '../../kernel/aws-error.ts';
import { type AuthorisationRequest, type ConditionValue, type Operation, operation } from '../../kernel/service.ts';
import type { AutoScaling } from '../auto-scaling.ts';
import { pageOf } from '../paging.ts';
import { describeActivity } from './activities.ts';
import { describeGroup } from './describe.ts';
import type { Group } from './group.ts';
import { describePolicy } from './target-tracking.ts';

interface State {
  readonly account: Account;
  readonly service: AutoScaling;
}

const onAnything = (action: string) => () => [{ action: `autoscaling:${action}`, resource: '*' }];

/** Fields of UpdateAutoScalingGroup that have an effect here. */
const updateFields = new Set([
  'AutoScalingGroupName', 'MinSize', 'MaxSize', 'DesiredCapacity', 'DefaultCooldown', 'HealthCheckType', 'HealthCheckGracePeriod',
  'NewInstancesProtectedFromScaleIn', 'DefaultInstanceWarmup',
]);

/** Operations that read. `state` is read when one is called, not before. */
export function describeOperations(state: () => State): Readonly<Record<string, Operation>> {
  return {
    DescribeAutoScalingGroups: operation<DescribeAutoScalingGroupsCommandInput, DescribeAutoScalingGroupsCommandOutput>({
      authorise: onAnything('DescribeAutoScalingGroups'),
      execute: (input) => describeGroups(state(), input),
    }),
    DescribeScalingActivities: operation<DescribeScalingActivitiesCommandInput, DescribeScalingActivitiesCommandOutput>({
      authorise: onAnything('DescribeScalingActivities'),
      execute: (input) => describeActivities(state(), input),
    }),
    DescribeInstanceRefreshes: operation<DescribeInstanceRefreshesCommandInput, DescribeInstanceRefreshesCommandOutput>({
      authorise: onAnything('DescribeInstanceRefreshes'),
      execute: ({ AutoScalingGroupName, InstanceRefreshIds, MaxRecords, NextToken }) => {
        const { service } = state();
        const all = service.refreshes.describe(service.group(AutoScalingGroupName));
        const chosen = all.filter(({ InstanceRefreshId }) => InstanceRefreshIds?.includes(String(InstanceRefreshId)) ?? true);
        const page = pageOf(chosen, paging({ MaxRecords, NextToken }, 50));
        return { InstanceRefreshes: page.items, NextToken: page.nextToken };
      },
    }),
    DescribePolicies: operation<DescribePoliciesCommandInput, DescribePoliciesCommandOutput>({
      authorise: onAnything('DescribePolicies'),
      execute: (input) => {
        const { account, service } = state();
        const chosen = service.policies.filter(
          ({ name, arn, group }) =>
            (input.AutoScalingGroupName ?? group.name) === group.name && (input.PolicyNames?.some((asked) => asked === name || asked === arn) ?? true),
        );
        const page = pageOf(chosen, paging(input, 50));
        return { ScalingPolicies: page.items.map((policy) => describePolicy(account, policy)), NextToken: page.nextToken };
      },
    }),
  };
}

/** Operations that change a group. */
export function changeOperations(state: () => State): Readonly<Record<string, Operation>> {
  return {
    UpdateAutoScalingGroup: operation<UpdateAutoScalingGroupCommandInput, UpdateAutoScalingGroupCommandOutput>({
      authorise: (input) => [
        onGroup(state(), 'UpdateAutoScalingGroup', input.AutoScalingGroupName, {
          ...(input.MinSize === undefined ? {} : { 'autoscaling:MinSize': input.MinSize }),
          ...(input.MaxSize === undefined ? {} : { 'autoscaling:MaxSize': input.MaxSize }),
        }),
      ],
      execute: (input) => {
        updateGroup(state(), input);
        return {};
      },
    }),
    SetDesiredCapacity: operation<SetDesiredCapacityCommandInput, SetDesiredCapacityCommandOutput>({
      authorise: (input) => [onGroup(state(), 'SetDesiredCapacity', input.AutoScalingGroupName)],
      execute: (input) => {
        if (input.HonorCooldown === true) throw new NotModelledError('HonorCooldown of SetDesiredCapacity is not modelled.');
        const { service } = state();
        service.setDesired(service.group(input.AutoScalingGroupName), Number(input.DesiredCapacity));
        return {};
      },
    }),
    SuspendProcesses: operation<SuspendProcessesCommandInput, SuspendProcessesCommandOutput>({
      authorise: (input) => [onGroup(state(), 'SuspendProcesses', input.AutoScalingGroupName)],
      execute: ({ AutoScalingGroupName, ScalingProcesses }) => {
        const { service } = state();
        service.suspend(service.group(AutoScalingGroupName), ScalingProcesses);
        return {};
      },
    }),
    ResumeProcesses: operation<ResumeProcessesCommandInput, ResumeProcessesCommandOutput>({
      authorise: (input) => [onGroup(state(), 'ResumeProcesses', input.AutoScalingGroupName)],
      execute: ({ AutoScalingGroupName, ScalingProcesses }) => {
        const { service } = state();
        service.resume(service.group(AutoScalingGroupName), ScalingProcesses);
        return {};
      },
    }),
    StartInstanceRefresh: operation<StartInstanceRefreshCommandInput, StartInstanceRefreshCommandOutput>({
      authorise: (input) => [onGroup(state(), 'StartInstanceRefresh', input.AutoScalingGroupName)],
      execute: (input) => {
        const { service } = state();
        return { InstanceRefreshId: service.startRefresh(service.group(input.AutoScalingGroupName), input) };
      },
    }),
    TerminateInstanceInAutoScalingGroup: operation<TerminateInstanceInAutoScalingGroupCommandInput, TerminateInstanceInAutoScalingGroupCommandOutput>({
      authorise: (input) => [onGroup(state(), 'TerminateInstanceInAutoScalingGroup', nameOfGroupWith(state(), input.InstanceId))],
      execute: ({ InstanceId, ShouldDecrementDesiredCapacity }) => {
        const { service } = state();
        const { group, member } = service.memberOf(InstanceId);
        return { Activity: describeActivity(group, service.terminateMember(group, member, ShouldDecrementDesiredCapacity === true)) };
      },
    }),
    SetInstanceHealth: operation<SetInstanceHealthCommandInput, SetInstanceHealthCommandOutput>({
      authorise: (input) => [onGroup(state(), 'SetInstanceHealth', nameOfGroupWith(state(), input.InstanceId))],
      execute: ({ InstanceId, HealthStatus, ShouldRespectGracePeriod }) => {
        state().service.setHealth(InstanceId, String(HealthStatus), ShouldRespectGracePeriod ?? true);
        return {};
      },
    }),
  };
}

function describeGroups({ account, service }: State, input: DescribeAutoScalingGroupsCommandInput): Omit<DescribeAutoScalingGroupsCommandOutput, '$metadata'> {
  const names = input.AutoScalingGroupNames ?? [];
  const chosen = service.groups.filter((group) => (names.length === 0 || names.includes(group.name)) && (input.Filters ?? []).every((filter) => matches(group, filter)));
  const page = pageOf(chosen, paging(input, 50));
  return { AutoScalingGroups: page.items.map((group) => describeGroup(account, group)), NextToken: page.nextToken };
}

function matches(group: Group, { Name: name = '', Values: values = [] }: Filter): boolean {
  if (name === 'tag-key') return Object.keys(group.tags).some((key) => values.includes(key));
  if (name === 'tag-value') return Object.values(group.tags).some((value) => values.includes(value));
  if (name.startsWith('tag:')) return values.includes(group.tags[name.slice('tag:'.length)] ?? '\0');
  throw new NotModelledError(`The filter "${name}" of DescribeAutoScalingGroups is not modelled.`);
}

/** Newest first, 100 a page (API reference, DescribeScalingActivities). */
function describeActivities({ service }: State, input: DescribeScalingActivitiesCommandInput): Omit<DescribeScalingActivitiesCommandOutput, '$metadata'> {
  if (input.Filters !== undefined) throw new NotModelledError('Filters of DescribeScalingActivities are not modelled.');
  const groups = input.AutoScalingGroupName === undefined ? service.groups : [service.group(input.AutoScalingGroupName)];
  const all = groups
    .flatMap((group) => group.activities.newestFirst().map((activity) => ({ group, activity })))
    .filter(({ activity }) => input.ActivityIds?.includes(activity.id) ?? true);
  if (groups.length > 1) all.sort((left, right) => right.activity.startedAt - left.activity.startedAt);
  const page = pageOf(all, { ...paging(input, 100), size: Math.min(100, input.MaxRecords ?? 100) });
  return { Activities: page.items.map(({ group, activity }) => describeActivity(group, activity)), NextToken: page.nextToken };
}

function updateGroup({ service }: State, input: UpdateAutoScalingGroupCommandInput): void {
  const other = Object.entries(input).find(([field, value]) => value !== undefined && !updateFields.has(field));
  if (other !== undefined) throw new NotModelledError(`${other[0]} of UpdateAutoScalingGroup is not modelled.`);
  const group = service.group(input.AutoScalingGroupName);
  service.resize(group, { min: input.MinSize, max: input.MaxSize, desired: input.DesiredCapacity });
  const { settings } = group;
  group.settings = {
    ...settings,
    cooldownSeconds: input.DefaultCooldown ?? settings.cooldownSeconds,
    healthCheckType: input.HealthCheckType ?? settings.healthCheckType,
    gracePeriodSeconds: input.HealthCheckGracePeriod ?? settings.gracePeriodSeconds,
    protectNewInstances: input.NewInstancesProtectedFromScaleIn ?? settings.protectNewInstances,
    warmupSeconds: warmupAfter(input.DefaultInstanceWarmup, settings.warmupSeconds),
  };
}

/** −1 takes the default warm-up away (API reference, UpdateAutoScalingGroup). */
function warmupAfter(asked: number | undefined, current: number | undefined): number | undefined {
  if (asked === undefined) return current;
  return asked < 0 ? undefined : asked;
}

function onGroup({ account, service }: State, action: string, name: string | undefined, context: Record<string, ConditionValue> = {}): AuthorisationRequest {
  const group = service.groups.find((candidate) => candidate.name === name);
  const tags = Object.entries(group?.tags ?? {}).flatMap(([key, value]) => [[`aws:ResourceTag/${key}`, value], [`autoscaling:ResourceTag/${key}`, value]] as const);
  const resource = group?.arn ?? account.arn('autoscaling', `autoScalingGroup:*:autoScalingGroupName/${name}`);
  return { action: `autoscaling:${action}`, resource, context: { ...context, ...Object.fromEntries(tags) } };
}

function nameOfGroupWith({ service }: State, instanceId: string | undefined): string | undefined {
  return service.groups.find(({ members }) => members.has(instanceId ?? ''))?.name;
}

function badToken(): AwsError {
  return new AwsError('InvalidNextToken', 'The next token is not valid.');
}

function paging(input: { readonly MaxRecords?: number | undefined; readonly NextToken?: string | undefined }, defaultSize: number) {
  return { size: input.MaxRecords, defaultSize, token: input.NextToken, badToken };
}
