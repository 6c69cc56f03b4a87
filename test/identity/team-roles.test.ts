import { paris } from '../../rehearsal/paris.ts';
import { Stage } from '../../rehearsal/stage.ts';
import { synthesise } from '../../rehearsal/synthesis.ts';
import { prepareShop } from '../../rehearsal/world.ts';
import { AwsError } from '../../simulator/kernel/aws-error.ts';

const synthesis = synthesise('production');
const roles = ['ReadOnly', 'Operator', 'SecurityAuditor'] as const;
type RoleName = (typeof roles)[number];

interface Call {
  readonly what: string;
  readonly sdkId: string;
  readonly operation: string;
  readonly input: (stage: Stage) => unknown;
  readonly allowed: readonly RoleName[];
}

const everyone = roles;
const operations: readonly RoleName[] = ['ReadOnly', 'Operator'];
const auditor: readonly RoleName[] = ['SecurityAuditor'];
const operator: readonly RoleName[] = ['Operator'];
const nobody: readonly RoleName[] = [];

const group = (stage: Stage): { AutoScalingGroupName: string } => ({ AutoScalingGroupName: stage.output('AutoScalingGroupName') });
const machine = (stage: Stage): { stateMachineArn: string } => ({ stateMachineArn: stage.output('CapacityReconciliationArn') });
const firstGroupId = (stage: Stage): string => stage.account.ec2.securityGroups.all()[0]?.id ?? '';
const openSsh = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
const everything = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });

/** The physical name of a bucket of the data stack, by the logical id that it begins with. */
function bucketOf(logicalId: string): (stage: Stage) => string {
  return (stage) => {
    const name = stage.account.s3.buckets.map((bucket) => bucket.name).find((candidate) => candidate.includes(logicalId));
    if (name === undefined) throw new Error(`There is no bucket of ${logicalId}.`);
    return name;
  };
}

/** Everything that a role may be asked to do, one call of the real API each, and who may. */
const calls: readonly Call[] = [
  { what: 'see the groups of the firewall', sdkId: 'EC2', operation: 'DescribeSecurityGroups', input: () => ({}), allowed: everyone },
  { what: 'see the instances', sdkId: 'EC2', operation: 'DescribeInstances', input: () => ({}), allowed: everyone },
  { what: 'see the size of the shop', sdkId: 'Auto Scaling', operation: 'DescribeAutoScalingGroups', input: group, allowed: operations },
  { what: 'see the database', sdkId: 'RDS', operation: 'DescribeDBInstances', input: () => ({}), allowed: operations },
  { what: 'see alarms', sdkId: 'CloudWatch', operation: 'DescribeAlarms', input: () => ({}), allowed: everyone },
  { what: 'see what workflows did', sdkId: 'SFN', operation: 'ListExecutions', input: machine, allowed: operations },
  { what: 'read the ledger', sdkId: 'DynamoDB', operation: 'GetItem', input: (stage) => ({ TableName: stage.output('LedgerTableName'), Key: { type: { S: 'lease' }, id: { S: 'none' } } }), allowed: operations },
  { what: 'read the evidence', sdkId: 'S3', operation: 'ListObjectsV2', input: (stage) => ({ Bucket: stage.output('EvidenceBucketName') }), allowed: everyone },
  { what: 'read the baseline', sdkId: 'SSM', operation: 'GetParametersByPath', input: () => ({ Path: '/webmarket/production/baseline/roles' }), allowed: everyone },
  { what: 'read the lifecycle rules of a bucket', sdkId: 'S3', operation: 'GetBucketLifecycleConfiguration', input: (stage) => ({ Bucket: bucketOf('documents')(stage) }), allowed: operations },
  { what: 'read the roles', sdkId: 'IAM', operation: 'GetRole', input: () => ({ RoleName: 'WebMarket-Production-Operator' }), allowed: auditor },
  { what: 'read all of IAM', sdkId: 'IAM', operation: 'GetAccountAuthorizationDetails', input: () => ({}), allowed: auditor },

  { what: 'start a workflow', sdkId: 'SFN', operation: 'StartExecution', input: (stage) => ({ ...machine(stage), input: '{}' }), allowed: operator },
  { what: 'register a sale', sdkId: 'Lambda', operation: 'Invoke', input: (stage) => ({ FunctionName: stage.output('RegisterSaleFunction'), Payload: '{}' }), allowed: operator },

  { what: 'answer a task token past the function that checks', sdkId: 'SFN', operation: 'SendTaskSuccess', input: () => ({ taskToken: 'x', output: '{}' }), allowed: nobody },
  { what: 'write to the ledger', sdkId: 'DynamoDB', operation: 'PutItem', input: (stage) => ({ TableName: stage.output('LedgerTableName'), Item: { type: { S: 'lease' }, id: { S: 'mine' } } }), allowed: nobody },
  { what: 'write evidence', sdkId: 'S3', operation: 'PutObject', input: (stage) => ({ Bucket: stage.output('EvidenceBucketName'), Key: 'forged', Body: 'x' }), allowed: nobody },
  { what: 'delete evidence', sdkId: 'S3', operation: 'DeleteObject', input: (stage) => ({ Bucket: stage.output('EvidenceBucketName'), Key: 'sales' }), allowed: nobody },
  { what: 'read what customers sent', sdkId: 'S3', operation: 'GetObject', input: (stage) => ({ Bucket: bucketOf('documents')(stage), Key: 'invoice' }), allowed: nobody },
  { what: 'take the lifecycle rules of a bucket away', sdkId: 'S3', operation: 'DeleteBucketLifecycle', input: (stage) => ({ Bucket: bucketOf('documents')(stage) }), allowed: nobody },
  { what: 'resize the shop', sdkId: 'Auto Scaling', operation: 'UpdateAutoScalingGroup', input: (stage) => ({ ...group(stage), MinSize: 4 }), allowed: nobody },
  { what: 'change the database', sdkId: 'RDS', operation: 'ModifyDBInstance', input: () => ({ DBInstanceIdentifier: 'webmarket-production', ApplyImmediately: true }), allowed: nobody },
  { what: 'open the firewall', sdkId: 'EC2', operation: 'AuthorizeSecurityGroupIngress', input: (stage) => ({ GroupId: firstGroupId(stage), IpPermissions: [openSsh] }), allowed: nobody },
  { what: 'give itself more', sdkId: 'IAM', operation: 'PutRolePolicy', input: () => ({ RoleName: 'WebMarket-Production-Operator', PolicyName: 'More', PolicyDocument: everything }), allowed: nobody },
  { what: 'rewrite the baseline', sdkId: 'SSM', operation: 'PutParameter', input: () => ({ Name: '/webmarket/production/baseline/roles/x', Value: '{}', Type: 'String' }), allowed: nobody },
  { what: 'tell people things', sdkId: 'SNS', operation: 'Publish', input: (stage) => ({ TopicArn: stage.output('NotificationsTopicArn'), Message: 'x' }), allowed: nobody },
];

