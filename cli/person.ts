import { wrongInput } from './errors.ts';
import type { Session } from './session.ts';

const variable = 'WEBMARKET_USER';

/** For `--as`. */
export const asDescription = `who you are, as the record is to name you (or the variable ${variable})`;

/** Who answers or asks: what is recorded is a person, and a role is none. */
export function personOf({ env }: Session, as: string | undefined): string {
  const name = (as ?? env[variable] ?? '').trim();
  if (name !== '' && name.length <= 200) return name;
  throw wrongInput(`--as: ${name === '' ? 'nothing' : `${name.length} characters`} given, expected your name, of 1 to 200 characters.`, `Add --as "Your name", or set ${variable}.`);
}
