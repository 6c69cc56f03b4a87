import { defineCheck } from '../check.ts';
import { isProtected } from '../policy-holder.ts';
import { namesSource, trustedParties } from '../policy-trust.ts';

/**
 * Services that say for whom they assume a role, by their guides ("Cross-service confused deputy prevention" in each).
 * Every other service is left alone: for those that do not send the keys (EC2 for instance profiles, Lambda for
 * execution roles, both of which only take roles of their own account) the condition would lock the service out.
 */
const servicesThatNameTheirSource: ReadonlySet<string> = new Set([
  'autoscaling.amazonaws.com', 'bedrock.amazonaws.com', 'codebuild.amazonaws.com', 'ecs-tasks.amazonaws.com',
  'events.amazonaws.com', 'frauddetector.amazonaws.com', 'iot.amazonaws.com', 'logs.amazonaws.com',
  'monitoring.rds.amazonaws.com', 'personalize.amazonaws.com', 'pipes.amazonaws.com', 'sagemaker.amazonaws.com',
  'scheduler.amazonaws.com', 'ssm.amazonaws.com', 'states.amazonaws.com', 'vpc-flow-logs.amazonaws.com',
]);

interface Detail {
  readonly services: readonly string[];
}

export const confusedDeputy = defineCheck<Detail>({
  id: 'IAM12',
  title: 'Services assume roles only for this account',
  description:
    'Where a service says for whom it assumes a role, the trust policy asks for it with aws:SourceArn or aws:SourceAccount. Without that, somebody else’s resource may make the service use the role. Services that do not say it are left alone.',
  severity: 'high',
  references: [],
  remediation: 'report-only',
  reads: ['roles'],
  scope: 'resource',
  evaluate({ roles }) {
    return roles
      .filter((role) => !isProtected(role))
      .flatMap((role) => {
        const unnamed = trustedParties(role.trust).filter(
          (party) => party.kind === 'service' && servicesThatNameTheirSource.has(party.name) && !namesSource(party),
        );
        if (unnamed.length === 0) return [];
        const services = [...new Set(unnamed.map(({ name }) => name))].toSorted();
        return [
          {
            checkId: 'IAM12',
            key: `IAM12/${role.name}/trust`,
            resource: { type: 'AWS::IAM::Role', id: role.name },
            severity: 'high',
            remediation: 'report-only',
            message: `The role ${role.name} trusts ${services.join(', ')} on behalf of anybody: neither aws:SourceArn nor aws:SourceAccount is asked for.`,
            detail: { services },
          } as const,
        ];
      });
  },
});
