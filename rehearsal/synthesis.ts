import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../infra/application.ts';
import type { EnvironmentConfig } from '../infra/config.ts';
import { type Assembly, loadAssembly } from '../simulator/deploy/assembly.ts';

/** The synthesised templates of one environment, and the configuration that they were made of. */
export interface Synthesis {
  readonly config: EnvironmentConfig;
  readonly assembly: Assembly;
}

/** Account that the assembly's placeholders stand for; the simulated account's own. */
const accountId = '123456789012';

/**
 * Synthesises the CDK app as `cdk synth` does, but for the bundling of functions: the account runs their sources.
 * The assembly's files are read on deployment, so they stay until the process ends.
 */
export function synthesise(environment: string, change?: (config: EnvironmentConfig) => EnvironmentConfig): Synthesis {
  const folder = mkdtempSync(join(tmpdir(), 'webmarket-assembly-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const context = {
    'aws:cdk:bundling-stacks': [],
    // `cdk synth` prints its warnings; a rehearsal has a report of its own.
    '@aws-cdk/core:failSynthOnValidationErrors': false,
  };
  const loaded = createApp({ environment, outdir: folder, context });
  const app = change === undefined ? loaded : createApp({ config: change(loaded.config), outdir: folder, context });
  app.synth();
  return { config: app.config, assembly: loadAssembly(folder, accountId, app.config.region) };
}
