import { isAwsManaged } from './aws-managed-policies.ts';
import type { Directory } from './directory.ts';
import type { AttachedPolicy } from './permission-ledger.ts';
import type { PolicyHolder } from './principals.ts';

/** The policies that a user, group or role itself has, inline ones first. */
export function policiesOf(directory: Directory, { inline, attached }: PolicyHolder): readonly AttachedPolicy[] {
  return [
    ...[...inline].map(([name, document]) => ({ policy: { name, document }, source: 'inline' as const })),
    ...[...attached].map((arn) => ({
      policy: directory.managedPolicy(arn),
      source: isAwsManaged(arn) ? ('aws-managed' as const) : ('customer-managed' as const),
    })),
  ];
}
