import type { LifecycleRule } from '@aws-sdk/client-s3';
import { bucketLock } from '../../../functions/lifecycle/lifecycle-records.ts';
import type { BucketRole, LifecycleSettings } from '../../../functions/lifecycle/settings.ts';
import type { FaultKind } from '../../../simulator/kernel/faults.ts';
import { context, errorOf } from '../platform/session.ts';
import { foreign, shipped } from './facts.ts';
import { ledger, type LifecycleScene, loadHandler, openLifecycleScene } from './lifecycle-scene.ts';

let scene: LifecycleScene;
beforeEach(() => {
  scene = openLifecycleScene();
});
afterEach(() => scene.close());

const hour = 3_600_000;
const owner = (role: BucketRole = 'documents') => scene.run(() => ledger.lockOwner(bucketLock(role === 'productImages' ? 'images' : role)));
const idsOf = (role: BucketRole): (string | undefined)[] => scene.rules(role).map(({ ID }) => ID);
const written = (): number => scene.calls.filter((operation) => operation === 'PutBucketLifecycleConfiguration' || operation === 'DeleteBucketLifecycle').length;
const without = (role: BucketRole): LifecycleSettings['buckets'] => ({ ...shipped.buckets, [role]: { retentionDays: 0, rules: [] } });

/** Rules of others, as only others spell them. */
const theirs: readonly LifecycleRule[] = [
  { ID: 'Exports der Buchhaltung', Status: 'Enabled', Filter: { Prefix: 'exports/' }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 3 } },
  { ID: 'old', Status: 'Disabled', Filter: { And: { Prefix: 'scans/', Tags: [{ Key: 'keep', Value: 'no' }] } }, Expiration: { Date: new Date('2030-01-01T00:00:00Z') } },
];

describe('a write', () => {
  test('leaves the rules of others and the minimum size mode as they are', async () => {
    scene.set('documents', theirs, 'varies_by_storage_class');
    await scene.plan('documents');
    expect(await scene.write('documents')).toEqual({ outcome: 'written' });
    expect(scene.rules('documents').slice(0, 2)).toEqual(theirs);
    expect(idsOf('documents')).toEqual(['Exports der Buchhaltung', 'old', 'webmarket-old-documents']);
    expect(scene.account.s3.lifecycle('documents')?.TransitionDefaultMinimumObjectSize).toBe('varies_by_storage_class');
    expect(await scene.recordOf('documents')).toMatchObject({ act: { begunAt: expect.any(String) }, ending: { outcome: 'written' } });
    expect((await scene.recordOf('documents')).ending?.reason).toBeUndefined();
    expect(await owner()).toBeUndefined();
  });

  test('that leaves no rule takes the configuration away', async () => {
    await scene.plan('documents');
    await scene.write('documents');
    await scene.wait(10_000);
    scene.configure({ buckets: without('documents') });
    expect(await scene.plan('documents', 'run-2')).toEqual({ verdict: 'write' });
    expect(await scene.write('documents', 'run-2')).toEqual({ outcome: 'written' });
    expect(scene.account.s3.lifecycle('documents')).toBeUndefined();
    expect(scene.calls).toContain('DeleteBucketLifecycle');
    expect((await scene.recordOf('documents', 'run-2')).ending?.reason).toBeUndefined();
  });

  test('repeated after it ended does nothing more', async () => {
    await scene.plan('documents');
    await scene.write('documents');
    expect(await scene.write('documents')).toEqual({ outcome: 'written' });
    expect(written()).toBe(1);
  });

  test('of what another run has written meanwhile is none', async () => {
    await scene.plan('documents');
    await scene.plan('documents', 'run-2');
    await scene.write('documents', 'run-2');
    await scene.wait(10_000);
    expect(await scene.write('documents')).toEqual({ outcome: 'unchanged' });
    expect(written()).toBe(1);
  });

  test('without a plan that is to be written is a defect', async () => {
    expect((await errorOf(scene.write('documents'))).name).toBe('Defect');
    await scene.plan('productImages');
    expect((await errorOf(scene.write('productImages'))).name).toBe('Defect');
    expect(written()).toBe(0);
  });
});

