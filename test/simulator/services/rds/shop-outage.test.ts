import { getAtt, minute, ref, ShopAccount, startsAt } from '../shop-account.ts';

const requestsPerSecond = 10;

/** A shop of two instances with its database, served for five minutes and a second. */
async function openShop(seed: number, database: Record<string, unknown> = {}): Promise<ShopAccount> {
  const shop = await ShopAccount.deploy({
    seed,
    group: { HealthCheckType: 'EC2' },
    resources: {
      Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Statement: [] } } },
      Subnets: { Type: 'AWS::RDS::DBSubnetGroup', Properties: { DBSubnetGroupDescription: 'all', SubnetIds: [ref('Subnet0'), ref('Subnet1'), ref('Subnet2')] } },
      Parameters: { Type: 'AWS::RDS::DBParameterGroup', Properties: { Family: 'postgres17', Description: 'shop', Parameters: { synchronous_commit: 'on' } } },
      Database: {
        Type: 'AWS::RDS::DBInstance',
        Properties: {
          DBInstanceIdentifier: 'shop', DBInstanceClass: 'db.t4g.medium', Engine: 'postgres', EngineVersion: '17.5', MultiAZ: true,
          DBSubnetGroupName: ref('Subnets'), DBParameterGroupName: ref('Parameters'), EnableIAMDatabaseAuthentication: true,
          ManageMasterUserPassword: true, MasterUserSecret: { KmsKeyId: getAtt('Key', 'Arn') }, ...database,
        },
      },
    },
  });
  shop.account.shop.visitors = () => requestsPerSecond;
  await shop.after(5 * minute + 1000);
  return shop;
}

/** Milliseconds in which the database took no connections, until now. */
function watchOutage(shop: ShopAccount): () => number {
  let lostAt: number | undefined;
  let away = 0;
  shop.account.rds.onConnectivityChange(({ connectivity }) => {
    const now = shop.clock.now();
    if (connectivity !== 'open') lostAt ??= now;
    else if (lostAt !== undefined) {
      away += now - lostAt;
      lostAt = undefined;
    }
  });
  return () => away;
}

const force = (shop: ShopAccount): Promise<unknown> => shop.call('RDS', 'RebootDBInstance', { DBInstanceIdentifier: 'shop', ForceFailover: true });

describe('while the database is away, the shop', () => {
  it.each([1, 2, 3, 4])('refuses as many pages as come in that time, to the second, and its targets stay healthy (seed %i)', async (seed) => {
    const shop = await openShop(seed);
    const refusedBefore = shop.account.shop.refused;
    const outage = watchOutage(shop);
    await force(shop);
    for (let step = 0; step < 24; step += 1) {
      await shop.after(minute / 6);
      expect(shop.targets('healthy')).toBe(2);
    }

    expect(outage()).toBeGreaterThan(10_000);
    expect(shop.account.shop.refused - refusedBefore).toBeCloseTo((outage() / 1000) * requestsPerSecond, 6);
    expect(shop.account.shop.samples.at(-1)).toMatchObject({ refused: 0, healthy: 2 });
    const metric = { Namespace: 'AWS/ApplicationELB', MetricName: 'HTTPCode_Target_5XX_Count', Dimensions: [{ Name: 'LoadBalancer', Value: shop.balancer.fullName }] };
    const { MetricDataResults } = await shop.call<{ MetricDataResults: { Values: number[] }[] }>('CloudWatch', 'GetMetricData', {
      StartTime: new Date(startsAt), EndTime: new Date(shop.clock.now()), MetricDataQueries: [{ Id: 'errors', MetricStat: { Metric: metric, Period: 60, Stat: 'Sum' } }],
    });
    const errors = (MetricDataResults[0]?.Values ?? []).reduce((sum, value) => sum + value, 0);
    expect(Math.abs(errors - (outage() / 1000) * requestsPerSecond)).toBeLessThan(3);
  });

  it('is less busy, and serves all again afterwards', async () => {
    const shop = await openShop(2);
    shop.account.shop.visitors = () => 60;
    await shop.after(2 * minute);
    const [instance] = shop.account.ec2.instances.all();
    const busy = shop.account.shop.cpuPercent(instance?.id ?? '') ?? 0;
    let idlest = busy;
    shop.account.rds.crash('shop');
    for (let step = 0; step < 3; step += 1) {
      await shop.after(minute);
      idlest = Math.min(idlest, shop.account.shop.cpuPercent(instance?.id ?? '') ?? 0);
    }
    expect(idlest).toBeLessThan(busy / 2);
    await shop.after(minute);
    expect(shop.account.shop.cpuPercent(instance?.id ?? '')).toBeGreaterThan(busy - 3);
  });

  it('serves on when RDS abandons the failover', async () => {
    const shop = await openShop(1);
    const { refused } = shop.account.shop;
    shop.account.rds.abandonNextFailover = true;
    await force(shop);
    await shop.after(4 * minute);
    expect(shop.account.shop.refused).toBe(refused);
  });

  it('does not mind a database of another network', async () => {
    const shop = await openShop(1);
    const { refused } = shop.account.shop;
    const { ec2, rds } = shop.account;
    const vpcId = ec2.createVpc('10.9.0.0/16', {}).id;
    const subnetIds = ['a', 'b'].map((zone, index) => ec2.createSubnet({ vpcId, availabilityZone: `eu-west-3${zone}`, cidrBlock: `10.9.${index}.0/24`, mapPublicIpOnLaunch: false, tags: {} }).id);
    rds.putSubnetGroup({ name: 'elsewhere', description: 'elsewhere', subnetIds });
    rds.putDatabase({ ...rds.database('shop').definition, id: 'elsewhere', subnetGroup: 'elsewhere' });
    rds.crash('elsewhere');
    await shop.after(4 * minute);
    expect(rds.database('elsewhere').generation).toBe(1);
    expect(shop.account.shop.refused).toBe(refused);
  });

  it('counts the time once in which two databases are away', async () => {
    const shop = await openShop(1);
    const { rds, shop: physics } = shop.account;
    rds.putDatabase({ ...rds.database('shop').definition, id: 'second' });
    const refusedBefore = physics.refused;
    const away = new Set<string>();
    let from = 0;
    let total = 0;
    rds.onConnectivityChange(({ definition: { id }, connectivity }) => {
      const wasAway = away.size > 0;
      if (connectivity === 'open') away.delete(id);
      else away.add(id);
      if (!wasAway && away.size > 0) from = shop.clock.now();
      if (wasAway && away.size === 0) total += shop.clock.now() - from;
    });
    rds.crash('shop');
    await shop.after(10_000);
    rds.crash('second');
    await shop.after(4 * minute);
    expect(physics.refused - refusedBefore).toBeCloseTo((total / 1000) * requestsPerSecond, 6);
  });
});

