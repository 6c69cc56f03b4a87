import type { Invariant } from './invariant.ts';

/** `workflow` as the outputs call it, `prefix` that of its evidence, whose keys hold the name of the run. */
export const everyRunIsReported = (workflow: string, prefix: string): Invariant => ({
  id: 'every-run-is-reported',
  statement: 'Every run that succeeded has left its report',
  check: (stage) => {
    const arn = stage.output(`${workflow}Arn`);
    const keys = stage.account.s3.objects(stage.output('EvidenceBucketName'), prefix).map(({ key }) => key);
    return stage.account.stepFunctions.executions
      .filter(({ machine, status }) => machine.arn === arn && status === 'SUCCEEDED')
      .filter(({ name }) => !keys.some((key) => key.includes(`/${name}/`) && key.endsWith('.json')))
      .map(({ name }) => `${name} succeeded and has no report`);
  },
});
