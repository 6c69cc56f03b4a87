import { closedRepairs, nightReports, repairTargets } from '../../../rehearsal/compliance-evidence.ts';
import type { Stage } from '../../../rehearsal/stage.ts';
import type { Synthesis } from '../../../rehearsal/synthesis.ts';
import { database, enforcing, executionsOf, forbid, groupOfTier, kinds, minute, openPort, play, rulesOf, told, unsuccessful, wait } from './scene.ts';

let synthesis: Synthesis;
beforeAll(() => {
  synthesis = enforcing({ maxRepairsPerRun: 2 });
});

/** Runs the night's workflow by hand, with no event coming through, until it has ended. */
async function runNight(stage: Stage, name: string): Promise<void> {
  await stage.start('NightlyCompliance', name, {});
  for (let tries = 0; tries < 12 && executionsOf(stage, 'NightlyCompliance').some((night) => night.name === name && night.status === 'RUNNING'); tries += 1) {
    await wait(stage, 5 * minute);
  }
}

/** A day on which no event and no alarm starts anything. */
function quiet(stage: Stage): void {
  stage.account.eventBridge.deliver = () => 'lost';
}

describe('a night', () => {
  test('repairs what it finds; a second run changes nothing, and tells nothing new', async () => {
    await play({ synthesis }, async (stage) => {
      quiet(stage);
      const { groupId, rules } = await database(stage);
      await openPort(stage, groupId, 22);
      await runNight(stage, 'first');
      expect(rulesOf(stage, groupId)).toHaveLength(rules.length);
      expect(told(stage, 'compliance.digest')).toHaveLength(1);
      const writes = stage.writes.length;
      const repairs = (await closedRepairs(stage)).length;
      await runNight(stage, 'second');
      expect(stage.writes).toHaveLength(writes);
      expect(await closedRepairs(stage)).toHaveLength(repairs);
      expect(told(stage, 'compliance.digest')).toHaveLength(1);
      expect((await nightReports(stage)).map(({ runId }) => runId)).toEqual(['first', 'second']);
      expect(unsuccessful(stage)).toEqual([]);
    });
  });

  test('with more automatic repairs than one run may do makes none of them, and says that they were held back', async () => {
    await play({ synthesis }, async (stage) => {
      quiet(stage);
      for (const tier of ['load-balancer', 'application', 'database'] as const) await openPort(stage, (await groupOfTier(stage, tier)).groupId, 22);
      await runNight(stage, 'night');
      expect(stage.writes).toEqual([]);
      expect(repairTargets(stage).flatMap(({ target }) => (target.endsWith('/automatic') ? [target] : []))).toEqual([]);
      const [report] = await nightReports(stage);
      const held = report?.findings.filter(({ status }) => status === 'held-back').map(({ resource }) => resource.id);
      expect(new Set(held).size).toBe(3);
      expect(told(stage, 'compliance.digest')[0]?.message).toContain('held back');
    });
  });

  test('that may not read the rules of the groups writes nothing to them and says which checks are silent; the others go on', async () => {
    await play({ synthesis }, async (stage) => {
      quiet(stage);
      forbid(stage, 'ReadAccount', 'ec2:DescribeSecurityGroupRules');
      await openPort(stage, (await database(stage)).groupId, 22);
      await runNight(stage, 'night');
      const [report] = await nightReports(stage);
      const statusOf = (id: string): string | undefined => report?.checks.find((check) => check.id === id)?.status;
      expect(['SG1', 'SG4', 'SG9'].map(statusOf)).toEqual(['not-evaluated', 'not-evaluated', 'not-evaluated']);
      expect(['IAM1', 'IAM8'].map(statusOf)).not.toContain('not-evaluated');
      expect(stage.writes).toEqual([]);
    });
  });

  test('to which IAM refuses the credential report leaves the users unread, and checks the rest', async () => {
    await play({ synthesis }, async (stage) => {
      quiet(stage);
      forbid(stage, 'ComplianceNightlyCompl', 'iam:GenerateCredentialReport');
      await openPort(stage, (await database(stage)).groupId, 22);
      await runNight(stage, 'night');
      const [report] = await nightReports(stage);
      const statusOf = (id: string): string | undefined => report?.checks.find((check) => check.id === id)?.status;
      expect(['IAM3', 'IAM4', 'IAM6'].map(statusOf)).toEqual(['not-evaluated', 'not-evaluated', 'not-evaluated']);
      expect(statusOf('SG4')).toBe('passed');
      expect(report?.findings.find(({ checkId }) => checkId === 'SG4')?.status).toBe('repaired');
    });
  });

  test('waits some minutes for a credential report that is not ready', async () => {
    await play({ synthesis }, async (stage) => {
      quiet(stage);
      const readyAt = stage.now + 4 * minute;
      const asked = stage.account.iam.operations['GenerateCredentialReport'];
      if (asked === undefined) throw new Error('IAM has no operation GenerateCredentialReport.');
      const execute = asked.execute.bind(asked);
      Object.assign(asked, { execute: (input: never, call: never) => (stage.now < readyAt ? { State: 'INPROGRESS' } : execute(input, call)) });
      await runNight(stage, 'night');
      expect(stage.now).toBeGreaterThan(readyAt);
      const [report] = await nightReports(stage);
      expect(report?.checks.filter(({ status }) => status === 'not-evaluated')).toEqual([]);
      expect(unsuccessful(stage)).toEqual([]);
    });
  });
});

describe('the nights in which the clocks change', () => {
  test.each([
    { night: 'of summer time, which has no 02:00', startsAt: '2027-03-28T01:30' },
    { night: 'of winter time, which has 02:00 twice', startsAt: '2027-10-31T01:30' },
  ])('$night: one run', async ({ startsAt }) => {
    await play({ synthesis, startsAt }, async (stage) => {
      await wait(stage, 150 * minute);
      expect(executionsOf(stage, 'NightlyCompliance').map(({ status }) => status)).toEqual(['SUCCEEDED']);
      expect(kinds(stage)).not.toContain('compliance.run-failed');
    });
  });
});
