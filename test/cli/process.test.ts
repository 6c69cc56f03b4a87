import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

/** The command as a process, with these variables and no file of credentials. */
async function webmarket(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, ['--no-warnings', main, ...argv], {
    env: { HOME: tmpdir(), PATH: process.env['PATH'] ?? '', AWS_EC2_METADATA_DISABLED: 'true', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { exitCode: exitCode as number, out, err };
}

const keys = { AWS_REGION: 'eu-west-3', AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' };

test('help is there for every command, with the exit codes and the options that all commands take', async () => {
  const top = await webmarket(['--help']);
  expect(top).toMatchObject({ exitCode: 0, err: '' });
  for (const command of ['status', 'sale', 'approvals', 'drill']) expect(top.out).toContain(`\n  ${command}`);
  for (const code of ['0   done', '1   refused', '2   wrong usage', '3   AWS']) expect(top.out).toContain(code);
  const add = await webmarket(['sale', 'add', '--help']);
  for (const option of ['--file', '--dry-run', '--json', '--environment']) expect(add.out).toContain(option);
});

test.each([
  { argv: ['sail'], says: "unknown command 'sail'" },
  { argv: ['status', '--jsn'], says: "unknown option '--jsn'" },
  { argv: ['sale', 'cancel'], says: "missing required argument 'id'" },
  { argv: ['approvals', 'approve', 'drill/x', '--as', 'me'], says: "required option '--plan <hash>' not specified" },
  { argv: ['status', '--environment', 'Production!'], says: '--environment: "Production!" given' },
])('$argv is wrong usage', async ({ argv, says }) => {
  const { exitCode, out, err } = await webmarket(argv);
  expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
  expect(err).toContain(says);
});

test('without credentials it says how to log in', async () => {
  const { exitCode, err } = await webmarket(['status'], { AWS_REGION: 'eu-west-3' });
  expect(exitCode).toBe(3);
  expect(err).toContain('Log in: AWS_PROFILE');
});

test('without a Region it says how to set one', async () => {
  const { AWS_REGION: _, ...withoutRegion } = keys;
  const { exitCode, err } = await webmarket(['status'], withoutRegion);
  expect(exitCode).toBe(3);
  expect(err).toContain('Set AWS_REGION');
});

describe('at the endpoint of AWS_ENDPOINT_URL', () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const answerLate = (body: string): void => {
      asked.push(body);
      const answer = '<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id WebMarket-Staging-Operations does not exist</Message></Error><RequestId>1</RequestId></ErrorResponse>';
      // Slower than patience lasts: the error stream says what is waited for.
      setTimeout(() => response.writeHead(400, { 'content-type': 'text/xml' }).end(answer), 1500);
    };
    void text(request).then(answerLate);
  });
  beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  const endpoint = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  test('a stack that is not there says: deploy first, or name another', async () => {
    const { exitCode, out, err } = await webmarket(['sale', 'list', '--environment', 'staging'], { ...keys, AWS_ENDPOINT_URL: endpoint() });
    expect({ exitCode, out }).toEqual({ exitCode: 3, out: '' });
    expect(asked.some((body) => /Action=DescribeStacks/u.test(body) && /StackName=WebMarket-Staging-Operations/u.test(body))).toBe(true);
    expect(err).toContain('Looking for the deployment …\n');
    expect(err).toContain('There is no stack WebMarket-Staging-Operations in this account and Region.\nDeploy it first (npx cdk deploy --all), name another with --environment');
  });

  test('an endpoint that nobody listens at is AWS that does not answer', async () => {
    const { exitCode, err } = await webmarket(['status'], { ...keys, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' });
    expect(exitCode).toBe(3);
    expect(err).toContain('AWS did not answer.');
  });
});
