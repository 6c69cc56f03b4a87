import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { priceTableSchema, type PriceTable } from '../functions/platform/prices.ts';
import { wrongInput } from './errors.ts';

const priceFile = fileURLToPath(new URL('../config/prices.yaml', import.meta.url));

/** The price table of this project. */
export function readPrices(): PriceTable {
  return priceTableSchema.parse(parse(readFileSync(priceFile, 'utf8')));
}

/** A YAML file of an operator that holds fields and their values. What is wrong with the values is not judged here. */
export function readFields(file: string): Record<string, unknown> {
  let content: unknown;
  try {
    content = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const said = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
    throw wrongInput(`--file ${file}: cannot be read as YAML. ${said}`, 'config/sale.example.yaml is one to copy.');
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw wrongInput(`--file ${file}: expected fields of one sale, such as "id: soldes-2027".`, 'config/sale.example.yaml is one to copy.');
  }
  return { ...content };
}
