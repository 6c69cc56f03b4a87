import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { placeholderUserData, PLACEHOLDER_PROGRAM } from '../../infra/constructs/placeholder-site.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Asks until the program listens; gives up after five seconds. */
async function ask(url: string, options?: RequestInit): Promise<Response> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await fetch(url, options);
    } catch (error) {
      if (attempt === 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

describe('the placeholder site', () => {
  let program: ChildProcess;
  let site: string;

  beforeAll(async () => {
    const port = await freePort();
    site = `http://127.0.0.1:${port}`;
    program = spawn('python3', [fileURLToPath(PLACEHOLDER_PROGRAM), String(port), '/health'], { stdio: 'inherit' });
  });
  afterAll(() => program.kill());

  test.each([
    ['GET', '/health', 200, 'ok\n'],
    ['GET', '/health?from=load-balancer', 200, 'ok\n'],
    ['HEAD', '/health', 200, ''],
    ['GET', '/', 200, expect.stringContaining('WebMarket+')],
    ['GET', '/admin', 404, 'not found\n'],
  ])('answers %s %s with %i', async (method, path, status, body) => {
    const response = await ask(site + path, { method });
    expect(response.status).toBe(status);
    expect(await response.text()).toEqual(body);
  });
});

test('user data is a shell script that parses, and installs nothing over the network', async () => {
  const script = placeholderUserData({ port: 8080, healthCheckPath: '/health' }).render();
  const shell = spawn('bash', ['-n'], { stdio: ['pipe', 'inherit', 'inherit'] });
  shell.stdin.end(script);
  const code = await new Promise((resolve) => shell.once('exit', resolve));
  expect(code).toBe(0);
  expect(script).not.toMatch(/\b(dnf|yum|curl|wget|pip)\b/);
  expect(script).toContain('/usr/bin/python3 /opt/webmarket/placeholder-site.py 8080 /health');
});
