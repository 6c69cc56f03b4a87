import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { deserialize } from 'node:v8';
import { Client, ServiceException } from '@smithy/core/client';
import { HttpResponse } from '@smithy/core/protocols';
import { sdkStreamMixin } from '@smithy/core/serde';
import type { Context } from 'aws-lambda';

/**
 * Runs one recorded invocation once more, in a process that holds nothing else: no simulated account, no CDK. The SDK
 * builds, signs and retries as it does in Lambda, and reads the XML of EC2 and IAM byte by byte; only the network is missing.
 */

/** What one invocation was given, asked and answered: enough to run it once more without an account. */
export interface Recording {
  /** `ReadAccount` */
  readonly name: string;
  /** Absolute path of the handler's source. */
  readonly entry: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly region: string;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  /** Epoch milliseconds of virtual time at which it was invoked. */
  readonly at: number;
  /** JSON texts. */
  readonly event: string;
  readonly result: string;
  readonly exchanges: readonly Exchange[];
}

/** A call and the file with its reply: XML as it comes over the wire, or what the SDK would have made of it. */
export interface Exchange {
  readonly operation: string;
  /** What it is found by. */
  readonly key: string;
  readonly kind: 'xml' | 'output' | 'error';
  readonly file: string;
}

/** An error of a reply, as it stands in its file. */
export interface RecordedError {
  readonly name: string;
  readonly message: string;
  readonly statusCode: number;
  readonly members: Readonly<Record<string, unknown>>;
}

/** What the replay of a recording took. */
export interface Replay {
  /** Of the process, from the call of the handler to its answer: with garbage collection and compression. */
  readonly cpuSeconds: number;
  /** Of the process until then: Node itself, and the bundle with its SDK. */
  readonly startCpuSeconds: number;
  /** The most that the process ever held, of everything. */
  readonly memoryMebibytes: number;
  readonly result: string;
}

interface Stack {
  add(middleware: unknown, options: unknown): void;
  addRelativeTo(middleware: unknown, options: unknown): void;
}

interface Command {
  readonly middlewareStack: Stack;
  /** The command inside one of the document client. */
  readonly clientCommand?: Command;
}

type Next = (args: { readonly input: unknown }) => Promise<unknown>;

type Handler = (event: unknown, context: Context) => Promise<unknown>;

/** Replies of a recording that were not given yet. */
class Replies {
  readonly #exchanges = new Map<string, Exchange[]>();

  constructor(exchanges: readonly Exchange[]) {
    for (const exchange of exchanges) {
      const waiting = this.#exchanges.get(exchange.key);
      if (waiting === undefined) this.#exchanges.set(exchange.key, [exchange]);
      else waiting.push(exchange);
    }
  }

  take(key: string): Exchange {
    const exchange = this.#exchanges.get(key)?.shift();
    if (exchange === undefined) throw new Error(`No reply was recorded for ${key}.`);
    return exchange;
  }

