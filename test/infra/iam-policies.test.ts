import { checkPolicies, COULD_BE_SCOPED, type PolicyFinding } from './iam-policy-checker.ts';
import { synthesise, templatesOf } from './synthesis.ts';

/**
 * Actions that may be granted on all resources although the reference names a resource type for them, each with the
 * reason. An entry that no longer excuses anything fails the test below.
 */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'cloudwatch:GetMetricData': 'Its resource type, dataset, is of OTLP metrics; the metrics of AWS services have no ARN to name.',
  'cloudwatch:PutMetricData': 'Its resource type, dataset, is of OTLP metrics; the condition keeps to the namespace of the capability.',
  'cloudwatch:DescribeAlarms': 'Alarms on audit metrics are found by their metric: they are listed whole.',
  'cloudtrail:GetTrailStatus': 'Trails of other stacks and Regions are looked at too.',
  'logs:DescribeMetricFilters': 'The log group is the one that a trail names when it is read.',
};

/** A boundary allows nothing by itself: what it limits is scoped where it is granted. */
const isOfBoundary = ({ logicalId }: PolicyFinding): boolean => logicalId.startsWith('ComplianceWriterBoundary');

const found: readonly (PolicyFinding & { stack: string })[] = (
  await Promise.all(
    // With every option that adds permissions.
    templatesOf(synthesise({ 'capacity.loadBalancerReservation.enabled': true })).map(async ({ name, template }) =>
      (await checkPolicies(template.toJSON())).map((finding) => ({ stack: name, ...finding })),
    ),
  )
).flat();

const isExcused = ({ action, problem }: PolicyFinding): boolean => problem === COULD_BE_SCOPED && action in EXCEPTIONS;

describe('in every stack of the app', () => {
  test('each action exists, and is granted on all resources only when it cannot be scoped', () => {
    expect(found.filter((finding) => !isExcused(finding) && !isOfBoundary(finding))).toEqual([]);
  });

  test('no exception is left over', () => {
    const used = new Set(found.filter((finding) => isExcused(finding) && !isOfBoundary(finding)).map(({ action }) => action));
    expect(Object.keys(EXCEPTIONS).filter((action) => !used.has(action))).toEqual([]);
  });
});

interface StatementFields {
  readonly Effect?: string;
  readonly [field: string]: unknown;
}

/** A template with one policy of one statement: `s3:GetObject` on one bucket, unless said otherwise. */
function templateWith(statement: StatementFields, type = 'AWS::IAM::Policy'): unknown {
  const complete = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::shop/*', ...statement };
  return { Resources: { Seeded: { Type: type, Properties: { PolicyDocument: { Version: '2012-10-17', Statement: [complete] } } } } };
}

describe('the checker finds', () => {
  test.each([
    ['an action that does not exist', { Action: 's3:GetObjekt' }, 's3:GetObjekt', 'does not exist'],
    ['an action of a service that does not exist', { Action: 's33:GetObject' }, 's33:GetObject', 'does not exist'],
    ['a pattern that stands for nothing', { Action: 's3:Fetch*' }, 's3:Fetch*', 'does not exist'],
    ['a made-up action in a denial', { Effect: 'Deny', Action: 'iam:CreateUzer', Resource: '*' }, 'iam:CreateUzer', 'does not exist'],
    ['a scopable action on all resources', { Resource: '*' }, 's3:GetObject', COULD_BE_SCOPED],
    ['the same in a list', { Action: ['autoscaling:DescribeAutoScalingGroups', 'rds:RebootDBInstance'], Resource: ['*'] }, 'rds:RebootDBInstance', COULD_BE_SCOPED],
    ['a whole service', { Action: 'sqs:*', Resource: 'arn:aws:sqs:eu-west-3:123456789012:orders' }, 'sqs:*', 'allows every action of a service'],
    ['everything', { Action: '*' }, '*', 'allows every action'],
    ['everything except a list', { Action: undefined, NotAction: 'iam:*' }, 'iam:*', 'allows everything except a list of actions'],
    ['all resources except a list', { Resource: undefined, NotResource: 'arn:aws:s3:::other' }, 's3:GetObject', 'allows everything except a list of resources'],
  ])('%s', async (_bug, statement, action, problem) => {
    expect(await checkPolicies(templateWith(statement))).toEqual([{ logicalId: 'Seeded', action, problem }]);
  });

  test('a bucket that is open to everyone', async () => {
    expect(await checkPolicies(templateWith({ Principal: { AWS: '*' } }, 'AWS::S3::BucketPolicy'))).toEqual([
      { logicalId: 'Seeded', action: 's3:GetObject', problem: 'is open to everyone without a condition' },
    ]);
  });

  test('a policy inside a role', async () => {
    const role = { Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyName: 'Inline', PolicyDocument: { Statement: { Effect: 'Allow', Action: 'ec2:TerminateInstances', Resource: '*' } } }] } };
    expect(await checkPolicies({ Resources: { Seeded: role } })).toMatchObject([{ action: 'ec2:TerminateInstances' }]);
  });

  test.each([
    ['an action on its resource', {}],
    ['an action that cannot be scoped, on all resources', { Action: 'ec2:DescribeInstances', Resource: '*' }],
    ['a pattern of such actions', { Action: 'autoscaling:Describe*', Resource: '*' }],
    ['a denial of everything', { Effect: 'Deny', Action: '*', Resource: '*' }],
    ['a key policy, whose * is the key itself', { Action: 'kms:*', Resource: '*', Principal: { AWS: 'arn:aws:iam::123456789012:root' } }],
  ])('nothing wrong with %s', async (_case, statement) => {
    expect(await checkPolicies(templateWith(statement))).toEqual([]);
  });
});
