import type { ResourceRequest } from '../provider.ts';

/**
 * The name that CloudFormation gives to a resource without one: stack, logical id and twelve random characters,
 * both shortened to fit `maxLength` (CloudFormation user guide, "Name type").
 */
export function physicalName(request: ResourceRequest, maxLength: number): string {
  const suffix = request.account.random.stream('physical-name').hex(12).toUpperCase();
  const room = maxLength - suffix.length - 2;
  const logicalIdLength = Math.min(request.logicalId.length, Math.max(Math.floor(room / 2), room - request.stackName.length));
  const stackName = request.stackName.slice(0, room - logicalIdLength);
  return `${stackName}-${request.logicalId.slice(0, logicalIdLength)}-${suffix}`;
}
