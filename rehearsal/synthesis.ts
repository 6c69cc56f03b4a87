import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApplicationOptions, createApp, type WebMarketApp } from '../infra/application.ts';
import { type EnvironmentConfig, loadConfig } from '../infra/config.ts';
import { type Assembly, loadAssembly } from '../simulator/deploy/assembly.ts';

/** The synthesised templates of one environment, and the configuration that they were made of. */
export interface Synthesis {
  readonly config: EnvironmentConfig;
  readonly assembly: Assembly;
}

/** Account that the assembly's placeholders stand for; the simulated account's own. */
const accountId = '123456789012';

/** What of the app is changed before it is synthesised, besides its configuration. */
export interface SynthesisOptions {
  /** @default those of config/exceptions.yaml */
  readonly exceptions?: ApplicationOptions['exceptions'];
  /** What a developer changed in the constructs. @default nothing */
  readonly alter?: (app: WebMarketApp) => void;
}

/**
 * Synthesises the CDK app as `cdk synth` does, but for the bundling of functions: the account runs their sources.
 * The assembly's files are read on deployment, so they stay until the process ends.
 */
export function synthesise(
  environment: string,
  change: (config: EnvironmentConfig) => EnvironmentConfig = (config) => config,
  { exceptions, alter }: SynthesisOptions = {},
): Synthesis {
  const folder = mkdtempSync(join(tmpdir(), 'webmarket-assembly-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const context = {
    'aws:cdk:bundling-stacks': [],
    // `cdk synth` prints its warnings; a rehearsal has a report of its own.
    '@aws-cdk/core:failSynthOnValidationErrors': false,
  };
  const app = createApp({
    config: change(loadConfig(environment)),
    outdir: folder,
    context,
    ...(exceptions === undefined ? {} : { exceptions }),
  });
  alter?.(app);
  app.synth();
  return { config: app.config, assembly: loadAssembly(folder, accountId, app.config.region) };
}
