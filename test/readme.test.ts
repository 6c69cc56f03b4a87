import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { CfnOutput, Stack } from 'aws-cdk-lib';
import { parse } from 'yaml';
import { parseRegistration } from '../functions/capacity/sale-request.ts';
import { answerSchema } from '../functions/compliance/approval.ts';
import { checks } from '../functions/compliance/checks/registry.ts';
import { resourceTypes } from '../functions/compliance/finding.ts';
import { formats } from '../functions/compliance/formats/formats.ts';
import { writers } from '../functions/compliance/repair.ts';
import { repairReferenceSchema } from '../functions/compliance/repair-records.ts';
import { complianceSettingsSchema } from '../functions/compliance/settings.ts';
import { createApp } from '../infra/application.ts';
import { loadConfig } from '../infra/config.ts';
import { parseExceptions } from '../infra/exceptions.ts';
import { scenariosFor } from '../rehearsal/scenarios.ts';
import { exampleSaleFile, readSaleFile } from '../rehearsal/sale-file.ts';
import { sweepStories } from '../rehearsal/sweep/stories.ts';

const root = new URL('../', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');
const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { scripts: Record<string, string> };

/** What `pattern` captures, wherever it occurs. */
function captures(pattern: RegExp): string[] {
  return [...readme.matchAll(pattern)].map(([, captured]) => captured ?? '');
}

/** The JSON that the README hands to a command, which begins with `before`. */
function jsonAfter(before: string): unknown {
  const start = readme.indexOf(`${before} '{`);
  expect(start).toBeGreaterThan(0);
  const text = readme.slice(start + before.length + 2);
  return JSON.parse(text.slice(0, text.indexOf("}'") + 1));
}

describe('README', () => {
  test('names scripts that exist', () => {
    const named = captures(/npm run ([a-z:]+)/gu);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((script) => scripts[script] === undefined)).toEqual([]);
  });

  test('names every scenario, and no other', () => {
    const scenarios = scenariosFor(readSaleFile(exampleSaleFile));
    const [, first = '', others = ''] = /--scenario (\S+)\s+# or ([a-z, -]+)/u.exec(readme) ?? [];
    const listed = [first, ...others.split(',').map((name) => name.trim())];
    // That of a sale is played without being asked for.
    expect(['sale-day', ...listed].toSorted()).toEqual([...scenarios.keys()].toSorted());
    expect(captures(/--scenario ([a-z-]+)/gu).filter((name) => !scenarios.has(name))).toEqual([]);
  });

  test('names stories of the sweep that exist', () => {
    const stories = sweepStories(readSaleFile(exampleSaleFile));
    const named = captures(/--story ([a-z-]+)/gu);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !stories.has(name))).toEqual([]);
  });

  test('links to files that exist', () => {
    const links = captures(/\]\(([^)#]+)\)/gu).filter((link) => !link.startsWith('http'));
    const paths = captures(/`((?:config|docs)\/[\w./-]+)`/gu);
    expect([...links, ...paths].filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
  });

  test('registers a sale that register-sale accepts', () => {
    const [, payload = ''] = /--payload '(\{\s*"action"[\s\S]*?\})' answer\.json/u.exec(readme) ?? [];
    const now = Date.parse('2026-12-01T00:00:00Z');
    const parsed = parseRegistration(JSON.parse(payload), loadConfig('production').capacity, now);
    expect(parsed).toMatchObject({ kind: 'parsed', saleId: 'soldes-hiver-2027' });
  });
});

describe('README, on security drift', () => {
  test('counts the checks', () => {
    expect(readme).toContain(`${checks.length} checks`);
  });

  test('answers an approval as answer-approval wants it', () => {
    expect(answerSchema.parse(jsonAfter('--function-name ANSWER_APPROVAL --cli-binary-format raw-in-base64-out --payload'))).toMatchObject({ decision: 'approved' });
  });

  test('undoes a repair of a target that there can be', () => {
    const input = jsonAfter('--state-machine-arn RESOURCE_REPAIR --input');
    const { target, repairId } = repairReferenceSchema.parse(input);
    const [type, id, writer, remediation] = target.split('/');
    expect(input).toEqual({ target, repairId, undo: true });
    expect(resourceTypes).toContain(type);
    expect(Object.keys(writers)).toContain(writer);
    expect(['automatic', 'approval']).toContain(remediation);
    expect(repairId.startsWith(`${id}-${writer}-`)).toBe(true);
  });

  test('declares an exception as the file takes it, to a check that there is', () => {
    const [, text = ''] = /```yaml\n(- check:[\s\S]*?)```/u.exec(readme) ?? [];
    const [exception, ...others] = parseExceptions(text, 'README.md');
    expect(others).toEqual([]);
    expect(checks.map(({ id }) => id)).toContain(exception?.check);
  });

  test('enforces single checks as the configuration takes it', () => {
    const [, text = ''] = /`(checks: \{[^`]*\})`/u.exec(readme) ?? [];
    const { checks: modes } = complianceSettingsSchema.pick({ checks: true }).parse(parse(text));
    expect(Object.keys(modes).filter((id) => !checks.some((check) => check.id === id))).toEqual([]);
    expect(Object.values(modes)).toContain('enforce');
  });

  test('names the settings, and the mode that is shipped', () => {
    const { compliance } = loadConfig('production');
    expect(readme).toContain(`**\`${compliance.mode}\`, as shipped,**`);
    const named = captures(/`(maxRepairsPerRun|repairsBeforeHandover|flapWindowMinutes|approvalHours|healthMinutes)`/gu);
    expect(new Set(named).size).toBe(5);
    expect(named.filter((name) => !(name in compliance))).toEqual([]);
  });

  test('names every file of a report', () => {
    const missing = Object.values(formats).filter(({ fileName }) => !readme.includes(fileName));
    expect(missing).toEqual([]);
  });
});

describe('README, on stacks', () => {
  const app = createApp({ context: { 'aws:cdk:bundling-stacks': [] } });
  const { network, data, web, operations, audit, identity, monitoring, globalEvents } = app;

  test('counts them', () => {
    const stacks = app.node.children.filter((child) => child instanceof Stack);
    expect(readme).toContain(`deploys the ${['', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'][stacks.length]} stacks`);
  });

  test('has runbooks that name outputs that there are', () => {
    const outputs = new Set(app.node.findAll().filter((part) => part instanceof CfnOutput).map(({ node }) => node.id));
    const folder = new URL('docs/runbooks/', root);
    const pages = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), 'utf8'));
    const named = pages.flatMap((page) => [...page.matchAll(/`([A-Z][a-z]+[A-Za-z]*(?:Arn|Function|TableName|BucketName|Dashboard))`/gu)].map(([, name]) => name ?? ''));
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((name) => !outputs.has(name))).toEqual([]);
  });

  test('takes the protection off every stack', () => {
    const [, inLoop = ''] = /for stack in ([A-Za-z ]+); do/u.exec(readme) ?? [];
    const ofParis = [network, data, web, operations, audit, identity, monitoring];
    expect(inLoop.split(' ').toSorted()).toEqual(ofParis.map(({ node }) => node.id).toSorted());
    expect(readme).toContain(`--region ${globalEvents.region} \\\n  --stack-name ${globalEvents.stackName}`);
    expect(captures(/bootstrap ([^`]+)`/gu)).toEqual([`aws://ACCOUNT/${network.region} aws://ACCOUNT/${globalEvents.region}`]);
  });

  test('names outputs that there are', () => {
    const named = captures(/output `([A-Za-z]+)`/gu);
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((name) => operations.node.tryFindChild(name) === undefined)).toEqual([]);
  });
});
