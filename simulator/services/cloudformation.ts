import type {
  DescribeStackResourcesCommandInput,
  DescribeStackResourcesCommandOutput,
  DescribeStacksCommandInput,
  DescribeStacksCommandOutput,
  ListStackResourcesCommandInput,
  ListStackResourcesCommandOutput,
} from '@aws-sdk/client-cloudformation';
import type { Account } from '../kernel/account.ts';
import { AwsError, NotModelledError } from '../kernel/aws-error.ts';
import { type AuthorisationRequest, type AwsService, operation } from '../kernel/service.ts';
import { describeResource, describeStack, type Stack, type StackResource, type StackStatus, summariseResource } from './cloudformation/stack.ts';
import { pageOf } from './paging.ts';

export type { Stack };

/** A page of a listing. The API reference gives no number for DescribeStacks, whose pages end at 1 MB: decided. */
const pageSize = 100;

/** Simulated CloudFormation: stacks as they stand. The deployer moves them from state to state. */
export class CloudFormation implements AwsService {
  readonly sdkId = 'CloudFormation';
  readonly statesName = 'cloudformation';
  readonly statesErrorPrefix = 'CloudFormation';

  readonly #account: Account;
  /** By Region and name. */
  readonly #stacks = new Map<string, Stack>();

  constructor(account: Account) {
    this.#account = account;
  }

  readonly operations = {
    DescribeStacks: operation<DescribeStacksCommandInput, DescribeStacksCommandOutput>({
      authorise: (input) => this.#onStack('cloudformation:DescribeStacks', input.StackName ?? '*'),
      execute: (input) => {
        const chosen = input.StackName === undefined ? this.#visible() : [this.#find(input.StackName)];
        const page = pageOf(chosen, { size: undefined, defaultSize: pageSize, token: input.NextToken, badToken });
        return { Stacks: page.items.map(describeStack), NextToken: page.nextToken };
      },
    }),
    DescribeStackResources: operation<DescribeStackResourcesCommandInput, DescribeStackResourcesCommandOutput>({
      authorise: (input) => this.#onStack('cloudformation:DescribeStackResources', input.StackName ?? '*'),
      execute: (input) => ({ StackResources: this.#describeResources(input) }),
    }),
    ListStackResources: operation<ListStackResourcesCommandInput, ListStackResourcesCommandOutput>({
      authorise: (input) => this.#onStack('cloudformation:ListStackResources', input.StackName ?? ''),
      execute: (input) => {
        const resources = [...this.#find(input.StackName ?? '').resources.values()];
        const page = pageOf(resources, { size: undefined, defaultSize: pageSize, token: input.NextToken, badToken });
        return { StackResourceSummaries: page.items.map(summariseResource), NextToken: page.nextToken };
      },
    }),
  };

  /** The stack of that name in a Region, made without a status where there is none. */
  stack(name: string, region: string): Stack {
    const key = `${region}/${name}`;
    let stack = this.#stacks.get(key);
    if (stack === undefined) {
      const { partition, id, random, clock } = this.#account;
      stack = {
        id: `arn:${partition}:cloudformation:${region}:${id}:stack/${name}/${random.stream('cloudformation').uuid()}`,
        name,
        region,
        status: undefined,
        reason: undefined,
        createdAt: clock.now(),
        updatedAt: undefined,
        outputs: {},
        resources: new Map(),
      };
      this.#stacks.set(key, stack);
    }
    return stack;
  }

  /** Brings a stack into a state, and tells EventBridge (CloudFormation user guide, "Stack Status Change event detail"). */
  move(stack: Stack, status: StackStatus, reason?: string): void {
    const { clock, eventBridge, random } = this.#account;
    if (status === 'CREATE_IN_PROGRESS') stack.createdAt = clock.now();
    if (status === 'UPDATE_IN_PROGRESS') stack.updatedAt = clock.now();
    stack.status = status;
    stack.reason = reason;
    eventBridge.publish({
      id: random.stream('cloudformation').uuid(),
      source: 'aws.cloudformation',
      detailType: 'CloudFormation Stack Status Change',
      detail: { 'stack-id': stack.id, 'status-details': { status, 'status-reason': reason ?? '' }, 'client-request-token': '' },
      resources: [stack.id],
      region: stack.region,
    });
  }

  putResource(stack: Stack, resource: Omit<StackResource, 'updatedAt'>): void {
    stack.resources.set(resource.logicalId, { ...resource, updatedAt: this.#account.clock.now() });
  }

  /** Stacks of the account's Region that were deployed: its clients see no others. */
  #visible(): Stack[] {
    return [...this.#stacks.values()].filter(({ status, region }) => status !== undefined && region === this.#account.region);
  }

  #find(nameOrId: string): Stack {
    const stack = this.#visible().find(({ name, id }) => name === nameOrId || id === nameOrId);
    if (stack !== undefined) return stack;
    throw new AwsError('ValidationError', `Stack with id ${nameOrId} does not exist`);
  }

  #describeResources(input: DescribeStackResourcesCommandInput) {
    if (input.LogicalResourceId !== undefined) throw new NotModelledError('LogicalResourceId of DescribeStackResources is not modelled.');
    const { StackName: name, PhysicalResourceId: physicalId } = input;
    const stacks = name === undefined ? this.#visible() : [this.#find(name)];
    const found = stacks.flatMap((stack) => [...stack.resources.values()].map((resource) => ({ stack, resource })));
    if (physicalId === undefined) return found.slice(0, pageSize).map(({ stack, resource }) => describeResource(stack, resource));
    // A physical id stands for all resources of the stack that it belongs to (API reference, DescribeStackResources).
    const owner = found.find(({ resource }) => resource.physicalId === physicalId)?.stack;
    if (owner === undefined) throw new AwsError('ValidationError', `Stack for ${physicalId} does not exist`);
    return [...owner.resources.values()].slice(0, pageSize).map((resource) => describeResource(owner, resource));
  }

  /** A stack is named by its id in the ARN; a name that nobody has gives an ARN that a policy on all stacks still covers. */
  #onStack(action: string, nameOrId: string): AuthorisationRequest[] {
    if (nameOrId.startsWith('arn:')) return [{ action, resource: nameOrId }];
    const known = this.#visible().find(({ name }) => name === nameOrId);
    return [{ action, resource: known?.id ?? this.#account.arn('cloudformation', `stack/${nameOrId}/*`) }];
  }
}

function badToken(): AwsError {
  return new AwsError('ValidationError', 'The NextToken is not valid.');
}
