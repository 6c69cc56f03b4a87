import { NotModelledError } from '../../../kernel/aws-error.ts';
import type { Engine } from './syntax.ts';

export type Token =
  | { readonly kind: 'word'; readonly text: string; readonly isQuoted: boolean }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'number'; readonly value: number }
  /** From 0. */
  | { readonly kind: 'parameter'; readonly index: number }
  | { readonly kind: 'mark'; readonly text: string };

const pattern = /\s+|--[^\n]*|(?<word>[a-z_][\w$]*)|(?<quoted>"(?:[^"]|"")+"|`(?:[^`]|``)+`)|(?<string>'(?:[^'\\]|''|\\.)*')|(?<number>\d+(?:\.\d+)?)|\$(?<numbered>\d+)|(?<mark>@@|<=|>=|<>|!=|[?(),.;=<>*@:])/giuy;

/** Cuts a statement into its words. A statement that has others is not modelled, and named. */
export function tokensOf(sql: string, engine: Engine): Token[] {
  const tokens: Token[] = [];
  let parameters = 0;
  pattern.lastIndex = 0;
  while (pattern.lastIndex < sql.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(sql);
    if (match === null) throw new NotModelledError(`SQL that is not modelled, from "${sql.slice(at, at + 20)}": ${sql}`);
    const { word, quoted, string, number, numbered, mark } = match.groups ?? {};
    // PostgreSQL folds names to lower case; MySQL's are lower case in the product, and it compares most of them so.
    if (word !== undefined) tokens.push({ kind: 'word', text: engine === 'postgres' ? word.toLowerCase() : word, isQuoted: false });
    else if (quoted !== undefined) tokens.push({ kind: 'word', text: unquote(quoted), isQuoted: true });
    else if (string !== undefined) tokens.push({ kind: 'string', text: unquote(string.replaceAll(/\\(.)/gsu, '$1')) });
    else if (number !== undefined) tokens.push({ kind: 'number', value: Number(number) });
    else if (numbered !== undefined) tokens.push({ kind: 'parameter', index: Number(numbered) - 1 });
    else if (mark === '?') tokens.push({ kind: 'parameter', index: parameters++ });
    else if (mark !== undefined) tokens.push({ kind: 'mark', text: mark });
  }
  return tokens;
}

function unquote(text: string): string {
  const quote = text.charAt(0);
  return text.slice(1, -1).replaceAll(quote + quote, quote);
}

/** Reads tokens one after the other. */
export class Cursor {
  readonly sql: string;
  readonly engine: Engine;
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(sql: string, engine: Engine) {
    this.sql = sql;
    this.engine = engine;
    this.#tokens = tokensOf(sql, engine);
  }

  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#position + ahead];
  }

  next(): Token {
    const token = this.peek();
    if (token === undefined) throw this.unsupported('its end');
    this.#position += 1;
    return token;
  }

  /** Whether keywords or marks come next. */
  sees(...texts: readonly string[]): boolean {
    return texts.every((text, index) => isText(this.peek(index), text));
  }

  /** Skips keywords or marks if they come next, and tells whether. */
  accepts(...texts: readonly string[]): boolean {
    if (!this.sees(...texts)) return false;
    this.#position += texts.length;
    return true;
  }

  expects(...texts: readonly string[]): void {
    if (!this.accepts(...texts)) throw this.unsupported(`a place where ${texts.join(' ')} was expected`);
  }

  name(): string {
    const token = this.next();
    if (token.kind !== 'word') throw this.unsupported('a place where a name was expected');
    return token.text;
  }

  text(): string {
    const token = this.next();
    if (token.kind !== 'string') throw this.unsupported('a place where a text was expected');
    return token.text;
  }

  /** Reads what `read` reads, as often as commas go on. */
  list<Item>(read: () => Item): Item[] {
    const items = [read()];
    while (this.accepts(',')) items.push(read());
    return items;
  }

  /** The same between parentheses. */
  group<Item>(read: () => Item): Item[] {
    this.expects('(');
    const items = this.list(read);
    this.expects(')');
    return items;
  }

  atEnd(): void {
    this.accepts(';');
    if (this.peek() !== undefined) throw this.unsupported(`"${describe(this.peek())}"`);
  }

  unsupported(what: string): NotModelledError {
    return new NotModelledError(`The simulated database does not know ${what} in: ${this.sql}`);
  }
}

function isText(token: Token | undefined, text: string): boolean {
  if (token?.kind === 'mark') return token.text === text;
  return token?.kind === 'word' && !token.isQuoted && token.text.toUpperCase() === text;
}

function describe(token: Token | undefined): string {
  if (token === undefined) return '';
  switch (token.kind) {
    case 'word':
    case 'mark':
    case 'string':
      return token.text;
    case 'number':
      return String(token.value);
    case 'parameter':
      return `parameter ${token.index + 1}`;
  }
}
