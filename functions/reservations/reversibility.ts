import type { CommitmentKind } from '../platform/prices.ts';

/** How one gets out of a commitment, by what AWS's guides say; docs/runbooks/reservations.md names the pages. */

const returnable = 'Can be returned in the seven days after it was bought, in the same calendar month, if it is of at most $100 an hour. After that it runs to its end.';
const notReturnable = 'Is of more than $100 an hour, and cannot be returned: it runs to its end.';

/** Savings plans of more an hour are never taken back. */
const returnableUsdPerHour = 100;

export function reversibilityOf(kind: CommitmentKind, commitmentUsdPerHour: number): string {
  switch (kind) {
    case 'ec2-reserved-instance':
      return 'Cannot be cancelled. A standard one can be sold to others after 30 days, with a bank account in the US, if somebody buys it; its size can be changed within the family.';
    case 'ec2-instance-savings-plan':
      return `${returnOf(commitmentUsdPerHour)} It follows other sizes of the family, and no other family or Region.`;
    case 'compute-savings-plan':
      return `${returnOf(commitmentUsdPerHour)} It follows to any family, size and Region, and to Fargate and Lambda.`;
    case 'rds-reserved-instance':
      return 'Cannot be cancelled, sold or exchanged. It is for this engine, this family of classes and this Region.';
    case 'database-savings-plan':
      return `${returnOf(commitmentUsdPerHour)} It follows to other engines and Regions, on classes of the seventh generation and later.`;
  }
}

function returnOf(commitmentUsdPerHour: number): string {
  return commitmentUsdPerHour <= returnableUsdPerHour ? returnable : notReturnable;
}
