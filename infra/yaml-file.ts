import { LineCounter, parseDocument } from 'yaml';
import { ConfigError, type ConfigProblem } from './config-error.ts';

/** What a YAML file says, and where it says it. */
export interface YamlFile {
  readonly value: unknown;
  /** The same problems, each with the line of its path where the file has that path. */
  readonly locate: (problems: readonly ConfigProblem[]) => ConfigProblem[];
}

/** @throws ConfigError when the text is not YAML, or names a field twice. */
export function readYaml(text: string, fileName: string): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => ({
      path: '',
      line: lines.linePos(error.pos[0]).line,
      expected: 'valid YAML',
      found: error.message.split('\n', 1)[0] ?? error.code,
    }));
    throw new ConfigError(fileName, problems);
  }
  const lineOf = (path: string): { line?: number } => {
    const node: unknown = document.getIn(path === '' ? [] : path.split('.').map(indexOrKey), true);
    const offset = hasRange(node) ? node.range[0] : undefined;
    return offset === undefined ? {} : { line: lines.linePos(offset).line };
  };
  return {
    value: document.toJS(),
    locate: (problems) => problems.map((problem) => ({ ...problem, ...lineOf(problem.path) })),
  };
}

/** Entries of a list are found by a number only. */
function indexOrKey(key: string): string | number {
  return /^\d+$/u.test(key) ? Number(key) : key;
}

function hasRange(node: unknown): node is { range: readonly [number, ...number[]] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}
