import { pathToFileURL } from 'node:url';
import type { InvokeCommandInput, InvokeCommandOutput } from '@aws-sdk/client-lambda';
import type { Account } from '../kernel/account.ts';
import { AwsError, NotModelledError } from '../kernel/aws-error.ts';
import type { PolicyDocument, PolicyStatement } from '../kernel/authorisation.ts';
import { type AwsService, operation } from '../kernel/service.ts';
import { ExecutionEnvironment, type InvocationResult } from './lambda/execution-environment.ts';
import { needNetworkInterfaces } from './lambda/network-interfaces.ts';

/** A function as it is deployed. */
export interface LambdaFunction {
  readonly name: string;
  readonly arn: string;
  readonly logicalId: string;
  readonly roleArn: string;
  /** Absolute path of the source whose `handler` runs; absent for code that is not ours (CDK's own handlers). */
  readonly entry: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly logGroup: string;
  /** Where it runs; absent outside of any VPC of the account. */
  readonly network?: FunctionNetwork;
}

/** Subnets and security groups of a function, as its template gives them: one VPC. */
export interface FunctionNetwork {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

/** What was used, as Lambda bills it. */
export interface LambdaUsage {
  invocations: number;
  coldStarts: number;
  gigabyteSeconds: number;
}

/** An asynchronous invocation that failed is tried twice more (Lambda developer guide, asynchronous invocation). */
const asynchronousRetryDelaysSeconds = [60, 120];

/** Simulated Lambda: it runs the product's own handlers, each function under its own role and environment. */
export class Lambda implements AwsService {
  readonly sdkId = 'Lambda';
  readonly statesName = 'lambda';
  readonly statesErrorPrefix = 'Lambda';
  readonly usage: LambdaUsage = { invocations: 0, coldStarts: 0, gigabyteSeconds: 0 };

  readonly #account: Account;
  readonly #functions = new Map<string, LambdaFunction>();
  readonly #permissions = new Map<string, PolicyStatement[]>();
  readonly #idle = new Map<string, ExecutionEnvironment[]>();
  readonly #busy = new Map<string, ExecutionEnvironment>();

  constructor(account: Account) {
    this.#account = account;
  }