it('a failover moves the address that the endpoint stands for into the subnet of the standby', async () => {
  const shop = await openShop(1);
  const database = shop.account.rds.database('shop');
  const blockOf = (zone: string | undefined): string => [...shop.account.ec2.subnets.values()].find(({ availabilityZone }) => availabilityZone === zone)?.cidrBlock.replace('0/24', '') ?? 'none';
  const { primaryAddress: before, availabilityZone: primary, secondaryAvailabilityZone: standby, address } = database;
  expect(before.startsWith(blockOf(primary))).toBe(true);
  const told: string[] = [];
  shop.account.rds.onConnectivityChange(({ connectivity, primaryAddress }) => told.push(`${connectivity} ${primaryAddress === before ? 'before' : 'after'}`));
  shop.account.rds.crash('shop');
  await shop.after(3 * minute);

  expect(told).toEqual(['hanging before', 'refused after', 'open after']);
  expect(database.primaryAddress.startsWith(blockOf(standby))).toBe(true);
  expect(database.address).toBe(address);
  const { NetworkInterfaces } = await shop.call<{ NetworkInterfaces: { PrivateIpAddress: string; RequesterId: string; AvailabilityZone: string }[] }>('EC2', 'DescribeNetworkInterfaces', {});
  expect(NetworkInterfaces).toContainEqual(expect.objectContaining({ PrivateIpAddress: database.primaryAddress, AvailabilityZone: standby }));
  expect(NetworkInterfaces).not.toContainEqual(expect.objectContaining({ PrivateIpAddress: before }));
});

it('a template tells whether tokens of IAM sign in, which key encrypts the administrator\'s secret, and the family of a group', async () => {
  const shop = await openShop(1);
  const { definition } = shop.account.rds.database('shop');
  expect(definition.hasIamAuthentication).toBe(true);
  const key = shop.account.secretsManager.secrets.find(({ arn }) => arn === definition.secretArn)?.definition['KmsKeyId'];
  expect(key).toMatch(/^arn:aws:kms:/u);
  const parameters = await shop.call('RDS', 'DescribeDBParameters', { DBParameterGroupName: definition.parameterGroup });
  expect(parameters).toMatchObject({ Parameters: expect.arrayContaining([{ ParameterName: 'synchronous_commit', ParameterValue: 'on', Source: 'user' }]) });
  expect(definition.secretArn).toContain(':secret:rds!db-shop-');
});

it.each([
  { Engine: 'postgres', EngineVersion: '17.5', group: 'default.postgres17' },
  { Engine: 'mysql', EngineVersion: '8.4.5', group: 'default.mysql8.4' },
])('a database of $Engine without a group has the default one of its family', async ({ group, ...engine }) => {
  const shop = await openShop(1, { ...engine, DBParameterGroupName: undefined });
  expect(shop.account.rds.database('shop').definition.parameterGroup).toBe(group);
});
