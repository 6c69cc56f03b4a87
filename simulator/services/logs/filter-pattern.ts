import { NotModelledError } from '../../kernel/aws-error.ts';

/** Whether a log event, parsed from its JSON text, fits. */
export type EventMatcher = (event: unknown) => boolean;

type Token =
  | { readonly kind: 'symbol'; readonly text: '(' | ')' | '&&' | '||' | '=' | '!=' }
  | { readonly kind: 'selector'; readonly path: readonly string[] }
  | { readonly kind: 'word' | 'quoted'; readonly text: string };

/**
 * Compiles a filter pattern for JSON log events: comparisons of a property with a text or number by `=` and `!=`,
 * `NOT EXISTS`, `&&`, `||` and parentheses (CloudWatch Logs user guide, "Filter pattern syntax", "Matching terms in JSON
 * log events"). Anything else throws.
 */
export function compileFilterPattern(pattern: string): EventMatcher {
  const body = /^\s*\{(.*)\}\s*$/su.exec(pattern)?.[1];
  if (body === undefined) throw notModelled(pattern, 'only patterns for JSON, in braces, are');
  return new Parser(pattern, tokensOf(pattern, body)).parse();
}

const tokenPattern = /\s*(?:(&&|\|\||!=|=|\(|\))|(\$(?:\.[\w-]+|\[\d+\])+)|"((?:[^"\\]|\\.)*)"|([\w*.:/@+-]+))/uy;

function tokensOf(pattern: string, body: string): Token[] {
  const tokens: Token[] = [];
  const text = body.trimEnd();
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < text.length) {
    const position = tokenPattern.lastIndex;
    const match = tokenPattern.exec(text);
    if (match === null) throw notModelled(pattern, `"${text.slice(position).trim()}" is not`);
    const [, symbol, selector, quoted, word] = match;
    if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol as '=' });
    else if (selector !== undefined) tokens.push({ kind: 'selector', path: selector.match(/[\w-]+(?=\]|\.|\[|$)/gu) ?? [] });
    else if (quoted !== undefined) tokens.push({ kind: 'quoted', text: quoted.replaceAll(/\\(.)/gu, '$1') });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
  }
  return tokens;
}

class Parser {
  readonly #pattern: string;
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(pattern: string, tokens: readonly Token[]) {
    this.#pattern = pattern;
    this.#tokens = tokens;
  }

  parse(): EventMatcher {
    const matcher = this.#alternatives();
    if (this.#position < this.#tokens.length) throw this.#unexpected();
    return matcher;
  }

  #alternatives(): EventMatcher {
    const parts = [this.#conjunction()];
    while (this.#take('||')) parts.push(this.#conjunction());
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : (event) => parts.some((matches) => matches(event));
  }

  #conjunction(): EventMatcher {
    const parts = [this.#term()];
    while (this.#take('&&')) parts.push(this.#term());
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : (event) => parts.every((matches) => matches(event));
  }

  #term(): EventMatcher {
    if (this.#take('(')) {
      const inner = this.#alternatives();
      if (!this.#take(')')) throw this.#unexpected();
      return inner;
    }
    const selector = this.#next();
    if (selector?.kind !== 'selector') throw this.#unexpected();
    const { path } = selector;
    if (this.#takeWord('NOT')) {
      if (!this.#takeWord('EXISTS')) throw this.#unexpected();
      return (event) => valueAt(event, path) === undefined;
    }
    const isEqual = this.#take('=');
    if (!isEqual && !this.#take('!=')) throw this.#unexpected();
    const matches = this.#value();
    // A property that is not there has no value to differ from.
    return (event) => {
      const value = valueAt(event, path);
      return value !== undefined && matches(value) === isEqual;
    };
  }

  #value(): (value: unknown) => boolean {
    const token = this.#next();
    if (token === undefined || (token.kind !== 'word' && token.kind !== 'quoted')) throw this.#unexpected();
    if (token.kind === 'word' && /^-?\d+(?:\.\d+)?$/u.test(token.text)) {
      const number = Number(token.text);
      return (value) => value === number || value === token.text;
    }
    if (!token.text.includes('*')) return (value) => value === token.text;
    const source = token.text.split('*').map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/gu, String.raw`\$&`)).join('.*');
    const expression = new RegExp(`^${source}$`, 'su');
    return (value) => typeof value === 'string' && expression.test(value);
  }

  #next(): Token | undefined {
    const token = this.#tokens[this.#position];
    this.#position += 1;
    return token;
  }

  #take(symbol: string): boolean {
    const token = this.#tokens[this.#position];
    if (token?.kind !== 'symbol' || token.text !== symbol) return false;
    this.#position += 1;
    return true;
  }

  #takeWord(word: string): boolean {
    const token = this.#tokens[this.#position];
    if (token?.kind !== 'word' || token.text !== word) return false;
    this.#position += 1;
    return true;
  }

  #unexpected(): NotModelledError {
    return notModelled(this.#pattern, `only =, !=, NOT EXISTS, &&, || and parentheses are, with properties on the left (part ${this.#position + 1})`);
  }
}

function valueAt(event: unknown, path: readonly string[]): unknown {
  let value = event;
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

function notModelled(pattern: string, what: string): NotModelledError {
  return new NotModelledError(`The filter pattern ${pattern} is not modelled: ${what}.`);
}
