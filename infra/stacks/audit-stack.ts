import { Stack, type StackProps } from 'aws-cdk-lib';
import { CfnAnalyzer } from 'aws-cdk-lib/aws-accessanalyzer';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { AuditTrail } from '../constructs/audit-trail.ts';
import { ChangeAlarms } from '../constructs/change-alarms.ts';
import { logRetention } from '../log-retention.ts';

export interface AuditStackProps extends StackProps {
  readonly environment: string;
  readonly accessLogsBucket: IBucket;
  /** Where alarms are told: that of the operations stack, which knows the alarms by their names only. */
  readonly topic: ITopic;
  readonly logRetentionDays: number;
}

/** Who did what, kept where nobody can change it unseen; and alarms on what should not happen unnoticed. */
export class AuditStack extends Stack {
  readonly trail: AuditTrail;
  readonly changeAlarms: ChangeAlarms;

  constructor(scope: Construct, id: string, props: AuditStackProps) {
    super(scope, id, props);
    this.trail = new AuditTrail(this, 'Trail', {
      trailName: `webmarket-${props.environment}`,
      accessLogsBucket: props.accessLogsBucket,
      logRetention: logRetention(props.logRetentionDays),
    });
    this.changeAlarms = new ChangeAlarms(this, 'Changes', {
      environment: props.environment,
      logGroup: this.trail.logGroup,
      topic: props.topic,
    });
    // Finds what is shared with the world outside of the account (CIS 2.20; IAM.28).
    new CfnAnalyzer(this, 'ExternalAccess', { analyzerName: `webmarket-${props.environment}`, type: 'ACCOUNT' });
  }
}
