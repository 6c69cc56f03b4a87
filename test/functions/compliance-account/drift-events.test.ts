import { closedRepairs, repairTargets } from '../../../rehearsal/compliance-evidence.ts';
import type { Stage } from '../../../rehearsal/stage.ts';
import type { Synthesis } from '../../../rehearsal/synthesis.ts';
import {
  answer, closeRule, database, enforcing, executionsOf, failCalls, forbid, giveEverything, kinds, looksAtDrift, minute, openDatabase, openPort, outcomes,
  play, questions, roleNamed, rulesOf, unsuccessful, wait,
} from './scene.ts';

let synthesis: Synthesis;
beforeAll(() => {
  synthesis = enforcing();
});

async function isAsDeclared(stage: Stage): Promise<boolean> {
  const { groupId, rules } = await database(stage);
  return rulesOf(stage, groupId).length === rules.length;
}

describe('a change by hand', () => {
  test('whose event comes twice is repaired once, and told once', async () => {
    await play({ synthesis }, async (stage) => {
      stage.account.eventBridge.deliver = () => 'twice';
      await openDatabase(stage);
      await wait(stage, 15 * minute);
      expect(await outcomes(stage)).toEqual(['repaired']);
      expect(kinds(stage)).toEqual(['compliance.repaired']);
      expect(stage.writes.map(({ operation }) => operation)).toEqual(['EC2 RevokeSecurityGroupIngress']);
      expect(unsuccessful(stage)).toEqual([]);
    });
  });

  test('that is gone when its event comes is left, and nothing is opened', async () => {
    await play({ synthesis }, async (stage) => {
      stage.account.eventBridge.deliver = () => ({ delaySeconds: 600 });
      const ruleId = await openDatabase(stage);
      await wait(stage, minute);
      await closeRule(stage, (await database(stage)).groupId, ruleId);
      await wait(stage, 20 * minute);
      expect(new Set(looksAtDrift(stage))).toEqual(new Set(['clean', 'nothing']));
      expect(repairTargets(stage)).toEqual([]);
      expect(kinds(stage)).toEqual([]);
      expect(stage.writes).toEqual([]);
    });
  });

  test('that was refused starts nothing', async () => {
    await play({ synthesis }, async (stage) => {
      const { groupId } = await database(stage);
      await expect(openPort(stage, groupId, 99_999)).rejects.toThrow('port');
      await wait(stage, 5 * minute);
      expect(executionsOf(stage, 'DriftRemediation').filter(({ input }) => input.includes('AuthorizeSecurityGroupIngress'))).toHaveLength(0);
    });
  });

  test('that a repair makes is no drift: its event says nothing', async () => {
    await play({ synthesis }, async (stage) => {
      const before = looksAtDrift(stage).length;
      await openDatabase(stage);
      await wait(stage, 15 * minute);
      expect(looksAtDrift(stage).slice(before, before + 2)).toEqual(['drifted', 'nothing']);
    });
  });

  test('of the same group a moment after another: both are repaired in the end', async () => {
    await play({ synthesis }, async (stage) => {
      await openDatabase(stage, 5432);
      await wait(stage, 700);
      await openDatabase(stage, 22);
      await wait(stage, 20 * minute);
      expect(await isAsDeclared(stage)).toBe(true);
      expect(unsuccessful(stage)).toEqual([]);
    });
  });

  test.each([12, 150])('of the same group %d s after another, whose repair is under way: both are repaired in the end', async (seconds) => {
    await play({ synthesis }, async (stage) => {
      await openDatabase(stage, 5432);
      await wait(stage, seconds * 1000);
      await openDatabase(stage, 22);
      await wait(stage, 20 * minute);
      expect(await isAsDeclared(stage)).toBe(true);
      expect(unsuccessful(stage)).toEqual([]);
      expect((await outcomes(stage)).filter((outcome) => outcome !== 'altered')).toEqual(['repaired', 'repaired'].slice(0, (await closedRepairs(stage)).length));
    });
  });

  test('of a group that nobody declared and that is gone by now fails nothing', async () => {
    await play({ synthesis }, async (stage) => {
      stage.account.eventBridge.deliver = () => ({ delaySeconds: 60 });
      const { vpcId } = await database(stage);
      const made = await stage.as('a-developer', 'EC2', 'CreateSecurityGroup', { GroupName: 'short-lived', Description: 'by hand', VpcId: vpcId });
      const { GroupId: groupId } = made as { readonly GroupId: string };
      await openPort(stage, groupId, 22);
      await stage.as('a-developer', 'EC2', 'DeleteSecurityGroup', { GroupId: groupId });
      await wait(stage, 10 * minute);
      expect(unsuccessful(stage)).toEqual([]);
      expect(looksAtDrift(stage)).not.toContain('drifted');
      expect(kinds(stage)).toEqual([]);
    });
  });

  test('in IAM, which shows it only after 40 seconds, is found all the same', async () => {
    await play({ synthesis }, async (stage) => {
      stage.account.iam.propagationSeconds = 40;
      await giveEverything(stage, roleNamed(stage, '-Web-'));
      await wait(stage, 5 * minute);
      expect(questions(stage)).toHaveLength(1);
      const [question] = questions(stage);
      expect(await answer(stage, question ?? { repairId: '', planHash: '' })).toMatchObject({ status: 'accepted' });
      await wait(stage, 5 * minute);
      expect(await outcomes(stage)).toEqual(['repaired']);
      expect(unsuccessful(stage)).toEqual([]);
    });
  });
});

