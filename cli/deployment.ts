import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { cloudFormation } from '../functions/platform/clients.ts';
import { isNamed } from '../functions/platform/errors.ts';
import { unreachable, wrongInput } from './errors.ts';

/** A deployed environment, as the outputs of its operations stack name its parts. */
export interface Deployment {
  readonly environment: string;
  readonly stackName: string;
  /** By output; all of them. */
  readonly outputs: Readonly<Record<string, string>>;
  /** The value of one output. */
  output(name: string): string;
}

/** Finds the deployment of an environment: `production`, `staging`. */
export async function findDeployment(environment: string): Promise<Deployment> {
  if (!/^[a-z][a-z0-9]*$/u.test(environment)) {
    throw wrongInput(`--environment: ${JSON.stringify(environment)} given, expected the name of a file in config/, such as production.`);
  }
  const stackName = `WebMarket-${environment.charAt(0).toUpperCase()}${environment.slice(1)}-Operations`;
  const outputs = await readOutputs(stackName);
  return {
    environment,
    stackName,
    outputs,
    output: (name) => {
      const value = outputs[name];
      if (value !== undefined) return value;
      throw unreachable(`The stack ${stackName} has no output ${name}: its deployment is not complete, or older than this command.`, 'Deploy it: npx cdk deploy --all');
    },
  };
}

async function readOutputs(stackName: string): Promise<Record<string, string>> {
  try {
    const { Stacks } = await cloudFormation().send(new DescribeStacksCommand({ StackName: stackName }));
    const pairs = (Stacks?.[0]?.Outputs ?? []).flatMap(({ OutputKey, OutputValue }) => (OutputKey === undefined || OutputValue === undefined ? [] : [[OutputKey, OutputValue] as const]));
    return Object.fromEntries(pairs);
  } catch (error) {
    if (!isNamed(error, 'ValidationError') || !/does not exist/u.test((error as Error).message)) throw error;
    throw unreachable(
      `There is no stack ${stackName} in this account and Region.`,
      'Deploy it first (npx cdk deploy --all), name another with --environment, or look at AWS_PROFILE and AWS_REGION.',
      error,
    );
  }
}
