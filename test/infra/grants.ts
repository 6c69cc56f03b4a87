import type { Template } from 'aws-cdk-lib/assertions';
import type { WebMarketApp } from '../../infra/application.ts';
import { resourcesOf, templatesOf, type TemplateResource } from './synthesis.ts';

export interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

export interface Grant {
  /** What the role is of, without hash: `LifecycleWriteBucket`. */
  readonly of: string;
  readonly statement: Statement;
}

export function statementsOf({ Properties }: TemplateResource): readonly Statement[] {
  return (Properties['PolicyDocument'] as { readonly Statement: readonly Statement[] }).Statement;
}

export function actionsOf({ Action }: Statement): readonly string[] {
  return [Action].flat();
}

/** Every statement in a policy of a role, of whatever stack. Boundaries, which give nothing, are not among them. */
export function grantsOf(app: WebMarketApp): readonly Grant[] {
  return templatesOf(app)
    .flatMap(({ template }) => resourcesOf(template, 'AWS::IAM::Policy'))
    .flatMap((policy) => statementsOf(policy).map((statement) => ({ of: rolesOf(policy), statement })));
}

/** Those that allow an action of which the pattern speaks, or an action pattern that takes in all of a service. */
export function allowing(grants: readonly Grant[], pattern: RegExp): readonly Grant[] {
  return grants.filter(({ statement }) => statement.Effect === 'Allow' && actionsOf(statement).some((action) => action === '*' || pattern.test(action)));
}

function rolesOf({ Properties }: TemplateResource): string {
  return (Properties['Roles'] as readonly { readonly Ref: string }[]).map(({ Ref }) => Ref.replace(/Role[0-9A-F]{8}$/u, '')).join();
}

/** The one resource of a type whose logical id begins so. */
export function resourceNamed(template: Template, type: string, beginning: string): TemplateResource {
  const [found, ...others] = resourcesOf(template, type).filter(({ logicalId }) => logicalId.startsWith(beginning));
  if (found === undefined || others.length > 0) throw new Error(`There are ${others.length + (found === undefined ? 0 : 1)} resources ${type} ${beginning}, expected one.`);
  return found;
}

/** What refers to something as a text that can be compared, in its own stack and in others: `<EvidenceBucketArn>`. */
export function spell(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[name, argument] = ['', '']] = Object.entries(value as object);
  if (name === 'Fn::Join') return (argument as [string, unknown[]])[1].map(spell).join('');
  const text = [argument].flat().join('').replace('AWS::', '');
  return `<${text.replace(/^[\w-]+:ExportsOutput(?:Ref|FnGetAtt)/u, '').replaceAll(/[0-9A-F]{8}/gu, '')}>`;
}

/** A template's value with everything that refers to something spelled out. */
export function spelledOut(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(spelledOut);
  if (typeof value !== 'object' || value === null) return value;
  const [name = '', ...others] = Object.keys(value);
  if (others.length === 0 && (name === 'Ref' || name.startsWith('Fn::'))) return spell(value);
  return Object.fromEntries(Object.entries(value).map(([key, nested]) => [key, spelledOut(nested)]));
}
