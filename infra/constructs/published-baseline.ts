import { Lazy, Stack, Token } from 'aws-cdk-lib';
import { CfnParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { BaselineKind } from '../../functions/compliance/baseline.ts';
import { declaredGroupTypes, declareGroups, groupTypes } from '../baseline/declared-groups.ts';
import { declareMemberships, memberTypes } from '../baseline/declared-memberships.ts';
import { declaredRoleTypes, declareRoles, roleTypes } from '../baseline/declared-roles.ts';
import { isIntrinsic, resourcesOfTypes, templateResources } from '../baseline/template-resources.ts';

export interface PublishedBaselineProps {
  /** `production`: part of the names of the parameters. */
  readonly environment: string;
  /**
   * The stack whose resources are declared. Another one than that of the scope when it stands in another Region, where
   * nobody reads parameters: then only its roles are declared, which have no Region, by names written down.
   * @default the stack of the scope
   */
  readonly source?: Stack;
}

/** Per kind: what has a document, what it is put together from, and how. */
const kinds = {
  'security-groups': { declared: declaredGroupTypes, read: groupTypes, declare: declareGroups },
  memberships: { declared: memberTypes, read: memberTypes, declare: declareMemberships },
  roles: { declared: declaredRoleTypes, read: roleTypes, declare: declareRoles },
} as const satisfies Readonly<Record<BaselineKind, unknown>>;

/** What parameters hold, by tier. Source: Systems Manager user guide, "Managing parameter tiers". */
const maxStandardBytes = 4096;
const maxAdvancedBytes = 8192;

/** Longer than nearly every ARN and name that CloudFormation may put in. Wrong on the long side, it costs nothing. */
const intrinsicBytes = 120;

/** Pseudo parameters that mean the same in every Region. */
const globalParameters: readonly unknown[] = ['AWS::AccountId', 'AWS::Partition'];

/**
 * What the security groups, memberships and roles of a stack should look like, for the functions that look for drift:
 * one parameter a document, `/webmarket/<environment>/baseline/<kind>/<stack>-<resource>`, in the shapes of
 * `functions/compliance/baseline.ts`. It is derived from the template itself, in the stack of the resources, so it
 * changes with them and adds no reference between stacks.
 *
 * Construct it after everything else of its stack: what comes later is not declared.
 */
export class PublishedBaseline extends Construct {
  readonly #source: Stack;
  readonly #isForeign: boolean;
  readonly #documents = new Map<BaselineKind, ReadonlyMap<string, unknown>>();

  constructor(scope: Construct, id: string, props: PublishedBaselineProps) {
    super(scope, id);
    this.#source = props.source ?? Stack.of(this);
    this.#isForeign = this.#source !== Stack.of(this);
    const published = this.#isForeign ? (['roles'] as const) : (Object.keys(kinds) as BaselineKind[]);
    for (const kind of published) {
      for (const resource of resourcesOfTypes(this.#source, kinds[kind].declared)) {
        const logicalId = this.#source.getLogicalId(resource);
        this.#publish(kind, logicalId, `/webmarket/${props.environment}/baseline/${kind}/${this.#source.node.id}-${logicalId}`);
      }
    }
  }

  #publish(kind: BaselineKind, logicalId: string, name: string): void {
    new CfnParameter(this, `${kind}-${logicalId}`, {
      name,
      type: 'String',
      description: `Declared by ${this.#source.stackName}: ${kind}.`,
      tier: whenWritten(() => (estimateBytes(this.#document(kind, logicalId)) > maxStandardBytes ? 'Intelligent-Tiering' : 'Standard')),
      value: whenWritten(() => this.#render(name, this.#document(kind, logicalId))),
    });
  }

  #document(kind: BaselineKind, logicalId: string): unknown {
    let documents = this.#documents.get(kind);
    if (documents === undefined) {
      const { read, declare } = kinds[kind];
      documents = declare(this.#source.stackName, templateResources(this.#source, read));
      this.#documents.set(kind, documents);
    }
    return documents.get(logicalId);
  }

  #render(name: string, document: unknown): string {
    const leastBytes = estimateBytes(document, 0);
    if (leastBytes > maxAdvancedBytes) {
      throw new Error(
        `The baseline document ${name} has ${leastBytes} bytes before its references are resolved, expected at most ${maxAdvancedBytes}: split what it declares, or move policies of the role into managed policies.`,
      );
    }
    if (this.#isForeign) refuseLocalReferences(name, document);
    return Stack.of(this).toJsonString(asTokens(document));
  }
}

/**
 * A text made while the template is written. References between stacks are spelled out after the first pass of synthesis,
 * in which nothing new is to be found: what a document refers to, its resource refers to as well.
 */
function whenWritten(value: () => string): string {
  return Lazy.uncachedString({ produce: ({ preparing }) => (preparing ? '' : value()) });
}

/** Makes the functions of a template recognisable to `toJsonString`, which leaves plain objects as they are. */
function asTokens(value: unknown): unknown {
  if (isIntrinsic(value)) return Token.asString(value);
  if (Array.isArray(value)) return value.map(asTokens);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, nested]) => [key, asTokens(nested)]));
}

function estimateBytes(document: unknown, bytesOfIntrinsic = intrinsicBytes): number {
  const placeholder = 'x'.repeat(bytesOfIntrinsic);
  return Buffer.byteLength(JSON.stringify(document, (_key, value: unknown) => (isOpaque(value) ? placeholder : flatten(value))));
}

/** A function of which nothing is known before deployment; the fixed parts of a joined text are. */
function isOpaque(value: unknown): boolean {
  return isIntrinsic(value) && !('Fn::Join' in value);
}

function flatten(value: unknown): unknown {
  return isIntrinsic(value) ? Object.values(value)[0] : value;
}

/** A reference or the Region of the other stack would resolve to something else here, or to nothing. */
function refuseLocalReferences(name: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  if (isIntrinsic(value) && !('Fn::Join' in value)) {
    if (globalParameters.includes(value['Ref'])) return;
    throw new Error(`The baseline document ${name} holds ${JSON.stringify(value)}, which another Region cannot resolve: give the role a name, and its policies ARNs written out.`);
  }
  for (const nested of Object.values(value)) refuseLocalReferences(name, nested);
}
