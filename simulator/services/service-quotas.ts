import type {
  GetAWSDefaultServiceQuotaCommandInput,
  GetAWSDefaultServiceQuotaCommandOutput,
  GetServiceQuotaCommandInput,
  GetServiceQuotaCommandOutput,
  ServiceQuota,
} from '@aws-sdk/client-service-quotas';
import type { Account } from '../kernel/account.ts';
import { AwsError, NotModelledError } from '../kernel/aws-error.ts';
import { type AwsService, operation } from '../kernel/service.ts';

interface QuotaDefinition {
  readonly serviceCode: string;
  readonly serviceName: string;
  readonly quotaCode: string;
  readonly quotaName: string;
  readonly defaultValue: number;
}

/**
 * The quotas that the account knows, with the defaults of AWS: EC2 user guide "On-Demand Instance quotas" (5 vCPUs in
 * a new account) and the ALB guide "Quotas for your Application Load Balancers" (no reserved LCU).
 */
const quotas: readonly QuotaDefinition[] = [
  {
    serviceCode: 'ec2',
    serviceName: 'Amazon Elastic Compute Cloud (Amazon EC2)',
    quotaCode: 'L-1216C47A',
    quotaName: 'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances',
    defaultValue: 5,
  },
  {
    serviceCode: 'elasticloadbalancing',
    serviceName: 'Elastic Load Balancing (ELB)',
    quotaCode: 'L-8A66D0E6',
    quotaName: 'Reserved Application Load Balancer Capacity Units (LCUs) per Region',
    defaultValue: 0,
  },
];

/** Simulated Service Quotas. A quota has an applied value only once it was raised for the account. */
export class ServiceQuotas implements AwsService {
  readonly sdkId = 'Service Quotas';
  readonly statesName = 'servicequotas';
  readonly statesErrorPrefix = 'ServiceQuotas';

  readonly #account: Account;
  readonly #applied = new Map<string, number>();

  constructor(account: Account) {
    this.#account = account;
  }

  readonly operations = {
    GetServiceQuota: operation<GetServiceQuotaCommandInput, GetServiceQuotaCommandOutput>({
      authorise: (input) => [
        {
          action: 'servicequotas:GetServiceQuota',
          resource: this.#arn(String(input.ServiceCode), String(input.QuotaCode)),
          context: { 'servicequotas:service': String(input.ServiceCode) },
        },
      ],
      execute: (input) => ({ Quota: this.#appliedQuota(input) }),
    }),
    GetAWSDefaultServiceQuota: operation<GetAWSDefaultServiceQuotaCommandInput, GetAWSDefaultServiceQuotaCommandOutput>({
      authorise: () => [{ action: 'servicequotas:GetAWSDefaultServiceQuota', resource: '*' }],
      execute: (input) => {
        const quota = this.#find(input.ServiceCode, input.QuotaCode);
        return { Quota: this.#describe(quota, quota.defaultValue) };
      },
    }),
  };

  /** Gives the account an applied value, as a granted increase does. */
  set(serviceCode: string, quotaCode: string, value: number): void {
    this.#find(serviceCode, quotaCode);
    this.#applied.set(`${serviceCode}/${quotaCode}`, value);
  }

  /** What the account may use now: the applied value, or the default of AWS. */
  effectiveValue(serviceCode: string, quotaCode: string): number {
    return this.#applied.get(`${serviceCode}/${quotaCode}`) ?? this.#find(serviceCode, quotaCode).defaultValue;
  }

  #appliedQuota(input: GetServiceQuotaCommandInput): ServiceQuota {
    if (input.ContextId !== undefined) throw new NotModelledError('ContextId of GetServiceQuota is not modelled.');
    const quota = this.#find(input.ServiceCode, input.QuotaCode);
    const value = this.#applied.get(`${quota.serviceCode}/${quota.quotaCode}`);
    if (value === undefined) throw noSuchQuota();
    return this.#describe(quota, value);
  }

  #find(serviceCode: string | undefined, quotaCode: string | undefined): QuotaDefinition {
    const quota = quotas.find((candidate) => candidate.serviceCode === serviceCode && candidate.quotaCode === quotaCode);
    if (quota === undefined) throw new NotModelledError(`The quota ${serviceCode}/${quotaCode} is not in the simulated account's table.`);
    return quota;
  }

  #describe(quota: QuotaDefinition, value: number): ServiceQuota {
    return {
      ServiceCode: quota.serviceCode,
      ServiceName: quota.serviceName,
      QuotaArn: this.#arn(quota.serviceCode, quota.quotaCode),
      QuotaCode: quota.quotaCode,
      QuotaName: quota.quotaName,
      Value: value,
      Unit: 'None',
      Adjustable: true,
      GlobalQuota: false,
      QuotaAppliedAtLevel: 'ACCOUNT',
    };
  }

  #arn(serviceCode: string, quotaCode: string): string {
    return this.#account.arn('servicequotas', `${serviceCode}/${quotaCode}`);
  }
}

function noSuchQuota(): AwsError {
  return new AwsError('NoSuchResourceException', 'The request failed because the specified service or quota has no applied value.');
}
