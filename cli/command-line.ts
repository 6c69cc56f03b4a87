import { Command, CommanderError } from 'commander';
import { addApprovalCommands } from './commands/approvals.ts';
import { addDrillCommands } from './commands/drill.ts';
import { addSaleCommands } from './commands/sale.ts';
import { addStatusCommand } from './commands/status.ts';
import { asCommandError, type ExitCode, exitCodeHelp, exitCodes } from './errors.ts';
import type { Io } from './io.ts';
import { paint } from './output.ts';
import { openSession, type Register } from './session.ts';

const examples = [
  'Examples:',
  '  webmarket status',
  '  webmarket sale plan --file config/sale.example.yaml',
  '  webmarket approvals list',
].join('\n');

/** Runs the command that `argv` spells (without node and script) and gives the exit code. Throws nothing. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  let exitCode: ExitCode = exitCodes.done;
  const register: Register = (command, work) => {
    command.action(async () => {
      exitCode = await work(openSession(io, command), command);
    });
  };
  try {
    await createProgram(io, register).parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has printed what there was to say: help, or what is wrong with the command line.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    return report(error, io);
  }
}

function createProgram(io: Io, register: Register): Command {
  const program = new Command('webmarket')
    .description('Operations of WebMarket+: sales, failover drills, approvals. Times are Paris times.')
    .option('--json', 'print JSON instead of text, with instants in ISO 8601')
    .option('--environment <name>', 'which deployment: the name of its file in config/', 'production')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      outputError: (text, write) => write(paint(io, io.stderr, 'red', text)),
      getOutHasColors: () => io.stdout.isTTY === true,
      getErrHasColors: () => io.stderr.isTTY === true,
    })
    .showHelpAfterError('Add --help to see what there is.')
    .exitOverride();
  addStatusCommand(program, register);
  addSaleCommands(program, register);
  addApprovalCommands(program, register);
  addDrillCommands(program, register);
  program.addHelpText('after', `\n${exitCodeHelp}\n\n${examples}`);
  return program;
}

function report(error: unknown, io: Io): ExitCode {
  const known = asCommandError(error);
  if (known === undefined) {
    io.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return exitCodes.defect;
  }
  io.stderr.write(`${paint(io, io.stderr, 'red', known.message)}\n${known.next === undefined ? '' : `${known.next}\n`}`);
  return known.exitCode;
}
