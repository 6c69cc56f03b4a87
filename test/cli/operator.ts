import { deniedPermissions } from '../../rehearsal/promises/account.ts';
import type { Stage } from '../../rehearsal/stage.ts';
import { type Caller, runAs } from '../../simulator/kernel/caller.ts';
import { run } from '../../cli/command-line.ts';

/** What a command printed, and what it ended with. */
export interface Printed {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

export interface Terminal {
  /** Variables of the operator's shell. @default none */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether a person looks at it. @default false */
  readonly isTTY?: boolean;
  /** Which role of the team was assumed. @default 'Operator' */
  readonly role?: 'Operator' | 'ReadOnly';
}

/** Types a command as somebody who has assumed a role of the team as it was deployed, and nothing else. */
export async function webmarket(stage: Stage, argv: readonly string[], { env = {}, isTTY = false, role = 'Operator' }: Terminal = {}): Promise<Printed> {
  const printed = { out: '', err: '' };
  const io = {
    stdout: { isTTY, write: (text: string) => (printed.out += text) },
    stderr: { isTTY, write: (text: string) => (printed.err += text) },
    env,
  };
  let calls = 0;
  const caller: Caller = {
    account: stage.account,
    principal: { kind: 'role', roleArn: stage.output(`${role}RoleArn`), session: 'somebody' },
    name: 'operator',
    environment: { AWS_REGION: stage.account.region, AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none', ...env },
    print: () => {},
    isGone: () => false,
    nextCallIndex: () => calls++,
  };
  const exitCode = await stage.clock.runWhilePending(runAs(caller, () => run(argv, io)));
  return { exitCode, ...printed };
}

/** The same with `--json`: what it printed, parsed. */
export async function webmarketJson(stage: Stage, argv: readonly string[], terminal?: Terminal): Promise<{ readonly exitCode: number; readonly value: unknown }> {
  const { exitCode, out, err } = await webmarket(stage, [...argv, '--json'], terminal);
  if (out === '') throw new Error(`${argv.join(' ')} printed nothing: ${err}`);
  return { exitCode, value: JSON.parse(out) as unknown };
}

/** To be expected at the end of every story: nothing that the role lacks was asked for. */
export { deniedPermissions };