function play<T>(story: (stage: Stage) => Promise<T>): Promise<T> {
  return Stage.open({ synthesis, seed: 1, startsAt: paris('2027-01-13T06:00'), prepare: (account) => prepareShop(account, synthesis.config) }, story);
}

/** Whether IAM lets a role make a call; what the service makes of it afterwards does not matter. */
async function isAllowed(stage: Stage, role: RoleName, { sdkId, operation, input }: Call): Promise<boolean> {
  const principal = { kind: 'role', roleArn: stage.output(`${role}RoleArn`), session: 'someone' } as const;
  try {
    await stage.clock.runWhilePending(stage.account.call({ principal, sdkId, operation, input: input(stage) }));
    return true;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return !/AccessDenied|UnauthorizedOperation|AuthorizationError/u.test(error.name);
  }
}

async function whoMay(stage: Stage): Promise<Readonly<Record<string, readonly RoleName[]>>> {
  const found: Record<string, readonly RoleName[]> = {};
  for (const call of calls) {
    const may: RoleName[] = [];
    for (const role of roles) if (await isAllowed(stage, role, call)) may.push(role);
    found[call.what] = may;
  }
  return found;
}

/** Actions for which the account has no operation, put to its policies. */
const questions: readonly (readonly [action: string, resource: string, allowed: readonly RoleName[]])[] = [
  ['states:StopExecution', 'arn:aws:states:eu-west-3:123456789012:execution:sale-scaling:soldes', operator],
  ['cloudtrail:LookupEvents', '*', auditor],
  ['access-analyzer:ListFindings', 'arn:aws:access-analyzer:eu-west-3:123456789012:analyzer/webmarket-production', auditor],
  ['secretsmanager:GetSecretValue', 'arn:aws:secretsmanager:eu-west-3:123456789012:secret:rds!db-1', nobody],
  ['rds:RebootDBInstance', 'arn:aws:rds:eu-west-3:123456789012:db:webmarket-production', nobody],
  ['ssm:StartSession', 'arn:aws:ec2:eu-west-3:123456789012:instance/i-1', nobody],
  ['rds-db:connect', 'arn:aws:rds-db:eu-west-3:123456789012:dbuser:db-1/webmarket_app', nobody],
  ['rds-db:connect', 'arn:aws:rds-db:eu-west-3:123456789012:dbuser:db-1/webmarket_probe', nobody],
  ['sts:AssumeRole', 'arn:aws:iam::123456789012:role/WebMarket-Production-Operator', nobody],
  ['lambda:UpdateFunctionCode', 'arn:aws:lambda:eu-west-3:123456789012:function:anything', nobody],
  ['cloudtrail:StopLogging', 'arn:aws:cloudtrail:eu-west-3:123456789012:trail/webmarket-production', nobody],
];

