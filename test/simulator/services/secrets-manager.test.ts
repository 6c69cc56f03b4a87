import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientOptions, closeHost, type Host, openHost } from '../kernel/fixtures/host.ts';
import { administrator, definitionOf } from '../physics/database-host.ts';

afterEach(closeHost);

interface Opened {
  readonly host: Host;
  readonly secretArn: string;
  readonly keyArn: string;
  /** Reads a secret as a role that may do `actions`. */
  readonly read: (actions: readonly string[], secretId?: string) => Promise<Record<string, unknown>>;
}

/** An account with the managed secret of a database, under a customer's key if asked for. */
function open({ hasKey = false, seed = 1 } = {}): Opened {
  const host = openHost({ seed });
  const { kms, rds, secretsManager } = host.account;
  const key = kms.createKey(undefined);
  const { arn } = secretsManager.putSecret('rds!db-shop', hasKey ? { KmsKeyId: key.id } : {});
  rds.putDatabase({ ...definitionOf('postgres', 'sg-1', arn), subnetGroup: undefined });
  return {
    host,
    secretArn: arn,
    keyArn: key.arn,
    read: (actions, secretId = arn) => {
      const principal = { kind: 'role', roleArn: host.role('Reader', actions), session: 'test' } as const;
      return host.asInvocation(async () => ({ ...(await new SecretsManagerClient(clientOptions).send(new GetSecretValueCommand({ SecretId: secretId }))) }), { principal });
    },
  };
}

const reading = 'secretsmanager:GetSecretValue';

test('a secret that RDS manages holds the name and the password of the administrator, by its ARN and by its name', async () => {
  const { host, secretArn, read } = open();
  const value = await read([reading]);
  expect(value).toMatchObject({ ARN: secretArn, Name: 'rds!db-shop', VersionId: expect.stringMatching(/^[0-9a-f-]{36}$/u), VersionStages: ['AWSCURRENT'], CreatedDate: new Date(host.clock.now() - (host.clock.now() % 1000)) });
  expect(JSON.parse(String(value['SecretString']))).toEqual({ username: administrator, password: host.account.secretsManager.passwordIn(secretArn) });
  expect(await read([reading], 'rds!db-shop')).toMatchObject({ SecretString: value['SecretString'], VersionId: value['VersionId'] });
});

test('the password is drawn from the seed', async () => {
  const password = (seed: number): string | undefined => {
    const { host, secretArn } = open({ seed });
    const drawn = host.account.secretsManager.passwordIn(secretArn);
    closeHost();
    return drawn;
  };
  expect(password(1)).toMatch(/^[0-9a-f]{28}$/u);
  expect(password(1)).toBe(password(1));
  expect(password(2)).not.toBe(password(1));
});

test('it is read only by who may, and with a customer\'s key by who may decrypt as well', async () => {
  const denied = { name: 'AccessDeniedException' };
  await expect(open().read(['kms:Decrypt'])).rejects.toMatchObject(denied);
  closeHost();
  await expect(open({ hasKey: true }).read([reading])).rejects.toMatchObject(denied);
  closeHost();
  await expect(open({ hasKey: true }).read([reading, 'kms:Decrypt'])).resolves.toHaveProperty('SecretString');
});

test('the key is used through Secrets Manager, for this secret', async () => {
  const { host, secretArn, keyArn, read } = open({ hasKey: true });
  await read([reading, 'kms:Decrypt']);
  const context = { 'kms:ViaService': 'secretsmanager.eu-west-3.amazonaws.com', 'kms:EncryptionContext:SecretARN': secretArn };
  expect(host.records[0]?.authorisations).toMatchObject([{ action: reading, resource: secretArn }, { action: 'kms:Decrypt', resource: keyArn, context }]);
});

test('a secret that is not there is ResourceNotFoundException', async () => {
  await expect(open().read([reading], 'gone')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('one that nobody manages has no value, which ends the run', async () => {
  const { host, read } = open();
  host.account.secretsManager.putSecret('by-hand', {});
  await expect(read([reading], 'by-hand')).rejects.toThrow('has no value');
});
