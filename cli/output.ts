import { styleText } from 'node:util';
import { formatParisTime } from '../functions/capacity/paris-time.ts';
import type { Io, Sink } from './io.ts';

type Style = Parameters<typeof styleText>[0];

/** Longer than this, and a person wants to know that something happens. */
const patienceMilliseconds = 1000;

/** Everything that a command prints: JSON, or text for people. */
export class Output {
  readonly #io: Io;
  readonly #isJson: boolean;

  constructor(io: Io, isJson: boolean) {
    this.#io = io;
    this.#isJson = isJson;
  }

  /** Prints the result of a command: `value` where JSON is wanted, in which instants are ISO 8601; else the lines. */
  print(value: unknown, lines: () => readonly string[]): void {
    this.#io.stdout.write(`${this.#isJson ? JSON.stringify(value, null, 2) : lines().join('\n')}\n`);
  }

  /** `text` in a style, where a person looks at a terminal that wants colours. */
  style(style: Style, text: string): string {
    return paint(this.#io, this.#io.stdout, style, text);
  }

  heading(text: string): string {
    return this.style('bold', text);
  }

  /** Waits for `work`, and says on the error stream what for, if it takes longer than a second. */
  async whileWaiting<T>(what: string, work: Promise<T>): Promise<T> {
    const timer = setTimeout(() => void this.#io.stderr.write(`${paint(this.#io, this.#io.stderr, 'dim', `${what} …`)}\n`), patienceMilliseconds);
    try {
      return await work;
    } finally {
      clearTimeout(timer);
    }
  }
}

export function paint({ env }: Io, sink: Sink, style: Style, text: string): string {
  const isWanted = sink.isTTY === true && (env['NO_COLOR'] ?? '') === '';
  return isWanted ? styleText(style, text, { validateStream: false }) : text;
}

/** Rows in columns as wide as their widest cell, below a head. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => (cells[column] ?? '').length)));
  return lines.map((cells) => `  ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}

/** Names and values, one a line. */
export function facts(pairs: readonly (readonly [name: string, value: string])[]): string[] {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
}

/** `2027-01-13 08:00`, in Paris, of an ISO 8601 instant. */
export function parisTime(instant: string): string {
  return formatParisTime(Date.parse(instant)).slice(0, 16).replace('T', ' ');
}

/** `reason`s and the like, one a line; nothing where there is none. */
export function bullets(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  - ${line}`)];
}
