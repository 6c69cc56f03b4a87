import type { Check } from '../check.ts';
import { identityChecks } from './identity-checks.ts';
import { networkChecks } from './network-checks.ts';

/** Every check there is, in the order in which they are listed. */
export const checks: readonly Check[] = [...networkChecks, ...identityChecks];

export function findCheck(id: string): Check | undefined {
  return checks.find((check) => check.id === id);
}
