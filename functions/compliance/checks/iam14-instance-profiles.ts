import { defineCheck } from '../check.ts';

interface Detail {
  readonly instanceId: string;
  readonly profileArn: string;
  readonly before?: string;
}

/** An instance that is going, or that does not run, answers no request with its profile. */
const liveStates = ['pending', 'running'];

export const instanceProfiles = defineCheck<Detail>({
  id: 'IAM14',
  title: 'Instances have the declared profile',
  description:
    'Every instance of a declared Auto Scaling group has the instance profile that its launch template gives it: without it the shop cannot reach S3, with another it reaches more.',
  severity: 'medium',
  references: ['CIS 2.16'],
  remediation: 'approval',
  reads: ['instances'],
  scope: 'resource',
  evaluate({ instances }, { memberships }) {
    const profiles = new Map(
      memberships
        .filter(({ kind }) => kind === 'auto-scaling-group')
        .flatMap(({ id, instanceProfileArn }) => (instanceProfileArn === undefined ? [] : [[id, instanceProfileArn] as const])),
    );
    return instances.flatMap(({ id, state, autoScalingGroupName, instanceProfileArn: before }) => {
      const profileArn = autoScalingGroupName === undefined ? undefined : profiles.get(autoScalingGroupName);
      if (profileArn === undefined || profileArn === before || !liveStates.includes(state)) return [];
      return [
        {
          checkId: 'IAM14',
          key: `IAM14/${id}/profile`,
          resource: { type: 'AWS::EC2::Instance', id },
          severity: 'medium',
          remediation: 'approval',
          message: `The instance ${id} of ${autoScalingGroupName} has ${before === undefined ? 'no instance profile' : `the profile ${before}`} instead of ${profileArn}.`,
          detail: { instanceId: id, profileArn, ...(before === undefined ? {} : { before }) },
        } as const,
      ];
    });
  },
  repair({ detail: { instanceId, profileArn, before } }) {
    return { actions: [{ kind: 'set-instance-profile', instanceId, profileArn, ...(before === undefined ? {} : { before }) }] };
  },
});
