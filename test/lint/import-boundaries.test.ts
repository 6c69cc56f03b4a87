import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The boundaries of the design: who may not import what. Each side is tried in a tree of the same folders. */
const forbidden: readonly (readonly [folder: string, specifier: string])[] = [
  ['functions/capacity', '../compliance/finding.ts'],
  ['functions/capacity', '../failover-drill/drill.ts'],
  ['functions/capacity', '../../infra/config.ts'],
  ['functions/capacity', '../../simulator/kernel/account.ts'],
  ['functions/capacity', '../../rehearsal/stage.ts'],
  ['functions/capacity', '../../cli/main.ts'],
  ['functions/capacity', '@smithy/core/client'],
  ['functions/capacity', 'aws-cdk-lib'],
  ['functions/capacity', 'aws-cdk-lib/aws-sns'],
  ['functions/compliance', '../capacity/lease.ts'],
  ['functions/compliance', '../../simulator/kernel/clock.ts'],
  ['functions/platform', '../capacity/lease.ts'],
  ['functions/platform', '../../infra/config.ts'],
  ['functions/platform', '../../simulator/kernel/account.ts'],
  ['functions/platform', '../../rehearsal/stage.ts'],
  ['functions/platform', '../../cli/main.ts'],
  ['functions/platform', '@smithy/core/client'],
  ['functions/platform', 'aws-cdk-lib/aws-sns'],
  ['infra', '../simulator/kernel/account.ts'],
  ['infra', '../rehearsal/stage.ts'],
  ['infra', '../cli/main.ts'],
  ['infra/constructs', '../../simulator/kernel/account.ts'],
  ['infra/constructs', '../../rehearsal/stage.ts'],
  ['simulator', '../functions/platform/errors.ts'],
  ['simulator/services', '../../functions/capacity/lease.ts'],
  ['simulator/kernel', '../../infra/application.ts'],
  ['simulator/kernel', '../../rehearsal/stage.ts'],
  ['simulator/kernel', '../../cli/main.ts'],
  ['simulator/deploy', 'aws-cdk-lib'],
  ['simulator/deploy', 'aws-cdk-lib/aws-sns'],
  ['rehearsal', '../functions/platform/ledger.ts'],
  ['rehearsal/scenarios', '../../functions/platform/ledger.ts'],
  ['rehearsal', '../cli/main.ts'],
  ['cli', '../infra/config.ts'],
  ['cli', '../simulator/kernel/account.ts'],
  ['cli', '../rehearsal/stage.ts'],
  ['cli/commands', '../../infra/config.ts'],
  ['cli/commands', '../../rehearsal/stage.ts'],
  ['cli', 'aws-cdk-lib'],
];

const allowed: readonly (readonly [folder: string, specifier: string])[] = [
  ['functions/capacity', './lease.ts'],
  ['functions/capacity', '../platform/ledger.ts'],
  ['functions/compliance', '../platform/errors.ts'],
  ['functions/capacity', '@aws-sdk/client-sns'],
  ['functions/platform', './errors.ts'],
  ['infra/constructs', '../../functions/capacity/model.ts'],
  ['infra/constructs', '../config.ts'],
  ['infra', 'aws-cdk-lib/aws-sns'],
  ['simulator/services', '../kernel/account.ts'],
  ['simulator/kernel', '@smithy/core/client'],
  ['rehearsal', '../simulator/kernel/account.ts'],
  ['rehearsal', '../infra/application.ts'],
  ['rehearsal', '../functions/capacity/sale-request.ts'],
  ['cli', '../functions/platform/ledger.ts'],
  ['cli/commands', '../../functions/capacity/sale-request.ts'],
];

/** Every way to import; none is a way around. */
const ways: Readonly<Record<string, (specifier: string) => string>> = {
  value: (specifier) => `import { thing } from '${specifier}';\nexport const kept = thing;\n`,
  type: (specifier) => `import type { Thing } from '${specifier}';\nexport type Kept = Thing;\n`,
  'export from': (specifier) => `export { thing } from '${specifier}';\n`,
  dynamic: (specifier) => `export const kept = await import('${specifier}');\n`,
};

const project = fileURLToPath(new URL('../../', import.meta.url));
const oxlint = join(dirname(createRequire(import.meta.url).resolve('oxlint/package.json')), 'bin/oxlint');
const rule = 'eslint(no-restricted-imports)';

let tree = '';
let restricted = new Set<string>();

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'webmarket-boundaries-'));
  copyFileSync(join(project, '.oxlintrc.json'), join(tree, '.oxlintrc.json'));
  for (const [folder, specifier] of [...forbidden, ...allowed]) {
    for (const [way, write] of Object.entries(ways)) {
      const path = join(tree, fileOf(folder, specifier, way));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, write(specifier));
    }
  }
  const { stdout } = spawnSync(process.execPath, [oxlint, '--format', 'json', '.'], { cwd: tree, encoding: 'utf8' });
  const { diagnostics } = JSON.parse(stdout) as { readonly diagnostics: readonly { readonly code: string; readonly filename: string }[] };
  restricted = new Set(diagnostics.filter(({ code }) => code === rule).map(({ filename }) => filename));
});

afterAll(() => rmSync(tree, { recursive: true, force: true }));

function fileOf(folder: string, specifier: string, way: string): string {
  return `${folder}/${`${specifier} ${way}`.replaceAll(/[^a-z]+/gu, '-')}.ts`;
}

/** The ways to import that the linter refuses. */
function refused(folder: string, specifier: string): string[] {
  return Object.keys(ways).filter((way) => restricted.has(fileOf(folder, specifier, way)));
}

test.each(forbidden)('%s may not import %s, in any way', (folder, specifier) => {
  expect(refused(folder, specifier)).toEqual(Object.keys(ways));
});

test.each(allowed)('%s may import %s', (folder, specifier) => {
  expect(refused(folder, specifier)).toEqual([]);
});
