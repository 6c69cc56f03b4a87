/**
 * How much of a size-flexible reservation one instance takes (EC2 user guide, "Instance size flexibility"; RDS user guide,
 * "Size-flexible reserved DB instances"): the same for both.
 */
const factors: Readonly<Record<string, number>> = { nano: 0.25, micro: 0.5, small: 1, medium: 2, large: 4, xlarge: 8 };

/** `t3` of `t3.medium`, `m6g` of `db.m6g.large`. */
export function familyOf(type: string): string {
  return type.split('.').at(-2) ?? '';
}

/** Undefined for what no size-flexible reservation is for, as `metal`. */
export function sizeFactor(type: string): number | undefined {
  const size = type.split('.').at(-1) ?? '';
  const multiple = /^(\d+)xlarge$/u.exec(size)?.[1];
  if (multiple !== undefined) return Number(multiple) * 8;
  return Object.hasOwn(factors, size) ? factors[size] : undefined;
}

/** How many instances of `wanted` one instance of `type` stands for; none of another family. */
export function instancesFor(type: string, wanted: string): number {
  if (type === wanted) return 1;
  const [each, one] = [sizeFactor(type), sizeFactor(wanted)];
  return familyOf(type) !== familyOf(wanted) || each === undefined || one === undefined ? 0 : each / one;
}

/**
 * Whether a database savings plan is for this class: instances of the seventh generation and later, none that can burst, whose
 * generations are counted otherwise (AWS, "Database Savings Plans", December 2025).
 */
export function isPlanEligible(instanceClass: string): boolean {
  const [, series = '', generation = ''] = /^([a-z]+)(\d+)/u.exec(familyOf(instanceClass)) ?? [];
  return series !== 't' && Number(generation) >= 7;
}
