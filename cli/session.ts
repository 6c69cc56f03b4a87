import type { Command } from 'commander';
import { Ledger } from '../functions/platform/ledger.ts';
import { type Deployment, findDeployment } from './deployment.ts';
import type { ExitCode } from './errors.ts';
import type { Io } from './io.ts';
import { Output } from './output.ts';

/** What one run of the command works with. */
export interface Session {
  readonly output: Output;
  readonly env: Io['env'];
  /** Looks the deployment up; to be called once input is known to be right. */
  deployment(): Promise<Deployment>;
}

interface GlobalOptions {
  readonly json?: boolean;
  readonly environment: string;
}

/** Adds what a command does to it; what `work` gives is the exit code. */
export type Register = (command: Command, work: (session: Session, command: Command) => Promise<ExitCode>) => void;

/** A session with the options that every command takes. */
export function openSession(io: Io, command: Command): Session {
  const { json = false, environment } = command.optsWithGlobals<GlobalOptions>();
  const output = new Output(io, json);
  let found: Promise<Deployment> | undefined;
  return { output, env: io.env, deployment: () => (found ??= output.whileWaiting('Looking for the deployment', findDeployment(environment))) };
}

export function ledgerOf(deployment: Deployment): Ledger {
  return new Ledger(deployment.output('LedgerTableName'));
}
