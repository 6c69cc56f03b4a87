import { z } from 'zod';
import { NotModelledError } from '../../kernel/aws-error.ts';
import { parameterTiers } from '../../services/ssm.ts';
import type { Provisioned, ResourceProvider, ResourceRequest } from '../provider.ts';
import { physicalName } from './physical-name.ts';

const parameterProperties = z.object({
  Name: z.string().optional(),
  Tier: z.enum(parameterTiers).optional(),
  Type: z.enum(['String', 'StringList']),
  Value: z.string(),
});

function put(request: ResourceRequest, name: string): Provisioned {
  const { Tier: tier, Type: type, Value: value } = parameterProperties.parse(request.properties);
  request.account.ssm.putParameter(name, value, type, tier);
  return { ref: name, attributes: { Type: type, Value: value } };
}

const parameter: ResourceProvider = {
  type: 'AWS::SSM::Parameter',
  modelled: ['Name', 'Tier', 'Type', 'Value'],
  recorded: {
    AllowedPattern: 'CloudFormation checks it; the values come from the project.',
    DataType: 'Values are text.',
    Description: 'Text for people.',
    Tags: 'Nothing asks for the tags of a parameter.',
  },
  create: (request) => put(request, parameterProperties.parse(request.properties).Name ?? `CFN-${physicalName(request, 500)}`),
  update: (request, current) => {
    const { Name: name } = parameterProperties.parse(request.properties);
    if (name !== undefined && name !== current.ref) {
      throw new NotModelledError('Renaming an SSM parameter by a deployment is not modelled.');
    }
    return put(request, current.ref);
  },
  delete: ({ account }, current) => account.ssm.deleteParameter(current.ref),
};

export const providers: readonly ResourceProvider[] = [parameter];
