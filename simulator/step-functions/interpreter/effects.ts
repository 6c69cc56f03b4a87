import type { Effects } from '../definition/program.ts';
import type { Json } from '../json.ts';
import type { EvaluationScope } from '../language/expression.ts';
import { evaluateTemplate } from '../language/template.ts';
import { limitedCopy, type Variables, type Visit } from './run.ts';

/** How a state left: where to, with what, and what it assigned. */
export interface Departure {
  /** Undefined ends the line of control. */
  readonly next: string | undefined;
  readonly output: Json;
  readonly assigned: Variables | undefined;
}

/**
 * Evaluates `Assign` and `Output`. Both see the variables as they were on entry, neither sees the other.
 * `field` is what stands before their names in causes, for example `Choices[0]/`.
 */
export async function applyEffects(
  visit: Visit,
  effects: Effects,
  scope: EvaluationScope,
  withoutOutput: Json,
  field = '',
): Promise<{ readonly output: Json; readonly assigned: Variables | undefined }> {
  let assigned: Record<string, Json> | undefined;
  if (effects.assign !== undefined) {
    assigned = {};
    for (const [name, template] of effects.assign) {
      assigned[name] = limitedCopy(await evaluateTemplate(template, `${field}Assign/${name}`, scope), visit.state.name);
    }
  }
  if (effects.output === undefined) return { output: withoutOutput, assigned };
  const output = await evaluateTemplate(effects.output, `${field}Output`, scope);
  return { output: limitedCopy(output, visit.state.name), assigned };
}
