import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { z } from 'zod';

const retentionDays = z.enum(RetentionDays);

/** A number of days as CDK's enumeration. The configuration admits nothing else, so a failure here is a defect. */
export function logRetention(days: number): RetentionDays {
  return retentionDays.parse(days);
}
