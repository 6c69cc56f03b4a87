import { AwsError } from '../../kernel/aws-error.ts';
import type { PolicyHolder } from './principals.ts';

/** Throws for a service-linked role: only AWS changes it (IAM user guide, "Create a service-linked role"). */
export function refuseProtected({ path, name }: PolicyHolder): void {
  if (!path.startsWith('/aws-service-role/')) return;
  const message = `Cannot perform the operation on the protected role '${name}' - this role is only modifiable by AWS`;
  throw new AwsError('UnmodifiableEntityException', message);
}
