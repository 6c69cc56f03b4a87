import { saleInvariants } from '../../rehearsal/invariants.ts';
import type { Stage } from '../../rehearsal/stage.ts';
import { type Synthesis, synthesise } from '../../rehearsal/synthesis.ts';
import { playShortSale, shortSale } from './short-sale.ts';

/** Ids of the invariants that a stage breaks. */
async function broken(stage: Stage): Promise<string[]> {
  const found: string[] = [];
  for (const invariant of saleInvariants(shortSale)) {
    if ((await invariant.check(stage)).length > 0) found.push(invariant.id);
  }
  return found;
}

async function setMinSize(stage: Stage, MinSize: number): Promise<void> {
  const AutoScalingGroupName = stage.output('AutoScalingGroupName');
  await stage.asOperator('Auto Scaling', 'UpdateAutoScalingGroup', { AutoScalingGroupName, MinSize });
}

const report = `sales/${shortSale.id}/report.json`;

describe('each invariant fires on the bug that it is there for', () => {
  let synthesis: Synthesis;
  beforeAll(() => {
    synthesis = synthesise('production');
  });

  test('none is broken when nothing is wrong', async () => {
    expect(await playShortSale(synthesis, broken)).toEqual([]);
  });

  test('floor-never-lowered: something lowers MinSize while the sale is open, and nothing heals it', async () => {
    const act = async (stage: Stage): Promise<void> => {
      stage.account.scheduler.deliver = () => 'lost';
      await setMinSize(stage, 3);
    };
    expect(await playShortSale(synthesis, broken, { at: '2027-01-13T08:10', act })).toContain('floor-never-lowered');
  });

  test('nothing-left-raised: no reconciliation comes any more, and the workflow is stopped', async () => {
    const act = async (stage: Stage): Promise<void> => {
      stage.account.scheduler.deliver = () => 'lost';
      for (const { arn } of stage.account.stepFunctions.executions.filter(({ status }) => status === 'RUNNING')) {
        await stage.asOperator('SFN', 'StopExecution', { executionArn: arn });
      }
    };
    expect(await playShortSale(synthesis, broken, { at: '2027-01-13T08:10', act })).toContain('nothing-left-raised');
  });

  test('failures-are-told: a workflow without message and alarm fails', async () => {
    const act = async (stage: Stage): Promise<void> => {
      const { roleArn = '' } = stage.account.lambda.functions[0] ?? {};
      const definition = { QueryLanguage: 'JSONata', StartAt: 'Fail', States: { Fail: { Type: 'Fail', Error: 'Silent' } } };
      const machine = stage.account.stepFunctions.putStateMachine({
        name: 'silent',
        logicalId: 'Silent',
        roleArn,
        definition: JSON.stringify(definition),
      });
      await stage.asOperator('SFN', 'StartExecution', { stateMachineArn: machine.arn, name: 'silent' });
    };
    expect(await playShortSale(synthesis, broken, { at: '2027-01-13T08:10', act })).toEqual(['failures-are-told']);
  });

  test('one-report-a-sale: a second version is written over the first', async () => {
    const look = async (stage: Stage): Promise<string[]> => {
      await stage.asOperator('S3', 'PutObject', { Bucket: stage.output('EvidenceBucketName'), Key: report, Body: '{}' });
      return broken(stage);
    };
    expect(await playShortSale(synthesis, look)).toEqual(['one-report-a-sale']);
  });

  test('second-run-changes-nothing: what the first run remembered is gone', async () => {
    const look = async (stage: Stage): Promise<string[]> => {
      const key = { type: { S: 'notification' }, id: { S: `sale/${shortSale.id}/r1/report` } };
      await stage.asOperator('DynamoDB', 'DeleteItem', { TableName: stage.output('LedgerTableName'), Key: key });
      return broken(stage);
    };
    expect(await playShortSale(synthesis, look)).toEqual(['second-run-changes-nothing']);
  });
});
