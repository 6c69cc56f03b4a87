import type { PolicyDocument } from './policy-document.ts';
import { canDo, type PolicySet, statementsOf } from './policy-semantics.ts';
import type { Role, User } from './snapshot.ts';

/** On what an action has to be allowed to be a way up. */
type Target =
  /** Every role, user, group, function or instance of the account. */
  | 'every-role' | 'every-user' | 'every-group' | 'every-function' | 'every-instance'
  /** The same, or else what the principal's own rights come from. */
  | 'own-role' | 'own-user' | 'own-group' | 'own-policy'
  | 'anything';

interface Step {
  readonly action: string;
  readonly on: Target;
  /** The service that a role is passed to. */
  readonly passedTo?: string;
}

export interface Escalation {
  readonly method: string;
  readonly steps: readonly Step[];
}

function single(action: string, on: Target): Escalation {
  return { method: action, steps: [{ action, on }] };
}

/** A role is passed to something new of a service, which is then told what to do. */
function passing(passedTo: string, ...actions: readonly string[]): Escalation {
  const pass: Step = { action: 'iam:PassRole', on: 'every-role', passedTo };
  const steps = [pass, ...actions.map((action) => ({ action, on: 'anything' }) as const)];
  return { method: steps.map(({ action }) => action).join(' + '), steps };
}

/**
 * Known ways to get rights that nobody gave. Sources: Rhino Security Labs, "AWS IAM Privilege Escalation – Methods and
 * Mitigation"; Bishop Fox, "Privilege Escalation in AWS"; Datadog, pathfinding.cloud. A trust policy that names a
 * principal of its own account needs no further permission to assume the role, so that to change it is enough.
 */
export const escalations: readonly Escalation[] = [
  single('iam:AddUserToGroup', 'every-group'),
  single('iam:AttachGroupPolicy', 'own-group'),
  single('iam:AttachRolePolicy', 'own-role'),
  single('iam:AttachUserPolicy', 'own-user'),
  single('iam:CreateAccessKey', 'every-user'),
  single('iam:CreateLoginProfile', 'every-user'),
  single('iam:CreatePolicyVersion', 'own-policy'),
  single('iam:PutGroupPolicy', 'own-group'),
  single('iam:PutRolePolicy', 'own-role'),
  single('iam:PutUserPolicy', 'own-user'),
  single('iam:SetDefaultPolicyVersion', 'own-policy'),
  single('iam:UpdateAssumeRolePolicy', 'every-role'),
  single('iam:UpdateLoginProfile', 'every-user'),
  single('lambda:UpdateFunctionCode', 'every-function'),
  single('lambda:UpdateFunctionConfiguration', 'every-function'),
  single('ssm:SendCommand', 'every-instance'),
  single('ssm:StartSession', 'every-instance'),
  single('glue:UpdateDevEndpoint', 'anything'),
  passing('apprunner.amazonaws.com', 'apprunner:CreateService'),
  passing('cloudformation.amazonaws.com', 'cloudformation:CreateStack'),
  passing('cloudformation.amazonaws.com', 'cloudformation:CreateChangeSet', 'cloudformation:ExecuteChangeSet'),
  passing('cloudformation.amazonaws.com', 'cloudformation:UpdateStack'),
  passing('codebuild.amazonaws.com', 'codebuild:CreateProject', 'codebuild:StartBuild'),
  passing('datapipeline.amazonaws.com', 'datapipeline:CreatePipeline', 'datapipeline:PutPipelineDefinition', 'datapipeline:ActivatePipeline'),
  passing('ec2.amazonaws.com', 'ec2:RunInstances'),
  passing('ec2.amazonaws.com', 'ec2:AssociateIamInstanceProfile'),
  passing('ec2.amazonaws.com', 'ec2:CreateLaunchTemplate', 'autoscaling:CreateAutoScalingGroup'),
  passing('ec2.amazonaws.com', 'autoscaling:CreateLaunchConfiguration', 'autoscaling:CreateAutoScalingGroup'),
  passing('ecs-tasks.amazonaws.com', 'ecs:RegisterTaskDefinition', 'ecs:RunTask'),
  passing('ecs-tasks.amazonaws.com', 'ecs:RegisterTaskDefinition', 'ecs:CreateService'),
  passing('glue.amazonaws.com', 'glue:CreateDevEndpoint'),
  passing('glue.amazonaws.com', 'glue:CreateJob', 'glue:StartJobRun'),
  passing('glue.amazonaws.com', 'glue:CreateJob', 'glue:CreateTrigger'),
  passing('glue.amazonaws.com', 'glue:UpdateJob', 'glue:StartJobRun'),
  passing('lambda.amazonaws.com', 'lambda:CreateFunction', 'lambda:InvokeFunction'),
  passing('lambda.amazonaws.com', 'lambda:CreateFunction', 'lambda:AddPermission'),
  passing('lambda.amazonaws.com', 'lambda:CreateFunction', 'lambda:CreateEventSourceMapping'),
  passing('sagemaker.amazonaws.com', 'sagemaker:CreateNotebookInstance', 'sagemaker:CreatePresignedNotebookInstanceUrl'),
  passing('sagemaker.amazonaws.com', 'sagemaker:CreateProcessingJob'),
  passing('sagemaker.amazonaws.com', 'sagemaker:CreateTrainingJob'),
  passing('scheduler.amazonaws.com', 'scheduler:CreateSchedule'),
  passing('ssm.amazonaws.com', 'ssm:StartAutomationExecution'),
  passing('states.amazonaws.com', 'states:CreateStateMachine', 'states:StartExecution'),
];

