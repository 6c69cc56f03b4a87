import { NotModelledError } from '../../kernel/aws-error.ts';
import { knownInstanceTypes } from '../ec2/instance-types.ts';

/** EC2 user guide, "Instance size flexibility": a `2xlarge` is 16, and so on by eights. */
const factors: Readonly<Record<string, number>> = { nano: 0.25, micro: 0.5, small: 1, medium: 2, large: 4, xlarge: 8 };

/** Of a class of database that can burst, the smallest is `micro`; of any other, `large` (RDS user guide, "DB instance classes"). */
const burstableFamily = /^t\d/u;

/** `t3` of `t3.medium`, `m6g` of `db.m6g.large`. */
export function familyOf(type: string): string {
  return type.split('.').at(-2) ?? '';
}

/** How much of a size-flexible reservation one instance takes. */
export function normalizedUnits(type: string): number {
  const size = type.split('.').at(-1) ?? '';
  const multiple = /^(\d+)xlarge$/u.exec(size)?.[1];
  const units = multiple === undefined ? factors[size] : Number(multiple) * 8;
  if (units === undefined) throw new NotModelledError(`The normalisation factor of ${type} is not modelled.`);
  return units;
}

/** What Cost Explorer counts reservations of a family in: its smallest instance type. */
export function smallestInstance(family: string): string {
  const [smallest] = knownInstanceTypes()
    .map(({ name }) => name)
    .filter((name) => familyOf(name) === family)
    .toSorted((left, right) => normalizedUnits(left) - normalizedUnits(right));
  if (smallest === undefined) throw new NotModelledError(`The instance family ${family} is not in the simulated account's table.`);
  return smallest;
}

export function smallestDatabaseClass(family: string): string {
  return `db.${family}.${burstableFamily.test(family) ? 'micro' : 'large'}`;
}