  get left(): readonly string[] {
    return [...this.#exchanges].flatMap(([key, exchanges]) => (exchanges.length === 0 ? [] : [key]));
  }
}

/** A call by what it reads. What writes carries the moment that it is made in: such calls are told apart by their order. */
export function keyOf(sdkId: string, operation: string, input: unknown): string {
  const isRead = /^(?:BatchGet|Describe|Get|List|Query)/u.test(operation);
  return `${sdkId} ${operation}${isRead ? ` ${JSON.stringify(input)}` : ''}`;
}

/** To be called once in the life of a process, with the handler that was recorded. */
export async function replay(handler: Handler, recording: Recording): Promise<Replay> {
  const { environment, region, at, event, name, timeoutSeconds } = recording;
  Object.assign(process.env, environment, {
    AWS_REGION: region,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_ACCESS_KEY_ID: 'recorded',
    AWS_SECRET_ACCESS_KEY: 'recorded',
    // A call that nobody answers must not reach a real account.
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  });
  const replies = new Replies(recording.exchanges);
  hookClients(replies);
  const start = performance.now();
  // Ages are told from the virtual time of the recording.
  Date.now = () => at + Math.floor(performance.now() - start);
  const context = { functionName: name, awsRequestId: name, getRemainingTimeInMillis: () => timeoutSeconds * 1000 };
  const startCpuSeconds = cpuSeconds();
  const answer = await handler(JSON.parse(event), context as unknown as Context);
  const endCpuSeconds = cpuSeconds();
  if (replies.left.length > 0) throw new Error(`${name} did not ask again for ${replies.left.join(', ')}.`);
  return {
    cpuSeconds: endCpuSeconds - startCpuSeconds,
    startCpuSeconds,
    // `maxRSS` is in kilobytes.
    memoryMebibytes: Math.ceil(process.resourceUsage().maxRSS / 1024),
    result: JSON.stringify(answer ?? null),
  };
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function hookClients(replies: Replies): void {
  type Send = (this: { readonly config: { readonly serviceId?: string } }, command: Command, ...rest: unknown[]) => unknown;
  // It is only ever applied to the client that sends.
  // oxlint-disable-next-line typescript/unbound-method
  const send = Client.prototype.send as unknown as Send;
  const hooked: Send = function hooked(command, ...rest) {
    const sent = command.clientCommand ?? command;
    addReplies(sent.middlewareStack, { sdkId: this.config.serviceId ?? '', isOfDocumentClient: sent !== command, replies });
    return Reflect.apply(send, this, [command, ...rest]);
  };
  Client.prototype.send = hooked as unknown as typeof Client.prototype.send;
}

interface Place {
  readonly sdkId: string;
  readonly isOfDocumentClient: boolean;
  readonly replies: Replies;
}

/** XML goes through the SDK's deserializer; what is recorded as its result, past it. */
function addReplies(stack: Stack, { sdkId, isOfDocumentClient, replies }: Place): void {
  const outside = (next: Next, context: { readonly commandName?: string }) => async (args: { readonly input: unknown }) => {
    const exchange = replies.take(keyOf(sdkId, (context.commandName ?? '').replace(/Command$/u, ''), args.input));
    if (exchange.kind === 'xml') return next({ ...args, exchange } as never);
    const recorded = deserialize(readFileSync(exchange.file)) as object;
    if (exchange.kind === 'error') throw serviceException(recorded as RecordedError);
    return { response: { statusCode: 200, headers: {} }, output: { ...withStream(recorded), $metadata: { httpStatusCode: 200 } } };
  };
  const deserializer = isOfDocumentClient ? { relation: 'after', toMiddleware: 'DocumentUnmarshall' } : { relation: 'before', toMiddleware: 'deserializerMiddleware' };
  stack.addRelativeTo(outside, { ...deserializer, name: 'recordedReply', override: true });
  stack.add(answerWithBody, { step: 'deserialize', priority: 'low', name: 'recordedBody', override: true });
}

/** In place of the network, inside of the deserializer. */
function answerWithBody() {
  return ({ exchange }: { readonly exchange: Exchange }) => {
    const body = Readable.from([readFileSync(exchange.file)]);
    return Promise.resolve({ response: new HttpResponse({ statusCode: 200, headers: { 'content-type': 'text/xml' }, body }) });
  };
}

function withStream(output: object): object {
  const { Body } = output as { readonly Body?: Uint8Array };
  return Body === undefined ? output : { ...output, Body: sdkStreamMixin(Readable.from([Buffer.from(Body)], { objectMode: false })) };
}

function serviceException({ name, message, statusCode, members }: RecordedError): Error {
  const exception = new ServiceException({ name, message, $fault: statusCode >= 500 ? 'server' : 'client', $metadata: { httpStatusCode: statusCode } });
  return Object.assign(exception, members);
}
