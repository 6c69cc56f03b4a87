import { CfnResource, Stack } from 'aws-cdk-lib';
import { z } from 'zod';

/** An intrinsic function of a template, such as `{ Ref: 'Group' }`: CloudFormation puts a text in its place. */
export type Intrinsic = Readonly<Record<string, unknown>>;

/** A text of a template that may not be known before deployment. */
export type Text = string | Intrinsic;

/** A document before deployment: each of its texts may still be an intrinsic function. */
export type Undeployed<T> = T extends string ? Text : T extends object ? { readonly [K in keyof T]: Undeployed<T[K]> } : T;

/** A resource as the template of its stack has it. */
export interface TemplateResource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

const rendered = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Properties: z.record(z.string(), z.unknown()).default({}),
      Metadata: z.record(z.string(), z.unknown()).default({}),
    }),
  ),
});

/**
 * Resources of some types as they will stand in the template of a stack. References to other stacks are right only once
 * synthesis has spelled them out, so this is called while the template is written and not before.
 *
 * The template is asked, not the classes of the CDK: it alone has what was merged, overridden, or made without a class.
 */
export function templateResources(stack: Stack, types: readonly string[]): TemplateResource[] {
  return resourcesOfTypes(stack, types).map((resource) => {
    // Marked as internal, and yet what every template is written with; a test would not survive its absence.
    const render: unknown = Reflect.get(resource, '_toCloudFormation');
    if (typeof render !== 'function') throw new Error(`${resource.node.path} cannot be rendered: the CDK has changed.`);
    const { Resources: resources } = rendered.parse(stack.resolve(render.call(resource)));
    const [[logicalId, found] = []] = Object.entries(resources);
    if (logicalId === undefined || found === undefined) throw new Error(`${resource.node.path} renders to nothing.`);
    return { logicalId, type: found.Type, properties: found.Properties, metadata: found.Metadata };
  });
}

/** Resources of some types that were constructed in a stack so far. */
export function resourcesOfTypes(stack: Stack, types: readonly string[]): CfnResource[] {
  return stack.node
    .findAll()
    .filter(CfnResource.isCfnResource)
    .filter((resource) => Stack.of(resource) === stack && types.includes(resource.cfnResourceType));
}

export function isIntrinsic(value: unknown): value is Intrinsic {
  if (typeof value !== 'object' || value === null) return false;
  const [key, ...others] = Object.keys(value);
  return key !== undefined && others.length === 0 && (key === 'Ref' || key.startsWith('Fn::'));
}

/** The logical id that a `Ref` or a `Fn::GetAtt` is about; undefined for anything else. */
export function referredId(value: unknown): string | undefined {
  if (!isIntrinsic(value)) return undefined;
  const [name, argument] = Object.entries(value)[0] ?? [];
  if (name === 'Ref') return String(argument);
  if (name !== 'Fn::GetAtt') return undefined;
  return String(Array.isArray(argument) ? argument[0] : String(argument).split('.')[0]);
}

export function attributeOf(logicalId: string, attribute: string): Intrinsic {
  return { 'Fn::GetAtt': [logicalId, attribute] };
}

export function referenceTo(logicalId: string): Intrinsic {
  return { Ref: logicalId };
}

/** A text of a template, or a function that gives one. */
export const textSchema = z.union([z.string(), z.custom<Intrinsic>(isIntrinsic, 'a text or an intrinsic function')]);
