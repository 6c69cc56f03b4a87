import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import type { Account } from '../../simulator/kernel/account.ts';
import { AwsError } from '../../simulator/kernel/aws-error.ts';
import type { CallRequest } from '../../simulator/kernel/calls.ts';
import type { LambdaFunction } from '../../simulator/services/lambda.ts';
import { type Exchange, keyOf, type RecordedError, type Recording } from './replay.ts';
import { toXml } from './wire.ts';

/** Records invocations from the account's side. */
export class Recorder {
  readonly #account: Account;
  readonly #folder: string;
  readonly #names: readonly string[];
  readonly #recordings = new Map<string, { recording: Omit<Recording, 'exchanges'>; exchanges: Exchange[] }>();
  readonly #exchanges = new Map<string, Exchange[]>();
  #files = 0;

  /** `names`: the ids of the constructs of the functions. Replies go to files of `folder`. */
  constructor(account: Account, folder: string, names: readonly string[]) {
    this.#account = account;
    this.#folder = folder;
    this.#names = names;
    mkdirSync(folder, { recursive: true });
    const call = account.call.bind(account);
    account.call = (request) => this.#call(call, request);
  }

  get recordings(): readonly Recording[] {
    return [...this.#recordings.values()].map(({ recording, exchanges }) => ({ ...recording, exchanges }));
  }

  async #call(call: Account['call'], request: CallRequest): Promise<unknown> {
    const name = this.#nameOf(request.origin?.caller ?? '');
    if (name !== undefined && request.origin?.invocationId !== undefined) return this.#exchange(name, call, request);
    return request.sdkId === 'Lambda' && request.operation === 'Invoke' ? this.#invoke(call, request) : call(request);
  }

  async #invoke(call: Account['call'], request: CallRequest): Promise<unknown> {
    const { FunctionName: functionName, Payload: event } = request.input as { readonly FunctionName: string; readonly Payload: string };
    const definition = this.#account.lambda.functions.find(({ arn, name }) => arn === functionName || name === functionName);
    const name = this.#nameOf(definition?.logicalId ?? '');
    if (definition === undefined || name === undefined) return call(request);
    const at = this.#account.clock.now();
    const exchanges: Exchange[] = [];
    this.#exchanges.set(name, exchanges);
    const output = (await call(request)) as { readonly Payload: Uint8Array; readonly FunctionError?: string };
    const result = new TextDecoder().decode(output.Payload);
    if (output.FunctionError !== undefined) throw new Error(`${name} failed: ${result}`);
    this.#recordings.set(name, { recording: { name, ...this.#invocationOf(definition), at, event, result }, exchanges });
    return output;
  }

  #invocationOf({ entry = '', environment, memoryMegabytes, timeoutSeconds }: LambdaFunction) {
    return { entry, environment, memoryMegabytes, timeoutSeconds, region: this.#account.region };
  }

  async #exchange(name: string, call: Account['call'], request: CallRequest): Promise<unknown> {
    const { sdkId, operation } = request;
    const exchange = { operation, key: keyOf(sdkId, operation, request.input) };
    try {
      const output = await call(request);
      this.#exchanges.get(name)?.push({ ...exchange, ...this.#keep(request, output) });
      return output;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const { message, statusCode, members } = error;
      const file = this.#write(serialize({ name: error.name, message, statusCode, members } satisfies RecordedError));
      this.#exchanges.get(name)?.push({ ...exchange, kind: 'error', file });
      throw error;
    }
  }

  #keep({ sdkId, operation, input }: CallRequest, output: unknown): Pick<Exchange, 'kind' | 'file'> {
    const xml = toXml(sdkId, operation, output);
    if (xml !== undefined) return { kind: 'xml', file: this.#write(xml) };
    if (sdkId !== 'S3' || operation !== 'GetObject') return { kind: 'output', file: this.#write(serialize(output)) };
    // The stream of the answer is for its reader alone.
    const { Bucket: bucket = '', Key: key = '' } = input as { readonly Bucket?: string; readonly Key?: string };
    const Body = this.#account.s3.objects(bucket, key)[0]?.body;
    return { kind: 'output', file: this.#write(serialize({ ...(output as object), Body })) };
  }

  #write(content: string | Uint8Array): string {
    this.#files += 1;
    const file = join(this.#folder, `reply-${this.#files}`);
    writeFileSync(file, content);
    return file;
  }

  /** Logical ids begin with the construct's path. */
  #nameOf(logicalId: string): string | undefined {
    return this.#names.find((name) => logicalId.includes(name));
  }
}
