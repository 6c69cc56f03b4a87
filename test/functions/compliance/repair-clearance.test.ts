import { planRepairs } from '../../../functions/compliance/planning.ts';
import { clear, type ClearanceSubject } from '../../../functions/compliance/repair-clearance.ts';
import type { Repair } from '../../../functions/compliance/repair-records.ts';
import { checkOf, findingOf, noHandovers, now, repairOf, revoking, settingsOf } from './builders.ts';

const scheduleOf = (findings = [findingOf()], exceptions: Parameters<typeof planRepairs>[0]['exceptions'] = []) =>
  planRepairs({ findings, checks: [checkOf('SG1')], exceptions, settings: settingsOf(), handovers: noHandovers, isInReach: () => true, now });

const at = (seconds: number): string => new Date(now + seconds * 1000).toISOString();

function verdict(changes: Partial<ClearanceSubject>): string {
  const clearance = clear({
    repair: repairOf(),
    assessment: { results: [{ id: 'SG1', status: 'failed', findings: 1 }], findings: [] },
    schedule: scheduleOf(),
    settings: settingsOf(),
    busyStack: undefined,
    now,
    ...changes,
  });
  return clearance.verdict === 'stop' ? clearance.outcome : clearance.verdict;
}

describe('the last look before a write', () => {
  test.each([
    { rule: 'all as planned: it is written', changes: {}, expected: 'go' },
    { rule: 'a stack in progress is waited for', changes: { busyStack: { name: 'Network', status: 'UPDATE_IN_PROGRESS' } }, expected: 'wait' },
    { rule: 'drift that has gone is left', changes: { schedule: scheduleOf([]) }, expected: 'gone' },
    { rule: 'another plan than the one that was opened is not carried out', changes: { schedule: scheduleOf([findingOf({ detail: { plan: revoking('sgr-2') } })]) }, expected: 'altered' },
    { rule: 'a mode that was relaxed meanwhile stops it', changes: { settings: settingsOf({ mode: 'dry-run' }) }, expected: 'mode-changed' },
    { rule: 'a mode of the one check that was relaxed stops it', changes: { settings: settingsOf({ checks: { SG1: 'report' } }) }, expected: 'mode-changed' },
    { rule: 'a check that could not be evaluated stops it, whatever was planned', changes: { assessment: { results: [{ id: 'SG1', status: 'not-evaluated' as const, reason: 'denied' }], findings: [] } }, expected: 'check-failed' },
    {
      rule: 'an exception that was written meanwhile stops it',
      changes: { schedule: scheduleOf([findingOf()], [{ check: 'SG1', resource: 'sg-1', owner: 'x', reason: 'because it is so', expiresAt: '2027-02-01T00:00:00Z' }]) },
      expected: 'excepted',
    },
    { rule: 'a repair that was opened too long ago is not carried out', changes: { repair: repairOf({ expiresAt: at(0) }) }, expected: 'superseded' },
  ])('$rule', ({ changes, expected }) => {
    expect(verdict(changes)).toBe(expected);
  });
});

describe('a repair that needs an approval', () => {
  const findings = [findingOf({ remediation: 'approval' })];
  const schedule = scheduleOf(findings);
  const repair = (approval?: Partial<NonNullable<Repair['approval']>>): Repair => {
    const plain = repairOf({ remediation: 'approval', target: 'AWS::EC2::SecurityGroup/sg-1/GroupRules/approval', findings: findings.map((finding) => ({ ...finding })) });
    return approval === undefined ? plain : { ...plain, approval: { token: 't', planHash: plain.planHash, askedAt: at(-60), expiresAt: at(60), ...approval } };
  };
  test.each([
    { rule: 'nobody was asked yet', approval: undefined, expected: 'ask' },
    { rule: 'nobody has answered yet', approval: {}, expected: 'ask' },
    { rule: 'approved', approval: { decision: 'approved' as const }, expected: 'go' },
    { rule: 'rejected', approval: { decision: 'rejected' as const }, expected: 'rejected' },
    { rule: 'approved, and expired since', approval: { decision: 'approved' as const, expiresAt: at(0) }, expected: 'approval-expired' },
    { rule: 'approved, but another plan', approval: { decision: 'approved' as const, planHash: 'f'.repeat(64) }, expected: 'altered' },
  ])('$rule', ({ approval, expected }) => {
    expect(verdict({ repair: repair(approval), schedule })).toBe(expected);
  });
});
