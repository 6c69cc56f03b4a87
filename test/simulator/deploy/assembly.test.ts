import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Assembly, loadAssembly, type Template } from '../../../simulator/deploy/assembly.ts';
import { Deployer } from '../../../simulator/deploy/deployer.ts';
import { Account } from '../../../simulator/kernel/account.ts';
import { VirtualClock } from '../../../simulator/kernel/clock.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Writes the files of an assembly into a new folder. */
function write(files: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'assembly-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), JSON.stringify(content));
  return folder;
}

function stackArtifact(templateFile: string, dependencies: readonly string[] = [], stackName?: string): unknown {
  return { type: 'aws:cloudformation:stack', dependencies, properties: { templateFile, ...(stackName === undefined ? {} : { stackName }) } };
}

const load = (folder: string): Assembly => loadAssembly(folder, '123456789012', 'eu-west-3');

const empty: Template = { Resources: {} };

test('stacks come after those that they depend on, under their stack names, with their own templates', () => {
  const artifacts = {
    Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
    Operations: stackArtifact('operations.json', ['Web', 'Data'], 'WebMarket-Operations'),
    Web: stackArtifact('web.json', ['Network']),
    Data: stackArtifact('data.json', ['Network']),
    Network: stackArtifact('network.json'),
  };
  const named = (name: string): Template => ({ Outputs: { Name: { Value: name } } });
  const folder = write({
    'manifest.json': { artifacts },
    'operations.json': named('operations'),
    'web.json': named('web'),
    'data.json': named('data'),
    'network.json': named('network'),
  });
  const { stacks } = load(folder);
  expect(stacks.map(({ name }) => name)).toEqual(['Network', 'Web', 'Data', 'WebMarket-Operations']);
  expect(stacks.map(({ template }) => template.Outputs?.['Name']?.Value)).toEqual(['network', 'web', 'data', 'operations']);
});

test.each([
  ['aws://123456789012/us-east-1', 'us-east-1'],
  ['aws://unknown-account/us-east-1', 'us-east-1'],
  ['aws://unknown-account/unknown-region', 'eu-west-3'],
  [undefined, 'eu-west-3'],
])('a stack of the environment %s goes to %s, and so do its assets', (environment, region) => {
  const destinations = { here: { bucketName: 'assets-${AWS::Region}', objectKey: 'a1.json' } };
  const folder = write({
    'manifest.json': {
      artifacts: {
        'Shop.assets': { type: 'cdk:asset-manifest', properties: { file: 'Shop.assets.json' } },
        Shop: { ...(stackArtifact('shop.json', ['Shop.assets']) as object), environment },
      },
    },
    'Shop.assets.json': { files: { a1: { source: { path: 'asset.a1.json' }, destinations } } },
    'shop.json': empty,
  });
  expect(load(folder).stacks).toMatchObject([{ region, assets: [{ bucket: `assets-${region}` }] }]);
});

test('a stack has the file assets that it depends on, at the place where its template looks for them', () => {
  const destinations = {
    here: { bucketName: 'assets-${AWS::AccountId}-${AWS::Region}', objectKey: 'a1.json' },
    there: { bucketName: 'arn:${AWS::Partition}:s3:::copy', objectKey: 'a1.json' },
  };
  const folder = write({
    'manifest.json': {
      artifacts: {
        'Shop.assets': { type: 'cdk:asset-manifest', properties: { file: 'Shop.assets.json' } },
        Shop: stackArtifact('shop.json', ['Shop.assets']),
        Other: stackArtifact('shop.json', []),
      },
    },
    'Shop.assets.json': { files: { a1: { source: { path: 'asset.a1.json' }, destinations } } },
    'shop.json': empty,
  });
  const [shop, other] = load(folder).stacks;
  expect(shop?.assets).toEqual([
    { bucket: 'assets-123456789012-eu-west-3', key: 'a1.json', path: join(folder, 'asset.a1.json') },
    { bucket: 'arn:aws:s3:::copy', key: 'a1.json', path: join(folder, 'asset.a1.json') },
  ]);
  expect(other?.assets).toEqual([]);
});

test('a nested assembly is not modelled: its stacks would be missed', () => {
  const folder = write({ 'manifest.json': { artifacts: { Stage: { type: 'cdk:cloud-assembly' } } } });
  expect(() => load(folder)).toThrow('The nested assembly Stage is not modelled.');
});

test('a loaded assembly deploys, and its assets can be read in the account', async () => {
  const destinations = { here: { bucketName: 'assets', objectKey: 'story.json' } };
  const folder = write({
    'manifest.json': {
      artifacts: {
        Copy: stackArtifact('copy.json', ['Shop']),
        Shop: stackArtifact('shop.json', ['Shop.assets']),
        'Shop.assets': { type: 'cdk:asset-manifest', properties: { file: 'assets.json' } },
      },
    },
    'assets.json': { files: { a1: { source: { path: 'story.txt' }, destinations } } },
    'story.txt': 'once',
    'shop.json': { Resources: {}, Outputs: { Name: { Value: 'shop', Export: { Name: 'Name' } } } },
    'copy.json': {
      Resources: { Copy: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/copy', Type: 'String', Value: { 'Fn::ImportValue': 'Name' } } } },
    },
  });
  const account = new Account({ clock: VirtualClock.detached(0) });
  await new Deployer(account).deploy(load(folder));
  expect(account.ssm.value('/copy')).toBe('shop');
  expect(account.s3.assetText('assets', 'story.json')).toBe('"once"');
});
