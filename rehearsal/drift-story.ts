import type { SecurityGroupRule } from '@aws-sdk/client-ec2';
import { repairTargets } from './compliance-evidence.ts';
import type { Stage } from './stage.ts';

/** What people do by hand to firewalls and IAM, and how they answer. */

const minute = 60_000;

/** How often a person tries again what failed, a minute apart. */
const tries = 5;

export interface DeclaredGroup {
  readonly groupId: string;
  readonly vpcId: string;
  readonly stackName: string;
  readonly tier?: string;
  readonly rules: readonly { readonly direction: string; readonly fromPort: number; readonly peer: { readonly kind: string; readonly id?: string; readonly cidr?: string } }[];
}

/** What the app has declared of its groups, read from where it published it. */
export async function declaredGroups(stage: Stage): Promise<DeclaredGroup[]> {
  const path = `/webmarket/${stage.config.environment}/baseline/security-groups/`;
  const { Parameters } = (await stage.asOperator('SSM', 'GetParametersByPath', { Path: path, Recursive: true })) as {
    readonly Parameters: readonly { readonly Value: string }[];
  };
  return Parameters.map(({ Value }) => JSON.parse(Value) as DeclaredGroup);
}

/** The group of one tier of the shop. */
export async function groupOfTier(stage: Stage, tier: 'load-balancer' | 'application' | 'database'): Promise<DeclaredGroup> {
  const found = (await declaredGroups(stage)).find((group) => group.tier === tier);
  if (found === undefined) throw new Error(`The baseline declares no group of the tier ${tier}.`);
  return found;
}

/** Lets somebody in through a port, as one does "just for a moment". Gives the id of the rule. */
export async function openPort(stage: Stage, by: string, groupId: string, port: number, cidr: string): Promise<string> {
  const answer = (await stage.as(by, 'EC2', 'AuthorizeSecurityGroupIngress', {
    GroupId: groupId,
    IpPermissions: [{ IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: [{ CidrIp: cidr }] }],
  })) as { readonly SecurityGroupRules: readonly { readonly SecurityGroupRuleId: string }[] };
  return answer.SecurityGroupRules[0]?.SecurityGroupRuleId ?? '';
}

/** Closes the incoming rules of a group that `which` accepts. */
export async function closeMatching(stage: Stage, by: string, groupId: string, which: (rule: SecurityGroupRule) => boolean): Promise<void> {
  for (const rule of stage.account.ec2.securityGroups.find(groupId).rules.values()) {
    if (!which(rule)) continue;
    const input = { GroupId: groupId, SecurityGroupRuleIds: [rule.SecurityGroupRuleId] };
    await stage.as(by, 'EC2', rule.IsEgress === true ? 'RevokeSecurityGroupEgress' : 'RevokeSecurityGroupIngress', input);
  }
}

/** What nobody repaired: outgoing rules to anywhere on the database's group. */
export async function removeUndeclared(stage: Stage, by: string): Promise<void> {
  const { groupId } = await groupOfTier(stage, 'database');
  await closeMatching(stage, by, groupId, ({ IsEgress, CidrIpv4 }) => IsEgress === true && CidrIpv4 === '0.0.0.0/0');
}

export async function createGroup(stage: Stage, by: string, name: string, vpcId: string): Promise<string> {
  const answer = await stage.as(by, 'EC2', 'CreateSecurityGroup', { GroupName: name, Description: 'made by hand', VpcId: vpcId });
  return (answer as { readonly GroupId: string }).GroupId;
}

/** The interface of an instance of the shop that has been running for a while. */
export async function interfaceOfAnInstance(stage: Stage): Promise<string> {
  const answer = (await stage.asOperator('EC2', 'DescribeInstances', {})) as {
    readonly Reservations: readonly { readonly Instances: readonly { readonly InstanceId: string; readonly State: { readonly Name: string }; readonly NetworkInterfaces: readonly { readonly NetworkInterfaceId: string }[] }[] }[];
  };
  const running = answer.Reservations.flatMap(({ Instances }) => Instances).find(({ State }) => State.Name === 'running');
  return running?.NetworkInterfaces[0]?.NetworkInterfaceId ?? '';
}

/** The name of the role that the shop's instances have. */
export function instanceRoleName(stage: Stage): string {
  const found = stage.account.iam.roles.find(({ name }) => name.includes('-Web-'));
  if (found === undefined) throw new Error('The web stack has no role.');
  return found.name;
}

export function giveEverything(stage: Stage, by: string, roleName: string): Promise<unknown> {
  const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  return stage.as(by, 'IAM', 'PutRolePolicy', { RoleName: roleName, PolicyName: 'temporary', PolicyDocument: JSON.stringify(document) });
}

/** Approvals that wait for an answer. */
export function waitingApprovals(stage: Stage) {
  return repairTargets(stage).flatMap(({ current }) =>
    current?.state === 'awaiting-approval' && current.approval?.decision === undefined ? [current] : [],
  );
}

/** Answers everything that waits and that `which` accepts. An error that may pass is tried again, as a person would. */
export async function answerApprovals(
  stage: Stage,
  approver: string,
  decision: 'approved' | 'rejected',
  which: (checkIds: readonly string[], resourceType: string) => boolean = () => true,
): Promise<number> {
  let answered = 0;
  for (const { repairId, planHash, findings, resource } of waitingApprovals(stage)) {
    const checkIds = findings.map(({ checkId }) => checkId);
    if (!which(checkIds, resource.type)) continue;
    await answer(stage, { repairId, planHash, decision, approver });
    stage.step(`${approver} ${decision} the repair of ${[...new Set(checkIds)].join(', ')} (${repairId})`);
    answered += 1;
  }
  return answered;
}

async function answer(stage: Stage, request: Readonly<Record<string, unknown>>): Promise<void> {
  for (let attempt = 1; attempt <= tries; attempt += 1) {
    const reply = await stage.invoke(stage.output('AnswerApprovalFunction'), request);
    if (reply['status'] !== 'failed') return;
    await stage.until(stage.now + minute, stage.account.phase);
  }
}
