import { isDeepStrictEqual } from 'node:util';
import type { Account } from '../kernel/account.ts';
import { AwsError, NotModelledError } from '../kernel/aws-error.ts';
import type { Stack } from '../services/cloudformation.ts';
import type { Assembly, AssemblyStack, TemplateResource } from './assembly.ts';
import { watchChange } from './deployment-records.ts';
import { referencesIn, resolve, type Scope } from './intrinsics.ts';
import type { Provisioned, ResourceProvider, ResourceRequest } from './provider.ts';
import { providersByType } from './providers.ts';
import { StackChange } from './stack-change.ts';
import { scopeOf } from './stack-scope.ts';

interface DeployedResource {
  readonly request: ResourceRequest;
  readonly provisioned: Provisioned;
  /** As the template wrote it. */
  readonly template: TemplateResource;
}

/** A resource type that the account does not model: it got an id, and nothing else. */
export interface UnmodelledResource {
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
}

export interface DeployOptions {
  /** Virtual seconds that a stack takes whose template changed, spread over its changes. @default 0 */
  readonly stackSeconds?: number;
}

/** What the deployment of one stack works with. */
interface StackDeployment {
  readonly stack: Stack;
  readonly scope: Scope;
  readonly change: StackChange;
}

/** Types that forward events out of another Region; IAM is global anyway. */
const typesOfOtherRegions: ReadonlySet<string> = new Set([
  'AWS::CDK::Metadata', 'AWS::Events::Rule', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::Policy', 'AWS::IAM::Role',
]);

/** Deploys cloud assemblies into one account, as CloudFormation does: creates, updates what changed, deletes what left. */
export class Deployer {
  readonly #account: Account;
  /** By stack id and logical id. */
  readonly #resources = new Map<string, Map<string, DeployedResource>>();
  /** By Region, then by name. */
  readonly #exports = new Map<string, Map<string, unknown>>();
  readonly unmodelled: UnmodelledResource[] = [];
  readonly #outputs = new Map<string, Readonly<Record<string, unknown>>>();

  constructor(account: Account) {
    this.#account = account;
  }

  /** With `stackSeconds`, the clock must run meanwhile: `clock.runWhilePending(deployer.deploy(…))`, or a story that goes on. */
  async deploy(assembly: Assembly, { stackSeconds = 0 }: DeployOptions = {}): Promise<void> {
    for (const stack of assembly.stacks) await this.#deployStack(stack, stackSeconds);
  }

  /** Outputs of a deployed stack, by their logical id. */
  outputs(stackName: string): Readonly<Record<string, unknown>> {
    return this.#outputs.get(stackName) ?? {};
  }

