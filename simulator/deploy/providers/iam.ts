import { z } from 'zod';
import type { PolicyDocument } from '../../kernel/authorisation.ts';
import { refusePolicyInUse, refuseRoleInUse } from '../../services/iam/deletion.ts';
import type { Provisioned, ResourceProvider, ResourceRequest } from '../provider.ts';
import { physicalName } from './physical-name.ts';
import { tagList } from './tags.ts';

const policyDocument = z.custom<PolicyDocument>(
  (value) => typeof value === 'object' && value !== null && 'Statement' in value,
  'a policy document has a Statement',
);

const inlinePolicies = z.array(z.object({ PolicyName: z.string(), PolicyDocument: policyDocument })).default([]);

const roleProperties = z.object({
  AssumeRolePolicyDocument: policyDocument,
  Description: z.string().optional(),
  ManagedPolicyArns: z.array(z.string()).default([]),
  MaxSessionDuration: z.coerce.number().optional(),
  Path: z.string().default('/'),
  PermissionsBoundary: z.string().optional(),
  Policies: inlinePolicies,
  RoleName: z.string().optional(),
  Tags: tagList,
});

function putRole(request: ResourceRequest, name: string): Provisioned {
  const { iam } = request.account;
  const properties = roleProperties.parse(request.properties);
  const role = iam.putRole({
    name,
    path: properties.Path,
    trust: properties.AssumeRolePolicyDocument,
    tags: properties.Tags,
    stackName: request.stackName,
    ...(properties.Description === undefined ? {} : { description: properties.Description }),
    ...(properties.MaxSessionDuration === undefined ? {} : { maxSessionSeconds: properties.MaxSessionDuration }),
    ...(properties.PermissionsBoundary === undefined ? {} : { boundaryArn: properties.PermissionsBoundary }),
  });
  for (const policy of properties.Policies) iam.putRolePolicy(name, policy.PolicyName, policy.PolicyDocument);
  for (const arn of properties.ManagedPolicyArns) iam.attachRolePolicy(name, arn);
  return { ref: name, attributes: { Arn: role.arn, RoleId: role.id } };
}

const role: ResourceProvider = {
  type: 'AWS::IAM::Role',
  modelled: [
    'AssumeRolePolicyDocument', 'Description', 'ManagedPolicyArns', 'MaxSessionDuration', 'Path', 'PermissionsBoundary', 'Policies',
    'RoleName', 'Tags',
  ],
  recorded: {},
  create: (request) => putRole(request, roleProperties.parse(request.properties).RoleName ?? physicalName(request, 64)),
  update: (request, current, previous) => {
    const { iam } = request.account;
    const before = roleProperties.parse(previous.properties);
    for (const policy of before.Policies) iam.deleteRolePolicy(current.ref, policy.PolicyName);
    for (const arn of before.ManagedPolicyArns) iam.detachRolePolicy(current.ref, arn);
    return putRole(request, current.ref);
  },
  // CloudFormation takes the role's own policies off first, and whatever others left on it stops the deletion.
  delete: (request, { ref: name }) => {
    const { iam } = request.account;
    const properties = roleProperties.parse(request.properties);
    for (const policy of properties.Policies) iam.deleteRolePolicy(name, policy.PolicyName);
    for (const arn of properties.ManagedPolicyArns) iam.detachRolePolicy(name, arn);
    refuseRoleInUse(iam.directory, iam.role(name));
    iam.directory.holders.role.delete(name);
  },
};

const policyProperties = z.object({
  PolicyDocument: policyDocument,
  PolicyName: z.string(),
  Roles: z.array(z.string()).default([]),
});

function putPolicy(request: ResourceRequest): Provisioned {
  const properties = policyProperties.parse(request.properties);
  for (const name of properties.Roles) request.account.iam.putRolePolicy(name, properties.PolicyName, properties.PolicyDocument);
  return { ref: properties.PolicyName, attributes: { Id: properties.PolicyName } };
}

