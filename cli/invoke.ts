import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { unreachable } from './errors.ts';

let client: LambdaClient | undefined;

const failureSchema = z.object({ errorType: z.string(), errorMessage: z.string() });

/** Asks a function that is made for people. Its answer is parsed; that it broke is an error. */
export async function ask<Schema extends z.ZodType>(functionName: string, request: unknown, answer: Schema): Promise<z.infer<Schema>> {
  client ??= new LambdaClient({ maxAttempts: 3 });
  const { Payload, FunctionError } = await client.send(new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(request) }));
  const payload: unknown = Payload === undefined || Payload.length === 0 ? undefined : JSON.parse(new TextDecoder().decode(Payload));
  if (FunctionError !== undefined) {
    const failure = failureSchema.safeParse(payload).data;
    throw unreachable(
      `${functionName} failed. ${failure === undefined ? FunctionError : `${failure.errorType}: ${failure.errorMessage}`}`,
      failure?.errorType === 'Transient' ? 'Try again: to repeat the command is harmless.' : `Look at the log of ${functionName}.`,
    );
  }
  const parsed = answer.safeParse(payload);
  if (!parsed.success) throw unreachable(`${functionName} answered what this command does not understand: ${z.prettifyError(parsed.error)}`, 'Deploy the same version of this project that you run the command of.');
  return parsed.data;
}
