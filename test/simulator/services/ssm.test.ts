import { fakeAccount, putRole, sessionOf } from './fake-account.ts';

test('parameters are read one by one, several at once with the missing named, and by path', async () => {
  const fake = fakeAccount();
  for (const name of ['/webmarket/prod/baseline/b', '/webmarket/prod/baseline/a', '/webmarket/prod/other']) {
    fake.account.ssm.putParameter(name, `value of ${name}`);
  }
  const { ssm } = fake.account;
  expect(ssm.value('/webmarket/prod/other')).toBe('value of /webmarket/prod/other');
  await expect(fake.call('SSM', 'GetParameter', { Name: '/webmarket/gone' })).rejects.toMatchObject({ name: 'ParameterNotFound' });
  expect(await fake.call('SSM', 'GetParameters', { Names: ['/webmarket/prod/other', 'gone'] })).toMatchObject({
    Parameters: [{ Name: '/webmarket/prod/other', Version: 1 }],
    InvalidParameters: ['gone'],
  });
  const direct = await fake.call('SSM', 'GetParametersByPath', { Path: '/webmarket/prod' });
  expect(direct).toMatchObject({ Parameters: [{ Name: '/webmarket/prod/other' }] });
  const first = await fake.call('SSM', 'GetParametersByPath', { Path: '/webmarket/prod/', Recursive: true, MaxResults: 2 });
  expect(first).toMatchObject({ Parameters: [{ Name: '/webmarket/prod/baseline/a' }, { Name: '/webmarket/prod/baseline/b' }] });
  const rest = { Path: '/webmarket/prod/', Recursive: true, NextToken: first['NextToken'] };
  expect(await fake.call('SSM', 'GetParametersByPath', rest)).toMatchObject({ Parameters: [{ Name: '/webmarket/prod/other' }] });
});

test('a parameter is not overwritten unless asked for', async () => {
  const fake = fakeAccount();
  const put = (rest: object) => fake.call('SSM', 'PutParameter', { Name: 'a', Value: '1', Type: 'String', ...rest });
  await put({});
  await expect(put({})).rejects.toMatchObject({ name: 'ParameterAlreadyExists' });
  expect(await put({ Overwrite: true })).toMatchObject({ Version: 2 });
});

test('the slash that starts a name is not doubled in the ARN of its permission', async () => {
  const fake = fakeAccount();
  fake.account.ssm.putParameter('/webmarket/a', '1');
  const resource = 'arn:aws:ssm:eu-west-3:123456789012:parameter/webmarket/*';
  const reader = sessionOf(putRole(fake, { actions: ['ssm:GetParameter'], resource }));
  await expect(fake.call('SSM', 'GetParameter', { Name: '/webmarket/a' }, reader)).resolves.toBeDefined();
  await expect(fake.call('SSM', 'GetParameter', { Name: '/other/a' }, reader)).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
});

test('the image of Amazon Linux is known; another public parameter names itself', () => {
  const { ssm } = fakeAccount().account;
  expect(ssm.publicParameter('/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64')).toMatch(/^ami-[0-9a-f]{17}$/u);
  expect(() => ssm.publicParameter('/aws/service/eks/optimized-ami')).toThrow('/aws/service/eks/optimized-ami');
});
