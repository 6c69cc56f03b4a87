import { pageOf } from '../paging.ts';
import { invalidInput, validationError } from './errors.ts';

/** What every listing of IAM takes. */
export interface PageInput {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

export interface Page<T> {
  readonly items: T[];
  /** What every listing of IAM answers besides its items. */
  readonly rest: { readonly IsTruncated: boolean; readonly Marker?: string };
}

const defaultPageSize = 100;
const maxPageSize = 1000;

/** How many items are asked for: 1 to 1,000, and 100 where nothing is said (API reference, `MaxItems`). */
export function pageSizeOf({ MaxItems: size = defaultPageSize }: PageInput): number {
  if (!Number.isInteger(size) || size < 1 || size > maxPageSize) {
    throw validationError(`1 validation error detected: Value '${size}' at 'maxItems' failed to satisfy constraint: Member must have value between 1 and ${maxPageSize}`);
  }
  return size;
}

export function pageByMarker<T>(items: readonly T[], input: PageInput, size = pageSizeOf(input)): Page<T> {
  const { items: page, nextToken } = pageOf(items, {
    size,
    defaultSize: size,
    token: input.Marker,
    badToken: () => invalidInput(`Invalid Marker: ${input.Marker}`),
  });
  return { items: page, rest: nextToken === undefined ? { IsTruncated: false } : { IsTruncated: true, Marker: nextToken } };
}

/** Listings take the beginning of a path. */
export function underPath<T extends { readonly path: string }>(items: readonly T[], prefix = '/'): readonly T[] {
  return prefix === '/' ? items : items.filter(({ path }) => path.startsWith(prefix));
}
