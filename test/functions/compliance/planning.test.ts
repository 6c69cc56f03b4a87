import type { Exception } from '../../../functions/compliance/exceptions.ts';
import type { Handovers } from '../../../functions/compliance/handover.ts';
import { type PlanningSubject, planRepairs } from '../../../functions/compliance/planning.ts';
import type { RepairAction } from '../../../functions/compliance/repair.ts';
import { checkOf, findingOf, noHandovers, now, openSsh, revoking, settingsOf } from './builders.ts';

const handedOver: Handovers = { reasonFor: () => 'It came back.' };
const checks = ['SG1', 'SG2', 'SG4', 'IAM8', 'IAM13'].map((id) => checkOf(id));

function plan(changes: Partial<PlanningSubject>) {
  return planRepairs({ findings: [findingOf()], checks, exceptions: [], settings: settingsOf(), handovers: noHandovers, isInReach: () => true, now, ...changes });
}

const dispositions = (schedule: ReturnType<typeof plan>): string[] => schedule.findings.map(({ disposition }) => disposition);

const exception = (changes: Partial<Exception> = {}): Exception => ({
  check: 'SG1', resource: 'sg-1', owner: 'payments', reason: 'a partner until summer', expiresAt: '2027-02-01T00:00:00Z', ...changes,
});

describe('what becomes of a finding', () => {
  test.each([
    { rule: 'enforce repairs', changes: {}, expected: 'repair' },
    { rule: 'dry-run only says what it would do', changes: { settings: settingsOf({ mode: 'dry-run' }) }, expected: 'would-repair' },
    { rule: 'report only reports', changes: { settings: settingsOf({ mode: 'report' }) }, expected: 'report' },
    { rule: 'the mode of the check goes before that of the account', changes: { settings: settingsOf({ mode: 'enforce', checks: { SG1: 'dry-run' } }) }, expected: 'would-repair' },
    { rule: 'an exception in force covers it', changes: { exceptions: [exception()] }, expected: 'excepted' },
    { rule: 'an exception by the key of the finding covers it', changes: { exceptions: [exception({ resource: 'SG1/sg-1/ssh' })] }, expected: 'excepted' },
    { rule: 'an expired exception counts for nothing', changes: { exceptions: [exception({ expiresAt: '2027-01-20T13:00:00Z' })] }, expected: 'repair' },
    { rule: 'an exception for another check counts for nothing', changes: { exceptions: [exception({ check: 'SG4' })] }, expected: 'repair' },
    { rule: 'what a person repairs is reported', changes: { findings: [findingOf({ remediation: 'report-only' })] }, expected: 'report' },
    { rule: 'what the writers cannot reach is reported', changes: { isInReach: () => false }, expected: 'report' },
    { rule: 'a drift that was handed over is not repaired', changes: { handovers: handedOver }, expected: 'handed-over' },
    { rule: 'a dry run says what it would do, handed over or not', changes: { settings: settingsOf({ mode: 'dry-run' }), handovers: handedOver }, expected: 'would-repair' },
    { rule: 'a check without a repair is reported', changes: { checks: [{ ...checkOf('SG1'), repair: undefined }] as never }, expected: 'report' },
  ])('$rule', ({ changes, expected }) => {
    const schedule = plan(changes);
    expect(dispositions(schedule)).toEqual([expected]);
    expect(schedule.repairs).toHaveLength(expected === 'repair' ? 1 : 0);
  });

  test('more automatic repairs than one run may do are all held back; what a person approves is still asked', () => {
    const findings = ['sg-1', 'sg-2', 'sg-3'].map((id) => findingOf({ resource: { type: 'AWS::EC2::SecurityGroup', id } }));
    const asked = findingOf({ resource: { type: 'AWS::EC2::SecurityGroup', id: 'sg-9' }, remediation: 'approval' });
    const schedule = plan({ findings: [...findings, asked], settings: settingsOf({ maxRepairsPerRun: 2 }) });
    expect(dispositions(schedule)).toEqual(['held-back', 'held-back', 'held-back', 'repair']);
    expect(schedule.repairs.map(({ remediation }) => remediation)).toEqual(['approval']);
  });

  test('what was handed over leaves the others of its target to their repair', () => {
    const standing = findingOf({ key: 'SG1/sg-1/standing' });
    const other = findingOf({ detail: { plan: revoking('sgr-2') } });
    const asked: string[] = [];
    const handovers = { reasonFor: ({ key }: { key: string }, target: string) => { asked.push(target); return key === standing.key ? 'It came back.' : undefined; } };
    const { repairs } = plan({ findings: [standing, other], handovers });
    expect(repairs.map(({ findings }) => findings)).toEqual([[other]]);
    expect(new Set(asked)).toEqual(new Set(repairs.map(({ target }) => target)));
  });

  test('exactly as many as one run may do are done', () => {
    const findings = ['sg-1', 'sg-2'].map((id) => findingOf({ resource: { type: 'AWS::EC2::SecurityGroup', id } }));
    expect(plan({ findings, settings: settingsOf({ maxRepairsPerRun: 2 }) }).repairs).toHaveLength(2);
  });
});

