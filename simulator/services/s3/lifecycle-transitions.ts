import type { LifecycleRule } from '@aws-sdk/client-s3';
import { invalidArgument, invalidRequest, malformed, refuseFraction, refuseUnlessMidnight, refuseUnlessPositive } from './lifecycle-errors.ts';
import { describePredicates, predicatesOf } from './lifecycle-filter.ts';

const dayMilliseconds = 86_400_000;
/** Days that an object must be old before it goes to a class of infrequent access, and that it stays there in the same rule. */
const infrequentAccessDays = 30;
const infrequentAccess: ReadonlySet<string> = new Set(['STANDARD_IA', 'ONEZONE_IA']);
/** Days that an object stays in an archive class before the same rule moves it on. */
const archiveDays = 90;
const archives: ReadonlySet<string> = new Set(['GLACIER_IR', 'GLACIER']);

/** From where an object can go to where (user guide, "Transitioning objects using Amazon S3 Lifecycle"), warmest first. */
const waterfall: Readonly<Record<string, readonly string[]>> = {
  STANDARD: ['STANDARD_IA', 'INTELLIGENT_TIERING', 'ONEZONE_IA', 'GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE'],
  REDUCED_REDUNDANCY: ['STANDARD_IA', 'INTELLIGENT_TIERING', 'ONEZONE_IA', 'GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE'],
  STANDARD_IA: ['INTELLIGENT_TIERING', 'ONEZONE_IA', 'GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE'],
  INTELLIGENT_TIERING: ['ONEZONE_IA', 'GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE'],
  ONEZONE_IA: ['GLACIER', 'DEEP_ARCHIVE'],
  GLACIER_IR: ['GLACIER', 'DEEP_ARCHIVE'],
  GLACIER: ['DEEP_ARCHIVE'],
};
const targets: readonly string[] = waterfall['STANDARD'] ?? [];

export function canMove(from: string, to: string): boolean {
  return waterfall[from]?.includes(to) === true;
}

/** A transition of current or of noncurrent versions. */
interface Step {
  readonly storageClass: string;
  /** Days, or days since the epoch where the rule gives dates. */
  readonly day: number;
  readonly isDate: boolean;
  readonly given: number | Date;
}

/** What S3's messages call the steps of a rule. */
interface Wording {
  readonly action: 'Transition' | 'NoncurrentVersionTransition';
  readonly expiration: 'Expiration' | 'NoncurrentVersionExpiration';
  readonly days: 'Days' | 'NoncurrentDays';
  readonly filter: string;
}

const currentWording = { action: 'Transition', expiration: 'Expiration', days: 'Days' } as const;
const noncurrentWording = {
  action: 'NoncurrentVersionTransition', expiration: 'NoncurrentVersionExpiration', days: 'NoncurrentDays',
} as const;

/** Throws what S3 answers to transitions that it does not take, alone, together, or with the rule's expiration. */
export function refuseInvalidTransitions(rule: LifecycleRule): void {
  const filter = describePredicates(predicatesOf(rule));
  const current = { ...currentWording, filter };
  const noncurrent = { ...noncurrentWording, filter };
  const steps = (rule.Transitions ?? []).map(({ Date: date, Days: days, StorageClass: storageClass }) => stepOf(storageClass, days, date, current));
  refuseDisorder(steps, current);
  const { Date: date, Days: days } = rule.Expiration ?? {};
  if (date !== undefined) refuseLateSteps(steps, date.getTime() / dayMilliseconds, true, current);
  if (days !== undefined) refuseLateSteps(steps, days, false, current);
  const noncurrentSteps = (rule.NoncurrentVersionTransitions ?? []).map((transition) => {
    const { NewerNoncurrentVersions: newer } = transition;
    if (newer !== undefined) refuseUnlessPositive('NewerNoncurrentVersions', 'NoncurrentVersionTransition', newer);
    return stepOf(transition.StorageClass, transition.NoncurrentDays, undefined, noncurrent);
  });
  refuseDisorder(noncurrentSteps, noncurrent);
  const { NoncurrentDays: noncurrentDays } = rule.NoncurrentVersionExpiration ?? {};
  if (noncurrentDays !== undefined) refuseLateSteps(noncurrentSteps, noncurrentDays, false, noncurrent);
}

