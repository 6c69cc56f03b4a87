import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Command } from 'commander';
import { type Drill, drillReferenceSchema, findDrill, listDrills } from '../../functions/failover-drill/drill-records.ts';
import { drillReportSchema, reportKey } from '../../functions/failover-drill/drill-report.ts';
import { readRequest } from '../../functions/failover-drill/drill-request.ts';
import { stepFunctions } from '../../functions/platform/clients.ts';
import { isNamed } from '../../functions/platform/errors.ts';
import { getEvidence } from '../../functions/platform/evidence.ts';
import type { Deployment } from '../deployment.ts';
import { type ExitCode, exitCodes, refused, wrongInput } from '../errors.ts';
import { bullets, facts, parisTime, table } from '../output.ts';
import { asDescription, personOf } from '../person.ts';
import { ledgerOf, type Register, type Session } from '../session.ts';

/** Drills and observations that `status` without an id shows. */
const shownDrills = 10;

/** `webmarket drill …` */
export function addDrillCommands(program: Command, register: Register): void {
  const drill = program.command('drill').description('failover drills of the database: docs/runbooks/failover-drill.md');
  const start = drill
    .command('start')
    .description('ask for a drill; a second person has to approve it')
    .argument('<id>', 'its name, used once: letters, digits, - and _, up to 80')
    .requiredOption('--reason <text>', 'why now, in a sentence, for whoever approves and for the report')
    .option('--as <name>', asDescription)
    .option('--dry-run', 'look at every guard, and do nothing to the database');
  register(start, startDrill);
  register(drill.command('status').description('the last drills and observations, or one').argument('[id]'), (session, command) => {
    const [id] = command.args;
    return id === undefined ? listStatus(session) : showStatus(session, id);
  });
  register(drill.command('report').description('what came of a drill, from the evidence').argument('<id>'), (session, command) => showReport(session, command.args[0] ?? ''));
}

async function startDrill(session: Session, command: Command): Promise<ExitCode> {
  const { output } = session;
  const { as, reason, dryRun = false } = command.opts<{ as?: string; reason: string; dryRun?: boolean }>();
  const drillId = checkId(command.args[0] ?? '');
  const request = { requester: personOf(session, as), reason, ...(dryRun ? { dryRun } : {}) };
  const { blockers } = readRequest(request);
  if (blockers.length > 0) throw wrongInput(blockers.map(({ message }) => message).join('\n'));
  const deployment = await session.deployment();
  const executionArn = await output.whileWaiting('Starting the workflow', start(deployment, drillId, request));
  output.print({ drillId, executionArn, ...request }, () => [
    output.style('green', dryRun ? `A dry run of ${drillId} has begun: every guard is looked at, and nothing is done.` : `The drill ${drillId} is asked for.`),
    `See what comes of it: webmarket drill status ${drillId}`,
    ...(dryRun ? [] : ['A second person approves it: webmarket approvals list']),
  ]);
  return exitCodes.done;
}

async function start(deployment: Deployment, name: string, request: object): Promise<string> {
  try {
    const { executionArn } = await stepFunctions().send(new StartExecutionCommand({ stateMachineArn: deployment.output('FailoverDrillArn'), name, input: JSON.stringify(request) }));
    return executionArn ?? '';
  } catch (error) {
    if (!isNamed(error, 'ExecutionAlreadyExists')) throw error;
    throw refused(`id: ${name} given, and there was a drill of this name.`, `Choose another name. What came of that one: webmarket drill status ${name}`);
  }
}

async function listStatus(session: Session): Promise<ExitCode> {
  const { output } = session;
  const deployment = await session.deployment();
  const drills = (await output.whileWaiting('Reading the ledger', listDrills(ledgerOf(deployment))))
    .toSorted((left, right) => Date.parse(right.openedAt) - Date.parse(left.openedAt))
    .slice(0, shownDrills);
  output.print(drills.map(withoutToken), () =>
    drills.length === 0
      ? ['There was no drill yet.']
      : table(['DRILL', 'ASKED FOR', 'BY', 'STATE'], drills.map((drill) => [drill.drillId, parisTime(drill.openedAt), drill.requester, stateOf(drill)])),
  );
  return exitCodes.done;
}

async function showStatus(session: Session, id: string): Promise<ExitCode> {
  const { output } = session;
  const drillId = checkId(id);
  const deployment = await session.deployment();
  const drill = await output.whileWaiting('Reading the ledger', findDrill(ledgerOf(deployment), drillId));
  if (drill === undefined) return showUnopened(session, deployment, drillId);
  output.print(withoutToken(drill), () => describe(session, drill));
  return drill.blockers.length > 0 ? exitCodes.refused : exitCodes.done;
}