export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
}

/** The methods that are open to a principal. One that is limited to single, named roles or users is not: those were meant. */
export function openEscalations(principal: User | Role, policies: PolicySet, place: Place): readonly Escalation[] {
  const mayAssume = !isKeptFromAssuming(policies);
  const resources = resourcesOf(principal, place, mayAssume);
  const answers = new Map<string, boolean>();
  const isOpen = ({ action, on, passedTo }: Step): boolean => {
    const key = `${action} ${on} ${passedTo ?? ''}`;
    const known = answers.get(key);
    if (known !== undefined) return known;
    const context = passedTo === undefined ? {} : { 'iam:passedtoservice': passedTo };
    const answer = (resources[on] ?? [undefined]).some((resource) => {
      return canDo(policies, { action, context, ...(resource === undefined ? {} : { resource }) });
    });
    answers.set(key, answer);
    return answer;
  };
  return escalations.filter(({ method, steps }) => (mayAssume || method !== 'iam:UpdateAssumeRolePolicy') && steps.every(isOpen));
}

/**
 * Whether a Deny keeps the principal from becoming any other role. What is merely not allowed does not: a trust policy
 * that names the session is enough by itself (IAM user guide, "Permissions boundaries", resource-based policies).
 */
function isKeptFromAssuming({ documents, boundary, ...policies }: PolicySet): boolean {
  const everything: PolicyDocument = { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  const within = boundary === undefined ? {} : { boundary: { Statement: [...statementsOf(everything), ...statementsOf(boundary)] } };
  return !canDo({ ...policies, documents: [everything, ...documents], ...within }, { action: 'sts:AssumeRole' });
}

/** Any one of the resources of a target is enough. */
function resourcesOf(principal: User | Role, { partition, region, accountId }: Place, mayAssume: boolean): Readonly<Partial<Record<Target, readonly string[]>>> {
  const iam = `arn:${partition}:iam::${accountId}:`;
  const isUser = 'groups' in principal;
  const groups = isUser ? principal.groups : [];
  // A group's path is not known here, and hardly ever used.
  const ownGroups = groups.map(({ name }) => `${iam}group/${name}`);
  const ownPolicies = [principal, ...groups].flatMap(({ attachedPolicyArns }) => attachedPolicyArns).filter((arn) => arn.startsWith(iam));
  return {
    'every-role': [`${iam}role/*`],
    'every-user': [`${iam}user/*`],
    'every-group': [`${iam}group/*`],
    'every-function': [`arn:${partition}:lambda:${region}:${accountId}:function:*`],
    'every-instance': [`arn:${partition}:ec2:${region}:${accountId}:instance/*`],
    // Another role's rights are a way up for who can become that role; a user's, for that user.
    'own-role': [...(mayAssume ? [`${iam}role/*`] : []), ...(isUser ? [] : [principal.arn])],
    'own-user': isUser ? [`${iam}user/*`, principal.arn] : [],
    'own-group': [`${iam}group/*`, ...ownGroups],
    'own-policy': [`${iam}policy/*`, ...ownPolicies],
  };
}
