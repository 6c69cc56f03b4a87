import { type Command, InvalidArgumentError } from 'commander';
import type { Register, Session } from '../session.ts';
import { type ExitCode, exitCodes } from '../errors.ts';
import { readFields, readPrices } from '../files.ts';
import { checkRequest, type Registered, registerSale } from '../sale-registration.ts';
import { costOfFloor, type FloorCost } from '../sale-cost.ts';
import { bullets, facts, parisTime } from '../output.ts';
import { listSales, showSale } from './sale-records.ts';

interface SaleFlags {
  readonly file?: string;
  readonly id?: string;
  readonly name?: string;
  readonly startsAt?: string;
  readonly endsAt?: string;
  readonly peak?: number;
  readonly floor?: number;
  readonly leadMinutes?: number;
}

const example = '\nExample:\n  webmarket sale plan --id soldes-hiver-2027 --name "Soldes d\'hiver" \\\n    --starts-at 2027-01-13T08:00 --ends-at 2027-01-13T22:00 --peak 900';

/** `webmarket sale …` */
export function addSaleCommands(program: Command, register: Register): void {
  const sale = program.command('sale').description('plan, add and change sales');
  const plan = withSaleOptions(sale.command('plan').description('floor, quota, cost and blockers of a sale, before anything is written'));
  register(plan, (session, command) => add(session, command, true));
  const adding = withDryRun(withSaleOptions(sale.command('add').description('register a sale')));
  register(adding, (session, command) => add(session, command, isDryRun(command)));

  register(
    sale.command('list').description('the sales that are ahead or open').option('--all', 'those that are over or cancelled, too'),
    (session, command) => listSales(session, command.opts<{ all?: boolean }>().all === true),
  );
  register(sale.command('show').description('one sale, with its verdicts and its report').argument('<id>'), (session, command) => showSale(session, command.args[0] ?? ''));

  const extend = sale.command('extend').description('move the end of a sale to a later time').argument('<id>').requiredOption('--ends-at <time>', 'the new end, in Paris');
  register(withDryRun(extend), (session, command) => change(session, command, { action: 'extend', endsAt: command.opts<{ endsAt: string }>().endsAt }));
  const forward = sale.command('bring-forward').description('move the opening of a sale to an earlier time').argument('<id>').requiredOption('--starts-at <time>', 'the new opening, in Paris');
  register(withDryRun(forward), (session, command) => change(session, command, { action: 'bring-forward', startsAt: command.opts<{ startsAt: string }>().startsAt }));
  const cancel = sale.command('cancel').description('cancel a sale; one that is open is brought down step by step').argument('<id>');
  register(withDryRun(cancel), (session, command) => change(session, command, { action: 'cancel' }));
}

function withSaleOptions(command: Command): Command {
  return command
    .option('--file <file>', 'the sale in YAML, as config/sale.example.yaml; flags take precedence')
    .option('--id <id>', 'letters, digits and hyphens; never used twice')
    .option('--name <name>', 'as reports show it')
    .option('--starts-at <time>', 'opening, in Paris: 2027-01-13T08:00')
    .option('--ends-at <time>', 'end, in Paris')
    .option('--peak <requests>', 'highest load expected, in requests per second; or --floor', toNumber)
    .option('--floor <instances>', 'instances wanted, where the peak is not known', toNumber)
    .option('--lead-minutes <minutes>', 'minutes of lead time, where those of the model do not fit', toNumber)
    .addHelpText('after', example);
}

function withDryRun(command: Command): Command {
  return command.option('--dry-run', 'say what it would come to, and write nothing');
}

function isDryRun(command: Command): boolean {
  return command.opts<{ dryRun?: boolean }>().dryRun === true;
}

function toNumber(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number)) throw new InvalidArgumentError('A number was expected.');
  return number;
}

function add(session: Session, command: Command, dryRun: boolean): Promise<ExitCode> {
  const { file, peak, id, name, startsAt, endsAt, floor, leadMinutes } = command.opts<SaleFlags>();
  const flags = Object.entries({ id, name, startsAt, endsAt, expectedPeakRequestsPerSecond: peak, floor, leadMinutes }).filter(([, value]) => value !== undefined);
  const given = { ...(file === undefined ? {} : readFields(file)), ...Object.fromEntries(flags) };
  return send(session, { action: 'add', sale: given }, dryRun);
}

