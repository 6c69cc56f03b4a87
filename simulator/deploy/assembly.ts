import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NotModelledError } from '../kernel/aws-error.ts';

/** A template as the CDK synthesises it, as far as the deployer reads it. */
export interface Template {
  readonly Parameters?: Readonly<Record<string, { readonly Type: string; readonly Default?: string | number }>>;
  readonly Mappings?: Readonly<Record<string, unknown>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources?: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<
    Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: unknown }; readonly Condition?: string }>
  >;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
  readonly UpdatePolicy?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
}

export interface FileAsset {
  readonly bucket: string;
  readonly key: string;
  /** Absolute path of the file or folder. */
  readonly path: string;
}

export interface AssemblyStack {
  readonly name: string;
  /** @default the account's Region */
  readonly region?: string;
  readonly template: Template;
  readonly assets: readonly FileAsset[];
}

/** The stacks of a cloud assembly (`cdk.out`), each after those that it depends on. */
export interface Assembly {
  readonly stacks: readonly AssemblyStack[];
}

interface Manifest {
  readonly artifacts: Readonly<Record<string, ManifestArtifact>>;
}

interface ManifestArtifact {
  readonly type: string;
  readonly dependencies?: readonly string[];
  /** `aws://<account>/<region>`; either may be unknown. */
  readonly environment?: string;
  readonly properties?: { readonly templateFile?: string; readonly file?: string; readonly stackName?: string };
}

interface AssetManifest {
  readonly files: Readonly<
    Record<
      string,
      {
        readonly source: { readonly path: string };
        readonly destinations: Readonly<Record<string, { readonly bucketName: string; readonly objectKey: string }>>;
      }
    >
  >;
}

/** Reads a cloud assembly. `region` is that of stacks that are bound to none; it and `accountId` stand for placeholders in asset destinations. */
export function loadAssembly(folder: string, accountId: string, region: string): Assembly {
  const manifest = readJson<Manifest>(join(folder, 'manifest.json'));
  const stacks = inOrder(manifest).map((id): AssemblyStack => {
    const artifact = manifest.artifacts[id];
    const stackRegion = regionOf(artifact?.environment) ?? region;
    const placeholders = (text: string): string =>
      text.replaceAll('${AWS::AccountId}', accountId).replaceAll('${AWS::Region}', stackRegion).replaceAll('${AWS::Partition}', 'aws');
    const assets = (artifact?.dependencies ?? [])
      .map((dependency) => manifest.artifacts[dependency])
      .filter((candidate) => candidate?.type === 'cdk:asset-manifest')
      .flatMap((candidate) => loadAssets(folder, candidate?.properties?.file ?? '', placeholders));
    return {
      name: artifact?.properties?.stackName ?? id,
      region: stackRegion,
      template: readJson<Template>(join(folder, artifact?.properties?.templateFile ?? '')),
      assets,
    };
  });
  return { stacks };
}

/** Undefined for a stack that is not bound to a Region: it goes wherever it is deployed. */
function regionOf(environment: string | undefined): string | undefined {
  const region = /^aws:\/\/[^/]+\/([a-z\d-]+)$/u.exec(environment ?? '')?.[1];
  return region === 'unknown-region' ? undefined : region;
}

function loadAssets(folder: string, file: string, placeholders: (text: string) => string): FileAsset[] {
  const manifest = readJson<AssetManifest>(join(folder, file));
  return Object.values(manifest.files).flatMap(({ source, destinations }) =>
    Object.values(destinations).map(({ bucketName, objectKey }) => ({
      bucket: placeholders(bucketName),
      key: placeholders(objectKey),
      path: join(folder, source.path),
    })),
  );
}

/** Ids of the stack artifacts, dependencies first. */
function inOrder(manifest: Manifest): string[] {
  const order: string[] = [];
  const seen = new Set<string>();
  const visit = (id: string): void => {
    if (seen.has(id)) return;
    seen.add(id);
    const artifact = manifest.artifacts[id];
    for (const dependency of artifact?.dependencies ?? []) visit(dependency);
    if (artifact?.type === 'cdk:cloud-assembly') throw new NotModelledError(`The nested assembly ${id} is not modelled.`);
    if (artifact?.type === 'aws:cloudformation:stack') order.push(id);
  };
  for (const id of Object.keys(manifest.artifacts)) visit(id);
  return order;
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}
