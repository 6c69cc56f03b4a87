import { ShopAccount } from './shop-account.ts';

const vCpus = { ServiceCode: 'ec2', QuotaCode: 'L-1216C47A' };
const lcus = { ServiceCode: 'elasticloadbalancing', QuotaCode: 'L-8A66D0E6' };

interface QuotaAnswer {
  readonly Quota: { readonly Value: number };
}

describe('Service Quotas', () => {
  it('has no applied value until the quota was raised', async () => {
    const shop = new ShopAccount(1);

    await expect(shop.call('Service Quotas', 'GetServiceQuota', vCpus)).rejects.toMatchObject({ name: 'NoSuchResourceException' });

    shop.account.serviceQuotas.set('ec2', 'L-1216C47A', 64);
    await expect(shop.call<QuotaAnswer>('Service Quotas', 'GetServiceQuota', vCpus)).resolves.toMatchObject({ Quota: { Value: 64 } });
  });

  it('gives the default of AWS whatever was applied', async () => {
    const shop = new ShopAccount(1);
    shop.account.serviceQuotas.set('ec2', 'L-1216C47A', 64);

    const vCpuDefault = await shop.call<QuotaAnswer>('Service Quotas', 'GetAWSDefaultServiceQuota', vCpus);
    const lcuDefault = await shop.call<QuotaAnswer>('Service Quotas', 'GetAWSDefaultServiceQuota', lcus);

    expect([vCpuDefault.Quota.Value, lcuDefault.Quota.Value]).toEqual([5, 0]);
  });

  it('authorises GetServiceQuota on the quota itself', () => {
    const { account } = new ShopAccount(1);

    expect(account.serviceQuotas.operations.GetServiceQuota.authorise(vCpus as never)).toEqual([
      {
        action: 'servicequotas:GetServiceQuota',
        resource: 'arn:aws:servicequotas:eu-west-3:123456789012:ec2/L-1216C47A',
        context: { 'servicequotas:service': 'ec2' },
      },
    ]);
  });
});