/** A drill that was asked for a moment ago, or that broke before it was written down. */
async function showUnopened({ output }: Session, deployment: Deployment, drillId: string): Promise<ExitCode> {
  const executionArn = `${deployment.output('FailoverDrillArn').replace(':stateMachine:', ':execution:')}:${drillId}`;
  try {
    const { status, startDate } = await stepFunctions().send(new DescribeExecutionCommand({ executionArn }));
    output.print({ drillId, executionArn, status, startedAt: startDate?.toISOString() }, () => [
      status === 'RUNNING' ? `The drill ${drillId} has begun and has not looked at anything yet. Ask again in a moment.` : `The drill ${drillId} broke before it was written down (${status}): docs/runbooks/failover-drill.md, "The report is missing".`,
    ]);
    return status === 'RUNNING' ? exitCodes.done : exitCodes.refused;
  } catch (error) {
    if (!isNamed(error, 'ExecutionDoesNotExist')) throw error;
    throw wrongInput(`id: there is no drill ${JSON.stringify(drillId)}.`, 'See `webmarket drill status` for the last ones.');
  }
}

function describe({ output }: Session, drill: Drill): string[] {
  const { drillId, kind, requester, reason, openedAt, plan, approval, blockers, remarks, outcome } = drill;
  const answered = approval?.decision === undefined ? undefined : `${approval.decision} by ${approval.approver ?? 'somebody'}, ${parisTime(approval.answeredAt ?? openedAt)}`;
  const pairs: (readonly [string, string])[] = [
    ['State', stateOf(drill)],
    ['Asked for', `${parisTime(openedAt)} in Paris, by ${requester}: ${reason}`],
    ...(plan === undefined ? [] : [['Database', `${plan.databaseId}, from ${plan.primaryZone} to ${plan.standbyZone}`] as const]),
    ...(approval === undefined ? [] : [['Approval', answered ?? `wanted before ${parisTime(approval.expiresAt)}; webmarket approvals show drill/${drillId}`] as const]),
    ...(outcome === undefined ? [] : [['Report', `webmarket drill report ${drillId}`] as const]),
  ];
  return [
    output.heading(`${kind === 'drill' ? 'Failover drill' : 'Observed failover'} ${drillId}`),
    ...facts(pairs),
    ...bullets(output.style('red', 'Blockers'), blockers.map(({ code, message }) => `${code}: ${message}`)),
    ...bullets('Remarks', remarks),
  ];
}

function stateOf({ state, outcome, isDryRun }: Drill): string {
  return `${outcome ?? state}${isDryRun && outcome !== 'dry-run' ? ' (dry run)' : ''}`;
}

/** The token is between the workflow and the function that takes the answer. */
function withoutToken({ approval, ...drill }: Drill): object {
  if (approval === undefined) return drill;
  const { token: _, ...kept } = approval;
  return { ...drill, approval: kept };
}

async function showReport(session: Session, id: string): Promise<ExitCode> {
  const { output } = session;
  const drillId = checkId(id);
  const deployment = await session.deployment();
  const bucket = deployment.output('EvidenceBucketName');
  const document = await output.whileWaiting('Reading the evidence', getEvidence(bucket, reportKey(drillId, 'report.json')));
  if (document === undefined) throw refused(`There is no report of ${drillId}: it is not over, or there was no such drill.`, `Look: webmarket drill status ${drillId}`);
  const report = drillReportSchema.parse(document);
  const { outcome, explanation, measured, judgements, blockers, defects, closedAt } = report;
  const page = `s3://${bucket}/${reportKey(drillId, 'report.html')}`;
  output.print({ ...report, page }, () => [
    output.heading(`Drill ${drillId}: ${outcome}`),
    explanation,
    ...facts([
      ['Ended', `${parisTime(closedAt)} in Paris`],
      ['Without writes', measured.outageSeconds === undefined ? 'not measured' : `${measured.outageSeconds.toFixed(1)} s`],
      ['Commits lost', measured.lostCommits === undefined ? 'not measured' : String(measured.lostCommits)],
      ['Page', page],
    ]),
    ...bullets('Objectives', judgements.map(({ isMet, isMeasured, statement }) => `${isMet ? output.style('green', 'met') : output.style('red', isMeasured ? 'MISSED' : 'NOT MEASURED')}: ${statement}`)),
    ...bullets(output.style('red', 'Blockers'), blockers.map(({ code, message }) => `${code}: ${message}`)),
    ...bullets(output.style('red', 'Defects of the measurement'), defects),
  ]);
  return exitCodes.done;
}

function checkId(id: string): string {
  if (drillReferenceSchema.safeParse({ drillId: id }).success) return id;
  throw wrongInput(`id: ${JSON.stringify(id)} given, expected letters, digits, - and _, 80 at most.`);
}
