import type { Command } from 'commander';
import * as z from 'zod';
import type { Deployment } from '../deployment.ts';
import { CommandError, type ExitCode, exitCodes, refused, wrongInput } from '../errors.ts';
import { ask } from '../invoke.ts';
import { bullets, facts, parisTime, table } from '../output.ts';
import { asDescription, personOf } from '../person.ts';
import { listOpenQuestions, type OpenQuestion, type QuestionKind } from '../questions.ts';
import { ledgerOf, type Register, type Session } from '../session.ts';

/** The function that takes the answer, and what it calls that which the answer is about. */
const takers: Readonly<Record<QuestionKind, { readonly output: string; readonly field: string }>> = {
  drill: { output: 'AnswerDrillFunction', field: 'drillId' },
  repair: { output: 'AnswerApprovalFunction', field: 'repairId' },
  lifecycle: { output: 'AnswerLifecycleFunction', field: 'role' },
};

type Decision = 'approved' | 'rejected';

const idHelp = '<id> is that of `webmarket approvals list`: drill/…, repair/… or lifecycle/…; what stands behind the slash is enough.';

/** `webmarket approvals …` */
export function addApprovalCommands(program: Command, register: Register): void {
  const approvals = program.command('approvals').description('what waits for a person: drills, repairs, rules that delete');
  register(approvals.command('list').description('every question that can be answered'), listApprovals);
  register(approvals.command('show').description('one question, with its plan').argument('<id>').addHelpText('after', `\n${idHelp}`), (session, command) => showApproval(session, command.args[0] ?? ''));
  const approve = withAnswerOptions(approvals.command('approve').description('say yes to a plan that you have read'))
    .requiredOption('--plan <hash>', 'the plan that you have read: its hash, or the first 8 digits of it or more');
  register(approve, (session, command) => answer(session, command, 'approved'));
  const reject = withAnswerOptions(approvals.command('reject').description('say no')).option('--plan <hash>', 'only if it is still this plan');
  register(reject, (session, command) => answer(session, command, 'rejected'));
}

function withAnswerOptions(command: Command): Command {
  return command
    .argument('<id>')
    .option('--as <name>', asDescription)
    .option('--comment <text>', 'for the record, up to 1000 characters')
    .option('--dry-run', 'look whether it could be answered, and answer nothing')
    .addHelpText('after', `\n${idHelp}`);
}

async function listApprovals(session: Session): Promise<ExitCode> {
  const { output } = session;
  const questions = await readQuestions(session, await session.deployment());
  output.print(questions, () => (questions.length === 0 ? ['Nothing waits for an answer.'] : describeQuestions(questions)));
  return exitCodes.done;
}

/** Questions as a table. */
export function describeQuestions(questions: readonly OpenQuestion[]): string[] {
  return table(['ID', 'PLAN', 'ANSWER BEFORE', 'WHAT'], questions.map(({ id, planHash, expiresAt, summary }) => [id, planHash.slice(0, 8), parisTime(expiresAt), summary]));
}

async function showApproval(session: Session, id: string): Promise<ExitCode> {
  const question = find(await readQuestions(session, await session.deployment()), id);
  session.output.print(question, () => describe(session, question));
  return exitCodes.done;
}

function describe({ output }: Session, { id, summary, planHash, askedAt, expiresAt, requester, lines }: OpenQuestion): string[] {
  const pairs: (readonly [string, string])[] = [
    ['Id', id],
    ['Plan', planHash],
    ['Asked', `${parisTime(askedAt)} in Paris${requester === undefined ? '' : `, by ${requester}, who cannot approve it`}`],
    ['Answer', `before ${parisTime(expiresAt)} in Paris; none means no`],
  ];
  return [output.heading(summary), ...facts(pairs), ...bullets('What it is about', lines), `To approve: webmarket approvals approve ${id} --plan ${planHash.slice(0, 8)} --as "Your name"`];
}

interface AnswerOptions {
  readonly as?: string;
  readonly comment?: string;
  readonly plan?: string;
  readonly dryRun?: boolean;
}

const answerSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('accepted') }),
  z.object({ status: z.literal('refused'), code: z.string(), message: z.string() }),
]);

async function answer(session: Session, command: Command, decision: Decision): Promise<ExitCode> {
  const { output } = session;
  const { as, comment, plan, dryRun = false } = command.opts<AnswerOptions>();
  const approver = personOf(session, as);
  if (plan !== undefined) checkHash(plan);
  if (comment !== undefined && comment.length > 1000) throw wrongInput(`--comment: ${comment.length} characters given, expected at most 1000.`);
  const deployment = await session.deployment();
  const question = find(await readQuestions(session, deployment), command.args[0] ?? '');
  const { kind, name, planHash, id } = question;
  if (plan !== undefined && !planHash.startsWith(plan)) {
    throw refused(`--plan: ${plan} given, and the plan that waits is ${planHash.slice(0, 16)}…: it is another one by now.`, `Read it: webmarket approvals show ${id}`);
  }
  const taker = takers[kind];
  const request = { [taker.field]: name, planHash, decision, approver, ...(comment === undefined ? {} : { comment }) };
  if (!dryRun) {
    const said = await output.whileWaiting('Handing the answer in', ask(deployment.output(taker.output), request, answerSchema));
    if (said.status === 'refused') throw refused(`The answer was not taken (${said.code}). ${said.message}`, nextSteps[said.code]);
  }
  output.print({ ...request, id, dryRun }, () =>
    dryRun
      ? [...describe(session, question), `${approver} would have ${decision} it. Nothing was answered.`]
      : [output.style(decision === 'approved' ? 'green' : 'yellow', `${approver} has ${decision} ${id}.`), decision === 'approved' ? 'Everything is looked at once more before anything is done.' : 'Nothing is done.'],
  );
  return exitCodes.done;
}

const nextSteps: Readonly<Record<string, string>> = {
  'own-request': 'Ask a second person to read the plan and to approve it.',
  'plan-altered': 'Read it anew: webmarket approvals list',
  expired: 'It is asked anew where it is still wanted; a drill is asked for anew by a person.',
};

function checkHash(plan: string): void {
  if (!/^[0-9a-f]{8,64}$/u.test(plan)) throw wrongInput(`--plan: ${JSON.stringify(plan)} given, expected 8 to 64 hexadecimal digits, as approvals list shows them.`);
}

function readQuestions({ output }: Session, deployment: Deployment): Promise<OpenQuestion[]> {
  return output.whileWaiting('Reading the ledger', listOpenQuestions(ledgerOf(deployment), Date.now()));
}

function find(questions: readonly OpenQuestion[], wanted: string): OpenQuestion {
  const [found, ...others] = questions.filter(({ id, name }) => id === wanted || name === wanted);
  if (found !== undefined && others.length === 0) return found;
  const waiting = questions.length === 0 ? 'Nothing waits for an answer.' : `What waits: ${questions.map(({ id }) => id).join(', ')}.`;
  const problem = found === undefined ? 'expected the id of a question that waits' : 'and more than one kind of question has this name';
  throw new CommandError(exitCodes.usage, `id: ${JSON.stringify(wanted)} given, ${problem}. ${waiting}`, 'See `webmarket approvals list`.');
}
