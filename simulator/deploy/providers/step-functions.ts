import { z } from 'zod';
import { NotModelledError } from '../../kernel/aws-error.ts';
import type { Provisioned, ResourceProvider, ResourceRequest } from '../provider.ts';
import { physicalName } from './physical-name.ts';

const nameLimit = 80;

const machineProperties = z.object({
  Definition: z.record(z.string(), z.unknown()).optional(),
  DefinitionS3Location: z.object({ Bucket: z.string(), Key: z.string(), Version: z.string().optional() }).optional(),
  DefinitionString: z.string().optional(),
  DefinitionSubstitutions: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  RoleArn: z.string(),
  StateMachineName: z.string().optional(),
  StateMachineType: z.enum(['STANDARD', 'EXPRESS']).default('STANDARD'),
});

type MachineProperties = z.infer<typeof machineProperties>;

async function definitionText(request: ResourceRequest, properties: MachineProperties): Promise<string> {
  const { Definition: object, DefinitionString: text, DefinitionS3Location: location } = properties;
  if (text !== undefined) return text;
  if (object !== undefined) return JSON.stringify(object);
  if (location !== undefined) return request.account.s3.assetText(location.Bucket, location.Key);
  throw new Error(`${request.logicalId} has none of DefinitionString, Definition and DefinitionS3Location.`);
}

/** CloudFormation replaces `${name}` in the text of a definition; names that it does not know stay. */
function substitute(text: string, substitutions: MachineProperties['DefinitionSubstitutions']): string {
  return text.replace(/\$\{([^}]+)\}/g, (whole, name: string) => String(substitutions[name] ?? whole));
}

async function putStateMachine(request: ResourceRequest, name: string): Promise<Provisioned> {
  const properties = machineProperties.parse(request.properties);
  if (properties.StateMachineType === 'EXPRESS') {
    throw new NotModelledError(`${request.logicalId}: Express workflows are not modelled.`);
  }
  const machine = request.account.stepFunctions.putStateMachine({
    name,
    logicalId: request.logicalId,
    roleArn: properties.RoleArn,
    definition: substitute(await definitionText(request, properties), properties.DefinitionSubstitutions),
  });
  return { ref: machine.arn, attributes: { Arn: machine.arn, Name: name } };
}

const stateMachine: ResourceProvider = {
  type: 'AWS::StepFunctions::StateMachine',
  modelled: [
    'Definition', 'DefinitionS3Location', 'DefinitionString', 'DefinitionSubstitutions', 'RoleArn', 'StateMachineName',
    'StateMachineType',
  ],
  recorded: {
    EncryptionConfiguration: 'Payloads at rest are not encrypted here; nothing reads them but the service.',
    LoggingConfiguration: 'Executions are read from their history; no log events are written.',
    Tags: 'No policy of the account decides by tags of state machines.',
    TracingConfiguration: 'X-Ray is not modelled; traces have no effect on an execution.',
  },
  create: (request) => {
    const { StateMachineName: name } = machineProperties.parse(request.properties);
    return putStateMachine(request, name ?? physicalName(request, nameLimit));
  },
  update: (request, current, previous) => {
    const before = machineProperties.parse(previous.properties);
    const after = machineProperties.parse(request.properties);
    if (before.StateMachineName !== after.StateMachineName || before.StateMachineType !== after.StateMachineType) {
      throw new NotModelledError(`${request.logicalId}: replacing a state machine is not modelled.`);
    }
    return putStateMachine(request, String(current.attributes['Name']));
  },
};

export const providers: readonly ResourceProvider[] = [stateMachine];
