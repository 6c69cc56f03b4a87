import { NotModelledError } from '../../kernel/aws-error.ts';

/** Whether an event, or a field of one, fits. */
type Matcher = (value: unknown) => boolean;

type Fields = Readonly<Record<string, unknown>>;

/** Compiles an event pattern (EventBridge user guide, "Comparison operators"). What is not modelled throws. */
export function compilePattern(pattern: unknown): Matcher {
  if (!isFields(pattern)) throw new NotModelledError('An event pattern must be an object.');
  const checks = Object.entries(pattern).map(([key, expected]): Matcher => {
    if (key === '$or') return compileOr(expected);
    const matches = compileField(key, expected);
    return (value) => matches(isFields(value) ? value[key] : undefined);
  });
  return (value) => checks.every((check) => check(value));
}

function compileOr(alternatives: unknown): Matcher {
  if (!Array.isArray(alternatives)) throw new NotModelledError('$or of an event pattern must be an array.');
  const matchers = alternatives.map(compilePattern);
  return (value) => matchers.some((matches) => matches(value));
}

function compileField(key: string, expected: unknown): Matcher {
  if (Array.isArray(expected)) {
    const matchers = expected.map((choice) => compileChoice(key, choice));
    return (value) => matchers.some((matches) => (Array.isArray(value) && value.length > 0 ? value.some(matches) : matches(value)));
  }
  if (!isFields(expected)) throw new NotModelledError(`"${key}" must be an object or an array in an event pattern.`);
  const matches = compilePattern(expected);
  // Every element of an array of objects is tried by itself.
  return (value) => (Array.isArray(value) ? value.some(matches) : matches(value));
}

function compileChoice(key: string, choice: unknown): Matcher {
  if (!isFields(choice)) return (value) => value === choice;
  const [[operator, argument] = ['', undefined], ...others] = Object.entries(choice);
  if (others.length > 0) throw new NotModelledError(`"${key}" of an event pattern has several operators in one object.`);
  if (operator === 'exists') return (value) => (value !== undefined) === argument;
  if (operator === 'anything-but') {
    const matches = compileAnythingBut(argument);
    return (value) => value !== undefined && !matches(value);
  }
  return compileOperator(operator, argument);
}

/** What `anything-but` excludes: values, a list of them, or an operator of its own. */
function compileAnythingBut(argument: unknown): Matcher {
  if (Array.isArray(argument)) return (value) => argument.includes(value);
  if (!isFields(argument)) return (value) => value === argument;
  const [[operator, operand] = ['', undefined]] = Object.entries(argument);
  const matchers = [operand].flat().map((single) => compileOperator(operator, single));
  return (value) => matchers.some((matches) => matches(value));
}

function compileOperator(operator: string, argument: unknown): Matcher {
  switch (operator) {
    case 'prefix':
      return compileText(argument, (value, text) => value.startsWith(text));
    case 'suffix':
      return compileText(argument, (value, text) => value.endsWith(text));
    case 'equals-ignore-case': {
      const text = String(argument).toLowerCase();
      return (value) => typeof value === 'string' && value.toLowerCase() === text;
    }
    case 'wildcard': {
      const expression = wildcard(String(argument));
      return (value) => typeof value === 'string' && expression.test(value);
    }
    case 'numeric':
      return compileNumeric(argument);
    default:
      throw new NotModelledError(`The operator "${operator}" of event patterns is not modelled.`);
  }
}

function compileText(argument: unknown, test: (value: string, text: string) => boolean): Matcher {
  if (typeof argument === 'string') return (value) => typeof value === 'string' && test(value, argument);
  const text = isFields(argument) ? argument['equals-ignore-case'] : undefined;
  if (typeof text !== 'string') throw new NotModelledError('Prefix and suffix of an event pattern take text.');
  return (value) => typeof value === 'string' && test(value.toLowerCase(), text.toLowerCase());
}

/** `*` is any run of characters, a backslash takes the next one literally. */
function wildcard(text: string): RegExp {
  const source = text.replaceAll(/\\(.)|\*|[^\\*]/gsu, (token: string, escaped: string | undefined) =>
    token === '*' ? '.*' : (escaped ?? token).replaceAll(/[\\^$.|?*+()[\]{}]/gu, String.raw`\$&`),
  );
  return new RegExp(`^${source}$`, 'su');
}

function compileNumeric(argument: unknown): Matcher {
  if (!Array.isArray(argument) || argument.length % 2 !== 0) {
    throw new NotModelledError('"numeric" of an event pattern takes pairs of an operator and a number.');
  }
  const checks: ((value: number) => boolean)[] = [];
  for (let position = 0; position < argument.length; position += 2) {
    checks.push(compileComparison(argument[position], Number(argument[position + 1])));
  }
  return (value) => typeof value === 'number' && checks.every((check) => check(value));
}

function compileComparison(operator: unknown, bound: number): (value: number) => boolean {
  switch (operator) {
    case '=':
      return (value) => value === bound;
    case '<':
      return (value) => value < bound;
    case '<=':
      return (value) => value <= bound;
    case '>':
      return (value) => value > bound;
    case '>=':
      return (value) => value >= bound;
    default:
      throw new NotModelledError(`The numeric operator ${String(operator)} of event patterns is not modelled.`);
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
