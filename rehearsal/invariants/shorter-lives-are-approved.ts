import type { LifecycleRule } from '@aws-sdk/client-s3';
import { bucketRoles } from '../../functions/lifecycle/settings.ts';
import { bucketOf } from '../lifecycle-story.ts';
import type { Stage } from '../stage.ts';
import type { WitnessedRules } from '../witness.ts';
import type { Invariant } from './invariant.ts';

const hour = 3_600_000;

export const shorterLivesAreApproved: Invariant = {
  id: 'shorter-lives-are-approved',
  statement: 'A function wrote what lets something go sooner only after a person had said yes, and once for each yes',
  check: (stage) =>
    bucketRoles.flatMap((role) => {
      const bucket = bucketOf(stage, role);
      const shorter = stage.ruleWrites.filter((write) => write.bucket === bucket && write.isByFunction && isShorter(write));
      const yes = approvalsOf(stage, role);
      return shorter.flatMap(({ at }, index) => {
        const before = yes.filter((answeredAt) => answeredAt <= at && at - answeredAt <= stage.config.lifecycle.approvalHours * hour).length;
        return before > index ? [] : [`${role}: write ${index + 1} that shortens lives, at ${new Date(at).toISOString()}, after ${before} approvals`];
      });
    }),
};

/** When somebody said yes in the story, whatever was answered to it: the answer to an answer may be lost. */
function approvalsOf(stage: Stage, role: string): number[] {
  return stage.steps.filter(({ text }) => text.endsWith(`answers approved for ${role}`)).map(({ at }) => at);
}

/** By the bare numbers of the rules: whether any of them deletes or hides sooner than the one of its name did before. */
function isShorter({ before, after }: WitnessedRules): boolean {
  return after.some((rule) => {
    const was = before.find(({ ID }) => ID === rule.ID);
    return daysOf(rule).some((days, index) => days < (daysOf(was)[index] ?? Number.POSITIVE_INFINITY));
  });
}

function daysOf(rule: LifecycleRule | undefined): number[] {
  return [rule?.Expiration?.Days ?? Number.POSITIVE_INFINITY, rule?.NoncurrentVersionExpiration?.NoncurrentDays ?? Number.POSITIVE_INFINITY];
}
