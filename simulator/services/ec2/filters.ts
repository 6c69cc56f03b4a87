import type { Filter } from '@aws-sdk/client-ec2';
import { AwsError, NotModelledError } from '../../kernel/aws-error.ts';
import type { Tags } from './network.ts';

/** How the value of a filter is read off an item; several values stand for a list. */
export type FilterTable<T> = Readonly<Record<string, (item: T) => string | readonly string[]>>;

interface Tagged {
  readonly tags: Tags;
}

/** A call may give this many values over all filters (EC2 API reference, "Filters", and error code `FilterLimitExceeded`). */
const maximumValues = 200;

/** EC2's filters: every filter must match, any of its values is enough, `*` and `?` are wildcards. */
export function applyFilters<T extends Tagged>(items: readonly T[], filters: readonly Filter[] | undefined, table: FilterTable<T>): readonly T[] {
  if (filters === undefined || filters.length === 0) return items;
  const count = filters.reduce((sum, { Values }) => sum + (Values?.length ?? 0), 0);
  if (count > maximumValues) throw new AwsError('FilterLimitExceeded', `The maximum number of filter values specified on a single call is ${maximumValues}`);
  const tests = filters.map((filter) => compile(filter, table));
  return items.filter((item) => tests.every((test) => test(item)));
}

/** Items with the given ids, or all; `missing` is thrown for an id that does not exist. */
export function chooseByIds<T extends { readonly id: string }>(
  items: readonly T[],
  ids: readonly string[] | undefined,
  missing: (id: string) => Error,
): readonly T[] {
  if (ids === undefined || ids.length === 0) return items;
  const wanted = new Set(ids);
  const found = new Map(items.filter(({ id }) => wanted.has(id)).map((item) => [item.id, item]));
  return ids.map((id) => {
    const item = found.get(id);
    if (item === undefined) throw missing(id);
    return item;
  });
}

/** Some listings take ids or a page size, not both (API reference of each). */
export function refuseIdsWithPages(input: { readonly MaxResults?: number | undefined }, parameter: string, ids: readonly string[] | undefined): void {
  if (input.MaxResults === undefined || ids === undefined || ids.length === 0) return;
  throw new AwsError('InvalidParameterCombination', `The parameter ${parameter} cannot be used with the parameter maxResults`);
}

function compile<T extends Tagged>(filter: Filter, table: FilterTable<T>): (item: T) => boolean {
  const read = reader(filter.Name ?? '', table);
  const matches = matcher(filter.Values ?? []);
  return (item) => read(item).some(matches);
}

function reader<T extends Tagged>(name: string, table: FilterTable<T>): (item: T) => readonly string[] {
  if (name === 'tag-key') return ({ tags }) => Object.keys(tags);
  if (name.startsWith('tag:')) {
    const key = name.slice('tag:'.length);
    return ({ tags }) => (tags[key] === undefined ? [] : [tags[key]]);
  }
  const read = Object.hasOwn(table, name) ? table[name] : undefined;
  if (read === undefined) throw new NotModelledError(`The EC2 filter "${name}" is not modelled.`);
  return (item) => [read(item)].flat();
}

function matcher(values: readonly string[]): (value: string) => boolean {
  const exact = new Set(values);
  const patterns = values.filter((value) => /[*?]/u.test(value)).map(toPattern);
  return (value) => exact.has(value) || patterns.some((pattern) => pattern.test(value));
}

function toPattern(text: string): RegExp {
  const escaped = text.replaceAll(/[\\^$.|+()[\]{}]/gu, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'su');
}