function change(session: Session, command: Command, request: Readonly<Record<string, unknown>>): Promise<ExitCode> {
  return send(session, { ...request, saleId: command.args[0] }, isDryRun(command));
}

async function send(session: Session, request: Readonly<Record<string, unknown>>, dryRun: boolean): Promise<ExitCode> {
  const { output } = session;
  const whole = { ...request, ...(dryRun ? { dryRun } : {}) };
  checkRequest(whole);
  const deployment = await session.deployment();
  const answer = await output.whileWaiting('Looking at quotas, zones and the group', registerSale(deployment, whole));
  const cost = answer.status === 'planned' && answer.lease.status === 'active' ? costOf(answer) : undefined;
  output.print({ ...answer, ...(cost === undefined ? {} : { cost }) }, () => describe(session, answer, cost));
  // A sale that is cancelled needs no capacity, whatever stands in its way.
  return answer.feasible || answer.lease.status === 'cancelled' ? exitCodes.done : exitCodes.refused;
}

type Planned = Extract<Registered, { status: 'planned' }>;

function costOf({ lease, figures }: Planned): FloorCost {
  const { baselineFloor, descentMinutes, preflight } = figures;
  const { floor, from, until } = lease;
  return costOfFloor({ floor, from, until, baselineFloor, descentMinutes, instanceType: preflight.vcpus?.byType[0]?.type }, readPrices().instances);
}

function describe({ output }: Session, answer: Registered, cost: FloorCost | undefined): string[] {
  const { lease, feasible, blockers, warnings, reason } = answer;
  const { sale } = lease;
  return [
    `${output.heading(sale.name)} (${sale.id}, revision ${lease.revision})`,
    ...facts([
      ['Opens', `${parisTime(sale.startsAt)} in Paris`],
      ['Ends', `${parisTime(sale.endsAt)} in Paris`],
      ['Capacity', lease.status === 'cancelled' ? `cancelled as of ${parisTime(lease.until)}` : `from ${parisTime(lease.from)} to ${parisTime(lease.until)}`],
      ['Floor', `${lease.floor} instances${answer.status === 'planned' ? `, ${answer.figures.baselineFloor} on an ordinary day` : ''}`],
      ['Ceiling', `${lease.ceiling} instances`],
      ...(answer.status === 'planned' && lease.status === 'active' ? [['Quota', describeQuota(answer)] as const] : []),
      ...(cost === undefined ? [] : [['Cost', describeCost(cost)] as const]),
    ]),
    ...bullets(output.style('red', 'Blockers'), blockers.map(({ code, message }) => `${code}: ${message}`)),
    ...bullets(output.style('yellow', 'Warnings'), warnings.map(({ code, message }) => `${code}: ${message}`)),
    `${statusWords[answer.status]}: ${reason}.`,
    ...(answer.status === 'planned' ? ['Nothing was written.'] : []),
    ...(lease.status === 'cancelled' ? [] : [feasible ? output.style('green', 'Nothing stands in its way.') : output.style('red', 'It is blocked. Remove the blockers; a quota takes days.')]),
  ];
}

const statusWords: Readonly<Record<Registered['status'], string>> = { registered: 'Registered', unchanged: 'It stands already', planned: 'Planned' };

function describeQuota({ figures }: Planned): string {
  const { vcpus } = figures.preflight;
  const first = vcpus?.byType[0];
  if (vcpus === undefined || first === undefined) return 'could not be read';
  return `${vcpus.quota} vCPUs; ${vcpus.running} are running, the floor takes the Region to ${first.floorVcpus}, the ceiling to ${first.ceilingVcpus}`;
}

function describeCost(cost: FloorCost): string {
  if (cost.kind === 'unknown') return `unknown: ${cost.reason}`;
  const { atMostUsd, extraInstances, hours, instanceType, pricePerHourUsd, pricesAsOf } = cost;
  return `at most ${atMostUsd.toFixed(2)} USD for the floor: ${extraInstances} × ${instanceType} for ${hours} h at ${pricePerHourUsd} USD (prices of ${pricesAsOf})`;
}
