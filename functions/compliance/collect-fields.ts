import { Defect } from '../platform/errors.ts';

/** What an answer of AWS must hold; the SDK's types leave everything open. */
export function given<Value>(value: Value | undefined, field: string): Value {
  if (value === undefined) throw new Defect(`AWS answered without ${field}.`);
  return value;
}

/** Members that are there, without those that are undefined. */
export function present<Members extends object>(members: Members): { [Name in keyof Members]?: Exclude<Members[Name], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;
}

/** ISO 8601. */
export function instant(date: Date | undefined, field: string): string {
  return given(date, field).toISOString();
}

interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

export function tagsOf(tags: readonly Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key, Value }) => [given(Key, 'the Key of a tag'), Value ?? '']));
}

/** EC2 takes this many values in one filter (EC2 user guide, "Filter and list your resources"). */
const filterValues = 200;

export interface Filtered {
  readonly Filters?: { Name: string; Values: string[] }[];
}

/**
 * What EC2 has with one of `values`, or all of it where there is no such list. By filter, not by id: one id that no
 * longer exists would fail the whole call. Each input is for one listing: paginators of the SDK keep their token in it.
 */
export function eachFiltered<Value>(
  name: string,
  values: readonly string[] | undefined,
  read: (input: Filtered) => Promise<readonly Value[]>,
): Promise<Value[]> {
  if (values === undefined) return each([{}], read);
  const distinct = [...new Set(values)];
  const inputs = Array.from({ length: Math.ceil(distinct.length / filterValues) }, (_chunk, index) => ({
    Filters: [{ Name: name, Values: distinct.slice(index * filterValues, (index + 1) * filterValues) }],
  }));
  return each(inputs, read);
}

/** `read` for one input after the other: together they would only be throttled. */
export async function each<Input, Value>(inputs: readonly Input[], read: (input: Input) => Promise<readonly Value[]>): Promise<Value[]> {
  const values: Value[] = [];
  for (const input of inputs) {
    for (const value of await read(input)) values.push(value);
  }
  return values;
}
