import { closedRepairs, nightReports, type RepairEvidence } from '../compliance-evidence.ts';
import { declaredGroups } from '../drift-story.ts';
import type { PromiseResult } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { unplannedWrites } from '../invariants/writes-are-journalled.ts';

/** Seconds from a change to the write that takes it back, where nobody has to be asked. */
const repairSeconds = 60;

/** What a story of changes by hand is to prove. */
export async function judgeDrift(stage: Stage): Promise<readonly PromiseResult[]> {
  const repairs = await closedRepairs(stage);
  return [
    judgeSpeed(repairs),
    judgeApprovals(repairs),
    judgeUndo(repairs),
    judgeFlapping(stage, repairs),
    judgeStack(stage, repairs),
    judgeException(stage, repairs),
    await judgeNight(stage, repairs),
    await judgeDeclared(stage),
    judgeWrites(stage),
    judgeShop(stage),
  ];
}

const ids = ({ findings }: RepairEvidence): string => [...new Set(findings.map(({ checkId }) => checkId))].join('+');

/** Automatic repairs that an event started, while events came through. */
function judgeSpeed(repairs: readonly RepairEvidence[]): PromiseResult {
  const evented = repairs.filter(({ remediation, outcome, driftedAt, openedAt }) => remediation === 'automatic' && outcome === 'repaired' && driftedAt !== openedAt);
  const seconds = evented.map(({ secondsToRepair = Number.NaN }) => secondsToRepair);
  return {
    id: 'repaired-within-a-minute',
    statement: 'A rule that nobody declared is taken back within a minute of the change',
    held: seconds.length >= 5 && seconds.every((each) => each <= repairSeconds),
    figure: `${seconds.toSorted((left, right) => left - right).join(', ')} s`,
  };
}

function isProper({ approval, planHash, journal }: RepairEvidence): boolean {
  if (approval?.decision !== 'approved' || approval.planHash !== planHash) return false;
  return journal.every(({ at }) => at >= (approval.answeredAt ?? '') && at < approval.expiresAt);
}

function judgeApprovals(repairs: readonly RepairEvidence[]): PromiseResult {
  const asked = repairs.filter(({ remediation }) => remediation === 'approval');
  const written = asked.filter(({ journal }) => journal.length > 0);
  return {
    id: 'approved-and-nothing-else',
    statement: 'What needs a person is written after that person approved this very plan, and never else',
    held: written.length >= 8 && written.every(isProper) && ['rejected', 'approval-expired'].every((wanted) => asked.some(({ outcome, journal }) => outcome === wanted && journal.length === 0)),
    figure: `${written.length} approved, ${asked.length - written.length} not`,
  };
}

function judgeUndo(repairs: readonly RepairEvidence[]): PromiseResult {
  const undone = repairs.filter(({ outcome }) => outcome === 'undone');
  const [first] = undone;
  return {
    id: 'undone-when-the-shop-falls',
    statement: 'A repair that takes the shop its targets is undone by itself, and not tried again',
    held: undone.length === 1 && first !== undefined && first.journal.every(({ state }) => state === 'undone'),
    figure: first === undefined ? 'never' : `${Math.round((Date.parse(first.closedAt) - Date.parse(first.clearedAt ?? first.openedAt)) / 1000)} s`,
  };
}

function judgeFlapping(stage: Stage, repairs: readonly RepairEvidence[]): PromiseResult {
  const { repairsBeforeHandover } = stage.config.compliance;
  const flapping = repairs.filter(({ findings, outcome }) => outcome === 'repaired' && findings.some(({ key }) => key.includes('|3306-3306|')));
  const isTold = stage.account.sns.messages.some(({ message }) => message.includes('Handed over to a person') && message.includes('came back each time'));
  return {
    id: 'flapping-handed-over',
    statement: `Drift that comes back is repaired ${repairsBeforeHandover} times, then a person is told`,
    held: flapping.length === repairsBeforeHandover && isTold,
    figure: `${flapping.length} repairs${isTold ? ', told' : ''}`,
  };
}

