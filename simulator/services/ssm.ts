import type { Account } from '../kernel/account.ts';
import { AwsError, NotModelledError } from '../kernel/aws-error.ts';
import { type AuthorisationRequest, type AwsService, operation } from '../kernel/service.ts';
import { pageOf } from './paging.ts';

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
  readonly Tier?: string;
}

export const parameterTiers = ['Standard', 'Advanced', 'Intelligent-Tiering'] as const;
export type ParameterTier = (typeof parameterTiers)[number];

interface PutParameterOutput {
  readonly Version: number;
  readonly Tier: 'Standard' | 'Advanced';
}

interface Parameter {
  readonly name: string;
  readonly type: 'String' | 'StringList';
  readonly value: string;
  readonly tier: 'Standard' | 'Advanced';
  readonly version: number;
  /** Epoch milliseconds. */
  readonly modifiedAt: number;
}

/** The most a value may have, in bytes (Systems Manager user guide, "Managing parameter tiers"). */
const maxBytes = { Standard: 4096, Advanced: 8192 } as const;
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

  /** Creates or changes a parameter. Without a tier, one that stands keeps its own. Gives its version. */
  putParameter(name: string, value: string, type: 'String' | 'StringList' = 'String', tier?: ParameterTier): number {
    return this.#write(name, value, type, tier).version;
  }

  deleteParameter(name: string): void {
    this.#parameters.delete(name);
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
    return { name, type: 'String', value: this.publicParameter(name), tier: 'Standard', version: 1, modifiedAt: 0 };
  }

  #write(name: string, value: string, type: 'String' | 'StringList', wanted: ParameterTier | undefined): Parameter {
    const current = this.#parameters.get(name);
    const tier = tierFor(value, wanted ?? current?.tier ?? 'Standard', current?.tier);
    const version = (current?.version ?? 0) + 1;
    const parameter: Parameter = { name, type, value, tier, version, modifiedAt: this.#account.clock.now() };
    this.#parameters.set(name, parameter);
    return parameter;
  }

  #byPath(input: GetParametersByPathInput): GetParametersByPathOutput {
    if (input.ParameterFilters !== undefined) {
      throw new NotModelledError('SSM GetParametersByPath with ParameterFilters is not modelled.');
    }
    const { Path: given = '', MaxResults: size } = input;
    if (!given.startsWith('/')) {
      throw new AwsError('ValidationException', 'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/".');
    }
    if (size !== undefined && (size < 1 || size > maxPathResults)) {
      throw new AwsError('ValidationException', `1 validation error detected: Value '${size}' at 'maxResults' failed to satisfy constraint: between 1 and ${maxPathResults}.`);
    }
    const path = `${given.replace(/\/$/u, '')}/`;
    const isRecursive = input.Recursive === true;
    const found = [...this.#parameters.values()]
      .filter(({ name }) => name.startsWith(path) && (isRecursive || !name.slice(path.length).includes('/')))
      .toSorted((left, right) => (left.name < right.name ? -1 : 1));
    const page = pageOf(found, { size, defaultSize: maxPathResults, token: input.NextToken, badToken });
    return {
      Parameters: page.items.map((parameter) => this.#describe(parameter)),
      ...(page.nextToken === undefined ? {} : { NextToken: page.nextToken }),
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
    const tier = parameterTiers.find((candidate) => candidate === input.Tier);
    if (input.Tier !== undefined && tier === undefined) throw new AwsError('ValidationException', `The tier ${input.Tier} is none of ${parameterTiers.join(', ')}.`);
    const written = this.#write(name, value, type, tier);
    return { Version: written.version, Tier: written.tier };
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

/** The tier that a parameter gets. An advanced one never becomes standard again, and Intelligent-Tiering takes what fits. */
function tierFor(value: string, wanted: ParameterTier, current: Parameter['tier'] | undefined): Parameter['tier'] {
  const bytes = Buffer.byteLength(value);
  if (wanted === 'Standard' && current === 'Advanced') {
    throw new AwsError('ValidationException', 'This parameter uses the advanced-parameter tier. You can\'t downgrade a parameter from the advanced-parameter tier to the standard-parameter tier.');
  }
  const tier = wanted === 'Intelligent-Tiering' ? (bytes > maxBytes.Standard || current === 'Advanced' ? 'Advanced' : 'Standard') : wanted;
  if (bytes > maxBytes[tier]) {
    throw new AwsError('ValidationException', `${tier} tier parameters support a maximum parameter value of ${maxBytes[tier]} characters.`);
  }
  return tier;
}

function badToken(): AwsError {
  return new AwsError('InvalidNextToken', 'The specified token isn\'t valid.');
}
