import type { EnvironmentConfig } from '../infra/config.ts';
import type { Account } from '../simulator/kernel/account.ts';

const day = 86_400_000;

/** What whoever opened the account has done by hand: it belongs to no stack, and the checks ask for it. */
function keepWell(account: Account): void {
  const { iam, clock } = account;
  iam.directory.setRoot({ createdAt: clock.now() - 400 * day, accessKeys: [], mfaDevices: ['hardware'] });
  iam.directory.putPasswordPolicy({
    minimumLength: 14, remembered: 24, maxAgeDays: undefined, letsUsersChange: true, isExpiryHard: false,
    requiresSymbols: true, requiresNumbers: true, requiresUppercase: true, requiresLowercase: true,
  });
  const owner = { AWS: `arn:${account.partition}:iam::${account.id}:root` };
  const Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } };
  iam.putRole({ name: 'Support', trust: { Statement: [{ Effect: 'Allow', Principal: owner, Action: 'sts:AssumeRole', Condition }] }, tags: {} });
  iam.attachRolePolicy('Support', 'arn:aws:iam::aws:policy/AWSSupportAccess');
}

/** vCPUs that an account of some age may run at once; a new one has 5. */
const vcpuQuota = 256;

/**
 * A world in which the capacity model is right: an instance serves what the model promises at 80 % CPU, so that the
 * model's figure is one within the latency objective and not the breaking point.
 */
export function prepareShop(account: Account, config: EnvironmentConfig): void {
  const { requestsPerSecondPerInstance } = config.capacity;
  const types = [config.web.instanceType, ...config.web.fallbackInstanceTypes];
  account.shop.servesRequestsPerSecond = Object.fromEntries(types.map((type) => [type, requestsPerSecondPerInstance / 0.8]));
  account.serviceQuotas.set('ec2', 'L-1216C47A', vcpuQuota);
  keepWell(account);
}
