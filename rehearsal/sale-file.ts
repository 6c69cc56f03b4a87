import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse, YAMLParseError } from 'yaml';
import { resolveParisTime } from '../functions/capacity/paris-time.ts';
import { saleSchema } from '../functions/capacity/sale-request.ts';
import type { SaleRequest } from './scenario.ts';

/** The sale that is rehearsed when none is given. */
export const exampleSaleFile = fileURLToPath(new URL('../config/sale.example.yaml', import.meta.url));

/** A sale file that cannot be used; the message names every field that is wrong. */
export class SaleFileError extends Error {
  override readonly name = 'SaleFileError';
}

/** Reads an operator's sale. What needs the model or the clock to judge is left to `register-sale`. */
export function readSaleFile(file: string): SaleRequest {
  let content: unknown;
  try {
    content = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof YAMLParseError) throw new SaleFileError(`${file} is not YAML: ${error.message}`, { cause: error });
    throw new SaleFileError(`${file} cannot be read. Expected a YAML file that describes one sale.`, { cause: error });
  }
  const result = saleSchema.safeParse(content);
  if (!result.success) {
    const lines = result.error.issues.map((issue) => `  ${file}: ${issue.path.join('.') || 'sale'}: ${issue.message}`);
    throw new SaleFileError(`${file} does not describe a sale:\n${lines.join('\n')}`);
  }
  const unresolved = (['startsAt', 'endsAt'] as const)
    .map((field) => resolveParisTime(result.data[field], field))
    .filter((time) => time.kind === 'unresolved');
  if (unresolved.length > 0) {
    const lines = unresolved.map(({ field, value, expected }) => `  ${file}: ${field}: ${value} given, expected ${expected}`);
    throw new SaleFileError(`${file} does not describe a sale:\n${lines.join('\n')}`);
  }
  return result.data as SaleRequest;
}