describe('a stack in progress', () => {
  test('is waited for; drift that is gone by then is left', async () => {
    await play({ synthesis }, async (stage) => {
      const { cloudFormation, region } = stage.account;
      const { groupId, stackName } = await database(stage);
      const stack = cloudFormation.stack(stackName, region);
      cloudFormation.move(stack, 'UPDATE_IN_PROGRESS');
      const ruleId = await openDatabase(stage);
      await wait(stage, 10 * minute);
      expect(stage.writes).toEqual([]);
      await closeRule(stage, groupId, ruleId);
      cloudFormation.move(stack, 'UPDATE_COMPLETE');
      await wait(stage, 10 * minute);
      expect(await outcomes(stage)).toEqual(['gone']);
      expect(stage.writes).toEqual([]);
      expect(kinds(stage)).toEqual([]);
      expect(unsuccessful(stage)).toEqual([]);
    });
  });

  test('that takes longer than anybody waits: nothing is written, and it is told', async () => {
    await play({ synthesis }, async (stage) => {
      const { cloudFormation, region } = stage.account;
      const { stackName } = await database(stage);
      cloudFormation.move(cloudFormation.stack(stackName, region), 'UPDATE_IN_PROGRESS');
      await openDatabase(stage);
      await wait(stage, 125 * minute);
      expect(await outcomes(stage)).toEqual(['stack-busy']);
      expect(kinds(stage)).toEqual(['compliance.stack-busy']);
      expect(stage.writes).toEqual([]);
    });
  });

  test('and another change meanwhile: both are repaired when it is complete', async () => {
    await play({ synthesis }, async (stage) => {
      const { cloudFormation, region } = stage.account;
      const stack = cloudFormation.stack((await database(stage)).stackName, region);
      cloudFormation.move(stack, 'UPDATE_IN_PROGRESS');
      await openDatabase(stage, 5432);
      await wait(stage, minute);
      await openDatabase(stage, 22);
      await wait(stage, 25 * minute);
      cloudFormation.move(stack, 'UPDATE_COMPLETE');
      await wait(stage, 30 * minute);
      expect(await isAsDeclared(stage)).toBe(true);
      expect(unsuccessful(stage)).toEqual([]);
    });
  });
});

describe('a check that cannot be evaluated', () => {
  test('leads to no write: the reader may not read, and drift stays', async () => {
    await play({ synthesis }, async (stage) => {
      forbid(stage, 'CheckRepair', 'ec2:DescribeSecurityGroupRules');
      await openDatabase(stage);
      await wait(stage, 15 * minute);
      expect(new Set(await outcomes(stage))).toEqual(new Set(['check-failed']));
      expect(new Set(kinds(stage))).toEqual(new Set(['compliance.check-failed']));
      expect(stage.writes).toEqual([]);
    });
  });

  test('of the resource that changed is said, and nothing is opened', async () => {
    await play({ synthesis }, async (stage) => {
      forbid(stage, 'AssessDrift', 'ec2:DescribeSecurityGroupRules');
      await openDatabase(stage);
      await wait(stage, 15 * minute);
      expect(repairTargets(stage)).toEqual([]);
      expect(kinds(stage)).toEqual(['compliance.not-evaluated', 'compliance.not-evaluated']);
      expect(stage.writes).toEqual([]);
    });
  });
});

describe('a writer that dies', () => {
  test.each(['killed-before', 'killed-after', 'timed-out'] as const)('%s: the repair goes on where it stopped', async (fault) => {
    await play({ synthesis }, async (stage) => {
      const failed = failCalls(stage, 'RevokeSecurityGroupIngress', fault, 1);
      await openDatabase(stage);
      await wait(stage, 15 * minute);
      expect(failed.count()).toBeGreaterThan(0);
      expect(await outcomes(stage)).toEqual(['repaired']);
      expect(await isAsDeclared(stage)).toBe(true);
    });
  });
});