describe('findings on one resource become one repair', () => {
  test('the same rule found by two checks is revoked once', () => {
    const { repairs } = plan({ findings: [findingOf(), findingOf({ checkId: 'SG4', key: 'SG4/sg-1/ssh' })] });
    expect(repairs).toHaveLength(1);
    expect(repairs[0]?.plan.actions).toHaveLength(1);
    expect(repairs[0]?.findings.map(({ checkId }) => checkId)).toEqual(['SG1', 'SG4']);
  });

  test('what lets traffic through comes before what takes it away', () => {
    const authorise: RepairAction = { kind: 'authorise-rule', groupId: 'sg-1', rule: { ...openSsh, fromPort: 8080, toPort: 8080 } };
    const missing = findingOf({ checkId: 'SG2', key: 'SG2/sg-1/8080', detail: { plan: { actions: [authorise] } } });
    const { repairs } = plan({ findings: [findingOf(), missing] });
    expect(repairs[0]?.plan.actions.map(({ kind }) => kind)).toEqual(['authorise-rule', 'revoke-rule']);
  });

  test('what an automatic repair does anyway is not asked for', () => {
    const asked = findingOf({ checkId: 'SG4', key: 'SG4/sg-1/ssh', remediation: 'approval' });
    const { repairs, findings } = plan({ findings: [findingOf(), asked] });
    expect(repairs.map(({ remediation }) => remediation)).toEqual(['automatic']);
    expect(findings.map(({ target }) => target)).toEqual([repairs[0]?.target, repairs[0]?.target]);
  });

  test('what goes beyond the automatic repair is asked for, apart', () => {
    const asked = findingOf({ checkId: 'SG4', key: 'SG4/sg-1/other', remediation: 'approval', detail: { plan: revoking('sgr-2') } });
    const { repairs } = plan({ findings: [findingOf(), asked] });
    expect(repairs.map(({ remediation }) => remediation).toSorted()).toEqual(['approval', 'automatic']);
  });

  test('a policy that one check wants gone and another as declared is put as declared', () => {
    const role = { type: 'AWS::IAM::Role', id: 'Web' } as const;
    const names = { roleName: 'Web', policyName: 'Access' };
    const everything = { Statement: [{ Effect: 'Allow' as const, Action: '*', Resource: '*' }] };
    const declared = { Statement: [{ Effect: 'Allow' as const, Action: 's3:GetObject', Resource: 'arn:aws:s3:::images/*' }] };
    const gone = findingOf({ checkId: 'IAM8', key: 'IAM8/Web', resource: role, remediation: 'approval', detail: { plan: { actions: [{ kind: 'delete-role-policy', ...names, before: everything }] } } });
    const back = findingOf({ checkId: 'IAM13', key: 'IAM13/Web', resource: role, remediation: 'approval', detail: { plan: { actions: [{ kind: 'put-role-policy', ...names, document: declared, before: everything }] } } });
    for (const findings of [[gone, back], [back, gone]]) {
      expect(plan({ findings }).repairs[0]?.plan.actions).toEqual([{ kind: 'put-role-policy', ...names, document: declared, before: everything }]);
    }
  });

  test('another rule id is another plan: an approval of the one is none of the other', () => {
    const [first, second] = ['sgr-1', 'sgr-2'].map((id) => plan({ findings: [findingOf({ detail: { plan: revoking(id) } })] }).repairs[0]?.planHash);
    expect(first).toMatch(/^[0-9a-f]{64}$/u);
    expect(second).not.toBe(first);
  });
});
