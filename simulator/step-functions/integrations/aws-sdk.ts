import { NotModelledError } from '../../kernel/aws-error.ts';
import { TaskError } from '../errors.ts';
import { isRecord } from '../json.ts';
import type { TaskCall } from '../interpreter/task-call.ts';
import { callService, type IntegrationContext } from './context.ts';
import { holdsRespelledAttributes, toApiInput, toStatesResult, unknownMembers } from './member-names.ts';

/** `arn:aws:states:::aws-sdk:<service>:<action>`: any operation that the account models. */
export async function callAwsSdk(
  context: IntegrationContext,
  call: TaskCall,
  serviceName: string,
  action: string,
): Promise<unknown> {
  const service = context.account.serviceByStatesName(serviceName);
  if (service === undefined) {
    throw new NotModelledError(`State '${call.stateName}': the simulated account has no service 'aws-sdk:${serviceName}'.`);
  }
  const operation = action.charAt(0).toUpperCase() + action.slice(1);
  if (service.operations[operation] === undefined) {
    throw new NotModelledError(`State '${call.stateName}': ${service.sdkId} ${operation} is not modelled by the simulated account.`);
  }
  const args = isRecord(call.arguments) ? call.arguments : {};
  const unknown = unknownMembers(args);
  if (unknown.length > 0) {
    const fields = unknown.map((member) => `The field "${member}" is not supported by Step Functions`);
    throw new TaskError('States.Runtime', `The Parameters '${JSON.stringify(args)}' could not be used to start the Task: [${fields.join(', ')}]`);
  }
  const refuseRespelled = (value: unknown): void => {
    if (service.sdkId !== 'DynamoDB' || !holdsRespelledAttributes(value)) return;
    throw new NotModelledError(`State '${call.stateName}': attribute types beside S, N, B, M and L are not modelled for ${call.resource}; take the optimised integration.`);
  };
  refuseRespelled(args);
  const prefix = service.statesErrorPrefix;
  const { output } = await callService(context, call, {
    sdkId: service.sdkId,
    operation,
    input: toApiInput(service.sdkId, args),
    naming: { prefix, base: `${prefix}Exception`, wording: { version: 2, service: prefix } },
  });
  refuseRespelled(output);
  return toStatesResult(output ?? {});
}
