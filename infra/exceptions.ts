import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Exception, exceptionsFileSchema } from '../functions/compliance/exceptions.ts';
import { ConfigError, describeIssue } from './config-error.ts';
import { readYaml } from './yaml-file.ts';

const exceptionsFile = fileURLToPath(new URL('../config/exceptions.yaml', import.meta.url));

/**
 * The drift that is known and accepted for a while. One that has expired is no problem here: it counts for nothing, and
 * the nightly report names it.
 *
 * @throws ConfigError naming every problem of the file, or that it cannot be read.
 */
export function loadExceptions(file: string = exceptionsFile): readonly Exception[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError(file, [{ path: '', found: 'none', expected: 'a readable file, with an empty list when there are none' }], { cause });
  }
  return parseExceptions(text, file);
}

/**
 * Validates the text of a file of exceptions.
 *
 * @throws ConfigError naming every problem: the path in the file, the line, the value found, what was expected.
 */
export function parseExceptions(text: string, fileName: string): readonly Exception[] {
  const { value, locate } = readYaml(text, fileName);
  const parsed = exceptionsFileSchema.safeParse(value);
  if (!parsed.success) throw new ConfigError(fileName, locate(parsed.error.issues.flatMap((issue) => describeIssue(issue, value))));
  return parsed.data;
}
