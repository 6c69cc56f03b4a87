import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { saleSchema } from '../functions/capacity/sale-request.ts';
import { exceptionsFileSchema } from '../functions/compliance/exceptions.ts';
import { environmentSchema } from './config.ts';

/** Where editors find the schemas: each file names its own in its first line. */
const folder = fileURLToPath(new URL('../config/schema/', import.meta.url));

/**
 * The JSON Schemas of what operators edit, by file. Rules over several fields are not in them: `parseConfig` and
 * `register-sale` have those.
 */
export function renderSchemas(): ReadonlyMap<string, string> {
  return new Map([
    [`${folder}environment.schema.json`, render(environmentSchema)],
    [`${folder}exceptions.schema.json`, render(exceptionsFileSchema)],
    [`${folder}sale.schema.json`, render(saleSchema)],
  ]);
}

function render(schema: z.ZodType): string {
  return `${JSON.stringify(z.toJSONSchema(schema, { io: 'input' }), undefined, 2)}\n`;
}

// Run by hand after a change of a schema: `node infra/config-schema.ts`. A test says when it was forgotten.
if (import.meta.main) {
  for (const [file, text] of renderSchemas()) writeFileSync(file, text);
}
