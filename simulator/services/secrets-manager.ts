import type { GetSecretValueCommandInput, GetSecretValueCommandOutput } from '@aws-sdk/client-secrets-manager';
import type { Account } from '../kernel/account.ts';
import { AwsError, NotModelledError } from '../kernel/aws-error.ts';
import { type AuthorisationRequest, type AwsService, operation } from '../kernel/service.ts';

export interface Secret {
  readonly name: string;
  readonly arn: string;
  /** As the template describes it, with the key that encrypts it as `KmsKeyId`. */
  readonly definition: Readonly<Record<string, unknown>>;
}

interface SecretVersion {
  readonly id: string;
  readonly text: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** Members of GetSecretValue that are modelled. */
const modelledMembers = new Set(['SecretId', 'VersionStage']);

/** Simulated Secrets Manager: what secrets there are, and the values of those that RDS keeps in it. */
export class SecretsManager implements AwsService {
  readonly sdkId = 'Secrets Manager';
  readonly statesName = 'secretsmanager';
  readonly statesErrorPrefix = 'SecretsManager';

  readonly #account: Account;
  readonly #secrets = new Map<string, Secret>();
  /** By ARN. */
  readonly #current = new Map<string, SecretVersion>();

  constructor(account: Account) {
    this.#account = account;
  }

  readonly operations = {
    GetSecretValue: operation<GetSecretValueCommandInput, GetSecretValueCommandOutput>({
      authorise: (input) => this.#needsForValue(input),
      execute: (input) => this.#value(input),
    }),
  };

  get secrets(): readonly Secret[] {
    return [...this.#secrets.values()];
  }

  /** Gives the ARN, which ends in six random characters as Secrets Manager's do. */
  putSecret(name: string, definition: Readonly<Record<string, unknown>>): Secret {
    const arn = this.#account.arn('secretsmanager', `secret:${name}-${this.#account.random.stream('secrets-manager').hex(6)}`);
    const secret = { name, arn, definition };
    this.#secrets.set(arn, secret);
    return secret;
  }

  /**
   * The password in the secret of an administrator, which RDS draws when the instance is created (RDS user guide,
   * "Password management with Amazon RDS and AWS Secrets Manager"). Undefined where there is no such secret.
   */
  passwordIn(arn: string): string | undefined {
    const version = this.#version(arn);
    return version === undefined ? undefined : (JSON.parse(version.text) as { readonly password: string }).password;
  }

  /** A secret by its ARN or its name. */
  #find(id: string): Secret | undefined {
    return this.#secrets.get(id) ?? this.secrets.find(({ name }) => name === id);
  }

  #needsForValue({ SecretId: id = '' }: GetSecretValueCommandInput): readonly AuthorisationRequest[] {
    const secret = this.#find(id);
    const resource = secret?.arn ?? (id.startsWith('arn:') ? id : this.#account.arn('secretsmanager', `secret:${id}`));
    const context = { 'secretsmanager:SecretId': resource, 'secretsmanager:VersionStage': 'AWSCURRENT' };
    const read = { action: 'secretsmanager:GetSecretValue', resource, context };
    const { KmsKeyId: key } = secret?.definition ?? {};
    const keyArn = typeof key === 'string' ? this.#account.kms.keyArn(key) : undefined;
    return keyArn === undefined ? [read] : [read, this.#needForKey(resource, keyArn)];
  }

  /** With a customer's key the caller decrypts as well (user guide, "Secret encryption and decryption"). */
  #needForKey(arn: string, keyArn: string): AuthorisationRequest {
    const context = {
      'kms:ViaService': `secretsmanager.${this.#account.region}.amazonaws.com`,
      'kms:EncryptionContext:SecretARN': arn,
      'kms:EncryptionContext:SecretVersionId': this.#version(arn)?.id ?? '',
    };
    return { action: 'kms:Decrypt', resource: keyArn, context };
  }

  #value(input: GetSecretValueCommandInput): Omit<GetSecretValueCommandOutput, '$metadata'> {
    const other = Object.keys(input).find((member) => !modelledMembers.has(member));
    if (other !== undefined) throw new NotModelledError(`${other} of GetSecretValue is not modelled.`);
    if ((input.VersionStage ?? 'AWSCURRENT') !== 'AWSCURRENT') throw new NotModelledError('Of a secret only the current version is modelled.');
    const secret = this.#find(input.SecretId ?? '');
    if (secret === undefined) throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    const version = this.#version(secret.arn);
    if (version === undefined) throw new NotModelledError(`The secret ${secret.name} has no value: only those that RDS manages have one.`);
    return {
      ARN: secret.arn,
      Name: secret.name,
      SecretString: version.text,
      VersionId: version.id,
      VersionStages: ['AWSCURRENT'],
      CreatedDate: new Date(version.createdAt),
    };
  }

  /** Drawn when it is first asked for: it depends on nothing else. */
  #version(arn: string): SecretVersion | undefined {
    const known = this.#current.get(arn);
    if (known !== undefined) return known;
    const database = this.#account.rds.databases.find(({ definition }) => definition.secretArn === arn);
    if (database === undefined) return undefined;
    const random = this.#account.random.stream(`secrets-manager/${arn}`);
    const text = JSON.stringify({ username: database.definition.masterUsername, password: random.hex(28) });
    const version = { id: random.uuid(), text, createdAt: database.createdAt };
    this.#current.set(arn, version);
    return version;
  }
}
