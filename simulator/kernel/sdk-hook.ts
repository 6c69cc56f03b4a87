import { Client, ServiceException } from '@smithy/core/client';
import { AwsError } from './aws-error.ts';
import type { CallOrigin } from './calls.ts';
import { type Caller, currentCaller, runAsNobody } from './caller.ts';

/**
 * Puts the simulated account under every AWS SDK client of this process: one middleware at the `deserialize` step,
 * so that validation, serialisation, endpoints, signing, retries and backoff above it stay the SDK's own.
 */

interface Stack {
  removeByTag(tag: string): boolean;
  add(middleware: unknown, options: unknown): void;
  addRelativeTo(middleware: unknown, options: unknown): void;
}

interface Command {
  readonly middlewareStack: Stack;
  /** The command inside one of the document client, whose own middleware translates what this one answers. */
  readonly clientCommand?: Command;
}

interface HandlerContext {
  readonly commandName?: string;
}

interface StampedArguments {
  readonly input: unknown;
  readonly [callIndex]?: number;
}

type Next = (args: StampedArguments) => Promise<unknown>;

const callIndex = Symbol('call index');
const hookedCommands = new WeakSet<object>();
const quietStacks = new WeakSet<object>();
const nothing = (): Promise<never> => new Promise(() => {});

// It is only ever applied to the client that sends.
// oxlint-disable-next-line typescript/unbound-method
const realSend = Client.prototype.send;

/** Hooks every command that any client sends. Gives the function that takes the hook away. */
export function installSdkHook(): () => void {
  type Send = (this: { config: { serviceId?: string }; middlewareStack: Stack }, command: Command, ...rest: unknown[]) => unknown;
  const hookedSend: Send = function send(command, ...rest) {
    const sent = command.clientCommand ?? command;
    if (!quietStacks.has(this.middlewareStack)) {
      quietStacks.add(this.middlewareStack);
      // It filters every reply for a logger that discards it: a tenth of the time of a rehearsal.
      this.middlewareStack.removeByTag('LOGGER');
    }
    if (!hookedCommands.has(sent)) {
      hookedCommands.add(sent);
      addMiddleware(sent.middlewareStack, this.config.serviceId ?? '(a client without serviceId)', sent !== command);
    }
    return Reflect.apply(realSend, this, [command, ...rest]);
  };
  Client.prototype.send = hookedSend as typeof realSend;
  return () => {
    Client.prototype.send = realSend;
  };
}

/** Every attempt of one call carries the same index: faults are planned by call, retries belong to it. */
function stamp(next: Next) {
  return (args: StampedArguments): Promise<unknown> => {
    const caller = currentCaller();
    return next(caller === undefined ? args : { ...args, [callIndex]: caller.nextCallIndex() });
  };
}

function addMiddleware(stack: Stack, sdkId: string, isOfDocumentClient: boolean): void {
  const answer = (_next: Next, context: HandlerContext) => (args: StampedArguments) => answerCall(sdkId, context, args);
  // The document client puts a command's stack together twice.
  stack.add(stamp, { step: 'initialize', priority: 'high', name: 'simulatedAccountStamp', override: true });
  // In place of the deserializer, inside of what translates its answer.
  const place = isOfDocumentClient
    ? { relation: 'after', toMiddleware: 'DocumentUnmarshall' }
    : { relation: 'before', toMiddleware: 'deserializerMiddleware' };
  stack.addRelativeTo(answer, { ...place, name: 'simulatedAccount', override: true });
}

async function answerCall(sdkId: string, context: HandlerContext, args: StampedArguments): Promise<unknown> {
  const operation = (context.commandName ?? '').replace(/Command$/u, '');
  const caller = currentCaller();
  if (caller === undefined) {
    throw new Error(`${sdkId} ${operation} was called by code that runs neither in a function nor in a session.`);
  }
  if (caller.isGone()) return nothing();
  const origin = originOf(caller, args[callIndex] ?? 0);
  const { account, principal } = caller;
  const input = args.input;
  try {
    const output = await runAsNobody(() => account.call({ principal, sdkId, operation, input, ...origin }));
    if (caller.isGone()) return await nothing();
    const metadata = { httpStatusCode: 200, requestId: account.random.stream('request-id').uuid() };
    return { response: { statusCode: 200, headers: {} }, output: { ...(output as object), $metadata: metadata } };
  } catch (error) {
    if (caller.isGone()) return nothing();
    throw error instanceof AwsError ? asServiceException(error, caller) : error;
  }
}

/** A person's session is no origin: its calls take no time, and no fault is injected into them. */
function originOf(caller: Caller, index: number): { origin?: CallOrigin } {
  return caller.invocationId === undefined
    ? {}
    : { origin: { caller: caller.name, index, invocationId: caller.invocationId } };
}

/** The error as the SDK would have made it of the service's answer. */
function asServiceException(error: AwsError, caller: Caller): Error {
  const requestId = caller.account.random.stream('request-id').uuid();
  if (error.statusCode === 0) return Object.assign(new Error(error.message), { name: error.name, code: 'ECONNRESET' });
  return Object.assign(
    new ServiceException({
      name: error.name,
      message: error.message,
      $fault: error.fault,
      $metadata: { httpStatusCode: error.statusCode, requestId },
    }),
    error.members,
  );
}