/** What a deployment changes is its own: nothing may be written to it meanwhile, and afterwards there is nothing to write. */
function judgeStack(stage: Stage, repairs: readonly RepairEvidence[]): PromiseResult {
  const touched = repairs.filter(({ findings, journal }) => journal.length > 0 && findings.some(({ key }) => key.includes('|9090-9090|')));
  const stands = [...stage.account.ec2.securityGroups.all()].some(({ rules }) => [...rules.values()].some(({ FromPort }) => FromPort === 9090));
  return {
    id: 'deployment-left-alone',
    statement: 'What a stack in progress changes is not touched, and stands when it is complete',
    held: touched.length === 0 && stands,
    figure: stands ? `${touched.length} writes` : 'its rule is gone',
  };
}

function judgeException(stage: Stage, repairs: readonly RepairEvidence[]): PromiseResult {
  const stands = [...stage.account.ec2.securityGroups.all()].some(({ rules }) => [...rules.values()].some(({ FromPort }) => FromPort === 8443));
  const written = repairs.filter(({ findings, journal }) => journal.length > 0 && findings.some(({ key }) => key.includes('|8443-8443|')));
  return {
    id: 'exception-respected',
    statement: 'A change that an exception covers stays',
    held: stands && written.length === 0,
    figure: stands ? 'stands' : 'gone',
  };
}

/** The night repairs what no event told of, and says what is left. */
async function judgeNight(stage: Stage, repairs: readonly RepairEvidence[]): Promise<PromiseResult> {
  const [night] = await nightReports(stage);
  const found = repairs.filter(({ openedAt, outcome }) => outcome === 'repaired' && night !== undefined && openedAt >= night.startedAt);
  const silent = night?.checks.filter(({ status }) => status === 'not-evaluated') ?? [];
  return {
    id: 'night-finds-what-events-lost',
    statement: 'With every event lost, the night finds the changes and repairs what may be repaired',
    held: found.length >= 6 && silent.length === 0,
    figure: `${found.length} repaired (${[...new Set(found.map(ids))].join(', ')})${silent.length === 0 ? '' : `; silent: ${silent.map(({ id }) => id).join(', ')}`}`,
  };
}

/** Nothing that is declared is missing, and nothing undeclared is left open, but for what is excepted. */
async function judgeDeclared(stage: Stage): Promise<PromiseResult> {
  const declared = await declaredGroups(stage);
  const wrong = declared.flatMap(({ groupId, rules }) => {
    const standing = stage.account.ec2.securityGroups.find(groupId).rules.size;
    const excepted = [...stage.account.ec2.securityGroups.find(groupId).rules.values()].filter(({ FromPort }) => FromPort === 8443).length;
    return standing - excepted === rules.length ? [] : [`${groupId} has ${standing} rules, ${rules.length} are declared`];
  });
  return {
    id: 'as-declared-in-the-end',
    statement: 'In the end every group of the app has the rules that it declares, and the excepted one',
    held: wrong.length === 0,
    figure: wrong.length === 0 ? `${declared.length} groups` : wrong.join('; '),
  };
}

function judgeWrites(stage: Stage): PromiseResult {
  const unplanned = unplannedWrites(stage);
  return {
    id: 'every-write-journalled',
    statement: 'Every write of a repair stands in its journal',
    held: unplanned.length === 0 && stage.writes.length > 0,
    figure: unplanned.length === 0 ? `${stage.writes.length} writes` : unplanned.join('; '),
  };
}

/** The one repair that hurts is undone before anybody notices for long. */
function judgeShop(stage: Stage): PromiseResult {
  const minutes = stage.account.shop.samples.filter(({ at, healthy }) => at > stage.startedAt + 3_600_000 && healthy === 0).length;
  return {
    id: 'shop-stays-up',
    statement: 'Repairs take the shop its last target for no more than three minutes in all',
    held: minutes <= 3,
    figure: `${minutes} min`,
  };
}
