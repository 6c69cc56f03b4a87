import type { Account } from '../../kernel/account.ts';

/** Who would publish to a topic, and on behalf of what. */
export interface AlertSource {
  readonly service: string;
  readonly arn: string;
}

/** Whether a service could tell a topic of something: its policy, and the key of an encrypted one, must let it. */
export function mayAlert(account: Account, { service, arn: sourceArn }: AlertSource, topicArn: string): boolean {
  if (!account.sns.topics.some(({ arn }) => arn === topicArn)) return false;
  const needed = account.sns.operations.Publish.authorise({ TopicArn: topicArn } as never);
  return needed.every((request) => account.iam.decide({ kind: 'service', service, sourceArn }, request).allowed);
}
