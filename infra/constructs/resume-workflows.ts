import { PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** Lets a workflow go on that waits for a person. Step Functions knows no resource for it; what the workflow does next rests on the ledger. */
export function resumeWorkflows(): PolicyStatement {
  return new PolicyStatement({ sid: 'GoOn', actions: ['states:SendTaskSuccess'], resources: ['*'] });
}
