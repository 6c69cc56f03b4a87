import type { EnvironmentConfig } from '../infra/config.ts';
import type { Account } from '../simulator/kernel/account.ts';

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
}
