import { NotModelledError } from '../../kernel/aws-error.ts';
import { copyJson } from '../json.ts';
import type { TaskCall, TaskRunner } from '../interpreter/task-call.ts';
import { callAwsSdk } from './aws-sdk.ts';
import { startChildExecution } from './child-executions.ts';
import type { IntegrationContext } from './context.ts';
import { invokeFunction, invokeFunctionArn } from './lambda.ts';
import { callOptimised, optimisedIntegrations } from './optimised.ts';

const tokenSuffix = '.waitForTaskToken';
const functionArn = /^arn:[^:]+:lambda:[^:]+:[^:]+:function:/;
const integrationArn = /^arn:[^:]+:states:::(.+)$/;

/** Carries out the tasks of an execution in the simulated account. */
export function createTaskRunner(context: IntegrationContext): TaskRunner {
  return async (call) => {
    if (call.credentials !== undefined) throw new NotModelledError(`State '${call.stateName}': the field 'Credentials' is not modelled.`);
    if (call.taskToken === undefined) return perform(context, call, call.resource);
    const { answer, close } = context.openToken(call.taskToken, call);
    // The answer may fail while the call is still under way; it is awaited below.
    answer.catch(() => undefined);
    try {
      const accepted = await perform(context, call, call.resource.slice(0, -tokenSuffix.length));
      call.submitted(copyJson(accepted).value);
    } catch (error) {
      close();
      throw error;
    }
    return answer;
  };
}

function perform(context: IntegrationContext, call: TaskCall, resource: string): Promise<unknown> {
  if (functionArn.test(resource)) return invokeFunctionArn(context, call);
  const integration = integrationArn.exec(resource)?.[1] ?? '';
  const optimised = optimisedIntegrations[integration];
  if (optimised !== undefined) return callOptimised(context, call, optimised);
  switch (integration) {
    case 'lambda:invoke':
      return invokeFunction(context, call);
    case 'states:startExecution':
      return startChildExecution(context, call, 'start');
    case 'states:startExecution.sync':
      return startChildExecution(context, call, 'sync');
    case 'states:startExecution.sync:2':
      return startChildExecution(context, call, 'sync:2');
    default: {
      const [, service, action] = /^aws-sdk:([^:]+):([^:.]+)$/.exec(integration) ?? [];
      if (service !== undefined && action !== undefined) return callAwsSdk(context, call, service, action);
      throw new NotModelledError(`State '${call.stateName}': the resource '${call.resource}' is not modelled.`);
    }
  }
}
