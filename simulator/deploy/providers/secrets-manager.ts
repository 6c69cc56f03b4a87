import { z } from 'zod';
import type { ResourceProvider } from '../provider.ts';
import { physicalName } from './physical-name.ts';

const noValue = 'Only secrets that RDS manages have a value: to read another one stops the run.';
const neverRotates = 'Nothing rotates secrets in the simulated account.';

const secret: ResourceProvider = {
  type: 'AWS::SecretsManager::Secret',
  modelled: ['KmsKeyId', 'Name'],
  recorded: {
    Description: 'Text for people.',
    GenerateSecretString: noValue,
    SecretString: noValue,
    Tags: 'Nothing asks for the tags of a secret.',
  },
  create: (request) => {
    const { Name: name } = z.object({ Name: z.string().optional() }).parse(request.properties);
    const { arn } = request.account.secretsManager.putSecret(name ?? physicalName(request, 64), request.properties);
    return { ref: arn, attributes: { Id: arn } };
  },
};

const attachment: ResourceProvider = {
  type: 'AWS::SecretsManager::SecretTargetAttachment',
  modelled: ['SecretId'],
  recorded: { TargetId: noValue, TargetType: noValue },
  create: ({ properties }) => ({ ref: String(properties['SecretId']), attributes: { Id: String(properties['SecretId']) } }),
};

const rotationSchedule: ResourceProvider = {
  type: 'AWS::SecretsManager::RotationSchedule',
  modelled: ['SecretId'],
  recorded: {
    ExternalSecretRotationMetadata: neverRotates,
    ExternalSecretRotationRoleArn: neverRotates,
    HostedRotationLambda: neverRotates,
    RotateImmediatelyOnUpdate: neverRotates,
    RotationLambdaARN: neverRotates,
    RotationRules: neverRotates,
  },
  create: ({ properties }) => ({ ref: String(properties['SecretId']), attributes: { Id: String(properties['SecretId']) } }),
};

export const providers: readonly ResourceProvider[] = [secret, attachment, rotationSchedule];
