import { AwsError } from '../../kernel/aws-error.ts';
import { pageOf } from '../paging.ts';

/** What `MaxResults` of an operation may be. */
export interface PageLimits {
  readonly smallest: number;
  readonly largest: number;
}

interface PagedInput {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/** Without `MaxResults` no more than this comes in one answer: who does not page must not see everything by chance. */
const defaultSize = 1000;

/** Most of EC2's listings (API reference: "This value can be between 5 and 1000"). */
export const upTo1000: PageLimits = { smallest: 5, largest: 1000 };
export const upTo255: PageLimits = { smallest: 5, largest: 255 };
export const upTo200: PageLimits = { smallest: 1, largest: 200 };
export const upTo100: PageLimits = { smallest: 1, largest: 100 };

/** One page of a listing, by `MaxResults` and `NextToken`. */
export function ec2Page<T>(items: readonly T[], input: PagedInput, limits: PageLimits): { readonly items: T[]; readonly nextToken: string | undefined } {
  const { MaxResults: size, NextToken: token } = input;
  if (size !== undefined && size < limits.smallest) throw outOfRange(size, `greater than ${limits.smallest}`);
  if (size !== undefined && size > limits.largest) throw outOfRange(size, `less than ${limits.largest}`);
  return pageOf(items, { size, defaultSize: Math.min(defaultSize, limits.largest), token, badToken });
}

export function badToken(): AwsError {
  return new AwsError('InvalidNextToken', 'The specified nextToken is not valid.');
}

function outOfRange(size: number, expected: string): AwsError {
  return new AwsError('InvalidParameterValue', `Value ( ${size} ) for parameter maxResults is invalid. Expecting a value ${expected}.`);
}
