import { bucketPlanSchema } from '../../../functions/lifecycle/bucket-plan.ts';
import { hashConfiguration } from '../../../functions/lifecycle/configuration.ts';
import { type BucketFacts, decidePlan } from '../../../functions/lifecycle/decide-plan.ts';
import type { CountedVersions } from '../../../functions/lifecycle/listed-version.ts';
import { bucketRoles } from '../../../functions/lifecycle/settings.ts';
import { configurationOf, declaredOf, factsOf, foreign, shipped, standing } from './facts.ts';

const cleanup = foreign('cleanup', { Expiration: { Days: 30 } });

function verdictOf(...facts: Parameters<typeof factsOf>): string {
  return decidePlan(factsOf(...facts)).verdict;
}

describe('verdicts', () => {
  it('what stands as declared is unchanged, in either mode', () => {
    for (const role of bucketRoles) {
      for (const mode of ['dry-run', 'enforce'] as const) expect(verdictOf(role, { mode, current: standing(shipped.buckets[role]) })).toBe('unchanged');
    }
  });

  it('what destroys nothing is written; what destroys is asked for', () => {
    expect(bucketRoles.map((role) => verdictOf(role))).toEqual(['ask', 'write', 'ask', 'ask']);
  });

  it('in a dry run nothing is asked for and nothing written, even if it was approved', () => {
    const { planHash } = decidePlan(factsOf('logs'));
    for (const role of bucketRoles) expect(verdictOf(role, { mode: 'dry-run' })).toBe('dry-run');
    expect(verdictOf('logs', { mode: 'dry-run', approval: { planHash, isApproved: true } })).toBe('dry-run');
  });

  it('what was approved is written, as it was approved only', () => {
    const { planHash } = decidePlan(factsOf('logs'));
    expect(verdictOf('logs', { approval: { planHash, isApproved: true } })).toBe('write');
    expect(verdictOf('logs', { approval: { planHash, isApproved: false } })).toBe('ask');
    expect(verdictOf('evidence', { approval: { planHash, isApproved: true } })).toBe('ask');
    expect(verdictOf('logs', { approval: { planHash, isApproved: true }, current: configurationOf(foreign('new', { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } })) })).toBe('ask');
    expect(verdictOf('logs', { approval: { planHash, isApproved: true }, declared: declaredOf(0, ...shipped.buckets.logs.rules, { id: 'more', abortUploadsAfterDays: 2 }) })).toBe('ask');
  });

  it('hiding that was approved is not approved as deleting: the answer falls when versioning is switched off', () => {
    const declared = declaredOf(0, { id: 'x', expireAfterDays: 30, noncurrentExpireAfterDays: 30, removeExpiredDeleteMarkers: true });
    const { planHash } = decidePlan(factsOf('logs', { declared }));
    const approval = { planHash, isApproved: true };
    expect(verdictOf('logs', { declared, approval })).toBe('write');
    expect(verdictOf('logs', { declared, approval, isVersioned: false })).toBe('ask');
  });

  it('a violation by others refuses, whether something of ours is to be changed or not, and whatever was approved', () => {
    const facts: Partial<BucketFacts> = { current: standing(shipped.buckets.documents, cleanup) };
    const plan = decidePlan(factsOf('documents', facts));
    expect(plan).toMatchObject({ verdict: 'refused', changes: [], foreignRules: 1, isDestructive: false });
    expect(plan.blockers).toMatchObject([{ code: 'retention-overlap' }]);
    expect(verdictOf('documents', { ...facts, mode: 'dry-run', approval: { planHash: plan.planHash, isApproved: true } })).toBe('refused');
    expect(verdictOf('documents', { current: configurationOf(cleanup) })).toBe('refused');
  });

  it('removing a rule of ours is written without being asked for', () => {
    expect(verdictOf('logs', { declared: declaredOf(0), current: standing(shipped.buckets.logs) })).toBe('write');
  });

  it('a rule that somebody shortened is put right without being asked for', () => {
    const shortened = standing(shipped.buckets.logs).rules.map((rule) => (rule.Expiration?.Days === undefined ? rule : { ...rule, Expiration: { Days: 3 } }));
    expect(decidePlan(factsOf('logs', { current: configurationOf(...shortened) }))).toMatchObject({ verdict: 'write', changes: [{ kind: 'replace', ruleId: 'webmarket-access-logs' }] });
  });
});

describe('what could not be read', () => {
  it('refuses, and is not the same as nothing', () => {
    const plan = decidePlan(factsOf('logs', { current: { unread: 'AccessDenied.' } }));
    expect(plan).toMatchObject({ verdict: 'refused', changes: [], blockers: [{ code: 'unread', message: 'The lifecycle rules of webmarket-logs could not be read: AccessDenied.' }] });
    expect(plan.beforeHash).not.toBe(decidePlan(factsOf('logs')).beforeHash);
    expect(plan.planHash).not.toBe(decidePlan(factsOf('logs')).planHash);
  });

  it('versioning too', () => {
    const current = standing(shipped.buckets.logs, cleanup);
    expect(decidePlan(factsOf('logs', { current, isVersioned: 'unread' }))).toMatchObject({
      verdict: 'refused', foreignRules: 1, beforeHash: hashConfiguration(current), blockers: [{ code: 'unread', message: 'Whether webmarket-logs keeps versions could not be read.' }],
    });
  });
});

describe('a plan', () => {
  const counted: CountedVersions = {
    effect: { deleted: { objects: 1, bytes: 2, isComplete: true }, hidden: 'unknown', moved: {} },
    saving: { perMonthUsd: 1, onceUsd: 2, monthsToPayBack: 2, pricesAsOf: '2027-03-01' },
  };

  it('is the same with and without counts, but for the counts', () => {
    const [bare, full] = [decidePlan(factsOf('logs')), decidePlan(factsOf('logs', { counted }))];
    expect(full).toEqual({ ...bare, ...counted });
    expect(decidePlan(factsOf('logs', { counted, current: standing(shipped.buckets.logs) }))).not.toHaveProperty('effect');
  });

  it('has the shape that the ledger takes', () => {
    for (const facts of [factsOf('logs', { counted }), factsOf('documents', { current: configurationOf(cleanup) }), factsOf('logs', { current: { unread: 'No.' } })]) {
      const plan = decidePlan(facts);
      expect(bucketPlanSchema.parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
    }
  });

  it('has a hash of its own for every bucket, start and end', () => {
    const plans = [
      factsOf('logs'), factsOf('logs', { bucket: 'another' }), factsOf('logs', { current: configurationOf(cleanup) }), factsOf('logs', { declared: declaredOf(0) }),
      factsOf('logs', { current: { rules: [], minimumSize: 'varies_by_storage_class' } }), factsOf('logs', { isVersioned: false }),
    ].map(decidePlan);
    expect(new Set(plans.map(({ planHash }) => planHash)).size).toBe(plans.length);
    expect(decidePlan(factsOf('logs')).planHash).toBe(plans[0]?.planHash);
  });
});
