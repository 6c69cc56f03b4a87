import { type FakeAccount, fakeAccount, putRole, sessionOf } from './fake-account.ts';

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

describe('tiers', () => {
  const put = (fake: FakeAccount, bytes: number, Tier?: string) =>
    fake.call('SSM', 'PutParameter', { Name: '/a', Value: 'x'.repeat(bytes), Type: 'String', Overwrite: true, ...(Tier === undefined ? {} : { Tier }) });

  test.each([
    [4096, undefined, 'Standard'], [4096, 'Standard', 'Standard'], [10, 'Advanced', 'Advanced'], [8192, 'Advanced', 'Advanced'],
    [4096, 'Intelligent-Tiering', 'Standard'], [4097, 'Intelligent-Tiering', 'Advanced'], [8192, 'Intelligent-Tiering', 'Advanced'],
  ])('%i bytes in the tier %s become a parameter of the tier %s', async (bytes, tier, expected) => {
    expect(await put(fakeAccount(), bytes, tier)).toEqual({ Version: 1, Tier: expected });
  });

  test.each([[4097, undefined], [4097, 'Standard'], [8193, 'Advanced'], [8193, 'Intelligent-Tiering'], [1, 'Huge']])('%i bytes in the tier %s are refused', async (bytes, tier) => {
    await expect(put(fakeAccount(), bytes, tier)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('an advanced parameter stays one: it does not become standard again', async () => {
    const fake = fakeAccount();
    await put(fake, 5000, 'Advanced');
    expect(await put(fake, 10)).toEqual({ Version: 2, Tier: 'Advanced' });
    expect(await put(fake, 10, 'Intelligent-Tiering')).toEqual({ Version: 3, Tier: 'Advanced' });
    await expect(put(fake, 10, 'Standard')).rejects.toMatchObject({ name: 'ValidationException', message: expect.stringContaining('downgrade') });
  });
});

describe('a path', () => {
  test('gives ten parameters a page at most', async () => {
    const fake = fakeAccount();
    for (let number = 10; number < 35; number += 1) fake.account.ssm.putParameter(`/path/${number}`, 'x');
    const sizes: number[] = [];
    let NextToken: unknown;
    do {
      const page = await fake.call<{ Parameters: object[]; NextToken?: string }>('SSM', 'GetParametersByPath', { Path: '/path', ...(NextToken === undefined ? {} : { NextToken }) });
      sizes.push(page.Parameters.length);
      ({ NextToken } = page);
    } while (NextToken !== undefined);
    expect(sizes).toEqual([10, 10, 5]);
  });

  test.each([{ Path: '/path', MaxResults: 11 }, { Path: '/path', MaxResults: 0 }, { Path: 'path' }])('%j is refused', async (input) => {
    await expect(fakeAccount().call('SSM', 'GetParametersByPath', input)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('needs a permission on the path itself', async () => {
    const fake = fakeAccount();
    const reader = sessionOf(putRole(fake, { actions: ['ssm:GetParametersByPath'], resource: 'arn:aws:ssm:eu-west-3:123456789012:parameter/path' }));
    await expect(fake.call('SSM', 'GetParametersByPath', { Path: '/path' }, reader)).resolves.toEqual({ Parameters: [] });
    await expect(fake.call('SSM', 'GetParametersByPath', { Path: '/other' }, reader)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
