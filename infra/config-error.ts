import type { z } from 'zod';

/** One thing wrong with a file that operators edit. */
export interface ConfigProblem {
  /** Path in the file, such as `capacity.baseline.floor`; empty for the file as a whole. */
  readonly path: string;
  readonly line?: number;
  /** What the file says there, as JSON; `nothing` when the field is missing. */
  readonly found: string;
  readonly expected: string;
}

/** A file of the configuration that cannot be used. Lists every problem, so that one round of editing is enough. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly fileName: string;
  readonly problems: readonly ConfigProblem[];

  constructor(fileName: string, problems: readonly ConfigProblem[], options?: ErrorOptions) {
    const listed = problems.map(({ path, line, found, expected }) => {
      const place = line === undefined ? fileName : `${fileName}:${line}`;
      return `  ${place}: ${path === '' ? '' : `${path}: `}found ${found}, expected ${expected}`;
    });
    super([`${fileName} has ${problems.length} problem${problems.length === 1 ? '' : 's'}:`, ...listed].join('\n'), options);
    this.fileName = fileName;
    this.problems = problems;
  }
}

/** Reads the value at a path of plain data; `undefined` when the path leads nowhere. */
export function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

/** A value of the file as a reader recognises it, cut short when it is a whole section. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Turns one finding of the schema into problems: several when several fields are unknown at once. */
export function describeIssue(issue: z.core.$ZodIssue, root: unknown): ConfigProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      return { path: path.join('.'), found: show(valueAt(root, path)), expected: 'no such field' };
    });
  }
  return [{ path: issue.path.join('.'), found: show(valueAt(root, issue.path)), expected: expectationOf(issue) }];
}

function expectationOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'int' ? 'a whole number' : `a value of type ${issue.expected}`;
    case 'invalid_value':
      return `${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${unitOf(issue.origin)}`;
    case 'too_big':
      return `${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${unitOf(issue.origin)}`;
    case 'invalid_format':
      return issue.format === 'email' ? 'an e-mail address' : issue.message;
    default:
      return issue.message.replace(/^must /, 'it to ');
  }
}

function unitOf(origin: string): string {
  return origin === 'array' ? ' entries' : '';
}
