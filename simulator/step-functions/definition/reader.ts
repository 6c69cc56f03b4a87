import { type DefinitionProblem, messageOf } from '../errors.ts';
import { isRecord } from '../json.ts';
import { Expression } from '../language/expression.ts';
import type { ReferenceRules } from '../language/references.ts';
import { compileTemplate, type Template } from '../language/template.ts';
import { jsonPathFields, notModelledFields } from './fields.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface NumberRule {
  readonly description: string;
  accepts(value: number): boolean;
}

export const positiveInteger: NumberRule = {
  description: 'a positive integer',
  accepts: (value) => Number.isInteger(value) && value > 0,
};
export const nonNegativeInteger: NumberRule = {
  description: 'a non-negative integer',
  accepts: (value) => Number.isInteger(value) && value >= 0,
};
export const atLeastOne: NumberRule = { description: 'a number of at least 1', accepts: (value) => value >= 1 };
export const percentage: NumberRule = {
  description: 'a number between 0 and 100',
  accepts: (value) => value >= 0 && value <= 100,
};

const noErrorOutput: ReferenceRules = { mayReadErrorOutput: false };

/** Expressions by source: the same text occurs again and again across machines and across tests. */
const compiledExpressions = new Map<string, Expression>();
const compiledExpressionsLimit = 10_000;

function compiled(source: string): Expression {
  let expression = compiledExpressions.get(source);
  if (expression === undefined) {
    expression = new Expression(source);
    if (compiledExpressions.size >= compiledExpressionsLimit) compiledExpressions.clear();
    compiledExpressions.set(source, expression);
  }
  return expression;
}

/** Reads fields of a definition and collects everything that is wrong with them. */
export class DefinitionReader {
  readonly problems: DefinitionProblem[] = [];
  /** What AWS would accept and this simulator does not model. */
  readonly notModelled: DefinitionProblem[] = [];

  problem(location: string, message: string): void {
    this.problems.push({ location, message: `SCHEMA_VALIDATION_FAILED: ${message}` });
  }

  unsupported(location: string, message: string): void {
    this.notModelled.push({ location, message });
  }

  record(value: unknown, location: string): Fields {
    if (isRecord(value)) return value;
    this.problem(location, 'Expected value of type [OBJECT]');
    return {};
  }

  /** Refuses every field that the owner does not have. */
  checkFields(fields: Fields, allowed: readonly string[], location: string): void {
    for (const field of Object.keys(fields)) {
      if (allowed.includes(field)) continue;
      const at = `${location}/${field}`;
      if (notModelledFields.includes(field)) this.unsupported(at, `The field '${field}' is not modelled`);
      else if (jsonPathFields.has(field)) {
        this.problem(location, `The QueryLanguage is set to 'JSONata', but field '${field}' is only supported for the 'JSONPath' QueryLanguage`);
      } else this.problem(at, `Field '${field}' is not supported`);
    }
  }

  string(fields: Fields, field: string, location: string): string | undefined {
    const value = fields[field];
    if (value === undefined) return undefined;
    if (typeof value === 'string') return value;
    this.problem(`${location}/${field}`, 'Expected value of type [STRING]');
    return undefined;
  }

  requiredString(fields: Fields, field: string, location: string): string {
    const value = this.string(fields, field, location);
    if (value === undefined && fields[field] === undefined) {
      this.problem(location, `These fields are required: [${field}]`);
    }
    return value ?? '';
  }

  number(fields: Fields, field: string, rule: NumberRule, location: string): number | undefined {
    const value = fields[field];
    if (value === undefined) return undefined;
    if (typeof value === 'number' && rule.accepts(value)) return value;
    this.problem(`${location}/${field}`, `Expected ${rule.description}`);
    return undefined;
  }

  list(fields: Fields, field: string, location: string): readonly unknown[] {
    const value = fields[field];
    if (value === undefined) return [];
    if (Array.isArray(value)) return value as readonly unknown[];
    this.problem(`${location}/${field}`, 'Expected value of type [ARRAY]');
    return [];
  }

  template(
    fields: Fields,
    field: string,
    location: string,
    rules: ReferenceRules = noErrorOutput,
  ): Template | undefined {
    const value = fields[field];
    if (value === undefined) return undefined;
    return compileTemplate(value, `${location}/${field}`, (source, at) => this.#compile(source, at, rules));
  }

  /** A field that takes a number or an expression for one. */
  numberTemplate(fields: Fields, field: string, rule: NumberRule, location: string): Template | undefined {
    const template = this.template(fields, field, location);
    if (template === undefined || template.kind === 'expression') return template;
    return this.number(fields, field, rule, location) === undefined ? undefined : template;
  }

  /** A field that takes a string or an expression for one. */
  stringTemplate(fields: Fields, field: string, location: string): Template | undefined {
    return this.string(fields, field, location) === undefined ? undefined : this.template(fields, field, location);
  }

  #compile(source: string, location: string, rules: ReferenceRules): Expression | undefined {
    let expression: Expression;
    try {
      expression = compiled(source);
    } catch (error) {
      this.problems.push({ location, message: `INVALID_JSONATA_EXPRESSION: ${messageOf(error)}` });
      return undefined;
    }
    for (const message of expression.unsupportedReferences(rules)) this.problems.push({ location, message });
    return expression;
  }
}
