import { AwsError, NotModelledError } from '../../kernel/aws-error.ts';
import { pageOf } from '../paging.ts';

/** What every listing of RDS takes. */
interface ListingInput {
  readonly Filters?: readonly unknown[] | undefined;
  readonly Marker?: string | undefined;
  readonly MaxRecords?: number | undefined;
}

interface Page<T> {
  readonly items: T[];
  /** What every listing answers besides its items. */
  readonly rest: { readonly Marker?: string };
}

const records = { fewest: 20, most: 100 } as const;

/** 20 to 100 items a page, and 100 where nothing is said (API reference, `MaxRecords`). */
export function pageByMarker<T>(operation: string, items: readonly T[], { Filters, Marker, MaxRecords: size = records.most }: ListingInput): Page<T> {
  if (Filters !== undefined && Filters.length > 0) throw new NotModelledError(`RDS ${operation} with Filters is not modelled.`);
  if (!Number.isInteger(size) || size < records.fewest || size > records.most) {
    throw new AwsError('InvalidParameterValue', `Invalid value ${size} for MaxRecords. Must be between ${records.fewest} and ${records.most}`);
  }
  const badToken = (): AwsError => new AwsError('InvalidParameterValue', `The parameter Marker is not valid: ${Marker}`);
  const { items: page, nextToken } = pageOf(items, { size, defaultSize: size, token: Marker, badToken });
  return { items: page, rest: nextToken === undefined ? {} : { Marker: nextToken } };
}
