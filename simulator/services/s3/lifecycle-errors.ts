import { AwsError } from '../../kernel/aws-error.ts';

/** A document that S3's schema does not let through. */
export function malformed(): AwsError {
  return new AwsError('MalformedXML', 'The XML you provided was not well-formed or did not validate against our published schema');
}

export function invalidRequest(message: string): AwsError {
  return new AwsError('InvalidRequest', message);
}

export function invalidArgument(name: string, value: unknown, message: string): AwsError {
  const text = value instanceof Date ? value.toISOString() : String(value);
  return new AwsError('InvalidArgument', message, { members: { ArgumentName: name, ArgumentValue: text } });
}

/** A number that the schema has as an integer. */
export function refuseFraction(value: number): void {
  if (!Number.isInteger(value)) throw malformed();
}

export function refuseUnlessPositive(field: string, action: string, value: number): void {
  refuseFraction(value);
  if (value < 1) throw invalidArgument(field, value, `'${field}' for ${action} action must be a positive integer`);
}

export function refuseUnlessMidnight(date: Date): void {
  const isMidnight = date.getTime() % 86_400_000 === 0;
  if (!isMidnight) throw invalidArgument('Date', date, "'Date' must be at midnight GMT");
}
