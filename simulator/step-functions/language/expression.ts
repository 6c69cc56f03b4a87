import jsonata from 'jsonata';
import type { Random } from '../../kernel/random.ts';
import { bindBounds, budgetBinding, newBudget } from './bounds.ts';
import { bindFunctions, servicesBinding } from './functions.ts';
import { findUnsupportedReferences, type ReferenceRules, type SyntaxNode } from './references.ts';

/** What an expression can see. */
export interface EvaluationScope {
  /** By name, without the dollar sign; `states` among them. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** Epoch milliseconds that `$now` and `$millis` give. */
  readonly now: number;
  readonly random: Random;
}

/** A compiled JSONata expression. Can be evaluated by many executions at the same time. */
export class Expression {
  /** The text between `{%` and `%}`, without surrounding blanks. */
  readonly source: string;
  readonly #compiled: jsonata.Expression;

  /** Throws what JSONata throws for text that is not an expression. */
  constructor(source: string) {
    this.source = source;
    this.#compiled = jsonata(source);
    bindFunctions(this.#compiled);
    bindBounds(this.#compiled);
  }

  /** Undefined where the expression gives nothing. The value still carries JSONata's own flags. */
  evaluate(scope: EvaluationScope): Promise<unknown> {
    const bindings: Record<string, unknown> = Object.assign(Object.create(null) as object, scope.variables);
    bindings[servicesBinding] = { random: scope.random };
    bindings[budgetBinding] = newBudget(scope.now);
    return this.#compiled.evaluate(undefined, bindings) as Promise<unknown>;
  }

  unsupportedReferences(rules: ReferenceRules): readonly string[] {
    return findUnsupportedReferences(this.#compiled.ast() as unknown as SyntaxNode, rules);
  }
}
