import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { type PriceTable, priceTableSchema } from '../functions/platform/prices.ts';
import { ConfigError, describeIssue } from './config-error.ts';

const pricesFile = fileURLToPath(new URL('../config/prices.yaml', import.meta.url));

/**
 * The dated price table that reports reckon with.
 *
 * @throws ConfigError naming every problem of the file.
 */
export function loadPrices(file: string = pricesFile): PriceTable {
  const content: unknown = parse(readFileSync(file, 'utf8'));
  const result = priceTableSchema.safeParse(content);
  if (!result.success) throw new ConfigError(file, result.error.issues.flatMap((issue) => describeIssue(issue, content)));
  return result.data;
}
