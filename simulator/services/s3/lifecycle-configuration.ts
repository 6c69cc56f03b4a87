import type { LifecycleRule, TransitionDefaultMinimumObjectSize } from '@aws-sdk/client-s3';
import { invalidRequest, malformed } from './lifecycle-errors.ts';
import { refuseInvalidRules } from './lifecycle-rules.ts';

/** A bucket's lifecycle, in the shapes of the SDK. */
export interface LifecycleConfiguration {
  readonly Rules: readonly LifecycleRule[];
  readonly TransitionDefaultMinimumObjectSize: TransitionDefaultMinimumObjectSize;
}

const minimumSizeModes: ReadonlySet<string> = new Set(['all_storage_classes_128K', 'varies_by_storage_class']);

/** `value` is kept as it is; a shape or a list of one is gone into. */
type Shape = 'value' | readonly [Shape] | { readonly [member: string]: Shape };

const tag = { Key: 'value', Value: 'value' } as const;
const sizes = { ObjectSizeGreaterThan: 'value', ObjectSizeLessThan: 'value' } as const;
const ruleShape = {
  ID: 'value',
  Prefix: 'value',
  Filter: { Prefix: 'value', Tag: tag, ...sizes, And: { Prefix: 'value', Tags: [tag], ...sizes } },
  Status: 'value',
  Expiration: { Date: 'value', Days: 'value', ExpiredObjectDeleteMarker: 'value' },
  Transitions: [{ Date: 'value', Days: 'value', StorageClass: 'value' }],
  NoncurrentVersionTransitions: [{ NoncurrentDays: 'value', StorageClass: 'value', NewerNoncurrentVersions: 'value' }],
  NoncurrentVersionExpiration: { NoncurrentDays: 'value', NewerNoncurrentVersions: 'value' },
  AbortIncompleteMultipartUpload: { DaysAfterInitiation: 'value' },
} as const satisfies Shape;

/**
 * The configuration that a request asks for. Throws what S3 answers to one that it does not take.
 *
 * @param newId gives a name to a rule that has none
 */
export function configurationOf(rules: readonly LifecycleRule[] | undefined, minimumSize: string | undefined, newId: () => string): LifecycleConfiguration {
  const mode = minimumSize ?? 'all_storage_classes_128K';
  if (!minimumSizeModes.has(mode)) throw invalidRequest(`Invalid TransitionDefaultMinimumObjectSize found: ${mode}`);
  if (rules === undefined) throw malformed();
  const kept = rules.map((rule) => keep(rule, ruleShape) as LifecycleRule);
  refuseInvalidRules(kept);
  const named = kept.map((rule): LifecycleRule => (isNamed(rule) ? rule : { ...rule, ID: newId() }));
  return { Rules: named, TransitionDefaultMinimumObjectSize: mode as TransitionDefaultMinimumObjectSize };
}

/** A copy that its reader may change without changing the account. */
export function copyOf(configuration: LifecycleConfiguration): { Rules: LifecycleRule[]; TransitionDefaultMinimumObjectSize: TransitionDefaultMinimumObjectSize } {
  return {
    Rules: configuration.Rules.map((rule) => keep(rule, ruleShape) as LifecycleRule),
    TransitionDefaultMinimumObjectSize: configuration.TransitionDefaultMinimumObjectSize,
  };
}

function isNamed({ ID: id }: LifecycleRule): boolean {
  return id !== undefined && id !== '';
}

/** What of a value reaches S3: members that the API has, and that have a value. Empty lists leave no trace in the request. */
function keep(value: unknown, shape: Shape): unknown {
  if (value === undefined || value === null) return undefined;
  if (shape === 'value') return value instanceof Date ? new Date(value) : value;
  if (isList(shape)) return Array.isArray(value) && value.length > 0 ? value.map((item) => keep(item, shape[0])) : undefined;
  const members = value as Readonly<Record<string, unknown>>;
  const kept = Object.entries(shape).map(([name, inner]): [string, unknown] => [name, keep(members[name], inner)]);
  return Object.fromEntries(kept.filter(([, inner]) => inner !== undefined));
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}