const policy: ResourceProvider = {
  type: 'AWS::IAM::Policy',
  modelled: ['PolicyDocument', 'PolicyName', 'Roles'],
  recorded: {
    Groups: 'The account has no users whose calls are authorised.',
    Users: 'The account has no users whose calls are authorised.',
  },
  create: putPolicy,
  update: (request, _current, previous) => {
    const before = policyProperties.parse(previous.properties);
    for (const name of before.Roles) request.account.iam.deleteRolePolicy(name, before.PolicyName);
    return putPolicy(request);
  },
  delete: (request) => {
    const properties = policyProperties.parse(request.properties);
    for (const name of properties.Roles) request.account.iam.deleteRolePolicy(name, properties.PolicyName);
  },
};

const managedPolicyProperties = z.object({
  ManagedPolicyName: z.string().optional(),
  Path: z.string().default('/'),
  PolicyDocument: policyDocument,
  Roles: z.array(z.string()).default([]),
});

function putManagedPolicy(request: ResourceRequest, name: string): Provisioned {
  const { iam } = request.account;
  const properties = managedPolicyProperties.parse(request.properties);
  const arn = iam.putManagedPolicy(name, properties.Path, properties.PolicyDocument);
  for (const roleName of properties.Roles) iam.attachRolePolicy(roleName, arn);
  return { ref: arn, attributes: { PolicyArn: arn } };
}

const managedPolicy: ResourceProvider = {
  type: 'AWS::IAM::ManagedPolicy',
  modelled: ['ManagedPolicyName', 'Path', 'PolicyDocument', 'Roles'],
  recorded: {
    Description: 'Text for people.',
    Groups: 'The account has no users whose calls are authorised.',
    Users: 'The account has no users whose calls are authorised.',
  },
  create: (request) => {
    const { ManagedPolicyName: name } = managedPolicyProperties.parse(request.properties);
    return putManagedPolicy(request, name ?? physicalName(request, 128));
  },
  update: (request, current, previous) => {
    for (const name of managedPolicyProperties.parse(previous.properties).Roles) {
      request.account.iam.detachRolePolicy(name, current.ref);
    }
    return putManagedPolicy(request, current.ref.slice(current.ref.lastIndexOf('/') + 1));
  },
  delete: (request, { ref: arn }) => {
    const { iam } = request.account;
    for (const name of managedPolicyProperties.parse(request.properties).Roles) iam.detachRolePolicy(name, arn);
    refusePolicyInUse(iam.directory, arn);
    iam.directory.policies.delete(arn);
  },
};

const instanceProfileProperties = z.object({
  InstanceProfileName: z.string().optional(),
  Path: z.string().default('/'),
  Roles: z.array(z.string()),
});

function putInstanceProfile(request: ResourceRequest, name: string): Provisioned {
  const properties = instanceProfileProperties.parse(request.properties);
  return { ref: name, attributes: { Arn: request.account.iam.putInstanceProfile(name, properties.Path, properties.Roles) } };
}

const instanceProfile: ResourceProvider = {
  type: 'AWS::IAM::InstanceProfile',
  modelled: ['InstanceProfileName', 'Path', 'Roles'],
  recorded: {},
  create: (request) => {
    const { InstanceProfileName: name } = instanceProfileProperties.parse(request.properties);
    return putInstanceProfile(request, name ?? physicalName(request, 128));
  },
  update: (request, current) => putInstanceProfile(request, current.ref),
  delete: (request, current) => request.account.iam.directory.instanceProfiles.delete(current.ref),
};

const serviceLinkedRole: ResourceProvider = {
  type: 'AWS::IAM::ServiceLinkedRole',
  modelled: ['AWSServiceName', 'CustomSuffix'],
  recorded: {
    Description: 'Text for people.',
  },
  create: (request) => {
    const properties = z.object({ AWSServiceName: z.string(), CustomSuffix: z.string().optional() }).parse(request.properties);
    const { AWSServiceName: service, CustomSuffix: suffix } = properties;
    // AWS writes the service's name its own way (AWSServiceRoleForAutoScaling); the template does not say it.
    const name = `AWSServiceRoleFor${service.split('.')[0] ?? ''}${suffix === undefined ? '' : `_${suffix}`}`;
    const linked = request.account.iam.directory.putServiceLinkedRole(service, name);
    return { ref: linked.name, attributes: {} };
  },
};

export const providers: readonly ResourceProvider[] = [role, policy, managedPolicy, instanceProfile, serviceLinkedRole];
