import type { Account } from '../kernel/account.ts';
import { AwsError, NotModelledError } from '../kernel/aws-error.ts';
import { type AuthorisationRequest, type AwsService, operation } from '../kernel/service.ts';

/** Inputs and outputs in the shapes of the SDK's SSM client (API reference, 2014-11-06). */
export interface ParameterOutput {
  readonly Name: string;
  readonly Type: 'String' | 'StringList';
  readonly Value: string;
  readonly Version: number;
  readonly LastModifiedDate: Date;
  readonly ARN: string;
  readonly DataType: 'text';
}

interface GetParameterInput {
  readonly Name?: string;
}

interface GetParametersInput {
  readonly Names?: readonly string[];
}

interface GetParametersOutput {
  readonly Parameters: readonly ParameterOutput[];
  readonly InvalidParameters: readonly string[];
}

interface GetParametersByPathInput {
  readonly Path?: string;
  readonly Recursive?: boolean;
  readonly MaxResults?: number;
  readonly NextToken?: string;
  readonly ParameterFilters?: unknown;
}

interface GetParametersByPathOutput {
  readonly Parameters: readonly ParameterOutput[];
  readonly NextToken?: string;
}

interface PutParameterInput {
  readonly Name?: string;
  readonly Value?: string;
  readonly Type?: string;
  readonly Overwrite?: boolean;
}

interface PutParameterOutput {
  readonly Version: number;
  readonly Tier: 'Standard';
}

interface Parameter {
  readonly name: string;
  readonly type: 'String' | 'StringList';
  readonly value: string;
  readonly version: number;
  /** Epoch milliseconds. */
  readonly modifiedAt: number;
}

const maxStandardBytes = 4096;
const maxPathResults = 10;

/** Simulated Systems Manager: Parameter Store. */
export class Ssm implements AwsService {
  readonly sdkId = 'SSM';
  readonly statesName = 'ssm';
  readonly statesErrorPrefix = 'Ssm';

  readonly #account: Account;
  readonly #parameters = new Map<string, Parameter>();

  constructor(account: Account) {
    this.#account = account;
  }

