import { restrictionsOf } from '../../../../functions/compliance/policy-condition.ts';
import { saySame } from '../../../../functions/compliance/policy-comparison.ts';
import type { PolicyDocument } from '../../../../functions/compliance/policy-document.ts';
import { canDo, grantsEverything, isOnEveryResource, statementsOf, wholeServices } from '../../../../functions/compliance/policy-semantics.ts';
import { accountId, allow, policy } from './fixtures.ts';

const everyRole = `arn:aws:iam::${accountId}:role/*`;

describe('canDo', () => {
  it.each<[string, PolicyDocument[], string, string | undefined, boolean]>([
    ['an action is granted by name', [allow('iam:PassRole')], 'iam:PassRole', everyRole, true],
    ['case does not count', [allow('IAM:passROLE')], 'iam:PassRole', everyRole, true],
    ['a wildcard inside', [allow('iam:P*Role')], 'iam:PassRole', everyRole, true],
    ['a question mark is one character', [allow('iam:PassRol?')], 'iam:PassRole', everyRole, true],
    ['another prefix grants nothing', [allow('iam:Get*')], 'iam:PassRole', everyRole, false],
    ['NotAction grants what it does not name', [policy({ NotAction: 's3:*', Resource: '*' })], 'iam:PassRole', everyRole, true],
    ['NotAction does not grant what it names', [policy({ NotAction: 'IAM:*', Resource: '*' })], 'iam:PassRole', everyRole, false],
    ['one role is not every role', [allow('iam:PassRole', { Resource: `arn:aws:iam::${accountId}:role/shop` })], 'iam:PassRole', everyRole, false],
    ['any resource will do where none is asked', [allow('iam:PassRole', { Resource: `arn:aws:iam::${accountId}:role/shop` })], 'iam:PassRole', undefined, true],
    ['NotResource grants every role but one', [policy({ Action: 'iam:PassRole', NotResource: `arn:aws:iam::${accountId}:role/admin` })], 'iam:PassRole', everyRole, true],
    ['NotResource may leave out every role', [policy({ Action: 'iam:PassRole', NotResource: 'arn:aws:iam::*' })], 'iam:PassRole', everyRole, false],
    ['a Deny subtracts', [allow('*'), policy({ Effect: 'Deny', Action: 'iam:*', Resource: '*' })], 'iam:PassRole', everyRole, false],
    ['a Deny of all but a few subtracts', [allow('*'), policy({ Effect: 'Deny', NotAction: 's3:*', Resource: '*' })], 'iam:PassRole', everyRole, false],
    ['a Deny of one role leaves the others', [allow('*'), policy({ Effect: 'Deny', Action: '*', Resource: `arn:aws:iam::${accountId}:role/admin` })], 'iam:PassRole', everyRole, true],
    ['a Deny under a condition may not apply', [allow('*'), policy({ Effect: 'Deny', Action: '*', Resource: '*', Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } } })], 'iam:PassRole', everyRole, true],
    ['an Allow that needs MFA does not count', [allow('*', { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } })], 'iam:PassRole', everyRole, false],
    ['a Deny alone grants nothing', [policy({ Effect: 'Deny', NotAction: 's3:*', Resource: '*' })], 's3:GetObject', undefined, false],
    ['no policy grants nothing', [], 's3:GetObject', undefined, false],
  ])('%s', (_rule, documents, action, resource, expected) => {
    expect(canDo({ documents }, { action, ...(resource === undefined ? {} : { resource }) })).toBe(expected);
  });

  it.each<[string, PolicyDocument, boolean]>([
    ['that allows it', allow('iam:*'), true],
    ['that does not allow it', allow('s3:*'), false],
    ['that denies it', policy({ Action: '*', Resource: '*' }, { Effect: 'Deny', Action: 'iam:Pass*', Resource: '*' }), false],
    ['that allows it on other resources', allow('iam:*', { Resource: `arn:aws:iam::${accountId}:role/other` }), false],
    ['that allows some of the same resources', allow('iam:*', { Resource: `arn:aws:iam::${accountId}:role/*-instances` }), true],
  ])('a boundary %s', (_rule, boundary, expected) => {
    const documents = [allow('iam:PassRole', { Resource: `arn:aws:iam::${accountId}:role/shop-*` })];
    expect(canDo({ documents, boundary }, { action: 'iam:PassRole' })).toBe(expected);
  });

  it('knows what the name of a user stands for, and that a role has none', () => {
    const documents = [allow('iam:PutUserPolicy', { Resource: 'arn:aws:iam::*:user/${aws:username}' })];
    const question = { action: 'iam:PutUserPolicy', resource: `arn:aws:iam::${accountId}:user/alice` };
    expect(canDo({ documents, userName: 'alice' }, question)).toBe(true);
    expect(canDo({ documents, userName: 'bob' }, question)).toBe(false);
    expect(canDo({ documents }, question)).toBe(false);
  });

  it('takes a condition on what the request has at its word', () => {
    const documents = [allow('iam:PassRole', { Condition: { StringLike: { 'iam:PassedToService': ['ec2.*', 'lambda.amazonaws.com'] } } })];
    const passing = (service: string) => canDo({ documents }, { action: 'iam:PassRole', context: { 'iam:passedtoservice': service } });
    expect(['ec2.amazonaws.com', 'lambda.amazonaws.com', 'glue.amazonaws.com'].map(passing)).toEqual([true, true, false]);
  });
});