  async #deployStack(assembled: AssemblyStack, stackSeconds: number): Promise<void> {
    const account = this.#account;
    for (const asset of assembled.assets) account.s3.registerAsset(asset.bucket, asset.key, asset.path);
    const stack = account.cloudFormation.stack(assembled.name, assembled.region ?? account.region);
    const standing = this.#standing(stack);
    const exports = this.#exportsOf(stack.region);
    const scope = scopeOf({ account, stack, template: assembled.template, deployed: (id) => standing.get(id)?.provisioned, exports });
    const wanted = wantedResources(assembled, scope);
    const leaving = [...standing].filter(([logicalId]) => !wanted.has(logicalId)).toReversed();
    for (const [logicalId, { request }] of leaving) refuseDeletion(stack, logicalId, request.type);
    const changes = [...wanted].filter(([logicalId, resource]) => !isDeepStrictEqual(standing.get(logicalId)?.template, resource)).length;
    const change = new StackChange(account, stack, stackSeconds, changes + leaving.length);
    const deployment: StackDeployment = { stack, scope, change };
    try {
      for (const [logicalId, resource] of wanted) await this.#deployResource(deployment, logicalId, resource);
      this.#putOutputs(assembled, deployment, exports);
      await change.pause();
      if (leaving.length > 0) change.begin();
      change.cleanUp();
      for (const [logicalId, resource] of leaving) await this.#delete(deployment, logicalId, resource);
    } catch (error) {
      if (error instanceof AwsError) change.fail(`${error.name}: ${error.message}`);
      throw error;
    }
    change.complete();
  }

  async #deployResource({ stack, scope, change }: StackDeployment, logicalId: string, template: TemplateResource): Promise<void> {
    const request = this.#request(stack, scope, logicalId, template);
    const standing = this.#standing(stack);
    const current = standing.get(logicalId);
    if (current !== undefined && isDeepStrictEqual(current.request.properties, request.properties)) {
      standing.set(logicalId, { request, template, provisioned: current.provisioned });
      return;
    }
    const provider = providerIn(stack, request);
    change.begin();
    await change.pause();
    const finish = watchChange(this.#account, request.type, { request, current });
    const provisioned = await this.#provision(provider, request, current);
    standing.set(logicalId, { request, template, provisioned });
    if (finish !== undefined) this.#account.cloudTrail.observeDeployment(finish(provisioned), stack.region);
    const status = current === undefined ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE';
    this.#account.cloudFormation.putResource(stack, { logicalId, physicalId: provisioned.ref, type: request.type, status });
  }

  async #provision(provider: ResourceProvider | undefined, request: ResourceRequest, current: DeployedResource | undefined): Promise<Provisioned> {
    if (provider !== undefined) return provision(provider, request, current);
    const { stackName, logicalId, type } = request;
    if (current === undefined) this.unmodelled.push({ stackName, logicalId, type });
    return current?.provisioned ?? unmodelledResource(request);
  }

  async #delete({ stack, change }: StackDeployment, logicalId: string, { request, provisioned }: DeployedResource): Promise<void> {
    await change.pause();
    const finish = watchChange(this.#account, request.type, { current: { request, provisioned } });
    await providersByType.get(request.type)?.delete?.(request, provisioned);
    this.#standing(stack).delete(logicalId);
    stack.resources.delete(logicalId);
    if (finish !== undefined) this.#account.cloudTrail.observeDeployment(finish(undefined), stack.region);
  }

  #request(stack: Stack, scope: Scope, logicalId: string, resource: TemplateResource): ResourceRequest {
    const properties = resolve(resource.Properties ?? {}, scope) as Record<string, unknown>;
    return {
      account: this.#account,
      stackName: stack.name,
      region: stack.region,
      logicalId,
      type: resource.Type,
      properties: resource.Type === 'AWS::EC2::SecurityGroup' ? withStackTags(properties, stack, logicalId) : properties,
      metadata: resource.Metadata ?? {},
      updatePolicy: resolve(resource.UpdatePolicy ?? {}, scope) as Record<string, unknown>,
    };
  }

  #putOutputs(assembled: AssemblyStack, { stack, scope }: StackDeployment, exports: Map<string, unknown>): void {
    const outputs: Record<string, unknown> = {};
    for (const [logicalId, output] of Object.entries(assembled.template.Outputs ?? {})) {
      if (output.Condition !== undefined && !scope.condition(output.Condition)) continue;
      outputs[logicalId] = resolve(output.Value, scope);
      if (output.Export !== undefined) exports.set(String(resolve(output.Export.Name, scope)), outputs[logicalId]);
    }
    this.#outputs.set(assembled.name, outputs);
    stack.outputs = outputs;
  }

  #standing(stack: Stack): Map<string, DeployedResource> {
    return entryOf(this.#resources, stack.id);
  }

  #exportsOf(region: string): Map<string, unknown> {
    return entryOf(this.#exports, region);
  }
}

function entryOf<T>(maps: Map<string, Map<string, T>>, key: string): Map<string, T> {
  let entry = maps.get(key);
  if (entry === undefined) maps.set(key, (entry = new Map()));
  return entry;
}

/** The resources whose condition holds, each after those that it depends on. */
function wantedResources({ template }: AssemblyStack, scope: Scope): Map<string, TemplateResource> {
  const resources = template.Resources ?? {};
  const wanted = new Map<string, TemplateResource>();
  for (const logicalId of inDependencyOrder(resources)) {
    const resource = resources[logicalId];
    if (resource === undefined || (resource.Condition !== undefined && !scope.condition(resource.Condition))) continue;
    wanted.set(logicalId, resource);
  }
  return wanted;
}

