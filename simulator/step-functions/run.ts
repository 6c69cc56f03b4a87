import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { NotModelledError } from '../kernel/aws-error.ts';
import { VirtualClock } from '../kernel/clock.ts';
import { createRandom } from '../kernel/random.ts';
import { InvalidDefinition, interpret, type Outcome } from './index.ts';
import { messageOf } from './errors.ts';
import { copyJson } from './json.ts';
import { createStandInRunner, readStandIn, type StandIn, StandInError } from './stand-ins.ts';

const help = `Runs one state machine definition (Amazon States Language, JSONata) with stand-ins for its tasks.
Waits and retries take no real time.

  node simulator/step-functions/run.ts <definition.json> <input.json> [options]

  --task <name>=<file.json>  What stands in for a task. <name> is the name of its state, its Resource, or the
                             name of the function that it invokes. May be given several times.
  --now <timestamp>          When the execution starts, for $now and Timestamp. Default: the present.
  --seed <text>              Seed of $random, $uuid and jitter. Default: 1.
  --help                     This text.

A stand-in file holds a plain JSON value, which is the result of the task on every call, as it is. Or it scripts
the calls in the mock format of Step Functions Local, calls of the state counted from 0, the last one repeating:

  {"0": {"Throw": {"Error": "Lambda.TooManyRequestsException", "Cause": "slow down"}},
   "1": {"DelaySeconds": 90, "Return": {"Payload": {"ready": false}}},
   "2-4": {"Return": {"Payload": {"ready": true}}}}

One answer alone, {"Throw": ...} or {"Return": ...}, holds for every call. A task without a stand-in ends the
run with a message, so that no Catch can hide it.

Prints {"status":"SUCCEEDED","output":...} or {"status":"FAILED","error":...,"cause":...} and exits with 0; what
the execution leaves out is left out. An execution that times out prints FAILED with the error States.Timeout.
Bad usage, unreadable files and definitions that AWS would refuse exit with 2 and a message on standard error.
`;

/** The command line, a file or the definition is wrong; the message is for the person who typed it. */
class UsageError extends Error {
  override readonly name = 'UsageError';
}

function readJson(path: string, what: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`Cannot read the ${what} ${path}: ${messageOf(error)}`);
  }
  try {
    // A byte order mark is no JSON, and editors write it all the same.
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new UsageError(`The ${what} ${path} is not JSON: ${messageOf(error)}`);
  }
}

interface CommandLine {
  readonly definition: unknown;
  readonly input: unknown;
  readonly standIns: ReadonlyMap<string, StandIn>;
  readonly startsAt: number;
  readonly seed: string;
}

function readStandIns(given: readonly string[]): ReadonlyMap<string, StandIn> {
  const standIns = new Map<string, StandIn>();
  for (const text of given) {
    const separator = text.indexOf('=');
    if (separator < 1 || separator === text.length - 1) throw new UsageError(`--task takes <name>=<file.json>, not '${text}'.`);
    const name = text.slice(0, separator);
    if (standIns.has(name)) throw new UsageError(`--task is given twice for '${name}'.`);
    const path = text.slice(separator + 1);
    standIns.set(name, readStandIn(readJson(path, 'stand-in'), path));
  }
  return standIns;
}

function readCommandLine(args: readonly string[]): CommandLine | 'help' {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      task: { type: 'string', multiple: true, default: [] },
      now: { type: 'string' },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const [definitionPath, inputPath, ...others] = positionals;
  if (definitionPath === undefined || inputPath === undefined || others.length > 0) {
    throw new UsageError(`Give a definition and an input, not ${positionals.length} files. See --help.`);
  }
  const startsAt = values.now === undefined ? Date.now() : Date.parse(values.now);
  if (Number.isNaN(startsAt)) throw new UsageError(`--now takes a timestamp, not '${values.now}'.`);
  const input = readJson(inputPath, 'input');
  if (copyJson(input).isTooLarge) throw new UsageError(`The input ${inputPath} is larger than the 256 KiB that an execution takes.`);
  return {
    definition: readJson(definitionPath, 'definition'),
    input,
    standIns: readStandIns(values.task),
    startsAt,
    seed: values.seed,
  };
}

/** What is printed: a time-out of the whole execution as the failure that its history names. */
function printable(outcome: Outcome): Readonly<Record<string, unknown>> {
  return outcome.status === 'TIMED_OUT' ? { status: 'FAILED', error: 'States.Timeout' } : { ...outcome };
}

async function main(args: readonly string[]): Promise<void> {
  const commandLine = readCommandLine(args);
  if (commandLine === 'help') {
    process.stdout.write(help);
    return;
  }
  const clock = VirtualClock.detached(commandLine.startsAt);
  const outcome = await clock.runWhilePending(interpret(commandLine.definition, commandLine.input, {
    clock,
    random: createRandom(commandLine.seed),
    task: createStandInRunner(commandLine.standIns, clock),
  }));
  process.stdout.write(`${JSON.stringify(printable(outcome))}\n`);
}

function isForThePerson(error: unknown): error is Error {
  if (error instanceof UsageError || error instanceof InvalidDefinition) return true;
  if (error instanceof NotModelledError || error instanceof StandInError) return true;
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!isForThePerson(error)) throw error;
  process.stderr.write(`${error.name}: ${error.message}\n`);
  process.exitCode = 2;
}
