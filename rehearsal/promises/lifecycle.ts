import { isDeepStrictEqual } from 'node:util';
import { type BucketRole, bucketRoles, ownRulePrefix } from '../../functions/lifecycle/settings.ts';
import { approver, bucketOf, type LifecycleEvidence, lifecycleReports, rulesOf } from '../lifecycle-story.ts';
import type { PromiseResult } from '../scenario.ts';
import { foreignRules } from '../scenarios/lifecycle.ts';
import type { Stage } from '../stage.ts';

const day = 86_400_000;

/** What two weeks of rules and people are to prove. */
export async function judgeLifecycle(stage: Stage): Promise<readonly PromiseResult[]> {
  const reports = await lifecycleReports(stage);
  const results = reports.flatMap(({ buckets, startedAt, cause }) => buckets.map((bucket) => ({ ...bucket, startedAt, cause })));
  return [
    judgeDeclared(stage),
    judgeForeign(stage),
    judgeRetention(stage),
    judgeViolation(stage, results),
    judgeApprovals(results),
    judgeOvertaken(stage),
    judgeSpeed(stage, results),
    judgeBlocked(results, 'logs', 'too-many-rules', 'A rule too many for S3 is refused, and written once there is room'),
    judgeBlocked(results, 'evidence', 'unread', 'A configuration that cannot be read is not taken for an empty one'),
    judgeRejection(stage, results),
    judgeWeekly(results),
    judgeReports(stage, reports),
  ];
}

type Result = LifecycleEvidence['buckets'][number] & { readonly startedAt: string; readonly cause: string };

function judgeDeclared(stage: Stage): PromiseResult {
  const wrong = bucketRoles.flatMap((role) => missingOf(stage, role));
  return {
    id: 'declared-rules-stand',
    statement: 'In the end every bucket has the rules that are declared, and no others of ours',
    held: wrong.length === 0,
    figure: wrong.length === 0 ? `${bucketRoles.length} buckets` : wrong.join('; '),
  };
}

/** By what the rules do, from the configuration file and not by the product's own comparison. */
export function missingOf(stage: Stage, role: BucketRole): string[] {
  const declared = stage.config.lifecycle.buckets[role].rules;
  const own = rulesOf(stage, role).filter(({ ID }) => ID?.startsWith(ownRulePrefix));
  const wrong = declared.flatMap((rule) => {
    const found = own.find(({ ID }) => ID === `${ownRulePrefix}${rule.id}`);
    const isSame =
      found?.Status === 'Enabled' &&
      found.Expiration?.Days === rule.expireAfterDays &&
      found.NoncurrentVersionExpiration?.NoncurrentDays === rule.noncurrentExpireAfterDays &&
      found.AbortIncompleteMultipartUpload?.DaysAfterInitiation === rule.abortUploadsAfterDays &&
      isDeepStrictEqual(
        (found.Transitions ?? []).map(({ Days, StorageClass }) => [Days, StorageClass]),
        (rule.transitions ?? []).map(({ afterDays, storageClass }) => [afterDays, storageClass]),
      );
    return isSame ? [] : [`${role}: ${rule.id} is not as declared`];
  });
  // A rule of ours may need two of S3, the second named after the first.
  const strange = own.filter(({ ID = '' }) => !declared.some(({ id }) => ID.startsWith(`${ownRulePrefix}${id}`)));
  return [...wrong, ...strange.map(({ ID }) => `${role}: ${ID} is not declared`)];
}

function judgeForeign(stage: Stage): PromiseResult {
  const found = rulesOf(stage, 'documents').filter(({ ID }) => !ID?.startsWith(ownRulePrefix));
  const tenants = rulesOf(stage, 'logs').filter(({ ID }) => !ID?.startsWith(ownRulePrefix));
  return {
    id: 'foreign-rules-kept',
    statement: 'Rules of others are byte for byte as they wrote them',
    held: isDeepStrictEqual(found, [...foreignRules]) && tenants.length === 998,
    figure: `${found.length + tenants.length} rules`,
  };
}

/** What S3 really let go, against what the law and the configuration want. */
function judgeRetention(stage: Stage): PromiseResult {
  const early = bucketRoles.flatMap((role) => lostEarly(stage, role));
  return {
    id: 'nothing-lost-before-its-time',
    statement: 'No version was gone, and no object hidden, before the age at which it may be',
    held: early.length === 0,
    figure: early.length === 0 ? `${stage.account.s3.lifecycleActions.length} acts of S3` : `${early.length}, ${early[0]}`,
  };
}

/** Keys of a bucket that S3 hid or deleted before the retention of their role allows it. */
export function lostEarly(stage: Stage, role: BucketRole): string[] {
  const name = bucketOf(stage, role);
  const { retentionDays } = stage.config.lifecycle.buckets[role];
  return stage.account.s3.lifecycleActions
    .filter(({ bucket, kind, at, modifiedAt }) => bucket === name && kind !== 'moved' && at - modifiedAt < retentionDays * day)
    .map(({ key, at, modifiedAt }) => `${role} ${key} after ${Math.floor((at - modifiedAt) / day)} days`);
}

