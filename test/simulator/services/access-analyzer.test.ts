import { providers } from '../../../simulator/deploy/providers/access-analyzer.ts';
import { Account } from '../../../simulator/kernel/account.ts';
import { VirtualClock } from '../../../simulator/kernel/clock.ts';
import type { Principal } from '../../../simulator/kernel/principal.ts';
import { someone } from './fake-account.ts';

function newAccount(): Account {
  return new Account({ clock: VirtualClock.detached(Date.parse('2027-01-06T07:00:00Z')) });
}

function list(account: Account, input: object = {}, principal: Principal = someone): Promise<unknown> {
  return account.call({ principal, sdkId: 'AccessAnalyzer', operation: 'ListAnalyzers', input });
}

test('analyzers are listed by type, page by page', async () => {
  const account = newAccount();
  account.accessAnalyzer.putAnalyzer({ name: 'outside', type: 'ACCOUNT' });
  account.accessAnalyzer.putAnalyzer({ name: 'unused', type: 'ACCOUNT_UNUSED_ACCESS', status: 'DISABLED' });
  expect(await list(account, { type: 'ACCOUNT' })).toEqual({
    analyzers: [
      {
        arn: 'arn:aws:access-analyzer:eu-west-3:123456789012:analyzer/outside',
        name: 'outside',
        type: 'ACCOUNT',
        status: 'ACTIVE',
        createdAt: new Date('2027-01-06T07:00:00Z'),
        tags: {},
      },
    ],
    nextToken: undefined,
  });
  const first = (await list(account, { maxResults: 1 })) as { nextToken?: string };
  expect(await list(account, { maxResults: 1, nextToken: first.nextToken })).toMatchObject({ analyzers: [{ name: 'unused', status: 'DISABLED' }] });
  account.accessAnalyzer.removeAnalyzer('outside');
  expect(await list(account, { type: 'ACCOUNT' })).toMatchObject({ analyzers: [] });
});

test('an unknown type or token is refused', async () => {
  await expect(list(newAccount(), { type: 'ALL' })).rejects.toMatchObject({ name: 'ValidationException' });
  await expect(list(newAccount(), { nextToken: 'x' })).rejects.toMatchObject({ name: 'ValidationException' });
});

test('a role needs access-analyzer:ListAnalyzers on everything', async () => {
  const account = newAccount();
  const trust = { Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' } } as const;
  const { arn: roleArn } = account.iam.putRole({ name: 'Caller', trust });
  const caller = { kind: 'role', roleArn, session: 'test' } as const;
  await expect(list(account, {}, caller)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  account.iam.putRolePolicy('Caller', 'List', { Statement: { Effect: 'Allow', Action: 'access-analyzer:ListAnalyzers', Resource: '*' } });
  expect(await list(account, {}, caller)).toMatchObject({ analyzers: [] });
});

test('a template makes one, whose reference is its ARN, and takes it away', async () => {
  const account = newAccount();
  const [provider] = providers;
  const request = { account, stackName: 'Audit', logicalId: 'Analyzer', type: 'AWS::AccessAnalyzer::Analyzer', metadata: {}, updatePolicy: {} };
  const made = await provider?.create({ ...request, properties: { Type: 'ACCOUNT', Tags: [{ Key: 'team', Value: 'ops' }] } });
  expect(made?.ref).toMatch(/^arn:aws:access-analyzer:eu-west-3:123456789012:analyzer\/Audit-Analyzer-[0-9A-F]{12}$/u);
  expect(await list(account)).toMatchObject({ analyzers: [{ arn: made?.ref, type: 'ACCOUNT', tags: { team: 'ops' } }] });
  void provider?.delete?.({ ...request, properties: { Type: 'ACCOUNT' } }, made ?? { ref: '', attributes: {} });
  expect(await list(account)).toMatchObject({ analyzers: [] });
});
