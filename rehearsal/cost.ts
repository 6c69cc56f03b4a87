import { parseArgs, styleText } from 'node:util';
import { ConfigError } from '../infra/config-error.ts';
import { loadPrices } from '../infra/prices.ts';
import { measureAdditions } from './cost/additions.ts';
import { describeStatement } from './cost/describe.ts';
import { measure } from './cost/measure.ts';
import { quantitiesOf, stateCost, targetUsd } from './cost/statement.ts';
import { exampleSaleFile, readSaleFile } from './sale-file.ts';
import { scenariosFor } from './scenarios.ts';
import { synthesise } from './synthesis.ts';

/** `npm run cost`: what the orchestrator itself costs, from the counters of a rehearsal and the dated price table. */

const month = 'quiet-month';

const options = {
  scenario: { type: 'string', default: month },
  environment: { type: 'string', default: 'production' },
  seed: { type: 'string', default: '1' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** What the user asked for cannot be done; the message says what can. */
class UsageError extends Error {
  override readonly name = 'UsageError';
}

process.exitCode = await main();

/** 0: the target is held after the free tier. 1: it is not. 2: nothing was reckoned. */
async function main(): Promise<number> {
  try {
    const values = readOptions();
    if (values.help) {
      print(help());
      return 0;
    }
    return await reckon(values);
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof ConfigError)) throw error;
    process.stderr.write(`${styleText('red', 'Nothing was reckoned.', { stream: process.stderr })} ${error.message}\n`);
    return 2;
  }
}

async function reckon(values: ReturnType<typeof readOptions>): Promise<number> {
  const { environment, json: isJson } = values;
  const scenarios = scenariosFor(readSaleFile(exampleSaleFile));
  const scenario = scenarios.get(values.scenario);
  if (scenario === undefined) throw new UsageError(`--scenario ${values.scenario}: there is no such scenario. Expected one of ${[...scenarios.keys()].join(', ')}.`);
  const seed = readSeed(values.seed);
  const onStep = (text: string): void => {
    if (!isJson) print(styleText('dim', `  ${text}`));
  };
  const prices = loadPrices();
  if (!isJson) print(`${styleText('bold', 'WebMarket+ operations')}: what the orchestrator itself costs, ${scenario.title}\n`);
  onStep(`Playing ${scenario.name} …`);
  const synthesis = synthesise(environment, scenario.change, scenario.options);
  const measured = await measure(synthesis, scenario, seed);
  const facts = { environment, scenario: scenario.name, seed, synthesis, measured, prices };
  const isMonth = scenario.name === month;
  const { rates } = prices.operations;
  const additions = isMonth ? await measureAdditions({ environment, seed, month: quantitiesOf(facts), rates, onStep }) : [];
  const statement = stateCost(facts, additions);
  print(isJson ? JSON.stringify(statement, null, 2) : describeStatement(statement));
  return statement.target.isHeldAfterFree ? 0 : 1;
}

function readOptions() {
  try {
    return parseArgs({ options, strict: true }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\nTry: npm run cost -- --help`, { cause: error });
  }
}

function readSeed(text: string): number {
  const seed = Number(text);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new UsageError(`--seed ${text}: expected a whole number, 0 or more.`);
  return seed;
}

function help(): string {
  return [
    'Says what the orchestrator itself costs: the stacks Operations and Monitoring, not the shop and not the audit trail.',
    '',
    'Usage: npm run cost -- [options]',
    '',
    `  --scenario NAME      what to meter (${month}); of another one, the cost of its days, and nothing of single events`,
    '  --environment NAME   the file of config/ to synthesise (production)',
    '  --seed NUMBER        the same seed gives the same bill (1)',
    '  --json               the statement as JSON, with every part of every line',
    '  --help               this text',
    '',
    `Exit code: 0 under ${targetUsd} USD a month after the free tier, 1 over it, 2 nothing was reckoned.`,
  ].join('\n');
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