function stepOf(storageClass: string | undefined, days: number | undefined, date: Date | undefined, { action, days: field }: Wording): Step {
  if (storageClass === undefined || !targets.includes(storageClass)) throw malformed();
  if (date !== undefined && days === undefined) {
    refuseUnlessMidnight(date);
    return { storageClass, day: date.getTime() / dayMilliseconds, isDate: true, given: date };
  }
  if (days === undefined || date !== undefined) throw malformed();
  refuseFraction(days);
  if (days < 0) throw invalidArgument(field, days, `'${field}' in ${action} action must be nonnegative`);
  if (infrequentAccess.has(storageClass) && days < infrequentAccessDays) {
    const message = `'${field}' in ${action} action must be greater than or equal to ${infrequentAccessDays} for storageClass '${storageClass}'`;
    throw invalidArgument(field, days, message);
  }
  return { storageClass, day: days, isDate: false, given: days };
}

/** Each class once, all by days or all by date, the colder later, and late enough after the warmer. */
function refuseDisorder(steps: readonly Step[], wording: Wording): void {
  const { action, filter } = wording;
  if (new Set(steps.map(({ storageClass }) => storageClass)).size < steps.length) {
    throw invalidRequest(`'StorageClass' must be different for '${action}' actions in same 'Rule' with filter '${filter}'`);
  }
  if (new Set(steps.map(({ isDate }) => isDate)).size > 1) {
    throw invalidRequest(`Found mixed 'Date' and 'Days' based ${action} actions in lifecycle rule for filter '${filter}'`);
  }
  const sorted = steps.toSorted((left, right) => targets.indexOf(left.storageClass) - targets.indexOf(right.storageClass));
  for (const [index, colder] of sorted.entries()) {
    for (const warmer of sorted.slice(0, index)) refuseHaste(warmer, colder, wording);
  }
}

function refuseHaste(warmer: Step, colder: Step, { action, days, filter }: Wording): void {
  const field = colder.isDate ? 'Date' : days;
  const gapDays = colder.day - warmer.day;
  const minimumDays = infrequentAccess.has(warmer.storageClass) ? infrequentAccessDays : archives.has(warmer.storageClass) ? archiveDays : 0;
  if (gapDays <= 0) {
    const at = (storageClass: string) => `in the ${action} action for StorageClass '${storageClass}' for filter '${filter}'`;
    const message = `'${field}' ${at(colder.storageClass)} must be greater than '${field}' ${at(warmer.storageClass)}`;
    throw invalidArgument(field, colder.given, message);
  }
  if (gapDays < minimumDays) {
    const than = `'filter '${filter}'' in the '${action}' action for StorageClass '${warmer.storageClass}'`;
    const what = `'${field}' in the '${action}' action for StorageClass '${colder.storageClass}' for filter '${filter}'`;
    throw invalidArgument(field, colder.given, `${what} must be ${minimumDays} days more than ${than}`);
  }
}

function refuseLateSteps(steps: readonly Step[], expiresAt: number, isDate: boolean, { action, expiration, days, filter }: Wording): void {
  if (steps.some((step) => step.isDate !== isDate)) {
    throw invalidRequest(`Found mixed 'Date' and 'Days' based ${expiration} and ${action} actions in lifecycle rule for filter '${filter}'`);
  }
  if (steps.every(({ day }) => day < expiresAt)) return;
  const field = isDate ? 'Date' : days;
  const given = isDate ? new Date(expiresAt * dayMilliseconds) : expiresAt;
  const message = `'${field}' in the ${expiration} action for filter '${filter}' must be greater than '${field}' in the ${action} action`;
  throw invalidArgument(field, given, message);
}
