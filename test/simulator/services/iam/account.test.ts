import type { GetCredentialReportCommandOutput, ServiceLastAccessed } from '@aws-sdk/client-iam';
import { NotModelledError } from '../../../../simulator/kernel/aws-error.ts';
import { type FakeAccount, fakeAccount, putRole, sessionOf } from '../fake-account.ts';

const hour = 60 * 60 * 1000;
const noSuchEntity = { name: 'NoSuchEntityException', statusCode: 404 };

function after(fake: FakeAccount, milliseconds: number): Promise<void> {
  return fake.clock.runUntil(fake.clock.now() + milliseconds);
}

describe('the password policy', () => {
  test('there is none until one is set, and none after its deletion', async () => {
    const fake = fakeAccount();
    const get = () => fake.call('IAM', 'GetAccountPasswordPolicy', {});
    await expect(get()).rejects.toMatchObject(noSuchEntity);
    await expect(fake.call('IAM', 'DeleteAccountPasswordPolicy', {})).rejects.toMatchObject(noSuchEntity);
    await fake.call('IAM', 'UpdateAccountPasswordPolicy', { MinimumPasswordLength: 14 });
    await fake.call('IAM', 'DeleteAccountPasswordPolicy', {});
    await expect(get()).rejects.toMatchObject(noSuchEntity);
  });

  test('an update resets whatever it leaves out', async () => {
    const fake = fakeAccount();
    await fake.call('IAM', 'UpdateAccountPasswordPolicy', {
      MinimumPasswordLength: 14, RequireSymbols: true, MaxPasswordAge: 90, PasswordReusePrevention: 24, HardExpiry: true, AllowUsersToChangePassword: true,
    });
    expect(await fake.call('IAM', 'GetAccountPasswordPolicy', {})).toMatchObject({
      PasswordPolicy: { MinimumPasswordLength: 14, RequireSymbols: true, MaxPasswordAge: 90, ExpirePasswords: true, PasswordReusePrevention: 24, HardExpiry: true },
    });
    await fake.call('IAM', 'UpdateAccountPasswordPolicy', { PasswordReusePrevention: 12 });
    expect(await fake.call('IAM', 'GetAccountPasswordPolicy', {})).toEqual({
      PasswordPolicy: {
        MinimumPasswordLength: 6,
        RequireSymbols: false,
        RequireNumbers: false,
        RequireUppercaseCharacters: false,
        RequireLowercaseCharacters: false,
        AllowUsersToChangePassword: false,
        ExpirePasswords: false,
        PasswordReusePrevention: 12,
      },
    });
  });

  test.each([{ MinimumPasswordLength: 5 }, { MaxPasswordAge: 0 }, { PasswordReusePrevention: 25 }])('%j is out of range', async (input) => {
    await expect(fakeAccount().call('IAM', 'UpdateAccountPasswordPolicy', input)).rejects.toMatchObject({ name: 'ValidationError' });
  });
});

describe('the root user', () => {
  test.each([
    [[], [], { AccountMFAEnabled: 0, AccountAccessKeysPresent: 0 }, 0],
    [['virtual'], [], { AccountMFAEnabled: 1 }, 1],
    [['hardware'], [{ createdAt: 0, status: 'Inactive' }], { AccountMFAEnabled: 1, AccountAccessKeysPresent: 1 }, 0],
  ] as const)('with devices %j and keys %j', async (mfaDevices, accessKeys, summary, virtualDevices) => {
    const fake = fakeAccount();
    fake.account.iam.directory.setRoot({ mfaDevices, accessKeys });
    expect(await fake.call('IAM', 'GetAccountSummary', {})).toMatchObject({ SummaryMap: summary });
    const { VirtualMFADevices: devices } = await fake.call<{ VirtualMFADevices: { User?: { Arn: string } }[] }>(
      'IAM', 'ListVirtualMFADevices', { AssignmentStatus: 'Assigned' },
    );
    expect(devices.filter(({ User: user }) => user?.Arn === 'arn:aws:iam::123456789012:root')).toHaveLength(virtualDevices);
  });
});

test('server certificates are listed with their expiry', async () => {
  const fake = fakeAccount();
  fake.account.iam.directory.putServerCertificate('old', Date.parse('2026-01-01T00:00:00Z'));
  expect(await fake.call('IAM', 'ListServerCertificates', {})).toMatchObject({
    ServerCertificateMetadataList: [{ ServerCertificateName: 'old', Expiration: new Date('2026-01-01T00:00:00Z') }],
  });
});