describe('nothing is written, and it is said why', () => {
  const cases: readonly (readonly [string, () => void, string])[] = [
    ['the rules were changed since the plan', () => scene.set('documents', [foreign('exports', { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 3 } })]), 'The rules were changed'],
    ['the minimum size mode was changed', () => scene.set('documents', theirs, 'all_storage_classes_128K'), 'The rules were changed'],
    ['the rules cannot be read again', () => scene.break('GetBucketLifecycleConfiguration'), 'could not be read again'],
    ['versioning cannot be read again', () => scene.break('GetBucketVersioning'), 'What is declared, or the versioning'],
    ['versioning was suspended', () => void Object.assign(scene.account.s3.operations.GetBucketVersioning, { execute: () => ({ Status: 'Suspended' }) }), 'versioning'],
    ['something else is declared', () => scene.configure({ buckets: { ...shipped.buckets, documents: { retentionDays: 0, rules: [{ id: 'uploads', abortUploadsAfterDays: 3 }] } } }), 'What is declared'],
    ['the mode is dry-run again', () => scene.configure({ mode: 'dry-run' }), 'dry-run'],
  ];

  test.each(cases)('where %s', async (_what, change, reason) => {
    scene.set('documents', theirs, 'varies_by_storage_class');
    await scene.plan('documents');
    change();
    expect(await scene.write('documents')).toEqual({ outcome: 'altered' });
    expect(written()).toBe(0);
    expect((await scene.recordOf('documents')).ending).toMatchObject({ outcome: 'altered', reason: expect.stringContaining(reason) });
    expect((await scene.recordOf('documents')).act).toBeUndefined();
    expect(await owner()).toBeUndefined();
  });
});

describe('what lets something go for good', () => {
  const approve = async (): Promise<void> => {
    await scene.plan('productImages');
    await scene.answer('productImages');
    await scene.plan('productImages', 'run-2');
  };

  test('is written once it is approved, and the approval is used up', async () => {
    await approve();
    expect(await scene.write('productImages', 'run-2')).toEqual({ outcome: 'written' });
    expect(idsOf('productImages')).toEqual(['webmarket-replaced-images']);
    expect((await scene.recordOf('productImages', 'run-2')).act).toMatchObject({ approver: 'Grace' });
    expect((await scene.question('productImages')).carriedOut).toMatchObject({ runId: 'run-2' });
  });

  test('is not written once the approval has expired', async () => {
    await approve();
    await scene.wait(72 * hour);
    expect(await scene.write('productImages', 'run-2')).toEqual({ outcome: 'altered' });
    expect((await scene.recordOf('productImages', 'run-2')).ending?.reason).toContain('approval');
    expect(scene.rules('productImages')).toEqual([]);
  });

  test.each([
    ['no', { decision: 'rejected' as const }],
    ['nothing', { decision: undefined }],
    ['yes to another plan', { planHash: 'f'.repeat(64) }],
  ])('is not written where the answer that stands is %s', async (_what, change) => {
    await approve();
    await scene.run(async () => {
      const { revision = 0, value = {} } = (await ledger.get('lifecycle-question', 'productImages')) ?? {};
      const approval = value['approval'] as object;
      await ledger.write({ type: 'lifecycle-question', id: 'productImages', revision: revision + 1, value: { ...value, approval: { ...approval, ...change } } });
    });
    expect(await scene.write('productImages', 'run-2')).toEqual({ outcome: 'altered' });
    expect(scene.rules('productImages')).toEqual([]);
  });

  test('is not written twice by one approval: of two runs that planned with it, the second finds it used up', async () => {
    await approve();
    await scene.plan('productImages', 'run-3');
    await scene.write('productImages', 'run-2');
    await scene.wait(10_000);
    scene.set('productImages', []);
    expect(await scene.write('productImages', 'run-3')).toEqual({ outcome: 'altered' });
    expect(scene.rules('productImages')).toEqual([]);
  });
});

describe('two runs never write at once', () => {
  test('while another one holds the lock, it is tried again later', async () => {
    await scene.plan('documents');
    await scene.run(() => ledger.lock(bucketLock('documents'), 'run-2', 120));
    expect((await errorOf(scene.write('documents'))).name).toBe('Transient');
    expect(written()).toBe(0);
    expect(await owner()).toBe('run-2');
    await scene.wait(125_000);
    expect(await scene.write('documents')).toEqual({ outcome: 'written' });
  });

  test('a run that died while it wrote goes on under its own lock', async () => {
    await scene.plan('documents');
    scene.account.faults = {
      faultFor: ({ operation }) => {
        if (operation === 'GetBucketLifecycleConfiguration') scene.isGone = scene.rules('documents').length > 0;
        return undefined;
      },
    };
    const handler = await loadHandler('write-bucket', scene.environment);
    await scene.runForAMinute(() => handler({ runId: 'run-1', role: 'documents' }, context));
    scene.isGone = false;
    scene.break();
    expect((await scene.recordOf('documents')).ending).toBeUndefined();
    expect(await owner()).toBe('run-1');
    expect(await scene.write('documents')).toEqual({ outcome: 'written' });
    expect(await owner()).toBeUndefined();
    expect(written()).toBe(0);
  });

  test('whatever fails, the lock is given back', async () => {
    await scene.plan('documents');
    scene.break('PutBucketLifecycleConfiguration');
    expect((await errorOf(scene.write('documents'))).name).toBe('Refused');
    expect(await owner()).toBeUndefined();
    expect((await scene.recordOf('documents')).act?.refusal).toContain('AccessDenied');
  });
});