/** The provider of a type, or undefined for one that is not modelled. */
function providerIn(stack: Stack, request: ResourceRequest): ResourceProvider | undefined {
  const { account, logicalId, type } = request;
  if (stack.region !== account.region && !typesOfOtherRegions.has(type)) {
    throw new NotModelledError(`${logicalId} (${type}) of ${stack.name} in ${stack.region}, outside of ${account.region}, is not modelled.`);
  }
  const provider = providersByType.get(type);
  if (provider !== undefined) refuseUnknownProperties(provider, request);
  return provider;
}

/** A resource without a provider is nothing but an id, which goes with it. */
function refuseDeletion(stack: Stack, logicalId: string, type: string): void {
  const provider = providersByType.get(type);
  if (provider === undefined || provider.delete !== undefined) return;
  throw new NotModelledError(`Deleting ${stack.name}/${logicalId} (${type}) by a deployment is not modelled.`);
}

/**
 * The tags that CloudFormation adds to what it makes (CloudFormation user guide, "Resource tags"). Roles do not get them,
 * and other types differ (cloudformation-coverage-roadmap, issues 96 and 1159): only security groups are tagged here.
 */
function withStackTags(properties: Record<string, unknown>, stack: Stack, logicalId: string): Record<string, unknown> {
  const { Tags: tags = [] } = properties;
  const own = { 'stack-name': stack.name, 'logical-id': logicalId, 'stack-id': stack.id };
  return { ...properties, Tags: [...(tags as unknown[]), ...Object.entries(own).map(([name, Value]) => ({ Key: `aws:cloudformation:${name}`, Value }))] };
}

async function provision(
  provider: ResourceProvider,
  request: ResourceRequest,
  current: DeployedResource | undefined,
): Promise<Provisioned> {
  if (current === undefined) return provider.create(request);
  if (provider.update === undefined) {
    throw new NotModelledError(`Updating ${request.logicalId} (${request.type}) by a deployment is not modelled.`);
  }
  return provider.update(request, current.provisioned, current.request);
}

function refuseUnknownProperties(provider: ResourceProvider, request: ResourceRequest): void {
  for (const property of Object.keys(request.properties)) {
    if (provider.modelled.includes(property) || Object.hasOwn(provider.recorded, property)) continue;
    throw new NotModelledError(`The property ${property} of ${request.type} (${request.logicalId}) is neither modelled nor recorded.`);
  }
}

function unmodelledResource(request: ResourceRequest): Provisioned {
  const id = `${request.logicalId}-${request.account.random.stream('physical-id').hex(8)}`;
  // Whatever is asked of it, the answer is its id: nothing depends on it, and it is listed.
  return { ref: id, attributes: new Proxy({ Arn: id }, { get: () => id, has: () => true, getOwnPropertyDescriptor: () => ({ value: id, configurable: true, enumerable: true }) }) };
}

/** Logical ids, each after those that it refers to or names in `DependsOn`. */
function inDependencyOrder(resources: Readonly<Record<string, TemplateResource>>): string[] {
  const order: string[] = [];
  const state = new Map<string, 'visiting' | 'done'>();
  const visit = (logicalId: string): void => {
    const resource = resources[logicalId];
    if (resource === undefined || state.get(logicalId) === 'done') return;
    if (state.get(logicalId) === 'visiting') throw new Error(`The template has a circular dependency at ${logicalId}.`);
    state.set(logicalId, 'visiting');
    const explicit = resource.DependsOn === undefined ? [] : [resource.DependsOn].flat();
    for (const dependency of [...explicit, ...referencesIn(resource.Properties ?? {})]) {
      if (dependency !== logicalId) visit(dependency);
    }
    state.set(logicalId, 'done');
    order.push(logicalId);
  };
  for (const logicalId of Object.keys(resources)) visit(logicalId);
  return order;
}
