import type { PlannedFinding } from '../../../functions/compliance/planning.ts';
import type { RepairOutcome, TargetRecord } from '../../../functions/compliance/repair-records.ts';
import { findingsOfRun, type RunLooks } from '../../../functions/compliance/run-findings.ts';
import type { JudgedLook } from '../../../functions/compliance/run.ts';
import { findingOf, now, repairOf } from './builders.ts';

const { target, repairId, planHash } = repairOf();
const opened = { [target]: { kind: 'opened' as const, repairId, planHash } };
const planned = (changes: Partial<PlannedFinding> = {}): PlannedFinding => ({ finding: findingOf(), disposition: 'repair', reason: 'It is repaired at once.', target, ...changes });

function lookOf(changes: Partial<JudgedLook> = {}): JudgedLook {
  return { takenAt: new Date(now).toISOString(), results: [{ id: 'SG1', status: 'failed', findings: 1 }], findings: [planned()], openings: opened, ...changes };
}

const ended = (outcome: RepairOutcome): TargetRecord => ({ target, revision: 2, history: [{ repairId, planHash, drifts: [findingOf().key], outcome, closedAt: new Date(now).toISOString() }] });
const underWay = (changes: Parameters<typeof repairOf>[0] = {}): TargetRecord => ({ target, revision: 2, current: repairOf(changes), history: [] });

const statuses = (looks: Partial<RunLooks>): string[] => findingsOfRun({ before: lookOf(), after: undefined, targets: [], ...looks }).map(({ status }) => status);

describe('what a run says of a finding', () => {
  const gone = lookOf({ findings: [], results: [{ id: 'SG1', status: 'passed' }] });
  const notEvaluated = lookOf({ findings: [], results: [{ id: 'SG1', status: 'not-evaluated', reason: 'denied' }] });
  test.each<{ readonly what: string; readonly looks: Partial<RunLooks>; readonly expected: readonly string[] }>([
    { what: 'gone after its repair: repaired', looks: { after: gone, targets: [ended('repaired')] }, expected: ['repaired'] },
    { what: 'gone by itself: nothing is claimed', looks: { after: gone, targets: [ended('gone')] }, expected: [] },
    { what: 'not seen again, as its check was silent: nothing is claimed', looks: { after: notEvaluated, targets: [ended('repaired')] }, expected: [] },
    { what: 'still there, whatever its repair said: failed', looks: { after: lookOf(), targets: [ended('repaired')] }, expected: ['failed'] },
    { what: 'its repair was undone for the health of the shop', looks: { after: lookOf(), targets: [ended('undone')] }, expected: ['handed-over'] },
    { what: 'its repair was undone by a person', looks: { after: lookOf(), targets: [ended('undone-by-hand')] }, expected: ['handed-over'] },
    { what: 'its repair is under way', looks: { after: lookOf(), targets: [underWay()] }, expected: ['open'] },
    { what: 'a person was asked', looks: { after: lookOf(), targets: [underWay({ state: 'awaiting-approval' })] }, expected: ['awaiting-approval'] },
    { what: 'it was handed over', looks: { before: lookOf({ findings: [planned({ disposition: 'handed-over' })], openings: {} }) }, expected: ['handed-over'] },
    { what: 'its repair was never opened', looks: { before: lookOf({ openings: {} }) }, expected: ['open'] },
    { what: 'a dry run', looks: { before: lookOf({ findings: [planned({ disposition: 'would-repair' })] }) }, expected: ['would-repair'] },
    { what: 'held back', looks: { before: lookOf({ findings: [planned({ disposition: 'held-back' })] }) }, expected: ['held-back'] },
    { what: 'for a person', looks: { before: lookOf({ findings: [planned({ disposition: 'report' })] }) }, expected: ['open'] },
    { what: 'seen by the second look only', looks: { before: lookOf({ findings: [], openings: {} }), after: lookOf() }, expected: ['open'] },
  ])('$what: $expected', ({ looks, expected }) => {
    expect(statuses(looks)).toEqual(expected);
  });

  test('an exception goes with it', () => {
    const exception = { check: 'SG1', resource: 'sg-1', owner: 'payments', reason: 'a partner until summer', expiresAt: '2027-02-01T00:00:00Z' };
    const [finding] = findingsOfRun({ before: lookOf({ findings: [planned({ disposition: 'excepted', exception })] }), after: undefined, targets: [] });
    expect(finding).toMatchObject({ status: 'excepted', exception: { owner: 'payments', reason: 'a partner until summer', expiresAt: '2027-02-01T00:00:00Z' } });
  });
});