describe('what was written is looked at', () => {
  test.each([0, 3000, 12_000])('for as long as S3 may lag behind: %s ms', async (lag) => {
    scene.set('documents', theirs);
    await scene.plan('documents');
    let until = 0;
    scene.show((read) => {
      if (scene.rules('documents').length > theirs.length && until === 0) until = scene.clock.now() + lag;
      return scene.clock.now() < until ? { Rules: [...theirs], TransitionDefaultMinimumObjectSize: 'all_storage_classes_128K' } : read();
    });
    expect(await scene.write('documents')).toEqual({ outcome: 'written' });
    expect((await scene.recordOf('documents')).ending?.reason).toBeUndefined();
    expect(written()).toBe(1);
  });

  test('and what still differs in the end is told', async () => {
    scene.set('documents', theirs);
    await scene.plan('documents');
    scene.show(() => ({ Rules: [...theirs], TransitionDefaultMinimumObjectSize: 'all_storage_classes_128K' }));
    expect(await scene.write('documents')).toEqual({ outcome: 'written' });
    expect((await scene.recordOf('documents')).ending?.reason).toBe('S3 took the rules, and still shows those from before.');
  });

  test('rules of ours that come back otherwise are named', async () => {
    scene.set('documents', theirs);
    await scene.plan('documents');
    scene.show((read) => {
      const shown = read();
      const changed = shown.Rules?.map((rule) => (rule.ID === 'webmarket-old-documents' ? { ...rule, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 9 } } : rule));
      return { ...shown, Rules: changed };
    });
    await scene.write('documents');
    expect((await scene.recordOf('documents')).ending?.reason).toContain('replace webmarket-old-documents');
  });

  test('that rules of others do not come back is told', async () => {
    scene.set('documents', theirs);
    await scene.plan('documents');
    scene.show((read) => {
      const shown = read();
      return scene.rules('documents').length > theirs.length ? { ...shown, Rules: shown.Rules?.slice(1) } : shown;
    });
    await scene.write('documents');
    expect((await scene.recordOf('documents')).ending?.reason).toContain('those of others');
  });
});

describe('whatever goes wrong', () => {
  /** How often the function makes a call when nothing goes wrong. */
  const calls = { GetItem: 5, PutItem: 3, UpdateItem: 1, DeleteItem: 1, GetBucketLifecycleConfiguration: 2, GetBucketVersioning: 1, PutBucketLifecycleConfiguration: 1 } as const;
  const kinds: readonly FaultKind[] = ['unavailable', 'denied', 'reply-lost', 'reply-lost-for-good'];
  const cases = Object.entries(calls).flatMap(([operation, count]) => kinds.flatMap((fault) => Array.from({ length: count }, (_, index) => ({ operation, fault, call: index + 1 }))));

  test('every call is among those that are made to go wrong', async () => {
    await scene.plan('productImages');
    await scene.answer('productImages');
    await scene.plan('productImages', 'run-2');
    scene.calls.length = 0;
    await scene.write('productImages', 'run-2');
    expect(Object.fromEntries([...new Set(scene.calls)].map((name) => [name, scene.calls.filter((call) => call === name).length]))).toEqual(calls);
  });

  /** Lets the attempts of one call of an operation go wrong, and of no other. */
  function failCall(operation: string, fault: FaultKind, call: number): void {
    const attempts = fault === 'reply-lost' || fault === 'denied' ? 1 : 3;
    let seen = 0;
    scene.account.faults = {
      faultFor: (request) => {
        scene.calls.push(request.operation);
        if (request.operation !== operation) return undefined;
        seen += 1;
        return seen >= call && seen < call + attempts ? fault : undefined;
      },
    };
  }

  test.each(cases)('with call $call of $operation ($fault), a repetition ends with the rules that were approved, or with none', async ({ operation, fault, call }) => {
    scene.set('productImages', [foreign('exports', { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 3 } })]);
    await scene.plan('productImages');
    await scene.answer('productImages');
    await scene.plan('productImages', 'run-2');
    failCall(operation, fault, call);
    const first = await scene.write('productImages', 'run-2').catch(() => undefined);
    scene.break();
    await scene.wait(130_000);
    const { outcome } = await scene.write('productImages', 'run-2');
    expect(first ?? { outcome }).toEqual({ outcome });
    // Only what could not be looked at again keeps an approved plan from being written.
    const isDoubtful = operation.startsWith('GetBucket') && fault === 'denied' && call === 1;
    const { carriedOut } = await scene.question('productImages');
    expect([outcome, carriedOut?.runId]).toEqual(isDoubtful ? ['altered', undefined] : ['written', 'run-2']);
    expect(idsOf('productImages')).toEqual(isDoubtful ? ['exports'] : ['exports', 'webmarket-replaced-images']);
    expect(await owner('productImages')).toBeUndefined();
  });
});
