import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { invalid, type Item, stored } from '../attribute-value.ts';
import type { Path } from './syntax.ts';

/** The attribute at `path`, or undefined where the item has none. */
export function attributeAt(item: Readonly<Item>, path: Path): AttributeValue | undefined {
  let current: AttributeValue | undefined = item[path[0]];
  for (const part of path.slice(1)) {
    if (current === undefined) return undefined;
    current = memberOf(current, part);
  }
  return current;
}

function memberOf(container: AttributeValue, part: string | number | undefined): AttributeValue | undefined {
  if (typeof part === 'number') return container.L?.[part];
  return part === undefined ? undefined : container.M?.[part];
}

/** Changes `item`. The containers on the way must exist; an index past the end of a list appends to it. */
export function setAttribute(item: Item, path: Path, value: AttributeValue): void {
  const last = path.at(-1);
  if (path.length === 1) {
    item[path[0]] = value;
    return;
  }
  const container = containerOf(item, path);
  if (typeof last === 'number' && container?.L !== undefined) {
    container.L[Math.min(last, container.L.length)] = value;
  } else if (typeof last === 'string' && container?.M !== undefined) {
    container.M[last] = value;
  } else {
    throw invalid('The document path provided in the update expression is invalid for update');
  }
}

/** Changes `item`. Removing what is not there does nothing; a list closes its gap. */
export function removeAttribute(item: Item, path: Path): void {
  const last = path.at(-1);
  if (path.length === 1) {
    delete item[path[0]];
    return;
  }
  const container = containerOf(item, path);
  if (container === undefined) {
    throw invalid('The document path provided in the update expression is invalid for update');
  }
  if (typeof last === 'number') container.L?.splice(last, 1);
  else if (last !== undefined && container.M !== undefined) delete container.M[last];
}

function containerOf(item: Item, [first, ...rest]: Path): AttributeValue | undefined {
  return attributeAt(item, [first, ...rest.slice(0, -1)]);
}

/** The attributes at `paths`, in the shape in which the item nests them. */
export function project(item: Readonly<Item>, paths: readonly Path[]): Item {
  const result: Item = {};
  for (const path of paths) {
    const value = attributeAt(item, path);
    if (value !== undefined) place(result, item, path, value);
  }
  return result;
}

function place(result: Item, item: Readonly<Item>, path: Path, value: AttributeValue): void {
  if (path.length === 1) {
    result[path[0]] = stored(value);
    return;
  }
  let source: AttributeValue | undefined = item[path[0]];
  let target: AttributeValue = (result[path[0]] ??= emptyLike(source));
  for (const part of path.slice(1, -1)) {
    source = source === undefined ? undefined : memberOf(source, part);
    target = descend(target, part, emptyLike(source));
  }
  descend(target, path.at(-1), stored(value));
}

function emptyLike(container: AttributeValue | undefined): AttributeValue {
  return container?.L === undefined ? { M: {} } : { L: [] };
}

function descend(container: AttributeValue, part: string | number | undefined, fallback: AttributeValue): AttributeValue {
  if (container.L !== undefined) {
    container.L.push(fallback);
    return fallback;
  }
  if (container.M === undefined || part === undefined) return fallback;
  return (container.M[part] ??= fallback);
}
