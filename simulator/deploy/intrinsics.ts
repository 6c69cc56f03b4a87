import { NotModelledError } from '../kernel/aws-error.ts';

/** What an intrinsic function may ask of the stack that it stands in. */
export interface Scope {
  /** `Ref` of a resource, parameter or pseudo parameter. `AWS::NoValue` gives undefined. */
  ref(name: string): unknown;
  attribute(logicalId: string, attribute: string): unknown;
  condition(name: string): boolean;
  importValue(exportName: string): unknown;
  findInMap(map: string, first: string, second: string): unknown;
  availabilityZones(region: string): readonly string[];
  dynamicReference(reference: string): string;
}

type Arguments = readonly unknown[];

/** Resolves every intrinsic function in `value`. An unknown one throws, naming itself. */
export function resolve(value: unknown, scope: Scope): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(/\{\{resolve:([^}]+)\}\}/gu, (_match, reference: string) => scope.dynamicReference(reference));
  }
  if (Array.isArray(value)) {
    return value.map((item: unknown) => resolve(item, scope)).filter((item) => item !== undefined);
  }
  if (value === null || typeof value !== 'object') return value;
  const call = intrinsicOf(value);
  if (call !== undefined) return evaluate(call.name, call.argument, scope);
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => [key, resolve(item, scope)]);
  return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
}

/** Logical ids and parameters that `value` refers to, in it and in `Fn::Sub` texts. */
export function referencesIn(value: unknown, references = new Set<string>()): Set<string> {
  if (Array.isArray(value)) {
    for (const item of value) referencesIn(item, references);
    return references;
  }
  if (value === null || typeof value !== 'object') return references;
  const call = intrinsicOf(value);
  if (call?.name === 'Ref') references.add(String(call.argument));
  if (call?.name === 'Fn::GetAtt') references.add(attributeParts(call.argument).logicalId);
  if (call?.name === 'Fn::Sub') {
    const text = Array.isArray(call.argument) ? String(call.argument[0]) : String(call.argument);
    for (const [, name] of text.matchAll(/\$\{([^!}][^}]*)\}/gu)) references.add((name ?? '').split('.')[0] ?? '');
  }
  for (const item of Object.values(value)) referencesIn(item, references);
  return references;
}

/** Evaluates a condition of a template's `Conditions`. */
export function evaluateCondition(value: unknown, scope: Scope): boolean {
  if (typeof value === 'boolean') return value;
  const call = value !== null && typeof value === 'object' ? intrinsicOf(value) : undefined;
  const operands = (): Arguments => (Array.isArray(call?.argument) ? call.argument : [call?.argument]);
  switch (call?.name) {
    case 'Condition':
      return scope.condition(String(call.argument));
    case 'Fn::Equals': {
      const [left, right] = operands();
      return JSON.stringify(resolve(left, scope)) === JSON.stringify(resolve(right, scope));
    }
    case 'Fn::Not':
      return !evaluateCondition(operands()[0], scope);
    case 'Fn::And':
      return operands().every((operand) => evaluateCondition(operand, scope));
    case 'Fn::Or':
      return operands().some((operand) => evaluateCondition(operand, scope));
    default:
      throw new NotModelledError(`The condition ${JSON.stringify(value)} is not modelled.`);
  }
}

function intrinsicOf(value: object): { name: string; argument: unknown } | undefined {
  const keys = Object.keys(value);
  const [name] = keys;
  if (keys.length !== 1 || name === undefined) return undefined;
  if (name !== 'Ref' && name !== 'Condition' && !name.startsWith('Fn::')) return undefined;
  const argument = (value as Record<string, unknown>)[name];
  // A policy statement may have a member `Condition`, which is an object; the intrinsic names a condition.
  if (name === 'Condition' && typeof argument !== 'string') return undefined;
  return { name, argument };
}

function evaluate(name: string, argument: unknown, scope: Scope): unknown {
  if (name === 'Ref') return scope.ref(String(argument));
  if (name === 'Fn::If') return evaluateIf(argument, scope);
  if (name === 'Fn::Sub') return substitute(argument, scope);
  if (name === 'Fn::GetAtt') {
    const { logicalId, attribute } = attributeParts(argument);
    return scope.attribute(logicalId, attribute);
  }
  const resolved = resolve(argument, scope);
  switch (name) {
    case 'Fn::Join': {
      const [separator, parts] = resolved as [string, Arguments];
      return parts.map(String).join(separator);
    }
    case 'Fn::Select': {
      const [index, list] = resolved as [string | number, Arguments];
      return list[Number(index)];
    }
    case 'Fn::Split': {
      const [separator, text] = resolved as [string, string];
      return text.split(separator);
    }
    case 'Fn::GetAZs':
      return scope.availabilityZones(String(resolved));
    case 'Fn::ImportValue':
      return scope.importValue(String(resolved));
    case 'Fn::Base64':
      return Buffer.from(String(resolved)).toString('base64');
    case 'Fn::FindInMap': {
      const [map, first, second] = resolved as [string, string, string];
      return scope.findInMap(map, first, second);
    }
    default:
      throw new NotModelledError(`The intrinsic function ${name} is not modelled.`);
  }
}

function evaluateIf(argument: unknown, scope: Scope): unknown {
  const [condition, whenTrue, whenFalse] = argument as [string, unknown, unknown];
  return resolve(scope.condition(condition) ? whenTrue : whenFalse, scope);
}

function substitute(argument: unknown, scope: Scope): string {
  const [text, variables] = (Array.isArray(argument) ? argument : [argument, {}]) as [string, Record<string, unknown>];
  return text.replaceAll(/\$\{(!?)([^}]+)\}/gu, (_match, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`;
    if (Object.hasOwn(variables, name)) return String(resolve(variables[name], scope));
    const [logicalId, ...attribute] = name.split('.');
    return String(attribute.length === 0 ? scope.ref(name) : scope.attribute(logicalId ?? '', attribute.join('.')));
  });
}

function attributeParts(argument: unknown): { logicalId: string; attribute: string } {
  const parts = Array.isArray(argument) ? argument.map(String) : String(argument).split('.');
  return { logicalId: parts[0] ?? '', attribute: parts.slice(1).join('.') };
}
