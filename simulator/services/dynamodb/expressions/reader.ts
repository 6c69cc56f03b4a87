import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { AwsError } from '../../../kernel/aws-error.ts';
import { invalid } from '../attribute-value.ts';
import { reservedWords } from '../reserved-words.ts';
import type { Path } from './syntax.ts';

/** The members of a request that carry an expression, as error messages name them. */
export type ExpressionKind =
  | 'ConditionExpression'
  | 'FilterExpression'
  | 'KeyConditionExpression'
  | 'ProjectionExpression'
  | 'UpdateExpression';

/** The placeholders of one request, and which of them its expressions have used. */
export class Placeholders {
  readonly #names: Readonly<Record<string, string>>;
  readonly #values: Readonly<Record<string, AttributeValue>>;
  readonly #used = new Set<string>();

  constructor(request: {
    readonly ExpressionAttributeNames?: Record<string, string> | undefined;
    readonly ExpressionAttributeValues?: Record<string, AttributeValue> | undefined;
  }) {
    this.#names = request.ExpressionAttributeNames ?? {};
    this.#values = request.ExpressionAttributeValues ?? {};
  }

  name(placeholder: string): string | undefined {
    this.#used.add(placeholder);
    return this.#names[placeholder];
  }

  value(placeholder: string): AttributeValue | undefined {
    this.#used.add(placeholder);
    return this.#values[placeholder];
  }

  /** Refuses placeholders that no expression uses, as DynamoDB does. Call it once all expressions are parsed. */
  finish(hasExpressions: boolean): void {
    for (const [member, placeholders] of [
      ['ExpressionAttributeNames', Object.keys(this.#names)],
      ['ExpressionAttributeValues', Object.keys(this.#values)],
    ] as const) {
      if (placeholders.length > 0 && !hasExpressions) {
        throw invalid(`${member} can only be specified when using expressions`);
      }
      const unused = placeholders.filter((placeholder) => !this.#used.has(placeholder));
      if (unused.length > 0) throw invalid(`Value provided in ${member} unused in expressions: keys: {${unused.join(', ')}}`);
    }
  }
}

const tokenPattern = /\s*(#\w+|:\w+|[A-Za-z_]\w*|\d+|<>|<=|>=|[=<>(),.[\]+-])/uy;
const end = '<EOF>';

/** Reads an expression token by token, and what all expressions have in common: paths and values. */
export class Reader {
  readonly kind: ExpressionKind;
  readonly #placeholders: Placeholders;
  readonly #tokens: readonly string[];
  #position = 0;

  constructor(kind: ExpressionKind, text: string, placeholders: Placeholders) {
    this.kind = kind;
    this.#placeholders = placeholders;
    if (text === '') throw invalid(`Invalid ${kind}: The expression can not be empty;`);
    this.#tokens = this.#tokenise(text);
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#tokens.length;
  }

  peek(ahead = 0): string {
    return this.#tokens[this.#position + ahead] ?? end;
  }

  next(): string {
    const token = this.peek();
    this.#position += 1;
    return token;
  }

  /** Takes the next token if it is `expected`, without regard to case. */
  take(expected: string): boolean {
    if (this.peek().toUpperCase() !== expected) return false;
    this.#position += 1;
    return true;
  }

  expect(expected: string): void {
    if (!this.take(expected)) throw this.syntaxError();
  }

  syntaxError(): AwsError {
    const near = this.#tokens.slice(Math.max(0, this.#position - 1), this.#position + 2).join(' ');
    return this.fail(`Syntax error; token: "${this.peek()}", near: "${near}"`);
  }

  fail(reason: string): AwsError {
    return invalid(`Invalid ${this.kind}: ${reason}`);
  }

  readPath(): Path {
    const path: [string, ...(string | number)[]] = [this.#readName()];
    for (;;) {
      if (this.take('.')) path.push(this.#readName());
      else if (this.take('[')) {
        const index = this.next();
        if (!/^\d+$/u.test(index)) throw this.syntaxError();
        path.push(Number(index));
        this.expect(']');
      } else return path;
    }
  }

  readValue(): AttributeValue {
    const placeholder = this.next();
    if (!placeholder.startsWith(':')) {
      this.#position -= 1;
      throw this.syntaxError();
    }
    const value = this.#placeholders.value(placeholder);
    if (value !== undefined) return value;
    throw this.fail(`An expression attribute value used in expression is not defined; attribute value: ${placeholder}`);
  }

  #readName(): string {
    const token = this.peek();
    if (token.startsWith('#')) {
      this.#position += 1;
      const name = this.#placeholders.name(token);
      if (name !== undefined) return name;
      throw this.fail(`An expression attribute name used in the document path is not defined; attribute name: ${token}`);
    }
    if (!/^[A-Za-z_]/u.test(token)) throw this.syntaxError();
    if (reservedWords.has(token.toUpperCase())) {
      throw this.fail(`Attribute name is a reserved keyword; reserved keyword: ${token}`);
    }
    this.#position += 1;
    return token;
  }

  #tokenise(text: string): readonly string[] {
    const tokens: string[] = [];
    tokenPattern.lastIndex = 0;
    const trimmed = text.trimEnd();
    while (tokenPattern.lastIndex < trimmed.length) {
      const start = tokenPattern.lastIndex;
      const token = tokenPattern.exec(trimmed)?.[1];
      if (token === undefined) {
        throw this.fail(`Syntax error; token: "${trimmed.charAt(start)}", near: "${trimmed.slice(start, start + 10)}"`);
      }
      tokens.push(token);
    }
    return tokens;
  }
}
