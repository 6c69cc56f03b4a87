import { passes, type Restriction, restrictionsOf } from './policy-condition.ts';
import type { PolicyDocument, PolicyStatement } from './policy-document.ts';
import { covers, hasWildcard, intersects } from './policy-pattern.ts';

/** Every policy that counts for a principal: its own, its groups', and the boundary that they cannot go beyond. */
export interface PolicySet {
  readonly documents: readonly PolicyDocument[];
  readonly boundary?: PolicyDocument;
  /** What `${aws:username}` stands for. */
  readonly userName?: string;
}

export interface Question {
  /** An action, or a pattern of which all is asked. */
  readonly action: string;
  /** An ARN, or a pattern of which all is asked but for single exceptions. Undefined: on anything at all. */
  readonly resource?: string;
  /** Values of condition keys, in lower case, that the request has. */
  readonly context?: Readonly<Record<string, string>>;
}

/** A resource pattern of which there is nothing outside. */
export const everyResource = 'arn:aws:?*:*';
/** Every action of every service. */
const everyAction = '?*:?*';

/**
 * Whether a principal may do something by identity policies and boundary. An Allow counts where no condition restricts
 * it; a Deny subtracts only where it has no condition, for then it surely applies. Source: IAM user guide, "Policy
 * evaluation logic". Policies of the organisation and of resources are not looked at.
 */
export function canDo(policies: PolicySet, { action, resource, context = {} }: Question): boolean {
  const wanted = { action: action.toLowerCase(), ...(resource === undefined ? {} : { resource }), context };
  const compiled = policies.documents.map(compile);
  const granted = grantedResources(compiled, wanted, policies.userName);
  if (granted.length === 0 || isDenied(compiled, wanted, policies.userName)) return false;
  if (policies.boundary === undefined) return true;
  const boundary = [compile(policies.boundary)];
  const within = grantedResources(boundary, wanted, policies.userName);
  if (isDenied(boundary, wanted, policies.userName)) return false;
  return granted.some((pattern) => within.some((limit) => intersects(pattern, limit)));
}

/** Actions by which whoever has them gives itself the rest. Source: as for `escalations`. */
const selfGrants = [
  'iam:attachgrouppolicy', 'iam:attachrolepolicy', 'iam:attachuserpolicy', 'iam:createpolicyversion', 'iam:putgrouppolicy',
  'iam:putrolepolicy', 'iam:putuserpolicy', 'iam:setdefaultpolicyversion',
];

/** A document that names each of these whole has named everything that matters, whatever the other names are. */
const pillars = ['iam', 'ec2', 's3', 'kms', 'lambda', 'cloudformation', 'secretsmanager', 'ssm', 'rds', 'dynamodb', 'sts'];

/**
 * Full administration: every action on every resource, however it is written (`*`, `*:*`, `**`, one service after the
 * other, or all but a few with NotAction), as long as what is left out or denied leaves a way to grant oneself the rest.
 */
export function grantsEverything(document: PolicyDocument): boolean {
  const { statements } = compile(document);
  const wide = statements.filter(
    (statement) => statement.effect === 'Allow' && statement.restrictions.length === 0 && coversResource(statement, everyResource),
  );
  if (wide.length === 0) return false;
  const isEverything =
    wide.some((statement) => statement.isNotAction || coversAction(statement, everyAction)) ||
    pillars.every((service) => wide.some((statement) => coversAction(statement, `${service}:?*`)));
  if (!isEverything) return false;
  const denying = statements.filter(({ effect, isConditional }) => effect === 'Deny' && !isConditional);
  return selfGrants.some(
    (action) =>
      wide.some((statement) => coversAction(statement, action)) &&
      !denying.some((statement) => coversAction(statement, action) && coversResource(statement, everyResource)),
  );
}

/** Services of which an Allow grants every action, by their prefixes; `*` for all services. Conditions are not looked at. */
export function wholeServices(statement: PolicyStatement): readonly string[] {
  if (statement.Effect !== 'Allow' || statement.Action === undefined) return [];
  const services = textsOf(statement.Action).flatMap((action) => {
    const pattern = action.toLowerCase();
    if (covers(pattern, everyAction)) return ['*'];
    const [service = '', names = ''] = pattern.split(':', 2);
    return covers(names, '?*') ? [service] : [];
  });
  return [...new Set(services)];
}

/** Whether the statement, whatever its effect and condition, speaks of the action. */
export function speaksOf(statement: PolicyStatement, action: string): boolean {
  return coversAction(compileStatement(statement), action.toLowerCase());
}

/** Services whose ARNs begin with a name, not with a kind of resource: `arn:aws:s3:::bucket/key`. */
const servicesWithoutKinds = ['s3', 'execute-api'];

/** Whether the statement names no resource: it is on all that there are, or on all of a kind (`role/*`). */
export function isOnEveryResource(statement: PolicyStatement): boolean {
  if (statement.NotResource !== undefined) return !textsOf(statement.NotResource).some((pattern) => covers(pattern, everyResource));
  return textsOf(statement.Resource ?? '*').some((pattern) => {
    if (covers(pattern, everyResource)) return true;
    const [, , service = '', , , ...rest] = pattern.split(':');
    const [first = '', ...names] = rest.join(':').split(/[:/]/u);
    if (covers(first, '*')) return true;
    return !servicesWithoutKinds.includes(service) && names.length > 0 && names.every((name) => covers(name, '*'));
  });
}

