import { DescribeAlarmsCommand, type MetricAlarm } from '@aws-sdk/client-cloudwatch';
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import type { Command } from 'commander';
import { cloudWatch, stepFunctions } from '../../functions/platform/clients.ts';
import { listSeenLeases, type SeenLease } from '../../functions/platform/seen-leases.ts';
import type { Deployment } from '../deployment.ts';
import { type ExitCode, exitCodes } from '../errors.ts';
import { type Night, readLastNight } from '../last-night.ts';
import { parisTime, table } from '../output.ts';
import { listOpenQuestions, type OpenQuestion } from '../questions.ts';
import { ledgerOf, type Register, type Session } from '../session.ts';
import { describeQuestions } from './approvals.ts';

/** Days for which leases are shown before they begin: as far as the preflight of every morning looks. */
const soonDays = 14;

interface RunningWorkflow {
  readonly workflow: string;
  readonly name: string;
  readonly startedAt: string;
}

interface RedAlarm {
  readonly name: string;
  readonly since: string;
  /** What is wrong, and the link to what to do. */
  readonly description: string;
}

interface Status {
  readonly environment: string;
  readonly at: string;
  readonly leases: readonly (SeenLease & { readonly isActive: boolean })[];
  readonly workflows: readonly RunningWorkflow[];
  readonly approvals: readonly OpenQuestion[];
  readonly alarms: readonly RedAlarm[];
  /** Null before the first night. */
  readonly lastNight: Night | null;
}

/** `webmarket status` */
export function addStatusCommand(program: Command, register: Register): void {
  const status = program.command('status').description('leases, running workflows, open approvals, red alarms, last night, on one screen');
  register(status, showStatus);
}

async function showStatus(session: Session): Promise<ExitCode> {
  const { output } = session;
  const deployment = await session.deployment();
  const status = await output.whileWaiting('Looking around', readStatus(deployment, Date.now()));
  output.print(status, () => describe(session, status));
  return exitCodes.done;
}

async function readStatus(deployment: Deployment, now: number): Promise<Status> {
  const ledger = ledgerOf(deployment);
  const [leases, workflows, approvals, alarms, lastNight] = await Promise.all([
    listSeenLeases(ledger),
    listRunning(deployment),
    listOpenQuestions(ledger, now),
    listRedAlarms(),
    readLastNight(ledger, deployment.output('EvidenceBucketName')),
  ]);
  return {
    environment: deployment.environment,
    at: new Date(now).toISOString(),
    leases: leases
      .filter(({ status, from, until }) => (status === 'active' || Date.parse(from) <= now) && now < Date.parse(until) && Date.parse(from) < now + soonDays * 86_400_000)
      .map((lease) => ({ ...lease, isActive: Date.parse(lease.from) <= now }))
      .toSorted((left, right) => Date.parse(left.from) - Date.parse(right.from)),
    workflows,
    approvals,
    alarms,
    lastNight: lastNight ?? null,
  };
}

/** The executions that run, of every workflow that the outputs name. What CDK exports to other stacks is named once more, by itself. */
async function listRunning({ outputs }: Deployment): Promise<RunningWorkflow[]> {
  const machines = Object.entries(outputs).filter(([output, value]) => value.includes(':stateMachine:') && !output.startsWith('ExportsOutput'));
  const running = await Promise.all(
    machines.map(async ([output, stateMachineArn]) => {
      const { executions } = await stepFunctions().send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }));
      return (executions ?? []).map(({ name, startDate }) => ({ workflow: output.replace(/Arn$/u, ''), name: name ?? '', startedAt: startDate?.toISOString() ?? '' }));
    }),
  );
  return running.flat().toSorted((left, right) => Date.parse(left.startedAt) - Date.parse(right.startedAt));
}

async function listRedAlarms(): Promise<RedAlarm[]> {
  const red: MetricAlarm[] = [];
  let token: string | undefined;
  do {
    const page = await cloudWatch().send(new DescribeAlarmsCommand({ StateValue: 'ALARM', NextToken: token }));
    red.push(...(page.MetricAlarms ?? []));
    token = page.NextToken;
  } while (token !== undefined);
  return red
    // The alarms by which target tracking scales are red on every quiet day, and are nobody's business.
    .filter(({ AlarmName }) => AlarmName?.startsWith('TargetTracking-') !== true)
    .map(({ AlarmName, AlarmDescription, StateUpdatedTimestamp }) => ({ name: AlarmName ?? '', since: StateUpdatedTimestamp?.toISOString() ?? '', description: AlarmDescription ?? '' }));
}

function describe({ output }: Session, { environment, at, leases, workflows, approvals, alarms, lastNight }: Status): string[] {
  return [
    `${output.heading(`WebMarket+ ${environment}`)}, ${parisTime(at)} in Paris`,
    output.heading(`Capacity, now and in the next ${soonDays} days`),
    ...(leases.length === 0
      ? ['  No lease: the baseline.']
      : table(['LEASE', 'KIND', 'FROM', 'UNTIL', ''], leases.map(({ id, kind, from, until, isActive }) => [id, kind, parisTime(from), parisTime(until), isActive ? 'active' : 'ahead']))),
    output.heading('Running workflows'),
    ...(workflows.length === 0 ? ['  None.'] : table(['WORKFLOW', 'EXECUTION', 'SINCE'], workflows.map(({ workflow, name, startedAt }) => [workflow, name, parisTime(startedAt)]))),
    output.heading('Open approvals'),
    ...(approvals.length === 0 ? ['  None.'] : describeQuestions(approvals)),
    output.heading('Red alarms'),
    ...(alarms.length === 0 ? [`  ${output.style('green', 'None.')}`] : alarms.map(({ name, since, description }) => `  ${output.style('red', name)}, since ${parisTime(since)}: ${description}`)),
    output.heading('Last night'),
    ...(lastNight === null ? ['  No run of the night has ended yet.'] : describeNight(lastNight)),
  ];
}

function describeNight({ finishedAt, standing, notEvaluated, page }: Night): string[] {
  const found = Object.entries(standing).filter(([, count]) => count > 0).map(([severity, count]) => `${count} ${severity}`);
  return [
    `  Ended ${parisTime(finishedAt)}: ${found.length === 0 ? 'nothing stands' : `findings that stand: ${found.join(', ')}`}${notEvaluated.length === 0 ? '' : `; not evaluated: ${notEvaluated.join(', ')}`}`,
    `  ${page}`,
  ];
}
