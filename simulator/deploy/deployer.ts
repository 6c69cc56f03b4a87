import { isDeepStrictEqual } from 'node:util';
import type { Account } from '../kernel/account.ts';
import { NotModelledError } from '../kernel/aws-error.ts';
import type { Assembly, AssemblyStack, TemplateResource } from './assembly.ts';
import { evaluateCondition, referencesIn, resolve, type Scope } from './intrinsics.ts';
import type { Provisioned, ResourceProvider, ResourceRequest } from './provider.ts';
import { providersByType } from './providers.ts';

interface DeployedResource {
  readonly request: ResourceRequest;
  readonly provisioned: Provisioned;
}

/** A resource type that the account does not model: it got an id, and nothing else. */
export interface UnmodelledResource {
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
}

/** Deploys cloud assemblies into one account, as CloudFormation does: creates, updates what changed, keeps the rest. */
export class Deployer {
  readonly #account: Account;
  readonly #resources = new Map<string, DeployedResource>();
  readonly #exports = new Map<string, unknown>();
  readonly #outputs = new Map<string, Readonly<Record<string, unknown>>>();
  readonly unmodelled: UnmodelledResource[] = [];

  constructor(account: Account) {
    this.#account = account;
  }

  async deploy(assembly: Assembly): Promise<void> {
    for (const stack of assembly.stacks) await this.#deployStack(stack);
  }

  /** Outputs of a deployed stack, by their logical id. */
  outputs(stackName: string): Readonly<Record<string, unknown>> {
    return this.#outputs.get(stackName) ?? {};
  }

  async #deployStack(stack: AssemblyStack): Promise<void> {
    for (const asset of stack.assets) this.#account.s3.registerAsset(asset.bucket, asset.key, asset.path);
    const scope = this.#scope(stack);
    const resources = stack.template.Resources ?? {};
    this.#refuseDeletions(stack.name, resources);
    for (const logicalId of inDependencyOrder(resources)) {
      const resource = resources[logicalId];
      if (resource === undefined) continue;
      if (resource.Condition !== undefined && !scope.condition(resource.Condition)) {
        this.#refuseDeletion(`${stack.name}/${logicalId}`);
        continue;
      }
      await this.#deployResource(stack.name, logicalId, resource, scope);
    }
    const outputs: Record<string, unknown> = {};
    for (const [logicalId, output] of Object.entries(stack.template.Outputs ?? {})) {
      if (output.Condition !== undefined && !scope.condition(output.Condition)) continue;
      outputs[logicalId] = resolve(output.Value, scope);
      if (output.Export !== undefined) this.#exports.set(String(resolve(output.Export.Name, scope)), outputs[logicalId]);
    }
    this.#outputs.set(stack.name, outputs);
  }

  async #deployResource(stackName: string, logicalId: string, resource: TemplateResource, scope: Scope): Promise<void> {
    const key = `${stackName}/${logicalId}`;
    const request: ResourceRequest = {
      account: this.#account,
      stackName,
      logicalId,
      type: resource.Type,
      properties: resolve(resource.Properties ?? {}, scope) as Record<string, unknown>,
      metadata: resource.Metadata ?? {},
      updatePolicy: resolve(resource.UpdatePolicy ?? {}, scope) as Record<string, unknown>,
    };
    const provider = providersByType.get(resource.Type);
    const current = this.#resources.get(key);
    if (provider === undefined) {
      if (current === undefined) this.unmodelled.push({ stackName, logicalId, type: resource.Type });
      this.#resources.set(key, { request, provisioned: current?.provisioned ?? unmodelledResource(request) });
      return;
    }
    refuseUnknownProperties(provider, request);
    this.#resources.set(key, { request, provisioned: await provision(provider, request, current) });
  }

  #refuseDeletions(stackName: string, resources: Readonly<Record<string, unknown>>): void {
    for (const key of this.#resources.keys()) {
      const [stack, logicalId = ''] = key.split('/');
      if (stack === stackName && !Object.hasOwn(resources, logicalId)) this.#refuseDeletion(key);
    }
  }

  #refuseDeletion(key: string): void {
    if (this.#resources.has(key)) throw new NotModelledError(`Deleting ${key} by a deployment is not modelled.`);
  }

  #scope(stack: AssemblyStack): Scope {
    const { template } = stack;
    const account = this.#account;
    const pseudo: Record<string, unknown> = {
      'AWS::AccountId': account.id,
      'AWS::Region': account.region,
      'AWS::Partition': account.partition,
      'AWS::StackName': stack.name,
      'AWS::StackId': account.arn('cloudformation', `stack/${stack.name}/simulated`),
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::NoValue': undefined,
    };
    const deployed = (logicalId: string): Provisioned => {
      const resource = this.#resources.get(`${stack.name}/${logicalId}`);
      if (resource === undefined) throw new Error(`${stack.name} refers to ${logicalId}, which is not deployed.`);
      return resource.provisioned;
    };
    const scope: Scope = {
      ref: (name) => {
        if (Object.hasOwn(pseudo, name)) return pseudo[name];
        const parameter = template.Parameters?.[name];
        return parameter === undefined ? deployed(name).ref : this.#parameter(name, parameter);
      },
      attribute: (logicalId, attribute) => {
        const { attributes } = deployed(logicalId);
        if (Object.hasOwn(attributes, attribute)) return attributes[attribute];
        const type = template.Resources?.[logicalId]?.Type ?? 'resource';
        throw new NotModelledError(`The attribute ${attribute} of ${logicalId} (${type}) is not modelled.`);
      },
      condition: (name) => evaluateCondition(template.Conditions?.[name], scope),
      importValue: (name) => {
        if (!this.#exports.has(name)) throw new Error(`No export named ${name} found. ${stack.name} needs it.`);
        return this.#exports.get(name);
      },
      findInMap: (map, first, second) => {
        const table = template.Mappings as Readonly<Record<string, Record<string, Record<string, unknown>>>> | undefined;
        const value = table?.[map]?.[first]?.[second];
        if (value === undefined) throw new Error(`${stack.name} has no mapping ${map} of ${first} and ${second}.`);
        return value;
      },
      availabilityZones: (region) => ['a', 'b', 'c'].map((zone) => `${region === '' ? account.region : region}${zone}`),
      dynamicReference: (reference) => `{{resolve:${reference}}}`,
    };
    return scope;
  }

  /** A deployment gives no parameters: each has its default. */
  #parameter(name: string, parameter: { readonly Type: string; readonly Default?: string | number }): unknown {
    if (parameter.Default === undefined) throw new NotModelledError(`The parameter ${name} has no default: giving one is not modelled.`);
    const isSsm = parameter.Type.startsWith('AWS::SSM::Parameter::Value<');
    return isSsm ? this.#account.ssm.publicParameter(String(parameter.Default)) : parameter.Default;
  }
}

async function provision(
  provider: ResourceProvider,
  request: ResourceRequest,
  current: DeployedResource | undefined,
): Promise<Provisioned> {
  if (current === undefined) return provider.create(request);
  if (isDeepStrictEqual(current.request.properties, request.properties)) return current.provisioned;
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
