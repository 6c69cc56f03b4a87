/** How commitments are paid for: the same words for EC2, RDS and savings plans. */
export type PaymentOption = 'No Upfront' | 'Partial Upfront' | 'All Upfront';

export type TermYears = 1 | 3;

/** Terms have 365 days a year (EC2 API reference, DescribeReservedInstances: 31536000 | 94608000). */
export function termSeconds(years: TermYears): number {
  return years * 31_536_000;
}

/** When a commitment counts. Epoch milliseconds. */
export interface CommitmentTerm {
  readonly startAt: number;
  readonly years: TermYears;
}

export function endOf({ startAt, years }: CommitmentTerm): number {
  return startAt + termSeconds(years) * 1000;
}

/** Whether it is in force at an instant: from its start to the instant before its end. */
export function isInForce(term: CommitmentTerm, at: number): boolean {
  return term.startAt <= at && at < endOf(term);
}