describe('grantsEverything', () => {
  const pillars = ['iam', 'ec2', 's3', 'kms', 'lambda', 'cloudformation', 'secretsmanager', 'ssm', 'rds', 'dynamodb', 'sts'];
  it.each<[string, PolicyDocument]>([
    ['*', allow('*')],
    ['*:*', allow('*:*')],
    ['**', allow('**')],
    ['?*:*', allow('?*:*')],
    ['one of many actions', allow(['s3:GetObject', '*:*'])],
    ['every ARN', allow('*', { Resource: 'arn:aws:*' })],
    ['all but a bucket', policy({ Action: '*', NotResource: 'arn:aws:s3:::logs/*' })],
    ['all but billing', policy({ NotAction: ['aws-portal:*', 'budgets:*'], Resource: '*' })],
    ['all but one right of IAM', policy({ NotAction: 'iam:CreateUser', Resource: '*' })],
    ['one service after the other', allow(pillars.map((service) => `${service}:*`))],
    ['one letter after the other', allow('abcdefghijklmnopqrstuvwxyz'.split('').map((letter) => `${letter}*:*`))],
    ['spread over statements', policy(...pillars.map((service) => ({ Action: `${service}:*`, Resource: '*' })))],
    ['a condition that everybody meets', allow('*', { Condition: { StringLike: { 'aws:PrincipalArn': '*' } } })],
    ['a condition on a value that the caller writes', allow('*', { Condition: { StringEquals: { 'aws:RequestTag/team': 'shop' } } })],
    ['a Deny that leaves a way back', policy({ Action: '*', Resource: '*' }, { Effect: 'Deny', Action: ['iam:CreateUser', 'organizations:*'], Resource: '*' })],
    ['a Deny that may not apply', policy({ Action: '*', Resource: '*' }, { Effect: 'Deny', Action: '*', Resource: '*', Condition: { StringNotEquals: { 'aws:RequestedRegion': 'eu-west-3' } } })],
  ])('%s is full administration', (_what, document) => {
    expect(grantsEverything(document)).toBe(true);
  });

  it.each<[string, PolicyDocument]>([
    ['Deny *', policy({ Effect: 'Deny', Action: '*', Resource: '*' })],
    ['Deny NotAction', policy({ Effect: 'Deny', NotAction: 'iam:*', Resource: '*' })],
    ['one service', allow('s3:*')],
    ['IAM alone, which has checks of its own', allow('iam:*')],
    ['* on one bucket', allow('*', { Resource: ['arn:aws:s3:::shop', 'arn:aws:s3:::shop/*'] })],
    ['* with MFA', allow('*', { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } })],
    ['* of one organisation', allow('*', { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } })],
    ['all but IAM (PowerUserAccess)', policy({ NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' })],
    ['* with IAM denied', policy({ Action: '*', Resource: '*' }, { Effect: 'Deny', Action: 'iam:*', Resource: '*' })],
    ['reading everything', allow(['*:Describe*', '*:List*', '*:Get*'])],
    ['many services without IAM', allow(pillars.filter((service) => service !== 'iam').map((service) => `${service}:*`))],
  ])('%s is not', (_what, document) => {
    expect(grantsEverything(document)).toBe(false);
  });

  it('takes a single statement that stands alone', () => {
    expect(grantsEverything({ Statement: { Effect: 'Allow', Action: '*', Resource: '*' } })).toBe(true);
  });
});

describe('restrictionsOf', () => {
  it.each([
    ['StringLike *', { StringLike: { 'sts:ExternalId': '*' } }, 0],
    ['StringLike with * among others', { StringLike: { 'sts:ExternalId': ['shop', '*'] } }, 0],
    ['StringLike with a pattern', { StringLike: { 'sts:ExternalId': 'shop-*' } }, 1],
    ['StringEquals *, which is a star', { StringEquals: { 'sts:ExternalId': '*' } }, 1],
    ['IfExists on what may be left out', { StringEqualsIfExists: { 'sts:ExternalId': 'shop' } }, 0],
    ['IfExists on what is always there', { StringEqualsIfExists: { 'aws:PrincipalAccount': accountId } }, 1],
    ['ForAllValues, which nothing meets too', { 'ForAllValues:StringEquals': { 'aws:PrincipalOrgPaths': 'o-1/*' } }, 0],
    ['ForAllValues on what has to be there', { 'ForAllValues:StringEquals': { 'aws:PrincipalOrgPaths': 'o-1/*' }, Null: { 'aws:principalorgpaths': 'false' } }, 1],
    ['ForAnyValue', { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-1/*' } }, 1],
    ['excluding by name', { StringNotEquals: { 'aws:PrincipalAccount': '999900001111' } }, 0],
    ['an ARN of any account', { ArnLike: { 'aws:SourceArn': 'arn:aws:states:*:*:stateMachine:shop' } }, 0],
    ['an ARN of an account', { ArnLike: { 'aws:SourceArn': `arn:aws:states:*:${accountId}:*` } }, 1],
    ['the ARN of a bucket', { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::shop-logs' } }, 1],
    ['MFA', { Bool: { 'aws:MultiFactorAuthPresent': true } }, 1],
    ['MFA, if there is any', { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'true' } }, 0],
    ['no MFA', { Bool: { 'aws:MultiFactorAuthPresent': 'false' } }, 0],
    ['an age of MFA', { NumericLessThan: { 'aws:MultiFactorAuthAge': 3600 } }, 1],
    ['that MFA is there', { Null: { 'aws:MultiFactorAuthAge': false } }, 1],
    ['that an external id is there', { Null: { 'sts:ExternalId': 'false' } }, 0],
    ['transport', { Bool: { 'aws:SecureTransport': 'true' } }, 0],
    ['the whole internet', { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } }, 0],
    ['the internet in halves', { IpAddress: { 'aws:SourceIp': ['0.0.0.0/1', '128.0.0.0/1'] } }, 0],
    ['an office', { IpAddress: { 'aws:SourceIp': ['198.51.100.0/24', '203.0.113.7'] } }, 1],
    ['a time', { DateGreaterThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } }, 0],
    ['an operator of the future', { StringResembles: { 'aws:PrincipalOrgID': 'o-1' } }, 0],
    ['operators in any case', { stringequals: { 'AWS:PrincipalOrgID': 'o-1' } }, 1],
    ['nothing', {}, 0],
  ])('%s', (_what, condition, expected) => {
    expect(restrictionsOf(condition)).toHaveLength(expected);
  });
});

describe('isOnEveryResource', () => {
  it.each([
    ['*', true],
    ['arn:aws:*', true],
    ['arn:aws:s3:::*', true],
    ['arn:aws:iam::111122223333:role/*', true],
    ['arn:aws:sqs:eu-west-3:111122223333:*', true],
    ['arn:aws:logs:eu-west-3:111122223333:log-group:*', true],
    ['arn:aws:s3:::shop/*', false],
    ['arn:aws:s3:::shop-*', false],
    ['arn:aws:iam::111122223333:role/shop-*', false],
    ['arn:aws:logs:eu-west-3:111122223333:log-group:/aws/lambda/shop:*', false],
    ['arn:aws:execute-api:eu-west-3:111122223333:a1b2c3/*', false],
  ])('%s: %s', (Resource, expected) => {
    expect(statementsOf(allow('s3:*', { Resource })).map(isOnEveryResource)).toEqual([expected]);
  });
});

it.each([
  [['s3:*', 'S3:**'], ['s3']],
  [['s3:?*'], ['s3']],
  [['*', 'ec2:Describe*'], ['*']],
  [['s3:Get*', 'ec2:*Instances'], []],
])('wholeServices of %j are %j', (actions, expected) => {
  expect(statementsOf(allow(actions)).flatMap(wholeServices)).toEqual(expected);
});

describe('saySame', () => {
  const document: PolicyDocument = {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'A', Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: 'arn:aws:s3:::shop/*', Condition: { Bool: { 'aws:SecureTransport': true } } },
      { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: accountId }, Resource: '*' },
    ],
  };
  it('does not mind order, lists of one, case of actions and keys, names, and how an account is written', () => {
    const other: PolicyDocument = {
      Id: 'x',
      Statement: [
        { Principal: { AWS: [`arn:aws:iam::${accountId}:root`] }, Effect: 'Allow', Action: ['STS:assumerole'], Resource: ['*'] },
        { Condition: { bool: { 'aws:securetransport': ['true'] } }, Resource: ['arn:aws:s3:::shop/*'], Action: ['s3:putobject', 's3:getobject', 's3:GetObject'], Effect: 'Allow' },
      ],
      Version: '2012-10-17',
    };
    expect(saySame(document, other)).toBe(true);
  });

  it.each<[string, PolicyDocument]>([
    ['an action', allow(['s3:GetObject', 's3:PutObjectAcl'])],
    ['the case of a resource', allow('s3:GetObject', { Resource: 'arn:aws:s3:::SHOP/*' })],
    ['Action against NotAction', policy({ NotAction: 's3:GetObject', Resource: '*' })],
    ['the effect', policy({ Effect: 'Deny', Action: 's3:GetObject', Resource: '*' })],
    ['a condition', allow('s3:GetObject', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } })],
    ['a principal', policy({ Action: 's3:GetObject', Resource: '*', Principal: '*' })],
    ['the version', { ...allow('s3:GetObject'), Version: '2008-10-17' }],
    ['a statement more', policy({ Action: 's3:GetObject', Resource: '*' }, { Action: 's3:PutObject', Resource: '*' })],
  ])('minds %s', (_what, other) => {
    expect(saySame(allow('s3:GetObject'), other)).toBe(false);
  });

  it('takes everybody for everybody', () => {
    const open = (Principal: '*' | { AWS: string }) => policy({ Principal, Action: 'sts:AssumeRole' });
    expect(saySame(open('*'), open({ AWS: '*' }))).toBe(true);
  });
});
