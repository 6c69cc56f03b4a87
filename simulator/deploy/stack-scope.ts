import type { Account } from '../kernel/account.ts';
import { NotModelledError } from '../kernel/aws-error.ts';
import type { Stack } from '../services/cloudformation.ts';
import type { Template } from './assembly.ts';
import { evaluateCondition, type Scope } from './intrinsics.ts';
import type { Provisioned } from './provider.ts';

export interface StackSurroundings {
  readonly account: Account;
  readonly stack: Stack;
  readonly template: Template;
  /** What stands under a logical id of this stack, or undefined. */
  readonly deployed: (logicalId: string) => Provisioned | undefined;
  /** Exports of the stacks of this Region, by name. */
  readonly exports: ReadonlyMap<string, unknown>;
}

/** What the intrinsic functions of a stack's template refer to. */
export function scopeOf({ account, stack, template, deployed, exports }: StackSurroundings): Scope {
  const pseudo: Readonly<Record<string, unknown>> = {
    'AWS::AccountId': account.id,
    'AWS::Region': stack.region,
    'AWS::Partition': account.partition,
    'AWS::StackName': stack.name,
    'AWS::StackId': stack.id,
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::NoValue': undefined,
  };
  const standing = (logicalId: string): Provisioned => {
    const resource = deployed(logicalId);
    if (resource === undefined) throw new Error(`${stack.name} refers to ${logicalId}, which is not deployed.`);
    return resource;
  };
  const scope: Scope = {
    ref: (name) => {
      if (Object.hasOwn(pseudo, name)) return pseudo[name];
      const parameter = template.Parameters?.[name];
      return parameter === undefined ? standing(name).ref : parameterValue(account, name, parameter);
    },
    attribute: (logicalId, attribute) => {
      const { attributes } = standing(logicalId);
      if (Object.hasOwn(attributes, attribute)) return attributes[attribute];
      const type = template.Resources?.[logicalId]?.Type ?? 'resource';
      throw new NotModelledError(`The attribute ${attribute} of ${logicalId} (${type}) is not modelled.`);
    },
    condition: (name) => evaluateCondition(template.Conditions?.[name], scope),
    importValue: (name) => {
      if (!exports.has(name)) throw new Error(`No export named ${name} found. ${stack.name} needs it.`);
      return exports.get(name);
    },
    findInMap: (map, first, second) => {
      const table = template.Mappings as Readonly<Record<string, Record<string, Record<string, unknown>>>> | undefined;
      const value = table?.[map]?.[first]?.[second];
      if (value === undefined) throw new Error(`${stack.name} has no mapping ${map} of ${first} and ${second}.`);
      return value;
    },
    availabilityZones: (region) => ['a', 'b', 'c'].map((zone) => `${region === '' ? stack.region : region}${zone}`),
    dynamicReference: (reference) => `{{resolve:${reference}}}`,
  };
  return scope;
}

/** A deployment gives no parameters: each has its default. */
function parameterValue(account: Account, name: string, parameter: NonNullable<Template['Parameters']>[string]): unknown {
  if (parameter.Default === undefined) throw new NotModelledError(`The parameter ${name} has no default: giving one is not modelled.`);
  const isSsm = parameter.Type.startsWith('AWS::SSM::Parameter::Value<');
  return isSsm ? account.ssm.publicParameter(String(parameter.Default)) : parameter.Default;
}
