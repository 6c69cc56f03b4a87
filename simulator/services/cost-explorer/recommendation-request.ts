import { AwsError, NotModelledError } from '../../kernel/aws-error.ts';
import type { TermYears } from './commitments.ts';
import type { OfferPayment } from './prices.ts';

const terms: Readonly<Record<string, TermYears>> = { ONE_YEAR: 1, THREE_YEARS: 3 };
const payments: Readonly<Record<string, OfferPayment>> = { NO_UPFRONT: 'no-upfront', PARTIAL_UPFRONT: 'partial-upfront', ALL_UPFRONT: 'all-upfront' };
const lookBackDays: Readonly<Record<string, number>> = { SEVEN_DAYS: 7, THIRTY_DAYS: 30, SIXTY_DAYS: 60 };

/** What both kinds of recommendation are asked by. */
export interface RecommendationRequest {
  readonly years: TermYears;
  readonly payment: OfferPayment;
  readonly days: number;
}

interface RecommendationInput {
  readonly TermInYears?: string | undefined;
  readonly PaymentOption?: string | undefined;
  readonly LookbackPeriodInDays?: string | undefined;
  readonly AccountScope?: string | undefined;
  readonly Filter?: unknown;
}

/** One term and one payment option a call: nothing is said of the others (GetReservationPurchaseRecommendation). */
export function parseRequest(operation: string, input: RecommendationInput): RecommendationRequest {
  if (input.Filter !== undefined) throw new NotModelledError(`Filter of ${operation} is not modelled.`);
  if ((input.AccountScope ?? 'PAYER') !== 'PAYER') throw new NotModelledError(`AccountScope ${input.AccountScope} of ${operation} is not modelled.`);
  return {
    years: oneOf(terms, operation, 'TermInYears', input.TermInYears),
    payment: oneOf(payments, operation, 'PaymentOption', input.PaymentOption),
    days: oneOf(lookBackDays, operation, 'LookbackPeriodInDays', input.LookbackPeriodInDays),
  };
}

function oneOf<T>(table: Readonly<Record<string, T>>, operation: string, member: string, value: string | undefined): T {
  if (value === undefined) throw new NotModelledError(`${operation} without ${member} is not modelled.`);
  const found = Object.hasOwn(table, value) ? table[value] : undefined;
  if (found === undefined) throw new AwsError('ValidationException', `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must satisfy enum value set: [${Object.keys(table).join(', ')}]`);
  return found;
}

/** Hours of a month, as AWS turns amounts of an hour into those of a month. */
export const monthHours = 730;

/** Numbers go out as text. */
export function text(value: number): string {
  return String(Number(value.toFixed(10)));
}
