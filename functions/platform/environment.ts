import * as z from 'zod';
import { Defect } from './errors.ts';

/** Parses the environment of a function once, at its first invocation. Every variable that is wrong is named. */
export function parseEnvironment<Shape extends z.ZodRawShape>(
  shape: Shape,
  variables: NodeJS.ProcessEnv,
): Readonly<z.infer<z.ZodObject<Shape>>> {
  const result = z.object(shape).safeParse(variables);
  if (!result.success) throw new Defect(`The environment of this function is wrong: ${z.prettifyError(result.error)}`);
  return Object.freeze(result.data);
}

/** A variable that holds a JSON document of the given schema. */
export function jsonVariable<Schema extends z.ZodType>(schema: Schema) {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: 'custom', message: 'expected a JSON document' });
        return z.NEVER;
      }
    })
    .pipe(schema);
}
