import { defineCheck } from '../check.ts';
import type { Finding } from '../finding.ts';
import type { SecurityGroup, Snapshot } from '../snapshot.ts';

interface Detail {
  readonly groupId: string;
  readonly what: string;
}

/** More than this cannot be reviewed, and EC2's own quota of 60 in each direction is near. */
const reviewableRules = 50;

/** CloudFormation marks what it makes with this tag, which nobody else can set. */
const stackTag = 'aws:cloudformation:stack-name';

export const groupHygiene = defineCheck<Detail>({
  id: 'SG15',
  title: 'Groups are in use, in a stack, and small enough to read',
  description:
    `A group that nothing is in, that no stack made, that the launch wizard of the console made, or that has over ${reviewableRules} rules in one direction. None of it is a hole; all of it hides holes. Default groups cannot be deleted, and are left out of the first three.`,
  severity: 'low',
  references: ['EC2.22'],
  remediation: 'report-only',
  reads: ['securityGroups', 'networkInterfaces', 'attachments'],
  scope: 'account',
  evaluate(snapshot) {
    const used = usedGroups(snapshot);
    return snapshot.securityGroups.flatMap((group) => [
      ...(group.name === 'default' ? [] : originFindings(group, used)),
      ...sizeFindings(group),
    ]);
  },
});

/** A group that only rules of other groups name is unused: nobody is in it whom they could let in. */
function usedGroups({ networkInterfaces, attachments }: Snapshot): ReadonlySet<string> {
  return new Set([...networkInterfaces, ...attachments].flatMap(({ groupIds }) => groupIds));
}

function originFindings(group: SecurityGroup, used: ReadonlySet<string>): readonly Finding<Detail>[] {
  return [
    ...(used.has(group.id) ? [] : [report(group, 'unused', 'no interface, load balancer, database or launch template is in it')]),
    ...(group.tags[stackTag] === undefined ? [report(group, 'outside-stacks', 'no stack made it, so that its rules are declared nowhere')] : []),
    ...(group.name.startsWith('launch-wizard-') ? [report(group, 'launch-wizard', 'the launch wizard of the console made it')] : []),
  ];
}

function sizeFindings(group: SecurityGroup): readonly Finding<Detail>[] {
  return (['ingress', 'egress'] as const).flatMap((direction) => {
    const count = group.rules.filter((rule) => rule.direction === direction).length;
    return count > reviewableRules ? [report(group, `${direction}-rules`, `it has ${count} ${direction} rules, over ${reviewableRules}`)] : [];
  });
}

function report({ id, name }: SecurityGroup, what: string, reason: string): Finding<Detail> {
  return {
    checkId: 'SG15',
    key: `SG15/${id}/${what}`,
    resource: { type: 'AWS::EC2::SecurityGroup', id },
    severity: 'low',
    remediation: 'report-only',
    message: `The group ${id} (${name}) should be looked at: ${reason}.`,
    detail: { groupId: id, what },
  };
}
