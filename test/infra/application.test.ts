import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CfnResource, Stack, TagManager } from 'aws-cdk-lib';
import { createApp } from '../../infra/application.ts';
import { configWith, quietly, resourcesOf, synthesise, templatesOf } from './synthesis.ts';

const app = synthesise();
const unbundled = { 'aws:cdk:bundling-stacks': [] };

describe('the app', () => {
  test('takes its environment from the context, and is production otherwise', () => {
    expect(createApp({ context: { ...unbundled, environment: 'staging' } }).config.environment).toBe('staging');
    expect(createApp({ context: unbundled, environment: 'staging' }).config.environment).toBe('staging');
    expect(createApp({ context: unbundled }).config.environment).toBe('production');
  });

  test('names its stacks after the environment and protects them from deletion', () => {
    expect(app.node.children.filter(Stack.isStack).map(({ stackName }) => stackName)).toEqual(
      expect.arrayContaining(['WebMarket-Production-Network', 'WebMarket-Production-Data', 'WebMarket-Production-Web']),
    );
    expect(app.node.children.filter(Stack.isStack).map(({ terminationProtection }) => terminationProtection)).not.toContain(false);
  });

  test('looks nothing up, with an account or without', () => {
    const known = createApp({ config: configWith({ account: '123456789012' }), context: unbundled });
    expect(quietly(() => known.synth()).manifest.missing ?? []).toEqual([]);
    expect(app.synth().manifest.missing ?? []).toEqual([]);
    expect(known.web.account).toBe('123456789012');
  });

  test('gives the same templates every time', () => {
    const again = synthesise();
    expect(templatesOf(again).map(({ template }) => template.toJSON())).toEqual(templatesOf(app).map(({ template }) => template.toJSON()));
  });

  test('writes where it is told to', () => {
    const folder = mkdtempSync(join(tmpdir(), 'webmarket-'));
    const written = createApp({ config: configWith(), outdir: folder, context: unbundled });
    quietly(() => written.synth());
    expect(JSON.parse(readFileSync(join(folder, 'Web.template.json'), 'utf8'))).toHaveProperty('Resources');
    rmSync(folder, { recursive: true });
  });

  test('refers from stack to stack by exports, which cannot be deleted while they are in use', () => {
    const text = templatesOf(app).map(({ template }) => JSON.stringify(template.toJSON())).join();
    expect(text).toContain('Fn::ImportValue');
    expect(text).not.toContain('Fn::GetStackOutput');
  });
});

describe.each(templatesOf(app))('every resource of $name', ({ name, template }) => {
  test('that can be tagged says its application and environment', () => {
    const resources = new Map(resourcesOf(template).map((resource) => [resource.logicalId, resource]));
    const untagged = app.node
      .findChild(name)
      .node.findAll()
      .filter(CfnResource.isCfnResource)
      .filter((resource) => TagManager.isTaggable(resource) || TagManager.isTaggableV2(resource))
      .map((resource) => resources.get(String(resource.stack.resolve(resource.logicalId))))
      .filter((resource) => {
        const tags = JSON.stringify([resource?.Properties['Tags'], resource?.Properties['TagSpecifications'], resource?.Properties['ResourceTags']]);
        return !/"Application".*"WebMarket"/.test(tags) || !/"Environment".*"production"/.test(tags);
      });
    expect(untagged.map((resource) => `${resource?.Type} ${resource?.logicalId}`)).toEqual([]);
  });

  test('has no public address: none is asked for outside the NAT gateways', () => {
    const text = JSON.stringify(resourcesOf(template));
    expect(text).not.toMatch(/"(AssociatePublicIpAddress|MapPublicIpOnLaunch|PubliclyAccessible)":(true|"true")/);
    const addresses = resourcesOf(template, 'AWS::EC2::EIP').length;
    expect(addresses).toBe(resourcesOf(template, 'AWS::EC2::NatGateway').length);
  });
});

test('every stack carries its tags, for what CDK cannot tag', () => {
  const { stacks } = app.synth();
  for (const stack of stacks) expect(stack.tags).toEqual({ Application: 'WebMarket', Environment: 'production' });
});
