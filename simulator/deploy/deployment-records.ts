import type { Account } from '../kernel/account.ts';
import { groupCalls, snapshotGroups } from '../services/cloudformation/recorded-changes.ts';
import { roleCalls, snapshotRoles } from '../services/cloudformation/recorded-role-changes.ts';
import type { RecordedCall } from '../services/cloudtrail.ts';
import type { Provisioned, ResourceRequest } from './provider.ts';

/** What is known of a resource before it is changed. */
interface Before {
  /** As it is now wanted; absent when it is deleted. */
  readonly request?: ResourceRequest;
  readonly current?: { readonly request: ResourceRequest; readonly provisioned: Provisioned } | undefined;
}

type Finish = (provisioned: Provisioned | undefined) => RecordedCall[];

const groupTypes: ReadonlySet<string> = new Set(['AWS::EC2::SecurityGroup', 'AWS::EC2::SecurityGroupEgress', 'AWS::EC2::SecurityGroupIngress']);
const roleTypes: ReadonlySet<string> = new Set(['AWS::IAM::ManagedPolicy', 'AWS::IAM::Policy', 'AWS::IAM::Role']);

/**
 * Looks at a resource before CloudFormation changes it; the function that it gives says afterwards which calls that took.
 * Only security groups and roles are looked at, where changes are watched: undefined for other types, and while no trail
 * would see them.
 */
export function watchChange(account: Account, type: string, before: Before): Finish | undefined {
  if (account.cloudTrail.logging.length === 0) return undefined;
  const requests = [before.current?.request, before.request].filter((request) => request !== undefined);
  const physicalId = before.current?.provisioned.ref;
  if (groupTypes.has(type)) {
    const ids = type === 'AWS::EC2::SecurityGroup' ? [physicalId] : requests.map(({ properties }) => properties['GroupId']);
    const known = ids.filter((id) => typeof id === 'string');
    const groups = snapshotGroups(account, known);
    const created = (provisioned: Provisioned | undefined) => (type === 'AWS::EC2::SecurityGroup' && provisioned !== undefined ? [provisioned.ref] : []);
    return (provisioned) => groupCalls(account, groups, snapshotGroups(account, [...known, ...created(provisioned)]));
  }
  if (!roleTypes.has(type)) return undefined;
  const names = type === 'AWS::IAM::Role' ? [physicalId] : requests.flatMap(({ properties }) => properties['Roles'] ?? []);
  const known = names.filter((name) => typeof name === 'string');
  const roles = snapshotRoles(account, known);
  return (provisioned) => {
    const created = type === 'AWS::IAM::Role' && provisioned !== undefined ? [provisioned.ref] : [];
    const own = type === 'AWS::IAM::ManagedPolicy' ? policyCalls(before, provisioned) : [];
    return [...own, ...roleCalls(roles, snapshotRoles(account, [...known, ...created]))];
  };
}

function policyCalls({ request, current }: Before, provisioned: Provisioned | undefined): RecordedCall[] {
  if (request === undefined || provisioned === undefined) {
    return [{ sdkId: 'IAM', operation: 'DeletePolicy', input: { PolicyArn: current?.provisioned.ref } }];
  }
  const PolicyDocument = JSON.stringify(request.properties['PolicyDocument']);
  const PolicyArn = provisioned.ref;
  if (current === undefined) {
    const PolicyName = PolicyArn.slice(PolicyArn.lastIndexOf('/') + 1);
    return [{ sdkId: 'IAM', operation: 'CreatePolicy', input: { PolicyName, PolicyDocument }, output: { Policy: { Arn: PolicyArn, PolicyName } } }];
  }
  if (JSON.stringify(current.request.properties['PolicyDocument']) === PolicyDocument) return [];
  return [{ sdkId: 'IAM', operation: 'CreatePolicyVersion', input: { PolicyArn, PolicyDocument, SetAsDefault: true } }];
}