describe('the credential report', () => {
  const header = 'user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active,access_key_1_active';

  async function rowsOf(fake: FakeAccount): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>> {
    await fake.call('IAM', 'GenerateCredentialReport', {});
    await after(fake, 60_000);
    const { Content: content } = await fake.call<GetCredentialReportCommandOutput>('IAM', 'GetCredentialReport', {});
    const [names = [], ...rows] = Buffer.from(content ?? []).toString('utf8').split('\n').map((line) => line.split(','));
    return Object.fromEntries(rows.map((row) => [row[0], Object.fromEntries(names.map((name, index) => [name, row[index] ?? '']))]));
  }

  test('is asked for, being made, complete, kept for four hours, then expired', async () => {
    const fake = fakeAccount();
    const generate = async () => (await fake.call<{ State: string }>('IAM', 'GenerateCredentialReport', {})).State;
    const get = () => fake.call<GetCredentialReportCommandOutput>('IAM', 'GetCredentialReport', {});
    await expect(get()).rejects.toMatchObject({ name: 'CredentialReportNotPresentException', statusCode: 410 });
    expect(await generate()).toBe('STARTED');
    expect(await generate()).toBe('INPROGRESS');
    await expect(get()).rejects.toMatchObject({ name: 'CredentialReportNotReadyException', statusCode: 404 });
    await after(fake, 60_000);
    expect(await generate()).toBe('COMPLETE');
    const { Content: content, GeneratedTime: generatedAt, ReportFormat: format } = await get();
    expect(content).toBeInstanceOf(Uint8Array);
    expect(Buffer.from(content ?? []).toString('utf8')).toMatch(header);
    expect(format).toBe('text/csv');
    await after(fake, 3 * hour);
    await fake.call('IAM', 'CreateUser', { UserName: 'late' });
    expect(await generate()).toBe('COMPLETE');
    expect((await get()).GeneratedTime).toEqual(generatedAt);
    expect(Buffer.from((await get()).Content ?? []).toString('utf8')).not.toContain('late');
    await after(fake, hour);
    await expect(get()).rejects.toMatchObject({ name: 'CredentialReportExpiredException', statusCode: 410 });
    expect(await generate()).toBe('STARTED');
  });

  test('has a row for root and one for each user, with what does not apply marked', async () => {
    const fake = fakeAccount();
    const { directory } = fake.account.iam;
    directory.setRoot({ createdAt: Date.parse('2020-01-01T00:00:00Z'), mfaDevices: ['hardware'], passwordLastUsedAt: Date.parse('2026-12-24T20:00:00Z') });
    directory.putUser({ name: 'robot', createdAt: Date.parse('2026-01-01T00:00:00Z') });
    const rows = await rowsOf(fake);
    expect(rows['<root_account>']).toMatchObject({
      arn: 'arn:aws:iam::123456789012:root', user_creation_time: '2020-01-01T00:00:00+00:00', password_enabled: 'not_supported',
      password_last_used: '2026-12-24T20:00:00+00:00', password_last_changed: 'not_supported', mfa_active: 'true', access_key_1_active: 'false',
    });
    expect(rows['robot']).toMatchObject({
      password_enabled: 'false', password_last_used: 'N/A', password_last_changed: 'N/A', password_next_rotation: 'N/A', mfa_active: 'false',
      access_key_1_active: 'false', access_key_1_last_rotated: 'N/A', access_key_2_last_used_date: 'N/A', cert_1_active: 'false', cert_2_last_rotated: 'N/A',
    });
  });

  test('tells passwords, devices and keys of a user as they were used', async () => {
    const fake = fakeAccount();
    await fake.call('IAM', 'UpdateAccountPasswordPolicy', { MaxPasswordAge: 90 });
    fake.account.iam.directory.putUser({
      name: 'amel',
      createdAt: Date.parse('2026-01-01T00:00:00.900Z'),
      password: {},
      mfaDevices: ['virtual'],
      accessKeys: [
        { status: 'Inactive', lastUsed: { at: Date.parse('2026-10-01T00:00:00Z'), region: 'eu-west-3', service: 's3' } },
        { createdAt: Date.parse('2026-11-01T00:00:00Z') },
      ],
    });
    expect((await rowsOf(fake))['amel']).toMatchObject({
      user_creation_time: '2026-01-01T00:00:00+00:00', password_enabled: 'true', password_last_used: 'no_information',
      password_last_changed: '2026-01-01T00:00:00+00:00', password_next_rotation: '2026-04-01T00:00:00+00:00', mfa_active: 'true',
      access_key_1_active: 'false', access_key_1_last_used_date: '2026-10-01T00:00:00+00:00', access_key_1_last_used_region: 'eu-west-3',
      access_key_1_last_used_service: 's3', access_key_2_active: 'true', access_key_2_last_rotated: '2026-11-01T00:00:00+00:00',
      access_key_2_last_used_date: 'N/A',
    });
  });
});

