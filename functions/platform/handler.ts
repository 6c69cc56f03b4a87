import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { parseEnvironment } from './environment.ts';
import { classify, Defect } from './errors.ts';

/** What a handler is given beside its event. */
export interface Invocation<Environment> {
  readonly environment: Environment;
  readonly logger: Logger;
  /** Epoch milliseconds at which this invocation began. */
  readonly now: number;
  /** Epoch milliseconds at which Lambda ends this invocation, whatever it is doing. */
  readonly deadline: number;
  /** Unique to this invocation: the owner of the locks that it takes. */
  readonly requestId: string;
}

interface HandlerDefinition<Input extends z.ZodType, Shape extends z.ZodRawShape, Output> {
  /** The event. An event that does not fit is a {@link Defect}: only our own workflows and schedules send one. */
  readonly input: Input;
  /** The environment variables that the function reads. */
  readonly environment: Shape;
  readonly handle: (
    input: z.infer<Input>,
    invocation: Invocation<Readonly<z.infer<z.ZodObject<Shape>>>>,
  ) => Promise<Output>;
}

/**
 * The skeleton that every handler shares: structured logs with the request's context, an environment that is
 * parsed once, an event that is parsed at the edge, and errors by whose name a state machine can decide.
 */
export function createHandler<Input extends z.ZodType, Shape extends z.ZodRawShape, Output>(
  definition: HandlerDefinition<Input, Shape, Output>,
): (event: unknown, context: Context) => Promise<Output> {
  let started: { environment: Readonly<z.infer<z.ZodObject<Shape>>>; logger: Logger } | undefined;

  // Middy's early time-out is off: a function that runs out of time has nothing to add to what Lambda says of it.
  return middy({ timeoutEarlyInMillis: 0 })
    .use({ before: (request) => void injectLambdaContext(logger()).before?.(request as never) })
    .use({
      onError: (request) => {
        const error = classify(request.error);
        logger().error('The invocation failed.', error);
        throw error;
      },
    })
    .handler(async (event: unknown, context: Context): Promise<Output> => {
      const { environment } = start();
      return definition.handle(parseEvent(definition.input, event), {
        environment,
        logger: logger(),
        now: Date.now(),
        deadline: Date.now() + context.getRemainingTimeInMillis(),
        requestId: context.awsRequestId,
      });
    });

  function start(): NonNullable<typeof started> {
    started ??= { environment: parseEnvironment(definition.environment, process.env), logger: new Logger() };
    return started;
  }

  function logger(): Logger {
    return start().logger;
  }
}

function parseEvent<Input extends z.ZodType>(schema: Input, event: unknown): z.infer<Input> {
  const result = schema.safeParse(event);
  if (!result.success) throw new Defect(`The event is wrong: ${z.prettifyError(result.error)}`);
  return result.data;
}
