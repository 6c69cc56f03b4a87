import type { Filter } from '@aws-sdk/client-ec2';
import { NotModelledError } from '../../kernel/aws-error.ts';
import type { Tags } from './network.ts';

/** How the value of a filter is read off an item; several values stand for a list. */
export type FilterTable<T> = Readonly<Record<string, (item: T) => string | readonly string[]>>;

/** EC2's filters: every filter must match, any of its values is enough, `*` and `?` are wildcards. */
export function applyFilters<T extends { readonly tags: Tags }>(
  items: readonly T[],
  filters: readonly Filter[] | undefined,
  table: FilterTable<T>,
): T[] {
  return items.filter((item) => (filters ?? []).every((filter) => matches(item, filter, table)));
}

/** Items with the given ids, or all; `missing` is thrown for an id that does not exist. */
export function chooseByIds<T extends { readonly id: string }>(
  items: readonly T[],
  ids: readonly string[] | undefined,
  missing: (id: string) => Error,
): readonly T[] {
  if (ids === undefined || ids.length === 0) return items;
  return ids.map((id) => {
    const found = items.find((item) => item.id === id);
    if (found === undefined) throw missing(id);
    return found;
  });
}

function matches<T extends { readonly tags: Tags }>(item: T, filter: Filter, table: FilterTable<T>): boolean {
  const name = filter.Name ?? '';
  const patterns = (filter.Values ?? []).map(toPattern);
  const actual = valuesOf(item, name, table);
  return actual.some((value) => patterns.some((pattern) => pattern.test(value)));
}

function valuesOf<T extends { readonly tags: Tags }>(item: T, name: string, table: FilterTable<T>): readonly string[] {
  if (name === 'tag-key') return Object.keys(item.tags);
  if (name.startsWith('tag:')) {
    const value = item.tags[name.slice('tag:'.length)];
    return value === undefined ? [] : [value];
  }
  const read = table[name];
  if (read === undefined) throw new NotModelledError(`The EC2 filter "${name}" is not modelled.`);
  return [read(item)].flat();
}

function toPattern(text: string): RegExp {
  const escaped = text.replaceAll(/[\\^$.|+()[\]{}]/gu, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'su');
}
