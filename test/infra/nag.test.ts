import { CfnResource, Validations } from 'aws-cdk-lib';
import { CfnVolume } from 'aws-cdk-lib/aws-ec2';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import type { WebMarketApp } from '../../infra/application.ts';
import { loadConfig } from '../../infra/config.ts';
import { configWith, synthesise, synthesiseConfig } from './synthesis.ts';

const production = synthesise();

/**
 * The rule against wildcards objects to every `Resource: "*"`, also where AWS knows nothing narrower. It is left to
 * the test of IAM policies, which looks each action up: stricter, since no waiver can widen with time.
 */
const JUDGED_ELSEWHERE = 'AwsSolutions-IAM5[Resource::*]';

function violationsOf(app: WebMarketApp): string[] {
  return new AwsSolutionsChecks(app)
    .validateScope(app)
    .violations.filter(({ ruleName }) => ruleName !== JUDGED_ELSEWHERE)
    .flatMap(({ ruleName, violatingResources }) => violatingResources.map(({ constructPath }) => `${ruleName} at ${constructPath}`));
}

interface Waiver {
  readonly at: string;
  readonly id: string;
  readonly reason: string;
}

function waiversOf(root: IConstruct): Waiver[] {
  return root.node.findAll().flatMap((construct) =>
    construct.node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) =>
        Object.entries(data as Record<string, string>).map(([id, reason]) => ({ at: construct.node.path, id: id.replace(/^annotation::/i, ''), reason })),
      ),
  );
}

describe('the AwsSolutions rules', () => {
  test.each([
    ['production', configWith()],
    ['staging', loadConfig('staging')],
    ['a shop on MySQL and c5 in a known account', configWith({ account: '123456789012', 'data.engine': 'mysql', 'data.engineVersion': '8.4.9', 'web.instanceType': 'c5.large', 'web.fallbackInstanceTypes': [], 'web.creditMode': undefined })],
  ])('find nothing in %s', (_environment, config) => {
    expect(violationsOf(synthesiseConfig(config))).toEqual([]);
  });

  test('are applied: a seeded bug is found', () => {
    const app = synthesise();
    const seeded = new CfnVolume(app.web, 'Seeded', { availabilityZone: 'eu-west-3a', encrypted: false });
    expect(violationsOf(app)).toContain(`AwsSolutions-EC26 at ${seeded.node.path}`);
  });
});

describe('a waiver', () => {
  test.each(waiversOf(production).map((waiver) => [`${waiver.id} at ${waiver.at}`, waiver]))('%s gives its reason, below the level of a stack', (_name, { at, reason }) => {
    expect(reason.length).toBeGreaterThan(40);
    expect(at.split('/').length).toBeGreaterThan(1);
  });

  test('waives something: without it, its rule would be broken there', () => {
    // Taking every waiver out of the tree shows what each of them is for.
    const app = synthesise();
    // Synthesis spells out references between stacks, which the ids of findings contain.
    const waivers = waiversOf(app).filter(({ id }) => id.startsWith('AwsSolutions-'));
    const pack = new AwsSolutionsChecks(app);
    Reflect.set(pack, 'isAcknowledged', () => false);
    const broken = pack
      .validateScope(app)
      .violations.flatMap(({ ruleName, violatingResources }) => violatingResources.map(({ constructPath = '' }) => ({ ruleName, constructPath })));
    const idle = waivers.filter(({ id, at }) => !broken.some(({ ruleName, constructPath }) => ruleName === id && constructPath.startsWith(at)));
    expect(idle).toEqual([]);
    expect(waivers.length).toBeGreaterThan(0);
  });
});

test('no resource of ours escapes the rules: each is in a stack of the app', () => {
  expect(production.node.findAll().filter(CfnResource.isCfnResource).length).toBeGreaterThan(70);
});