  readonly operations = {
    Invoke: operation<InvokeCommandInput, InvokeCommandOutput>({
      authorise: (input) => [{ action: 'lambda:InvokeFunction', resource: this.#arnOf(input.FunctionName) }],
      execute: (input) => this.#invoke(input),
    }),
  };

  /**
   * Adds a function, or replaces it: environments of the version before it serve nothing any more. Throws
   * `InvalidParameterValueException` if its role may not manage the network interfaces that a function in a VPC has.
   */
  put(definition: LambdaFunction): void {
    if (definition.network !== undefined) needNetworkInterfaces(this.#account, definition.roleArn, definition.network);
    this.#functions.set(definition.name, definition);
    this.#idle.set(definition.name, []);
  }

  addPermission(functionName: string, statement: PolicyStatement): void {
    const name = nameIn(functionName);
    this.#permissions.set(name, [...(this.#permissions.get(name) ?? []), statement]);
  }

  resourcePolicy(resourceArn: string): PolicyDocument | undefined {
    const statements = this.#permissions.get(nameIn(resourceArn));
    return statements === undefined ? undefined : { Version: '2012-10-17', Statement: statements };
  }

  get functions(): readonly LambdaFunction[] {
    return [...this.#functions.values()];
  }

  /** Where an invocation that is under way runs; undefined outside of any VPC, and for an invocation that is not of this account. */
  networkOf(invocationId: string): FunctionNetwork | undefined {
    return this.#busy.get(invocationId)?.network;
  }

  /** Ends the execution environment of an invocation at once, as a crash of the sandbox does. */
  kill(invocationId: string): void {
    const environment = this.#busy.get(invocationId);
    if (environment === undefined) throw new NotModelledError(`No invocation ${invocationId} is running.`);
    environment.kill();
  }

  async #invoke(input: InvokeCommandInput): Promise<Omit<InvokeCommandOutput, '$metadata'>> {
    const definition = this.#find(input.FunctionName);
    const payload = payloadText(input.Payload);
    switch (input.InvocationType ?? 'RequestResponse') {
      case 'Event':
        this.#runInBackground(definition, payload).catch((error: unknown) => this.#account.clock.fail(error));
        return { StatusCode: 202 };
      case 'DryRun':
        return { StatusCode: 204 };
      default: {
        const result = await this.#run(definition, payload);
        return {
          StatusCode: 200,
          ExecutedVersion: '$LATEST',
          Payload: new TextEncoder().encode(result.payload) as never,
          ...(result.failed ? { FunctionError: 'Unhandled' } : {}),
        };
      }
    }
  }

  async #runInBackground(definition: LambdaFunction, payload: string): Promise<void> {
    for (const delaySeconds of [...asynchronousRetryDelaysSeconds, undefined]) {
      const result = await this.#run(definition, payload);
      if (!result.failed) return;
      if (delaySeconds === undefined) break;
      await this.#account.clock.sleep(delaySeconds * 1000);
    }
    this.#account.note('lambda.event-dropped', `${definition.logicalId} failed three times; its event is dropped.`);
  }

  async #run(definition: LambdaFunction, payload: string): Promise<InvocationResult> {
    const invocationId = this.#account.random.stream('lambda.request-id').uuid();
    const environment = this.#idle.get(definition.name)?.pop() ?? this.#start(definition);
    this.#busy.set(invocationId, environment);
    const result = await environment.invoke(invocationId, payload);
    this.#busy.delete(invocationId);
    this.usage.invocations += 1;
    this.usage.gigabyteSeconds += (result.billedMilliseconds / 1000) * (definition.memoryMegabytes / 1024);
    this.#measure(definition, result);
    if (!environment.isGone && this.#functions.get(definition.name) === definition) {
      this.#idle.get(definition.name)?.push(environment);
    }
    return result;
  }

  #start(definition: LambdaFunction): ExecutionEnvironment {
    this.usage.coldStarts += 1;
    const { entry } = definition;
    if (entry === undefined) throw new NotModelledError(`The code of ${definition.logicalId} is not the project's own: it is not run.`);
    // A query of its own gives every environment its own copy of the module, as a cold start does.
    const url = `${pathToFileURL(entry).href}?environment=${nextEnvironment()}`;
    return new ExecutionEnvironment(this.#account, definition, url);
  }

  #measure(definition: LambdaFunction, result: InvocationResult): void {
    const metrics = { Invocations: 1, Errors: result.failed ? 1 : 0, Duration: result.billedMilliseconds };
    for (const [metricName, value] of Object.entries(metrics)) {
      this.#account.cloudWatch.putMetric({
        namespace: 'AWS/Lambda',
        metricName,
        dimensions: { FunctionName: definition.name },
        value,
        unit: metricName === 'Duration' ? 'Milliseconds' : 'Count',
      });
    }
  }

  #find(functionName: string | undefined): LambdaFunction {
    const definition = this.#functions.get(nameIn(functionName ?? ''));
    if (definition === undefined) {
      throw new AwsError('ResourceNotFoundException', `Function not found: ${functionName ?? ''}`, { statusCode: 404 });
    }
    return definition;
  }

  #arnOf(functionName: string | undefined): string {
    const text = functionName ?? '';
    return text.startsWith('arn:') ? text : this.#account.arn('lambda', `function:${text}`);
  }
}

let environments = 0;

function nextEnvironment(): number {
  environments += 1;
  return environments;
}

/** The function's name in a name, an ARN, or an ARN with a version. */
function nameIn(functionName: string): string {
  return functionName.startsWith('arn:') ? (functionName.split(':')[6] ?? '') : functionName;
}

function payloadText(payload: unknown): string {
  if (payload === undefined) return 'null';
  return typeof payload === 'string' ? payload : new TextDecoder().decode(payload as Uint8Array);
}
