import type { Account } from '../../../simulator/kernel/account.ts';
import type { FaultKind } from '../../../simulator/kernel/faults.ts';
import { closedRepairs } from '../../../rehearsal/compliance-evidence.ts';
import { type DeclaredGroup, groupOfTier } from '../../../rehearsal/drift-story.ts';
import type { Stage } from '../../../rehearsal/stage.ts';
import { type Synthesis, synthesise } from '../../../rehearsal/synthesis.ts';
import { executionsOf, playIn, told } from '../account-scene.ts';

export { groupOfTier } from '../../../rehearsal/drift-story.ts';
export { detailOf, executionsOf, hour, minute, told, wait } from '../account-scene.ts';

/** The app with repairs switched on. */
export function enforcing(changes: Partial<Synthesis['config']['compliance']> = {}): Synthesis {
  return synthesise('production', (config) => ({ ...config, compliance: { ...config.compliance, mode: 'enforce', ...changes } }));
}

export interface Scene {
  readonly synthesis: Synthesis;
  /** Paris time at which the account is empty; the story begins six minutes later. @default '2027-01-20T13:54' */
  readonly startsAt?: string;
  /** @default nothing */
  readonly prepare?: (account: Account) => void;
}

/** Plays a story in an account of its own, in which the shop has settled: at 14:00, unless another start is given. */
export function play<T>({ synthesis, startsAt = '2027-01-20T13:54', prepare }: Scene, story: (stage: Stage) => Promise<T>): Promise<T> {
  return playIn({ synthesis, startsAt, settlingMinutes: 6, prepare }, story);
}

export function database(stage: Stage): Promise<DeclaredGroup> {
  return groupOfTier(stage, 'database');
}

/** Somebody lets the world in. Gives the id of the rule. */
export async function openPort(stage: Stage, groupId: string, port: number): Promise<string> {
  const answered = (await stage.as('a-developer', 'EC2', 'AuthorizeSecurityGroupIngress', {
    GroupId: groupId,
    IpPermissions: [{ IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: [{ CidrIp: '0.0.0.0/0', Description: 'just for a moment' }] }],
  })) as { readonly SecurityGroupRules: readonly { readonly SecurityGroupRuleId: string }[] };
  return answered.SecurityGroupRules[0]?.SecurityGroupRuleId ?? '';
}

export function closeRule(stage: Stage, groupId: string, ruleId: string): Promise<unknown> {
  return stage.as('a-developer', 'EC2', 'RevokeSecurityGroupIngress', { GroupId: groupId, SecurityGroupRuleIds: [ruleId] });
}

/** The name of a role, by a part of it. */
export function roleNamed(stage: Stage, part: string): string {
  const found = stage.account.iam.roles.find(({ name }) => name.includes(part));
  if (found === undefined) throw new Error(`No role has ${part} in its name.`);
  return found.name;
}

/** Somebody gives a role everything, by an inline policy. */
export function giveEverything(stage: Stage, roleName: string): Promise<unknown> {
  const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  return stage.as('a-developer', 'IAM', 'PutRolePolicy', { RoleName: roleName, PolicyName: 'temporary', PolicyDocument: JSON.stringify(document) });
}

/** Takes an action away from a function, as a policy does that somebody changed by hand. */
export function forbid(stage: Stage, functionRole: string, action: string): void {
  stage.account.iam.putRolePolicy(roleNamed(stage, functionRole), 'forbidden', { Statement: [{ Effect: 'Deny', Action: action, Resource: '*' }] });
}

/** The rules of a group without their ids, which are drawn anew when a rule comes back. */
export function rulesOf(stage: Stage, groupId: string): unknown[] {
  const rules = [...stage.account.ec2.securityGroups.find(groupId).rules.values()];
  return rules.map(({ SecurityGroupRuleId: _id, ...rule }) => rule).toSorted((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
}

/** How the repairs ended, in that order. */
export async function outcomes(stage: Stage): Promise<string[]> {
  return (await closedRepairs(stage)).map(({ outcome }) => outcome);
}

/** What the looks at drift that have ended said. */
export function looksAtDrift(stage: Stage): unknown[] {
  return executionsOf(stage, 'DriftRemediation').map(({ output }) => (JSON.parse(output ?? '{}') as { readonly outcome?: unknown }).outcome);
}

/** Executions that did not succeed, of the workflows that find and repair drift. */
export function unsuccessful(stage: Stage): string[] {
  return ['NightlyCompliance', 'DriftRemediation', 'ResourceRepair'].flatMap((workflow) =>
    executionsOf(stage, workflow).flatMap(({ name, status, error }) => (status === 'SUCCEEDED' ? [] : [`${workflow} ${name}: ${status} ${error ?? ''}`])),
  );
}

/** What the operations topic was told of drift and repairs, alarms left out. */
export function kinds(stage: Stage): unknown[] {
  return stage.account.sns.messages.map(({ attributes }) => attributes['kind']).filter((kind) => kind?.startsWith('compliance.') === true);
}

export interface Question {
  readonly repairId: string;
  readonly planHash: string;
}

/** What was asked of a person, the last question last. */
export function questions(stage: Stage): Question[] {
  return told(stage, 'compliance.approval-asked').map(({ message }) => (JSON.parse(message) as { readonly detail: Question }).detail);
}

/** Somebody opens the database to another group: a person is asked before it is taken back. */
export async function letGroupIn(stage: Stage, port = 5432): Promise<void> {
  const { groupId } = await database(stage);
  const peer = await groupOfTier(stage, 'load-balancer');
  await stage.as('a-developer', 'EC2', 'AuthorizeSecurityGroupIngress', {
    GroupId: groupId,
    IpPermissions: [{ IpProtocol: 'tcp', FromPort: port, ToPort: port, UserIdGroupPairs: [{ GroupId: peer.groupId }] }],
  });
}

/** Opens a port of the database to the world: taken back without a question. */
export async function openDatabase(stage: Stage, port = 5432): Promise<string> {
  return openPort(stage, (await database(stage)).groupId, port);
}

export function answer(stage: Stage, { repairId, planHash }: Question, changes: Readonly<Record<string, unknown>> = {}): Promise<Readonly<Record<string, unknown>>> {
  return stage.invoke(stage.output('AnswerApprovalFunction'), { repairId, planHash, decision: 'approved', approver: 'the-engineer-on-duty', ...changes });
}

/** Lets calls of handlers go wrong, as often as told; gives how often they did. */
export function failCalls(stage: Stage, operation: string, fault: FaultKind, times: number): { readonly count: () => number } {
  let left = times;
  stage.account.faults = {
    faultFor: (request) => {
      if (request.operation !== operation || left === 0) return undefined;
      left -= 1;
      return fault;
    },
  };
  return { count: () => times - left };
}
