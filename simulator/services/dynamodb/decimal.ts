import { AwsError } from '../../kernel/aws-error.ts';

/** An exact decimal: coefficient × 10^exponent. */
interface Decimal {
  readonly coefficient: bigint;
  readonly exponent: number;
}

const maxDigits = 38;

/** Reads a number as DynamoDB does: up to 38 significant digits (developer guide, "Data types: Number"). */
function parse(text: string): Decimal {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?\s*$/u.exec(text) ?? [];
  if (whole === '' && fraction === '') {
    throw new AwsError('ValidationException', `A value provided cannot be converted into a number`);
  }
  return { coefficient: BigInt(`${sign === '-' ? '-' : ''}${whole}${fraction}`), exponent: Number(exponent) - fraction.length };
}

/** Both with the smaller of the two exponents. */
function align(left: Decimal, right: Decimal): readonly [bigint, bigint, number] {
  const exponent = Math.min(left.exponent, right.exponent);
  const scaled = (value: Decimal): bigint => value.coefficient * 10n ** BigInt(value.exponent - exponent);
  return [scaled(left), scaled(right), exponent];
}

function format({ coefficient, exponent }: Decimal): string {
  if (coefficient === 0n) return '0';
  const isNegative = coefficient < 0n;
  const allDigits = (isNegative ? -coefficient : coefficient).toString();
  const digits = allDigits.replace(/0+$/u, '');
  if (digits.length > maxDigits) {
    throw new AwsError('ValidationException', 'Attempting to store more than 38 significant digits in a Number');
  }
  const scale = exponent + allDigits.length - digits.length;
  return `${isNegative ? '-' : ''}${place(digits, scale)}`;
}

function place(digits: string, scale: number): string {
  if (scale >= 0) return digits + '0'.repeat(scale);
  const point = digits.length + scale;
  return point > 0 ? `${digits.slice(0, point)}.${digits.slice(point)}` : `0.${'0'.repeat(-point)}${digits}`;
}

/** The one spelling in which DynamoDB gives a number back. */
export function normaliseNumber(text: string): string {
  return /^-?[1-9]\d{0,14}$/u.test(text) ? text : format(parse(text));
}

/** Negative, zero or positive. */
export function compareNumbers(left: string, right: string): number {
  const [first, second] = [Number(left), Number(right)];
  if (Number.isSafeInteger(first) && Number.isSafeInteger(second)) return first - second;
  const [a, b] = align(parse(left), parse(right));
  return a < b ? -1 : Number(a > b);
}

export function addNumbers(left: string, right: string): string {
  const [a, b, exponent] = align(parse(left), parse(right));
  return format({ coefficient: a + b, exponent });
}

export function subtractNumbers(left: string, right: string): string {
  const [a, b, exponent] = align(parse(left), parse(right));
  return format({ coefficient: a - b, exponent });
}
