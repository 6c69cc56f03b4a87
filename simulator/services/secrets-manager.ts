import type { Account } from '../kernel/account.ts';
import type { AwsService, Operation } from '../kernel/service.ts';

export interface Secret {
  readonly name: string;
  readonly arn: string;
  /** As the template describes it. No value is drawn: nothing in the simulated account logs in with one. */
  readonly definition: Readonly<Record<string, unknown>>;
}

/** Simulated Secrets Manager: what secrets there are. */
export class SecretsManager implements AwsService {
  readonly sdkId = 'Secrets Manager';
  readonly statesName = 'secretsmanager';
  readonly statesErrorPrefix = 'SecretsManager';
  readonly operations: Readonly<Record<string, Operation>> = {};

  readonly #account: Account;
  readonly #secrets = new Map<string, Secret>();

  constructor(account: Account) {
    this.#account = account;
  }

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
}
