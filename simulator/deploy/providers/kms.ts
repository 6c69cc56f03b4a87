import { z } from 'zod';
import type { PolicyDocument } from '../../kernel/authorisation.ts';
import type { ResourceProvider } from '../provider.ts';

const withoutEffect = 'Keys encrypt nothing in the simulated account; only their policies decide.';

const key: ResourceProvider = {
  type: 'AWS::KMS::Key',
  modelled: ['KeyPolicy'],
  recorded: {
    Description: 'Text for people.',
    EnableKeyRotation: withoutEffect,
    Enabled: withoutEffect,
    KeySpec: withoutEffect,
    KeyUsage: withoutEffect,
    MultiRegion: 'The account has one Region.',
    PendingWindowInDays: 'Nothing deletes keys in the simulated account.',
    RotationPeriodInDays: withoutEffect,
    Tags: withoutEffect,
  },
  create: ({ account, properties }) => {
    const created = account.kms.createKey(properties['KeyPolicy'] as PolicyDocument | undefined);
    return { ref: created.id, attributes: { Arn: created.arn, KeyId: created.id } };
  },
  update: ({ account, properties }, current) => {
    account.kms.putKeyPolicy(String(current.attributes['Arn']), properties['KeyPolicy'] as PolicyDocument);
    return current;
  },
};

const alias: ResourceProvider = {
  type: 'AWS::KMS::Alias',
  modelled: ['AliasName', 'TargetKeyId'],
  recorded: {},
  create: ({ account, properties }) => {
    const { AliasName: name, TargetKeyId: target } = z
      .object({ AliasName: z.string(), TargetKeyId: z.string() })
      .parse(properties);
    account.kms.putAlias(name, target);
    return { ref: name, attributes: {} };
  },
};

export const providers: readonly ResourceProvider[] = [key, alias];
