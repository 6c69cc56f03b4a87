import { evaluate, type EvaluationRequest, type PolicyStatement } from '../../../simulator/kernel/authorisation.ts';
import { NotModelledError } from '../../../simulator/kernel/aws-error.ts';

const bucket = 'arn:aws:s3:::evidence';

function allow(statement: Partial<PolicyStatement>): PolicyStatement {
  return { Effect: 'Allow', Action: 's3:GetObject', Resource: '*', ...statement };
}

function decide(statements: PolicyStatement | readonly PolicyStatement[], request: Partial<EvaluationRequest> = {}) {
  return evaluate([{ name: 'Policy', document: { Version: '2012-10-17', Statement: statements } }], {
    action: 's3:GetObject',
    resource: `${bucket}/run.json`,
    ...request,
  });
}

describe('policy evaluation', () => {
  test('what nothing allows is denied, without a statement to name', () => {
    const decision = decide(allow({ Action: 's3:PutObject' }));
    expect(decision).toEqual({ allowed: false, reason: 'no policy allows s3:GetObject' });
  });

  test('an explicit deny wins over an allow, wherever it stands, and is named', () => {
    const statements = [allow({}), { ...allow({ Sid: 'Never' }), Effect: 'Deny' as const }];
    expect(decide(statements)).toMatchObject({ allowed: false, deniedBy: { policy: 'Policy', sid: 'Never', index: 1 } });
  });

  test('an allow says which statement and which action pattern decided', () => {
    const statements = [allow({ Action: 's3:PutObject' }), allow({ Sid: 'Read', Action: ['s3:List*', 's3:Get*'] })];
    expect(decide(statements)).toMatchObject({
      allowed: true,
      grantedBy: { policy: 'Policy', sid: 'Read', index: 1, action: 's3:Get*' },
    });
  });

  test.each([
    ['s3:getobject', true],
    ['S3:GET*', true],
    ['s3:Get?bject', true],
    ['s3:GetObjec', false],
    ['*', true],
    ['s3:Get.*', false],
  ])('the action pattern %s allows s3:GetObject: %s', (pattern, allowed) => {
    expect(decide(allow({ Action: pattern })).allowed).toBe(allowed);
  });

  test.each([
    [`${bucket}/*`, true],
    [`${bucket}/run.????`, true],
    ['arn:aws:s3:::*', true],
    ['arn:*:s3:::evidence/run.json', true],
    [bucket, false],
    [`${bucket}/RUN.json`, false],
    ['arn:aws:s3:*:evidence/run.json', false],
  ])('the resource pattern %s covers the object: %s', (pattern, allowed) => {
    expect(decide(allow({ Resource: pattern })).allowed).toBe(allowed);
  });

  test('a wildcard in the account part of an ARN does not reach over a colon', () => {
    const request = { action: 'lambda:InvokeFunction', resource: 'arn:aws:lambda:eu-west-3:123456789012:function:prod' };
    const on = (resource: string) => decide(allow({ Action: 'lambda:InvokeFunction', Resource: resource }), request).allowed;
    expect(on('arn:aws:lambda:*:function:prod')).toBe(false);
    expect(on('arn:aws:lambda:*:*:function:prod')).toBe(true);
  });

  test('NotAction and NotResource cover everything else', () => {
    expect(decide({ Effect: 'Allow', NotAction: 's3:Put*', Resource: '*' }).allowed).toBe(true);
    expect(decide({ Effect: 'Allow', NotAction: 's3:Get*', Resource: '*' }).allowed).toBe(false);
    expect(decide({ Effect: 'Allow', Action: '*', NotResource: `${bucket}/*` }).allowed).toBe(false);
    expect(decide({ Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::other/*' }).allowed).toBe(true);
  });

  test('a call without a resource is only covered by *', () => {
    const request = { action: 'autoscaling:DescribeAutoScalingGroups', resource: '*' };
    expect(decide(allow({ Action: 'autoscaling:Describe*', Resource: 'arn:aws:autoscaling:*:*:*' }), request).allowed).toBe(false);
    expect(decide(allow({ Action: 'autoscaling:Describe*' }), request).allowed).toBe(true);
  });
});

describe('condition operators', () => {
  const context = {
    'autoscaling:MaxSize': 12,
    's3:prefix': 'runs/2027',
    'rds:MultiAz': true,
    'aws:SourceArn': 'arn:aws:events:eu-west-3:123456789012:rule/Nightly',
    'aws:CurrentTime': '2027-01-06T08:00:00Z',
    'dynamodb:LeadingKeys': ['sale#1', 'sale#2'],
  };

  test.each<[string, string, unknown, boolean]>([
    ['StringEquals', 's3:prefix', ['other', 'runs/2027'], true],
    ['StringEquals', 'S3:Prefix', 'runs/2027', true],
    ['StringEquals', 's3:prefix', 'RUNS/2027', false],
    ['StringEqualsIgnoreCase', 's3:prefix', 'RUNS/2027', true],
    ['StringNotEquals', 's3:prefix', ['other', 'runs/2027'], false],
    ['StringNotEquals', 's3:prefix', 'other', true],
    ['StringNotEquals', 's3:delimiter', 'other', true],
    ['StringEquals', 's3:delimiter', '/', false],
    ['StringEqualsIfExists', 's3:delimiter', '/', true],
    ['StringEqualsIfExists', 's3:prefix', 'other', false],
    ['StringLike', 's3:prefix', 'runs/*', true],
    ['StringNotLike', 's3:prefix', 'runs/*', false],
    ['NumericLessThanEquals', 'autoscaling:MaxSize', '12', true],
    ['NumericLessThan', 'autoscaling:MaxSize', '12', false],
    ['NumericGreaterThan', 'autoscaling:MaxSize', 9, true],
    ['NumericEquals', 'autoscaling:MinSize', 1, false],
    ['Bool', 'rds:MultiAz', 'true', true],
    ['Bool', 'rds:MultiAz', 'false', false],
    ['ArnLike', 'aws:SourceArn', 'arn:aws:events:*:123456789012:rule/*', true],
    ['ArnEquals', 'aws:SourceArn', 'arn:aws:events:*:*:rule/Night*', true],
    ['ArnNotLike', 'aws:SourceArn', 'arn:aws:events:*:*:rule/*', false],
    ['DateLessThan', 'aws:CurrentTime', '2027-01-06T09:00:00+00:00', true],
    ['DateGreaterThan', 'aws:CurrentTime', '1799222399', true],
    ['Null', 's3:delimiter', 'true', true],
    ['Null', 's3:prefix', 'true', false],
    ['Null', 's3:prefix', 'false', true],
    ['ForAllValues:StringLike', 'dynamodb:LeadingKeys', 'sale#*', true],
    ['ForAllValues:StringEquals', 'dynamodb:LeadingKeys', 'sale#1', false],
    ['ForAnyValue:StringEquals', 'dynamodb:LeadingKeys', 'sale#1', true],
    ['ForAnyValue:StringEquals', 'dynamodb:Select', 'COUNT', false],
    ['ForAllValues:StringEquals', 'dynamodb:Select', 'COUNT', true],
  ])('%s of %s against %j holds: %s', (operator, key, values, holds) => {
    const statement = allow({ Condition: { [operator]: { [key]: values } } });
    expect(decide(statement, { context }).allowed).toBe(holds);
  });

  test('every operator and every key of a condition must hold', () => {
    const both = { StringLike: { 's3:prefix': 'runs/*' }, Bool: { 'rds:MultiAz': 'false' } };
    expect(decide(allow({ Condition: both }), { context }).allowed).toBe(false);
  });

  test('an operator that is not modelled throws when the policy is read', () => {
    const statement = allow({ Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } });
    expect(() => decide(statement)).toThrow(NotModelledError);
  });

  test('a key that no service sends throws, but only when the statement applies otherwise', () => {
    const statement = allow({ Action: 's3:PutObject', Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-1' } } });
    expect(decide(statement).allowed).toBe(false);
    expect(() => decide(statement, { action: 's3:PutObject' })).toThrow('aws:sourcevpce');
  });
});

describe('policy variables', () => {
  const statement = allow({ Resource: `${bucket}/\${aws:PrincipalTag/team}/*` });

  test('a variable stands for the value in the request', () => {
    const request = { resource: `${bucket}/web/run.json`, context: { 'aws:PrincipalTag/team': 'web' } };
    expect(decide(statement, request).allowed).toBe(true);
  });

  test('a variable that the request does not have matches nothing, unless it has a default', () => {
    const request = { resource: `${bucket}/web/run.json` };
    expect(decide(statement, request).allowed).toBe(false);
    const withDefault = allow({ Resource: `${bucket}/\${aws:PrincipalTag/team, 'web'}/*` });
    expect(decide(withDefault, request).allowed).toBe(true);
  });
});