function judgeViolation(stage: Stage, results: readonly Result[]): PromiseResult {
  const refused = results.filter(({ role, outcome, plan }) => role === 'documents' && outcome === 'refused' && plan?.blockers.some(({ code }) => code === 'retention-overlap'));
  const told = stage.account.sns.messages.find(({ attributes, message }) => attributes['severity'] === 'critical' && message.includes('retention'));
  const changedAt = stage.steps.find(({ text }) => text.includes('invoices go after a year'))?.at ?? Number.NaN;
  const minutes = ((told?.at ?? Number.NaN) - changedAt) / 60_000;
  return {
    id: 'violation-is-refused-and-told',
    statement: 'A rule of others that lets documents go too early is told within five minutes, and blocks ours',
    held: refused.length > 0 && minutes <= 5,
    figure: `${minutes.toFixed(1)} min`,
  };
}

function judgeApprovals(results: readonly Result[]): PromiseResult {
  const destructive = results.filter(({ outcome, plan }) => outcome === 'written' && plan?.isDestructive === true);
  const alone = destructive.filter((result) => result.approver !== approver);
  return {
    id: 'deleting-needs-a-person',
    statement: 'What deletes was written after a person had approved it, and only then',
    held: alone.length === 0 && destructive.length > 0,
    figure: `${destructive.length} approved`,
  };
}

function judgeOvertaken(stage: Stage): PromiseResult {
  const answer = stage.steps.find(({ text }) => text.includes('answer for logs was refused'));
  return {
    id: 'approval-is-of-one-plan',
    statement: 'An approval of a plan that was overtaken counts for nothing',
    held: answer?.text.includes('plan-altered') === true,
    figure: answer?.text ?? 'accepted',
  };
}

function judgeSpeed(stage: Stage, results: readonly Result[]): PromiseResult {
  const changedAt = stage.steps.find(({ text }) => text.includes('deleted after two days'))?.at ?? Number.NaN;
  const restored = results.find(({ role, outcome, cause, startedAt }) => role === 'productImages' && outcome === 'written' && cause === 'change' && Date.parse(startedAt) >= changedAt);
  const seconds = (Date.parse(restored?.startedAt ?? '') - changedAt) / 1000;
  return {
    id: 'put-right-before-s3-acts',
    statement: 'A rule that was shortened by hand is put right within five minutes, without asking',
    held: seconds <= 300 && restored?.plan?.isDestructive === false,
    figure: `${seconds.toFixed(0)} s`,
  };
}

function judgeBlocked(results: readonly Result[], role: BucketRole, code: string, statement: string): PromiseResult {
  const blocked = results.findIndex((result) => result.role === role && result.outcome === 'refused' && result.plan?.blockers.some((blocker) => blocker.code === code));
  const after = results.slice(blocked + 1).find((result) => result.role === role && result.outcome !== 'refused');
  return {
    id: `${code}-is-refused`,
    statement,
    held: blocked !== -1 && after !== undefined,
    figure: blocked === -1 ? 'never refused' : `then ${after?.outcome ?? 'nothing'}`,
  };
}

/** Asked again after the no only when the question had expired. */
function judgeRejection(stage: Stage, results: readonly Result[]): PromiseResult {
  const from = stage.steps.find(({ text }) => text.includes('removes the rule of the evidence'))?.at ?? Number.NaN;
  const until = stage.steps.findLast(({ text }) => text.includes('answers approved for evidence'))?.at ?? Number.NaN;
  const asked = stage.account.sns.messages.filter(({ at, attributes, message }) => at >= from && at <= until && attributes['kind'] === 'lifecycle.approval-asked' && message.includes('evidence'));
  const written = results.filter(({ role, outcome, startedAt }) => role === 'evidence' && outcome === 'written' && Date.parse(startedAt) >= from && Date.parse(startedAt) < until - 60_000);
  return {
    id: 'no-means-no',
    statement: 'A no is kept: nothing is written, and nobody is asked again before the question has expired',
    held: asked.length === 2 && written.length === 0,
    figure: `asked ${asked.length} times`,
  };
}

function judgeWeekly(results: readonly Result[]): PromiseResult {
  const weekly = results.filter(({ cause, role, outcome }) => cause === 'schedule' && role === 'productImages' && outcome === 'written');
  return {
    id: 'events-are-not-needed',
    statement: 'A change of which no event came through is put right by the weekly run',
    held: weekly.length > 0,
    figure: `${weekly.length} put right`,
  };
}

function judgeReports(stage: Stage, reports: readonly LifecycleEvidence[]): PromiseResult {
  const arn = stage.output('StorageLifecycleArn');
  const ended = stage.account.stepFunctions.executions.filter(({ machine, status }) => machine.arn === arn && status === 'SUCCEEDED');
  const missing = ended.filter(({ name }) => !reports.some(({ runId }) => runId === name));
  return {
    id: 'a-report-a-run',
    statement: 'Every run has a report with a result of every bucket',
    held: missing.length === 0 && ended.length > 0 && reports.every(({ buckets }) => buckets.length === bucketRoles.length),
    figure: `${reports.length} reports`,
  };
}
