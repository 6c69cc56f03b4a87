import { Token, Tokenization } from 'aws-cdk-lib';

/** What Lambda takes for all variables of a function together. Source: Lambda developer guide, "Lambda quotas". */
const maxBytes = 4096;

/** Longer than nearly every ARN and name that CloudFormation may put in. */
const intrinsicBytes = 120;

/**
 * Refuses variables that Lambda would refuse in the middle of a deployment. It measures them as one JSON object, names with
 * them, so that every quote of a JSON document in a value counts twice: its error shows the text that it measured.
 *
 * @throws Error with the largest of them, whose content is what has to be made smaller.
 */
export function requireFittingEnvironment(functionPath: string, environment: Readonly<Record<string, string>>): void {
  const spelled = Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, spellOut(value)]));
  const bytes = byteLength(spelled);
  if (bytes <= maxBytes) return;
  const largest = Object.entries(spelled)
    .map(([name, value]) => ({ name, bytes: byteLength({ [name]: value }) }))
    .toSorted((left, right) => right.bytes - left.bytes)
    .slice(0, 2)
    .map((variable) => `${variable.name} has ${variable.bytes}`);
  throw new Error(`The environment variables of ${functionPath} have ${bytes} bytes, expected at most ${maxBytes} together: ${largest.join(', ')}.`);
}

/** What is known only at deployment is taken for a long name. */
function spellOut(value: string): string {
  if (!Token.isUnresolved(value)) return value;
  const fragments = Tokenization.reverseString(value).mapTokens({ mapToken: () => 'x'.repeat(intrinsicBytes) });
  return textOf(fragments.join({ join: (left: unknown, right: unknown) => `${textOf(left)}${textOf(right)}` }));
}

/** A fragment; before the first there is none. */
function textOf(fragment: unknown): string {
  return typeof fragment === 'string' ? fragment : '';
}

function byteLength(variables: Readonly<Record<string, string>>): number {
  return Buffer.byteLength(JSON.stringify(variables));
}