describe('last use', () => {
  async function reportOf(fake: FakeAccount, arn: string): Promise<readonly ServiceLastAccessed[]> {
    const { JobId: id } = await fake.call<{ JobId: string }>('IAM', 'GenerateServiceLastAccessedDetails', { Arn: arn });
    const get = () => fake.call<{ JobStatus: string; ServicesLastAccessed: ServiceLastAccessed[] }>('IAM', 'GetServiceLastAccessedDetails', { JobId: id });
    expect((await get()).JobStatus).toBe('IN_PROGRESS');
    await after(fake, 10_000);
    const { JobStatus: status, ServicesLastAccessed: services } = await get();
    expect(status).toBe('COMPLETED');
    return services;
  }

  test('a role was last used when it last tried something, allowed or not', async () => {
    const fake = fakeAccount();
    const roleArn = putRole(fake, { actions: ['s3:GetObject'] });
    await after(fake, 5000);
    fake.account.iam.decide(sessionOf(roleArn), { action: 'rds:DeleteDBInstance', resource: '*' });
    expect(await fake.call('IAM', 'GetRole', { RoleName: 'Caller' })).toMatchObject({
      Role: { RoleLastUsed: { LastUsedDate: new Date('2027-01-06T07:00:05Z'), Region: 'eu-west-3' } },
    });
  });

  test('a report names every service that is granted, with its last attempt; passing a role is none', async () => {
    const fake = fakeAccount();
    const roleArn = putRole(fake, { actions: ['s3:GetObject', 'sns:Publish', 'iam:PassRole'] });
    fake.account.iam.decide(sessionOf(roleArn), { action: 's3:PutObject', resource: '*' });
    fake.account.iam.decide(sessionOf(roleArn), { action: 'iam:PassRole', resource: '*' });
    const services = await reportOf(fake, roleArn);
    expect(services.map((service) => [service.ServiceNamespace, service.TotalAuthenticatedEntities, service.LastAuthenticated])).toEqual([
      ['iam', 0, undefined],
      ['s3', 1, new Date('2027-01-06T07:00:00Z')],
      ['sns', 0, undefined],
    ]);
  });

  test('history from before the simulation counts, and a later call outdates it', async () => {
    const fake = fakeAccount();
    const roleArn = putRole(fake, { actions: ['sns:Publish'] });
    fake.account.iam.noteRoleUse('Caller', { service: 'sns', at: Date.parse('2026-06-01T00:00:00Z'), region: 'eu-west-1' });
    expect(await reportOf(fake, roleArn)).toMatchObject([{ LastAuthenticated: new Date('2026-06-01T00:00:00Z'), LastAuthenticatedRegion: 'eu-west-1' }]);
    fake.account.iam.decide(sessionOf(roleArn), { action: 'sns:Publish', resource: '*' });
    expect(await reportOf(fake, roleArn)).toMatchObject([{ LastAuthenticatedRegion: 'eu-west-3' }]);
  });

  test('an unknown job or role is not found; details by action are not modelled', async () => {
    const fake = fakeAccount();
    await expect(fake.call('IAM', 'GetServiceLastAccessedDetails', { JobId: 'none' })).rejects.toMatchObject(noSuchEntity);
    const arn = 'arn:aws:iam::123456789012:role/Gone';
    await expect(fake.call('IAM', 'GenerateServiceLastAccessedDetails', { Arn: arn })).rejects.toMatchObject(noSuchEntity);
    const { GenerateServiceLastAccessedDetails: generate } = fake.account.iam.operations;
    const byAction = { Arn: putRole(fake), Granularity: 'ACTION_LEVEL' } as never;
    expect(() => generate?.execute(byAction, {} as never)).toThrow(NotModelledError);
  });
});