export function statementsOf({ Statement }: PolicyDocument): readonly PolicyStatement[] {
  return Array.isArray(Statement) ? Statement : [Statement];
}

export function textsOf(texts: string | readonly string[] | undefined): readonly string[] {
  if (texts === undefined) return [];
  return typeof texts === 'string' ? [texts] : texts;
}

/** A policy that takes away and gives nothing. */
export function onlyDenies(document: PolicyDocument): boolean {
  return statementsOf(document).every(({ Effect }) => Effect === 'Deny');
}

interface CompiledStatement {
  readonly effect: 'Allow' | 'Deny';
  readonly isNotAction: boolean;
  /** In lower case: IAM compares actions without regard to case. */
  readonly exactActions: ReadonlySet<string>;
  readonly actionPatterns: readonly string[];
  readonly isNotResource: boolean;
  readonly resources: readonly string[];
  readonly isConditional: boolean;
  readonly restrictions: readonly Restriction[];
}

interface CompiledDocument {
  readonly statements: readonly CompiledStatement[];
  /** Statements that may speak of a service, as far as that was asked. */
  readonly byService: Map<string, readonly CompiledStatement[]>;
}

const compiledDocuments = new WeakMap<PolicyDocument, CompiledDocument>();

/** Thousands of principals share a few documents, and each is asked dozens of questions. */
function compile(document: PolicyDocument): CompiledDocument {
  const known = compiledDocuments.get(document);
  if (known !== undefined) return known;
  const compiled = { statements: statementsOf(document).map(compileStatement), byService: new Map() };
  compiledDocuments.set(document, compiled);
  return compiled;
}

/** Most documents speak of a few services, and most questions are about others: those are answered by one look-up. */
function statementsAbout({ statements, byService }: CompiledDocument, action: string): readonly CompiledStatement[] {
  const service = action.slice(0, action.indexOf(':'));
  const known = byService.get(service);
  if (known !== undefined) return known;
  const anyAction = `${service}:*`;
  const about = statements.filter(
    ({ isNotAction, exactActions, actionPatterns }) =>
      isNotAction ||
      actionPatterns.some((pattern) => intersects(pattern, anyAction)) ||
      [...exactActions].some((exact) => exact.startsWith(`${service}:`)),
  );
  byService.set(service, about);
  return about;
}

function compileStatement(statement: PolicyStatement): CompiledStatement {
  const isNotAction = statement.NotAction !== undefined;
  const isNotResource = statement.NotResource !== undefined;
  const actions = textsOf(isNotAction ? statement.NotAction : statement.Action).map((action) => action.toLowerCase());
  return {
    effect: statement.Effect,
    isNotAction,
    exactActions: new Set(actions.filter((action) => !hasWildcard(action))),
    actionPatterns: actions.filter(hasWildcard),
    isNotResource,
    // Trust policies have no resource: the role itself is meant.
    resources: textsOf(isNotResource ? statement.NotResource : (statement.Resource ?? '*')),
    isConditional: statement.Condition !== undefined && Object.keys(statement.Condition).length > 0,
    restrictions: restrictionsOf(statement.Condition),
  };
}

function coversAction({ isNotAction, exactActions, actionPatterns }: CompiledStatement, action: string): boolean {
  if (!isNotAction) return exactActions.has(action) || actionPatterns.some((pattern) => covers(pattern, action));
  if (!hasWildcard(action)) return !exactActions.has(action) && !actionPatterns.some((pattern) => covers(pattern, action));
  return ![...exactActions, ...actionPatterns].some((pattern) => intersects(pattern, action));
}

function coversResource({ isNotResource, resources }: CompiledStatement, resource: string, userName?: string): boolean {
  return resources.some((pattern) => covers(resolve(pattern, userName), resource)) !== isNotResource;
}

/** A variable without a value matches nothing: the statement then says nothing of the request ("IAM policy elements: Variables"). */
function resolve(pattern: string, userName: string | undefined): string {
  return userName !== undefined && pattern.includes('${') ? pattern.replaceAll('${aws:username}', userName) : pattern;
}

type Wanted = Question & Required<Pick<Question, 'context'>>;

/** What is granted of what is asked: the resource itself, or, where anything will do, every pattern that is granted. */
function grantedResources(documents: readonly CompiledDocument[], wanted: Wanted, userName: string | undefined): readonly string[] {
  const granted: string[] = [];
  for (const document of documents) {
    for (const statement of statementsAbout(document, wanted.action)) {
      if (statement.effect !== 'Allow' || !coversAction(statement, wanted.action) || !passes(statement.restrictions, wanted.context)) continue;
      if (wanted.resource === undefined) {
        granted.push(...(statement.isNotResource ? ['*'] : statement.resources.map((pattern) => resolve(pattern, userName))));
      } else if (coversResource(statement, wanted.resource, userName)) {
        return [wanted.resource];
      }
    }
  }
  return granted;
}

function isDenied(documents: readonly CompiledDocument[], { action, resource }: Wanted, userName: string | undefined): boolean {
  return documents.some((document) =>
    statementsAbout(document, action).some(
      (statement) =>
        statement.effect === 'Deny' &&
        !statement.isConditional &&
        coversAction(statement, action) &&
        coversResource(statement, resource ?? everyResource, userName),
    ),
  );
}
