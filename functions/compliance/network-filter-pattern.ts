/**
 * Metric filters on JSON events (CloudWatch Logs user guide, "Filter pattern syntax"): comparisons of fields with texts,
 * in which `*` is any run of characters, joined by `&&`, `||` and brackets. What is not known of the language, such as
 * numeric ranges and regular expressions, makes a pattern that matches nothing here: it is not relied upon.
 */

export type FilterRecord = Readonly<Record<string, unknown>>;

/** Whether the pattern picks the record. */
export function matchesFilter(pattern: string, record: FilterRecord): boolean {
  const body = /^\s*\{(?<body>.*)\}\s*$/su.exec(pattern)?.groups?.['body'];
  if (body === undefined) return false;
  const tokens = tokensOf(body);
  if (tokens === undefined) return false;
  const reader = new Reader(tokens, record);
  const result = reader.either();
  return reader.isAtEnd && !reader.isLost && result;
}

const token = /\s*(?:(?<symbol>&&|\|\||!=|=|\(|\))|"(?<text>[^"]*)"|(?<word>[^\s"&|!=()<>%]+))/uy;

interface Token {
  readonly kind: 'symbol' | 'text' | 'word';
  readonly value: string;
}

function tokensOf(body: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  const source = body.trimEnd();
  token.lastIndex = 0;
  while (token.lastIndex < source.length) {
    const groups = token.exec(source)?.groups;
    if (groups === undefined) return undefined;
    const kind = groups['symbol'] !== undefined ? 'symbol' : groups['text'] !== undefined ? 'text' : 'word';
    tokens.push({ kind, value: groups[kind] ?? '' });
  }
  return tokens;
}

/** Reads an expression once, from left to right, and knows its value as it goes. `&&` binds more tightly than `||`. */
class Reader {
  /** Met something that it does not know: the value means nothing. */
  isLost = false;
  readonly #tokens: readonly Token[];
  readonly #record: FilterRecord;
  #index = 0;

  constructor(tokens: readonly Token[], record: FilterRecord) {
    this.#tokens = tokens;
    this.#record = record;
  }

  get isAtEnd(): boolean {
    return this.#index === this.#tokens.length;
  }

  either(): boolean {
    let result = this.#both();
    while (this.#accept('||')) result = this.#both() || result;
    return result;
  }

  #both(): boolean {
    let result = this.#term();
    while (this.#accept('&&')) result = this.#term() && result;
    return result;
  }

  #term(): boolean {
    if (this.#accept('(')) {
      const result = this.either();
      if (!this.#accept(')')) this.isLost = true;
      return result;
    }
    const selector = this.#next();
    if (selector?.kind !== 'word' || !selector.value.startsWith('$.')) return this.#lose();
    const value = fieldOf(this.#record, selector.value);
    if (this.#accept('=')) return this.#compare((pattern) => value !== undefined && isLike(value, pattern));
    if (this.#accept('!=')) return this.#compare((pattern) => value !== undefined && !isLike(value, pattern));
    return this.#state(value);
  }

  #compare(test: (pattern: string) => boolean): boolean {
    const operand = this.#next();
    if (operand === undefined || operand.kind === 'symbol') return this.#lose();
    return test(operand.value);
  }

  /** `EXISTS`, `NOT EXISTS`, and `IS` with a constant. */
  #state(value: unknown): boolean {
    if (this.#accept('EXISTS')) return value !== undefined;
    if (this.#accept('NOT')) return this.#accept('EXISTS') ? value === undefined : this.#lose();
    if (!this.#accept('IS')) return this.#lose();
    if (this.#accept('NULL')) return value === null;
    if (this.#accept('TRUE')) return value === true;
    return this.#accept('FALSE') ? value === false : this.#lose();
  }

  #lose(): false {
    this.isLost = true;
    return false;
  }

  #next(): Token | undefined {
    const next = this.#tokens[this.#index];
    this.#index += 1;
    return next;
  }

  #accept(value: string): boolean {
    const next = this.#tokens[this.#index];
    if (next === undefined || next.kind === 'text' || next.value.toUpperCase() !== value) return false;
    this.#index += 1;
    return true;
  }
}

function fieldOf(record: FilterRecord, selector: string): unknown {
  let value: unknown = record;
  for (const name of selector.slice('$.'.length).split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as FilterRecord)[name];
  }
  return value;
}

function isLike(value: unknown, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/gu, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'su').test(String(value));
}
