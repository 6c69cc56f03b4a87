import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type Assembly, type AssemblyStack, loadAssembly, type TemplateResource } from '../../simulator/deploy/assembly.ts';

const run = promisify(execFile);
const project = fileURLToPath(new URL('../../', import.meta.url));
/** Where `npm run check:synth` writes. */
const synthesised = join(project, 'cdk.out');
const sources = ['config', 'functions', 'infra', 'state-machines'];

/**
 * What one bundle may weigh: loading it is the greater part of a cold start. Most weigh 0.6 MB, those that call EC2
 * 1.2 MB, of which its client is half.
 */
const maxBundleBytes = 2_000_000;

/** What Powertools reads; no schema of a handler names it. */
const readByPowertools = new Set(['POWERTOOLS_SERVICE_NAME']);

interface Bundle {
  /** Source file that was bundled. */
  readonly entry: string;
  readonly file: string;
  /** The runtime that the template asks for. */
  readonly runtime: unknown;
  /** Names of the environment variables that the template gives the function. */
  readonly variables: readonly string[];
}

let folder = '';
let bundles: readonly Bundle[] = [];

// What `npm run check:synth` left, if nothing was changed since: bundling takes a minute. Otherwise the same, in a process of its own.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'webmarket-bundles-'));
  const assembly = isUpToDate(synthesised) ? synthesised : folder;
  if (assembly === folder) await run(process.execPath, ['infra/app.ts'], { cwd: project, env: { ...process.env, CDK_OUTDIR: folder } });
  bundles = bundlesOf(loadAssembly(assembly, '123456789012', 'eu-west-3'));
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Whether an assembly is younger than everything that goes into it. */
function isUpToDate(assembly: string): boolean {
  const manifest = join(assembly, 'manifest.json');
  if (!existsSync(manifest)) return false;
  const files = sources.flatMap((source) => readdirSync(join(project, source), { recursive: true, encoding: 'utf8' }).map((file) => join(project, source, file)));
  const newest = Math.max(...[...files, join(project, 'package-lock.json'), join(project, 'cdk.json')].map((file) => statSync(file).mtimeMs));
  return statSync(manifest).mtimeMs > newest;
}

function bundlesOf(assembly: Assembly): Bundle[] {
  return assembly.stacks.flatMap((stack) =>
    Object.values(stack.template.Resources ?? {}).flatMap((resource) => {
      const entry = resource.Metadata?.['webmarket:entry'];
      return typeof entry === 'string' ? [bundleOf(stack, resource, entry)] : [];
    }),
  );
}

function bundleOf({ assets }: AssemblyStack, { Properties: properties = {} }: TemplateResource, entry: string): Bundle {
  const { S3Key: key } = properties['Code'] as { readonly S3Key: string };
  const { Variables: variables } = properties['Environment'] as { readonly Variables: Readonly<Record<string, unknown>> };
  const asset = assets.find((candidate) => candidate.key === key);
  if (asset === undefined) throw new Error(`the bundle of ${entry} is not in the assembly`);
  return {
    entry,
    file: join(asset.path, 'index.mjs'),
    runtime: properties['Runtime'],
    variables: Object.keys(variables).filter((name) => !readByPowertools.has(name)),
  };
}

interface Outcome {
  readonly handler: string;
  readonly name: string;
  readonly message: string;
}

/** Loads a bundle into a Node.js that knows nothing of this project, and invokes it with an empty event. */
async function invoke({ file }: Bundle): Promise<Outcome> {
  const script = `
    const module = await import(${JSON.stringify(pathToFileURL(file).href)});
    const outcome = { handler: typeof module.handler, name: '', message: '' };
    try {
      await module.handler({}, { awsRequestId: 'test', functionName: 'test', getRemainingTimeInMillis: () => 1000 });
    } catch (error) {
      Object.assign(outcome, { name: error.name, message: error.message });
    }
    process.stdout.write('\\n' + JSON.stringify(outcome));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], { cwd: folder, env: {} });
  return JSON.parse(stdout.split('\n').at(-1) ?? '') as Outcome;
}

/** The variables that an error of a handler's environment names. */
function namedIn(message: string): string[] {
  return [...message.matchAll(/→ at (\w+)/gu)].map(([, name]) => name ?? '');
}

test('every function of the project is bundled', () => {
  expect(bundles.length).toBeGreaterThan(0);
  expect(new Set(bundles.map(({ entry }) => entry)).size).toBe(bundles.length);
});

test('tests run on the major version of Node.js that the functions are deployed on', () => {
  const [major] = process.versions.node.split('.');
  expect(new Set(bundles.map(({ runtime }) => runtime))).toEqual(new Set([`nodejs${major}.x`]));
});

test('every bundle runs in plain Node.js: without its environment it says what it misses, and its template gives all of it', async () => {
  for (const bundle of bundles) {
    const outcome = await invoke(bundle);
    const { entry, variables } = bundle;
    expect({ entry, ...outcome, message: '' }).toEqual({ entry, handler: 'function', name: 'Defect', message: '' });
    // One that reads nothing of its environment gets as far as its event.
    expect(outcome.message).toContain(variables.length === 0 ? 'The event is wrong' : 'The environment of this function is wrong');
    if (variables.length === 0) continue;
    const missing = namedIn(outcome.message);
    // Lambda gives the Region itself.
    expect(missing).not.toEqual([]);
    expect({ entry, notGiven: missing.filter((name) => !variables.includes(name) && name !== 'AWS_REGION') }).toEqual({ entry, notGiven: [] });
  }
}, 60_000);

test(`no bundle weighs more than ${maxBundleBytes / 1e6} MB`, () => {
  const sizes = bundles.map(({ entry, file }) => ({ entry, bytes: statSync(file).size }));
  process.stdout.write(`${sizes.map(({ entry, bytes }) => `${String(Math.round(bytes / 1000)).padStart(6)} kB  ${entry}`).join('\n')}\n`);
  expect(sizes.filter(({ bytes }) => bytes > maxBundleBytes)).toEqual([]);
});

test('no bundle carries the translations of zod: `import * as z` leaves them out, `import { z }` takes 0.4 MB', () => {
  const german = 'erwartet';
  expect(bundles.filter(({ file }) => readFileSync(file, 'utf8').includes(german)).map(({ entry }) => entry)).toEqual([]);
});
