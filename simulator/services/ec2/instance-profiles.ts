import type {
  AssociateIamInstanceProfileCommandInput,
  AssociateIamInstanceProfileCommandOutput,
  DescribeIamInstanceProfileAssociationsCommandInput,
  DescribeIamInstanceProfileAssociationsCommandOutput,
  DisassociateIamInstanceProfileCommandInput,
  DisassociateIamInstanceProfileCommandOutput,
  IamInstanceProfileAssociation,
  IamInstanceProfileSpecification,
  ReplaceIamInstanceProfileAssociationCommandInput,
  ReplaceIamInstanceProfileAssociationCommandOutput,
} from '@aws-sdk/client-ec2';
import type { Account } from '../../kernel/account.ts';
import { AwsError } from '../../kernel/aws-error.ts';
import { type AuthorisationRequest, type Operation, operation } from '../../kernel/service.ts';
import { onAnything, onResource } from './authorisation.ts';
import { applyFilters, chooseByIds, type FilterTable } from './filters.ts';
import type { Instance } from './instances.ts';
import type { Tags } from './network.ts';
import { ec2Page, upTo1000 } from './pages.ts';

export interface ProfileAssociation {
  readonly id: string;
  readonly profileArn: string;
  readonly profileId: string;
  readonly at: number;
}

interface Associated {
  readonly id: string;
  readonly instance: Instance;
  readonly association: ProfileAssociation;
  readonly tags: Tags;
}

const filters: FilterTable<Associated> = {
  'instance-id': ({ instance }) => instance.id,
  state: () => 'associated',
};

/** Operations on the instance profiles of instances. */
export function instanceProfileOperations(account: () => Account): Readonly<Record<string, Operation>> {
  return {
    DescribeIamInstanceProfileAssociations: operation<DescribeIamInstanceProfileAssociationsCommandInput, DescribeIamInstanceProfileAssociationsCommandOutput>({
      authorise: onAnything('DescribeIamInstanceProfileAssociations'),
      execute: (input) => {
        const chosen = applyFilters(chooseByIds(associations(account()), input.AssociationIds, noSuchAssociation), input.Filters, filters);
        const page = ec2Page(chosen, input, upTo1000);
        return { IamInstanceProfileAssociations: page.items.map(({ instance, association }) => describe(instance, association, 'associated')), NextToken: page.nextToken };
      },
    }),
    AssociateIamInstanceProfile: operation<AssociateIamInstanceProfileCommandInput, AssociateIamInstanceProfileCommandOutput>({
      authorise: (input) => withProfile(account(), 'AssociateIamInstanceProfile', account().ec2.instances.find(input.InstanceId ?? ''), input.IamInstanceProfile),
      execute: ({ InstanceId, IamInstanceProfile }) => {
        const instance = account().ec2.instances.find(InstanceId ?? '');
        if (instance === undefined) throw new AwsError('InvalidInstanceID.NotFound', `The instance ID '${InstanceId}' does not exist`);
        if (instance.profile !== undefined) throw new AwsError('IncorrectState', `There is an existing association for instance ${instance.id}`);
        return { IamInstanceProfileAssociation: associate(account(), instance, IamInstanceProfile) };
      },
    }),
    ReplaceIamInstanceProfileAssociation: operation<ReplaceIamInstanceProfileAssociationCommandInput, ReplaceIamInstanceProfileAssociationCommandOutput>({
      authorise: (input) =>
        withProfile(account(), 'ReplaceIamInstanceProfileAssociation', find(account(), input.AssociationId)?.instance, input.IamInstanceProfile),
      execute: ({ AssociationId, IamInstanceProfile }) => ({
        IamInstanceProfileAssociation: associate(account(), existing(account(), AssociationId).instance, IamInstanceProfile),
      }),
    }),
    DisassociateIamInstanceProfile: operation<DisassociateIamInstanceProfileCommandInput, DisassociateIamInstanceProfileCommandOutput>({
      authorise: (input) => [onInstance(account(), 'DisassociateIamInstanceProfile', find(account(), input.AssociationId)?.instance)],
      execute: ({ AssociationId }) => {
        const { instance, association } = existing(account(), AssociationId);
        instance.profile = undefined;
        return { IamInstanceProfileAssociation: describe(instance, association, 'disassociating') };
      },
    }),
  };
}

