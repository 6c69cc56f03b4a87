import { resolve } from 'node:path';
import { z } from 'zod';
import type { ResourceProvider, ResourceRequest } from '../provider.ts';
import type { FunctionNetwork, LambdaFunction } from '../../services/lambda.ts';

/** Where the construct of the product's functions says which source file was bundled; relative to the project. */
const entryMetadata = 'webmarket:entry';

const withoutEffect = 'It does not change what a handler does in one process.';

const lambdaFunction: ResourceProvider = {
  type: 'AWS::Lambda::Function',
  modelled: ['FunctionName', 'Role', 'Environment', 'Timeout', 'MemorySize', 'LoggingConfig', 'VpcConfig'],
  recorded: {
    Architectures: withoutEffect,
    Code: 'The source of the bundle runs, found by the metadata of the resource; a test loads each bundle.',
    Description: withoutEffect,
    Handler: 'Every function of the project exports `handler`.',
    Runtime: 'The process that hosts the account is the runtime; its major version is asserted by a test.',
    Tags: withoutEffect,
    TracingConfig: 'Traces are not modelled.',
  },
  create(request) {
    const definition = functionOf(request, physicalName(request));
    request.account.lambda.put(definition);
    return { ref: definition.name, attributes: { Arn: definition.arn } };
  },
  update(request, current) {
    request.account.lambda.put(functionOf(request, current.ref));
    return current;
  },
};

const permission: ResourceProvider = {
  type: 'AWS::Lambda::Permission',
  modelled: ['Action', 'FunctionName', 'Principal', 'SourceArn', 'SourceAccount'],
  recorded: {},
  create({ account, logicalId, properties }) {
    const { Action, FunctionName, Principal, SourceArn, SourceAccount } = properties as Record<string, string>;
    const condition = {
      ...(SourceArn === undefined ? {} : { ArnLike: { 'aws:SourceArn': SourceArn } }),
      ...(SourceAccount === undefined ? {} : { StringEquals: { 'aws:SourceAccount': SourceAccount } }),
    };
    account.lambda.addPermission(FunctionName ?? '', {
      Sid: logicalId,
      Effect: 'Allow',
      Principal: { Service: Principal },
      Action: Action ?? '',
      Resource: '*',
      ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
    });
    return { ref: logicalId, attributes: {} };
  },
};

export const providers: readonly ResourceProvider[] = [lambdaFunction, permission];

function functionOf(request: ResourceRequest, name: string): LambdaFunction {
  const { account, logicalId, metadata, properties } = request;
  const entry = metadata[entryMetadata];
  const environment = properties['Environment'] as { readonly Variables?: Readonly<Record<string, string>> } | undefined;
  const logging = properties['LoggingConfig'] as { readonly LogGroup?: string } | undefined;
  return {
    name,
    arn: account.arn('lambda', `function:${name}`),
    logicalId,
    roleArn: String(properties['Role']),
    entry: typeof entry === 'string' ? resolve(entry) : undefined,
    environment: environment?.Variables ?? {},
    timeoutSeconds: Number(properties['Timeout'] ?? 3),
    memoryMegabytes: Number(properties['MemorySize'] ?? 128),
    logGroup: logging?.LogGroup ?? `/aws/lambda/${name}`,
    ...networkOf(properties['VpcConfig']),
  };
}

const vpcConfig = z.strictObject({ SubnetIds: z.array(z.string()).default([]), SecurityGroupIds: z.array(z.string()).default([]), Ipv6AllowedForDualStack: z.literal(false).optional() });

/** Empty lists take a function out of its VPC (API reference, `VpcConfig`). */
function networkOf(value: unknown): { readonly network?: FunctionNetwork } {
  if (value === undefined) return {};
  const { SubnetIds: subnetIds, SecurityGroupIds: securityGroupIds } = vpcConfig.parse(value);
  return subnetIds.length === 0 ? {} : { network: { subnetIds, securityGroupIds } };
}

/** CloudFormation's own naming: stack, logical id, twelve characters. */
function physicalName({ account, logicalId, properties, stackName }: ResourceRequest): string {
  const given = properties['FunctionName'];
  if (typeof given === 'string') return given;
  const suffix = account.random.stream('physical-id').hex(12).toUpperCase();
  return `${stackName.slice(0, 24)}-${logicalId.slice(0, 24)}-${suffix}`;
}
