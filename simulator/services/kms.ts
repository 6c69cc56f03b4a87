import type { Account } from '../kernel/account.ts';
import type { PolicyDocument } from '../kernel/authorisation.ts';
import type { AwsService, Operation } from '../kernel/service.ts';

export interface KmsKey {
  readonly id: string;
  readonly arn: string;
  readonly policy: PolicyDocument;
}

/** Simulated KMS: keys and their policies, which decide on what other services do with them. Nothing is encrypted. */
export class Kms implements AwsService {
  readonly sdkId = 'KMS';
  readonly statesName = 'kms';
  readonly statesErrorPrefix = 'Kms';
  readonly operations: Readonly<Record<string, Operation>> = {};

  readonly #account: Account;
  readonly #keys = new Map<string, KmsKey>();
  readonly #aliases = new Map<string, string>();

  constructor(account: Account) {
    this.#account = account;
  }

  get keys(): readonly KmsKey[] {
    return [...this.#keys.values()];
  }

  /** Without a policy, the account is delegated to, as KMS does by default. */
  createKey(policy: PolicyDocument | undefined): KmsKey {
    const id = this.#account.random.stream('kms').uuid();
    const key = { id, arn: this.#account.arn('kms', `key/${id}`), policy: policy ?? this.#defaultPolicy() };
    this.#keys.set(key.arn, key);
    return key;
  }

  putKeyPolicy(keyArn: string, policy: PolicyDocument): void {
    const key = this.#keys.get(keyArn);
    if (key !== undefined) this.#keys.set(keyArn, { ...key, policy });
  }

  /** `alias` starts with `alias/`; `key` is an id or an ARN. */
  putAlias(alias: string, key: string): void {
    this.#aliases.set(alias, key);
  }

  /** The ARN behind a key id, key ARN, alias or alias ARN; undefined for keys that AWS manages. */
  keyArn(reference: string): string | undefined {
    const alias = /(alias\/.*)$/u.exec(reference)?.[1];
    const key = alias === undefined ? reference : this.#aliases.get(alias);
    return this.keys.find(({ id, arn }) => key === id || key === arn)?.arn;
  }

  resourcePolicy(resourceArn: string): PolicyDocument | undefined {
    return this.#keys.get(resourceArn)?.policy;
  }

  #defaultPolicy(): PolicyDocument {
    const principal = { AWS: `arn:${this.#account.partition}:iam::${this.#account.id}:root` };
    return {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: principal, Action: 'kms:*', Resource: '*' }],
    };
  }
}
