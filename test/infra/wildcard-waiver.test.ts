import { App, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { acknowledgeWildcard } from '../../infra/wildcard-waiver.ts';
import { quietly } from './synthesis.ts';

/** A role that reads objects of two buckets, one in its own stack and one in another; returns what IAM5 finds. */
function findingsWith(waive: (role: iam.Role, own: s3.Bucket, other: s3.Bucket) => void): string[] {
  const app = new App();
  const other = new s3.Bucket(new Stack(app, 'Producer', { env: { region: 'eu-west-3' } }), 'Other');
  const stack = new Stack(app, 'Consumer', { env: { region: 'eu-west-3' } });
  const own = new s3.Bucket(stack, 'Own');
  const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
  const resources = [own, other].map((bucket) => bucket.arnForObjects('*'));
  const instances = stack.formatArn({ service: 'ec2', resource: 'instance', resourceName: '*' });
  role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources }));
  role.addToPolicy(new iam.PolicyStatement({ actions: ['ec2:StopInstances'], resources: [instances] }));
  waive(role, own, other);
  quietly(() => app.synth());
  const { violations } = new AwsSolutionsChecks(app).validateScope(app);
  return violations.map(({ ruleName }) => ruleName).filter((name) => name.startsWith('AwsSolutions-IAM5'));
}

const reason = 'A reason that a reader can check against the code beside it.';

describe('a waiver of one wildcard', () => {
  test('covers a resource of the same stack, of another stack, and of the account', () => {
    const left = findingsWith((role, own, other) => {
      acknowledgeWildcard(role, own.arnForObjects('*'), reason);
      acknowledgeWildcard(role, other.arnForObjects('*'), reason);
      acknowledgeWildcard(role, Stack.of(role).formatArn({ service: 'ec2', resource: 'instance', resourceName: '*' }), reason);
    });
    expect(left).toEqual([]);
    expect(findingsWith(() => {})).toHaveLength(3);
  });

  test('covers that resource only', () => {
    expect(findingsWith((role, own) => acknowledgeWildcard(role, own.arnForObjects('*'), reason))).toHaveLength(2);
  });

  test('is recorded with its reason', () => {
    findingsWith((role, own) => {
      acknowledgeWildcard(role, own.arnForObjects('*'), reason);
      const entries = role.node.metadata.filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY);
      expect(JSON.stringify(entries)).toContain(reason);
    });
    expect.assertions(1);
  });
});
