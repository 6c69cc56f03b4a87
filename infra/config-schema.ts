import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { environmentSchema } from './config.ts';

/** Where editors find the schema: each environment file names it in its first line. */
export const SCHEMA_FILE = fileURLToPath(new URL('../config/schema/environment.schema.json', import.meta.url));

/** The JSON Schema of an environment file, as text. Rules over several fields are not in it: `parseConfig` has them. */
export function renderConfigSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(environmentSchema, { io: 'input' }), undefined, 2)}\n`;
}

// Run by hand after a change of the schema: `node infra/config-schema.ts`. A test says when it was forgotten.
if (import.meta.main) writeFileSync(SCHEMA_FILE, renderConfigSchema());