/** What a launch template's profile, by name or ARN, becomes for an instance. */
export function associationAtLaunch(account: Account, profile: Readonly<Record<string, string>> | undefined): ProfileAssociation | undefined {
  return profile === undefined ? undefined : newAssociation(account, arnOf(account, { Arn: profile['Arn'], Name: profile['Name'] }));
}

/** Permission on an instance with the condition keys that policies on changes of instances ask for. */
export function onInstance(account: Account, action: string, instance: Instance | undefined, context: Readonly<Record<string, string>> = {}): AuthorisationRequest {
  if (instance === undefined) return onResource(account, action, { type: 'instance', id: '*', context });
  const profile = instance.profile === undefined ? {} : { 'ec2:InstanceProfile': instance.profile.profileArn };
  const keys = { 'ec2:InstanceID': instance.id, 'ec2:InstanceType': instance.type, 'ec2:AvailabilityZone': instance.subnet.availabilityZone, ...profile };
  return onResource(account, action, { type: 'instance', id: instance.id, tags: instance.tags, context: { ...keys, ...context } });
}

/** Handing a profile to an instance passes its roles to EC2 (EC2 user guide, "Grant permissions to attach an IAM role"). */
function withProfile(account: Account, action: string, instance: Instance | undefined, profile: IamInstanceProfileSpecification | undefined): AuthorisationRequest[] {
  const arn = arnOf(account, profile ?? {});
  const roles = account.iam.rolesOfInstanceProfile(arn) ?? [];
  const passes = roles.map((name) => account.iam.passRole(account.iam.role(name).arn, 'ec2.amazonaws.com'));
  return [onInstance(account, action, instance, { 'ec2:NewInstanceProfile': arn }), ...passes];
}

/** Takes effect at once; EC2 takes seconds, in which it shows `associating`. A replacement has an association id of its own. */
function associate(account: Account, instance: Instance, profile: IamInstanceProfileSpecification | undefined): IamInstanceProfileAssociation {
  const arn = arnOf(account, profile ?? {});
  if (account.iam.rolesOfInstanceProfile(arn) === undefined) {
    const [parameter, kind] = profile?.Arn === undefined ? ['name', 'name'] : ['arn', 'ARN'];
    throw new AwsError('InvalidParameterValue', `Value (${profile?.Arn ?? profile?.Name}) for parameter iamInstanceProfile.${parameter} is invalid. Invalid IAM Instance Profile ${kind}`);
  }
  instance.profile = newAssociation(account, arn);
  return describe(instance, instance.profile, 'associating');
}

function newAssociation(account: Account, profileArn: string): ProfileAssociation {
  const random = account.random.stream('ec2.instance-profile');
  return { id: `iip-assoc-0${random.hex(16)}`, profileArn, profileId: profileIdOf(account, profileArn), at: account.clock.now() };
}

/** EC2 shows the id that IAM gave the profile: the same for every association. */
function profileIdOf(account: Account, arn: string): string {
  const { instanceProfileIds } = account.ec2;
  const id = instanceProfileIds.get(arn) ?? `AIPA${account.random.stream('ec2.instance-profile').hex(17).toUpperCase()}`;
  instanceProfileIds.set(arn, id);
  return id;
}

function arnOf(account: Account, profile: IamInstanceProfileSpecification): string {
  return profile.Arn ?? `arn:${account.partition}:iam::${account.id}:instance-profile/${profile.Name ?? ''}`;
}

function associations(account: Account): Associated[] {
  return account.ec2.instances
    .all()
    .flatMap((instance) => (instance.profile === undefined || instance.state === 'terminated' ? [] : [{ id: instance.profile.id, instance, association: instance.profile, tags: {} }]));
}

function find(account: Account, id: string | undefined): Associated | undefined {
  return associations(account).find((candidate) => candidate.id === id);
}

function existing(account: Account, id: string | undefined): Associated {
  const found = find(account, id);
  if (found === undefined) throw noSuchAssociation(String(id));
  return found;
}

function noSuchAssociation(id: string): AwsError {
  return new AwsError('InvalidAssociationID.NotFound', `An invalid association-id of '${id}' was given`);
}

function describe(instance: Instance, association: ProfileAssociation, State: 'associating' | 'associated' | 'disassociating'): IamInstanceProfileAssociation {
  return {
    AssociationId: association.id,
    InstanceId: instance.id,
    IamInstanceProfile: { Arn: association.profileArn, Id: association.profileId },
    State,
    Timestamp: new Date(association.at),
  };
}