/** Outputs that name the functions which people invoke. */
const functionsForPeople: readonly string[] = ['RegisterSaleFunction', 'AnswerApprovalFunction', 'AnswerDrillFunction', 'PrepareDatabaseFunction', 'AnswerLifecycleFunction'];

const declaredAnswers = Object.fromEntries(calls.map(({ what, allowed }) => [what, allowed]));

describe('the roles of the operations team', () => {
  test('may do exactly what the table says', async () => {
    expect(await play(whoMay)).toEqual(declaredAnswers);
  });

  test('may do no more when somebody attaches AdministratorAccess by hand', async () => {
    const found = await play(async (stage) => {
      for (const role of roles) await attach(stage, role);
      return whoMay(stage);
    });
    expect(found).toEqual(declaredAnswers);
  });

  test.each([false, true])('have these answers for what the account cannot do, administrator by hand: %s', async (isAdministrator) => {
    await play(async (stage) => {
      for (const role of isAdministrator ? roles : []) await attach(stage, role);
      for (const [action, resource, allowed] of questions) {
        const may = roles.filter((role) => {
          const principal = { kind: 'role', roleArn: stage.output(`${role}RoleArn`), session: 'someone' } as const;
          return stage.account.iam.decide(principal, { action, resource }).allowed;
        });
        expect({ action, may }).toEqual({ action, may: allowed });
      }
    });
  });

  test('may start only the workflows of the orchestrator, and ask only the functions that are for people', async () => {
    await play(async (stage) => {
      const principal = { kind: 'role', roleArn: stage.output('OperatorRoleArn'), session: 'someone' } as const;
      const may = (action: string, resource: string): boolean => stage.account.iam.decide(principal, { action, resource }).allowed;
      expect(['SaleScalingArn', 'FailoverDrillArn'].filter((output) => !may('states:StartExecution', stage.output(output)))).toEqual([]);
      expect(may('states:StartExecution', 'arn:aws:states:eu-west-3:123456789012:stateMachine:somebody-elses')).toBe(false);
      const functions = stage.account.lambda.functions.filter(({ arn }) => may('lambda:InvokeFunction', arn));
      expect(functions.map(({ name }) => name).toSorted()).toEqual(functionsForPeople.map((output) => stage.output(output)).toSorted());
    });
  });

  test('have policies that IAM takes: a boundary has 6,144 characters at most, the inline policies of a role 10,240', async () => {
    await play(async (stage) => {
      for (const name of roles) {
        const role = stage.account.iam.role(`WebMarket-Production-${name}`);
        expect(JSON.stringify(stage.account.iam.managedPolicy(role.boundaryArn ?? '').document).length).toBeLessThanOrEqual(6144);
        expect(JSON.stringify([...role.inline.values()]).length).toBeLessThanOrEqual(10_240);
      }
    });
  });
});

function attach(stage: Stage, role: RoleName): Promise<unknown> {
  return stage.asOperator('IAM', 'AttachRolePolicy', { RoleName: `WebMarket-Production-${role}`, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
}

describe('their trust', () => {
  const trusts = synthesis.assembly.stacks
    .filter(({ name }) => name.endsWith('-Identity'))
    .flatMap(({ template }) => Object.values(template.Resources ?? {}))
    .filter(({ Type }) => Type === 'AWS::IAM::Role')
    .map(({ Properties }) => Properties?.['AssumeRolePolicyDocument']);

  test('is for people of the account who have shown a second factor, and nobody else', () => {
    expect(trusts).toHaveLength(roles.length);
    for (const trust of trusts) {
      expect(trust).toMatchObject({
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Principal: { AWS: { 'Fn::Join': ['', ['arn:aws:iam::', { Ref: 'AWS::AccountId' }, ':root']] } },
            Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
          },
        ],
      });
    }
  });
});
