import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs, styleText } from 'node:util';
import { ConfigError } from '../infra/config-error.ts';
import { formatParisTime } from './paris.ts';
import { rehearse } from './rehearse.ts';
import { exampleSaleFile, readSaleFile, SaleFileError } from './sale-file.ts';
import { RefusedSaleError } from './sale-story.ts';
import { scenariosFor } from './scenarios.ts';
import { synthesise } from './synthesis.ts';
import { describeReport } from './terminal.ts';

const options = {
  scenario: { type: 'string', default: 'sale-day' },
  seed: { type: 'string', default: '1' },
  sale: { type: 'string', default: exampleSaleFile },
  environment: { type: 'string', default: 'production' },
  out: { type: 'string', default: 'rehearsal-report' },
  help: { type: 'boolean', default: false },
} as const;

/** What the user asked for cannot be done; the message says what can. */
class UsageError extends Error {
  override readonly name = 'UsageError';
}

process.exitCode = await main();

/** 0: every promise held. 1: one was broken. 2: nothing was rehearsed. */
async function main(): Promise<number> {
  try {
    const values = readOptions();
    if (values.help) {
      print(help([...scenariosFor(readSaleFile(exampleSaleFile)).values()]));
      return 0;
    }
    const scenarios = scenariosFor(readSaleFile(values.sale));
    const scenario = scenarios.get(values.scenario);
    if (scenario === undefined) {
      throw new UsageError(`--scenario ${values.scenario}: there is no such scenario. Expected one of ${[...scenarios.keys()].join(', ')}.`);
    }
    const seed = readSeed(values.seed);
    print(`${styleText('bold', 'WebMarket+ operations')}: rehearsing ${scenario.name} (${scenario.title})\n`);
    print(dim(`  Synthesising the ${values.environment} templates …`));
    const synthesis = synthesise(values.environment, scenario.change, scenario.options);
    print(dim(`  Deploying ${synthesis.assembly.stacks.length} stacks into a simulated account …\n`));
    const report = await rehearse({
      synthesis,
      scenario,
      seed,
      onStep: (at, text) => print(dim(`  ${formatParisTime(at).slice(0, 16).replace('T', ' ')}  ${text}`)),
    });
    mkdirSync(values.out, { recursive: true });
    const file = join(values.out, 'report.json');
    writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
    print(describeReport(report, file));
    return report.promises.every(({ held }) => held) ? 0 : 1;
  } catch (error) {
    if (!isExpected(error)) throw error;
    process.stderr.write(`${styleText('red', 'Nothing was rehearsed.', { stream: process.stderr })} ${error.message}\n`);
    return 2;
  }
}

function readOptions() {
  try {
    return parseArgs({ options, strict: true }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\nTry: npm start -- --help`, { cause: error });
  }
}

function readSeed(text: string): number {
  const seed = Number(text);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new UsageError(`--seed ${text}: expected a whole number, 0 or more.`);
  return seed;
}

function isExpected(error: unknown): error is Error {
  return (
    error instanceof UsageError || error instanceof SaleFileError || error instanceof ConfigError || error instanceof RefusedSaleError
  );
}

function help(scenarios: readonly { readonly name: string; readonly title: string }[]): string {
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  return [
    'Rehearses the operations of WebMarket+ in a simulated AWS account, in virtual time.',
    '',
    'Usage: npm start -- [options]',
    '',
    '  --scenario NAME      what to rehearse (sale-day)',
    ...scenarios.map(({ name, title }) => `                         ${name.padEnd(width)}  ${title}`),
    '  --sale FILE          the sale that sale-day plays, in YAML (config/sale.example.yaml)',
    '  --environment NAME   the file of config/ to synthesise (production)',
    '  --seed NUMBER        the same seed gives the same rehearsal (1)',
    '  --out DIR            where report.json is written (rehearsal-report)',
    '  --help               this text',
    '',
    'Exit code: 0 every promise held, 1 a promise was broken, 2 nothing was rehearsed.',
  ].join('\n');
}

function dim(text: string): string {
  return styleText('dim', text);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