  readonly operations = {
    GetParameter: operation<GetParameterInput, { readonly Parameter: ParameterOutput }>({
      authorise: ({ Name: name = '' }) => [this.#need('ssm:GetParameter', name)],
      execute: ({ Name: name = '' }) => {
        const parameter = this.#find(name);
        if (parameter === undefined) throw new AwsError('ParameterNotFound', `Parameter ${name} not found.`);
        return { Parameter: this.#describe(parameter) };
      },
    }),
    GetParameters: operation<GetParametersInput, GetParametersOutput>({
      authorise: ({ Names: names = [] }) => names.map((name) => this.#need('ssm:GetParameters', name)),
      execute: ({ Names: names = [] }) => {
        const found = names.map((name) => ({ name, parameter: this.#find(name) }));
        return {
          Parameters: found.flatMap(({ parameter }) => (parameter === undefined ? [] : [this.#describe(parameter)])),
          InvalidParameters: found.flatMap(({ name, parameter }) => (parameter === undefined ? [name] : [])),
        };
      },
    }),
    GetParametersByPath: operation<GetParametersByPathInput, GetParametersByPathOutput>({
      authorise: ({ Path: path = '', Recursive: isRecursive = false }) => [
        { ...this.#need('ssm:GetParametersByPath', path), context: { 'ssm:Recursive': isRecursive } },
      ],
      execute: (input) => this.#byPath(input),
    }),
    PutParameter: operation<PutParameterInput, PutParameterOutput>({
      authorise: ({ Name: name = '', Overwrite: isOverwriting = false }) => [
        { ...this.#need('ssm:PutParameter', name), context: { 'ssm:Overwrite': isOverwriting } },
      ],
      execute: (input) => this.#put(input),
    }),
  };

  /** Creates or changes a parameter. Gives its version. */
  putParameter(name: string, value: string, type: 'String' | 'StringList' = 'String'): number {
    if (Buffer.byteLength(value) > maxStandardBytes) {
      throw new AwsError('ValidationException', `Standard tier parameters support a maximum parameter value of ${maxStandardBytes} characters.`);
    }
    const version = (this.#parameters.get(name)?.version ?? 0) + 1;
    this.#parameters.set(name, { name, type, value, version, modifiedAt: this.#account.clock.now() });
    return version;
  }

  /** The value of a parameter as it stands, for checkers; undefined where there is none. */
  value(name: string): string | undefined {
    return this.#find(name)?.value;
  }

  /** A parameter that AWS publishes: images of Amazon Linux. Any other throws. */
  publicParameter(name: string): string {
    if (name.startsWith('/aws/service/ami-amazon-linux-latest/')) return 'ami-0f15d55736fd476da';
    const own = this.#parameters.get(name)?.value;
    if (own !== undefined) return own;
    // The CDK's bootstrap version is read by every template that the default synthesizer makes.
    if (name.startsWith('/cdk-bootstrap/')) return '28';
    throw new NotModelledError(`The public parameter ${name} is not modelled.`);
  }

  #find(nameOrArn: string): Parameter | undefined {
    const name = nameOrArn.startsWith('arn:') ? nameOrArn.slice(nameOrArn.indexOf(':parameter/') + ':parameter'.length) : nameOrArn;
    const own = this.#parameters.get(name) ?? this.#parameters.get(name.replace(/^\//u, ''));
    if (own !== undefined || !name.startsWith('/aws/service/')) return own;
    return { name, type: 'String', value: this.publicParameter(name), version: 1, modifiedAt: 0 };
  }

  #byPath(input: GetParametersByPathInput): GetParametersByPathOutput {
    if (input.ParameterFilters !== undefined) {
      throw new NotModelledError('SSM GetParametersByPath with ParameterFilters is not modelled.');
    }
    const path = `${(input.Path ?? '').replace(/\/$/u, '')}/`;
    const isRecursive = input.Recursive === true;
    const found = [...this.#parameters.values()]
      .filter(({ name }) => name.startsWith(path) && (isRecursive || !name.slice(path.length).includes('/')))
      .toSorted((left, right) => (left.name < right.name ? -1 : 1));
    const start = Number(input.NextToken ?? '0');
    const end = start + (input.MaxResults ?? maxPathResults);
    return {
      Parameters: found.slice(start, end).map((parameter) => this.#describe(parameter)),
      ...(end < found.length ? { NextToken: String(end) } : {}),
    };
  }

  #put(input: PutParameterInput): PutParameterOutput {
    const { Name: name = '', Value: value = '', Type: type = 'String' } = input;
    if (type !== 'String' && type !== 'StringList') throw new NotModelledError(`SSM parameters of type ${type} are not modelled.`);
    if (this.#parameters.has(name) && input.Overwrite !== true) {
      throw new AwsError(
        'ParameterAlreadyExists',
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
      );
    }
    return { Version: this.putParameter(name, value, type), Tier: 'Standard' };
  }

  #need(action: string, name: string): AuthorisationRequest {
    return { action, resource: this.#arn(name) };
  }

  /** The slash that starts a name is not doubled in its ARN; public parameters belong to no account. */
  #arn(name: string): string {
    if (name.startsWith('arn:')) return name;
    const { partition, region } = this.#account;
    if (name.startsWith('/aws/service/')) return `arn:${partition}:ssm:${region}::parameter${name}`;
    return this.#account.arn('ssm', `parameter/${name.replace(/^\//u, '')}`);
  }

  #describe(parameter: Parameter): ParameterOutput {
    return {
      Name: parameter.name,
      Type: parameter.type,
      Value: parameter.value,
      Version: parameter.version,
      LastModifiedDate: new Date(parameter.modifiedAt),
      ARN: this.#arn(parameter.name),
      DataType: 'text',
    };
  }
}
