import {
  DeleteBucketLifecycleCommand, GetBucketLifecycleConfigurationCommand, GetBucketVersioningCommand, type LifecycleRule, ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand, PutObjectCommand, S3Client,
} from '@aws-sdk/client-s3';
import type { Principal } from '../../../simulator/kernel/principal.ts';
import { clientOptions, closeHost, type Host, openHost } from '../kernel/fixtures/host.ts';

let host: Host;
let client: S3Client;
beforeEach(() => {
  host = openHost();
  client = new S3Client(clientOptions);
  host.account.s3.putBucket({ name: 'documents', isVersioned: true, encryption: { algorithm: 'AES256' }, tags: {} });
});
afterEach(closeHost);

const Bucket = 'documents';
const expires: LifecycleRule = { ID: 'expires', Status: 'Enabled', Filter: { Prefix: 'tmp/' }, Expiration: { Days: 7 } };
/** Longer than any write is under way. */
const settledMilliseconds = 5000;

type Minimum = 'all_storage_classes_128K' | 'varies_by_storage_class';

const run = <T>(code: () => Promise<T>): Promise<T> => host.asInvocation(code);
const put = (Rules: readonly LifecycleRule[], TransitionDefaultMinimumObjectSize?: Minimum) =>
  run(() => client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [...Rules] }, TransitionDefaultMinimumObjectSize })));
const get = (rest: object = {}) => run(() => client.send(new GetBucketLifecycleConfigurationCommand({ Bucket, ...rest })));
const settle = () => host.clock.runUntil(host.clock.now() + settledMilliseconds);
const putOne = (rule: Partial<LifecycleRule>) => put([{ Status: 'Enabled', Filter: { Prefix: '' }, ...rule }]);

describe('the configuration of a bucket', () => {
  test('that has none is 404 NoSuchLifecycleConfiguration', async () => {
    const missing = { name: 'NoSuchLifecycleConfiguration', $metadata: { httpStatusCode: 404 }, BucketName: Bucket };
    await expect(get()).rejects.toMatchObject(missing);
    expect(host.account.s3.lifecycle(Bucket)).toBeUndefined();
  });

  test('is read as it was written, dates and empty filters too, and a bucket whose versioning nobody asks for is not touched', async () => {
    const rules: LifecycleRule[] = [
      expires,
      { ID: 'all', Status: 'Disabled', Filter: {}, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 3 } },
      {
        ID: 'by date and tag',
        Status: 'Enabled',
        Filter: { And: { Prefix: 'a/', Tags: [{ Key: 'class', Value: 'public' }], ObjectSizeGreaterThan: 0, ObjectSizeLessThan: 10 } },
        Expiration: { Date: new Date('2028-01-01T00:00:00Z') },
        NoncurrentVersionTransitions: [{ NoncurrentDays: 30, StorageClass: 'GLACIER', NewerNoncurrentVersions: 2 }],
        NoncurrentVersionExpiration: { NoncurrentDays: 60, NewerNoncurrentVersions: 5 },
      },
    ];
    expect(await put(rules)).toMatchObject({ TransitionDefaultMinimumObjectSize: 'all_storage_classes_128K' });
    await settle();
    const { $metadata, ...read } = await get();
    expect(read).toEqual({ Rules: rules, TransitionDefaultMinimumObjectSize: 'all_storage_classes_128K' });
    expect($metadata.httpStatusCode).toBe(200);
    expect(host.account.s3.lifecycle(Bucket)).toEqual(read);
  });

  test('is replaced as a whole, the mode of minimum sizes with it', async () => {
    await put([expires], 'varies_by_storage_class');
    expect(host.account.s3.lifecycle(Bucket)?.TransitionDefaultMinimumObjectSize).toBe('varies_by_storage_class');
    await put([{ ...expires, ID: 'other' }]);
    expect(host.account.s3.lifecycle(Bucket)).toEqual({
      Rules: [{ ...expires, ID: 'other' }],
      TransitionDefaultMinimumObjectSize: 'all_storage_classes_128K',
    });
  });

  test('names the rules that nobody named, each its own, and keeps the old form of a prefix', async () => {
    await put(['a/', 'b/'].map((Prefix) => ({ Status: 'Enabled', Prefix, Expiration: { Days: 1 } })));
    const [first, second] = host.account.s3.lifecycle(Bucket)?.Rules ?? [];
    expect(first).toMatchObject({ Prefix: 'a/', ID: expect.stringMatching(/^[A-Za-z0-9+/]{48}$/u) });
    expect(first).not.toHaveProperty('Filter');
    expect(second?.ID).not.toBe(first?.ID);
  });

  test('goes with DeleteBucketLifecycle, which may be called again', async () => {
    await put([expires]);
    await run(() => client.send(new DeleteBucketLifecycleCommand({ Bucket })));
    await run(() => client.send(new DeleteBucketLifecycleCommand({ Bucket })));
    await settle();
    await expect(get()).rejects.toMatchObject({ name: 'NoSuchLifecycleConfiguration' });
  });

  test('that somebody reads is theirs: what they do to it changes nothing', async () => {
    await put([expires]);
    await settle();
    const { Rules: rules = [] } = await get();
    Object.assign(rules[0]?.Expiration ?? {}, { Days: 1 });
    expect(host.account.s3.lifecycle(Bucket)?.Rules).toEqual([expires]);
  });
});

describe('a write is seen late by some reads', () => {
  const idOf = async (): Promise<string | undefined> => {
    const { Rules: rules = [] } = await get();
    return rules[0]?.ID;
  };

  test('which show the configuration before, for a few seconds at most; now and then, not always', async () => {
    await put([{ ...expires, ID: 'write-0' }]);
    let late = 0;
    for (let index = 1; index <= 40; index += 1) {
      await settle();
      await put([{ ...expires, ID: `write-${index}` }]);
      expect(host.account.s3.lifecycle(Bucket)?.Rules[0]?.ID).toBe(`write-${index}`);
      const seen = await idOf();
      expect([`write-${index - 1}`, `write-${index}`]).toContain(seen);
      if (seen !== `write-${index}`) late += 1;
      await settle();
      expect(await idOf()).toBe(`write-${index}`);
    }
    expect(late).toBeGreaterThan(2);
    expect(late).toBeLessThan(20);
  });

  test('and never go back behind what was seen', async () => {
    const seen: number[] = [];
    await put([{ ...expires, ID: '0' }]);
    await settle();
    for (let index = 1; index <= 60; index += 1) {
      await put([{ ...expires, ID: String(index) }]);
      seen.push(Number(await idOf()));
    }
    expect(seen).toEqual(seen.toSorted((left, right) => left - right));
    expect(seen).not.toEqual(seen.map((_, index) => index + 1));
  });
});

describe('S3 refuses', () => {
  const days = (count: number): LifecycleRule => ({ ...expires, Expiration: { Days: count } });
  const rulesOf = (count: number) => Array.from({ length: count }, (_, index) => ({ ...expires, ID: `rule-${index}` }));

  test('more than a thousand rules, and takes a thousand', async () => {
    await put(rulesOf(1000));
    await expect(put(rulesOf(1001))).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: 'The number of lifecycle rules must not exceed the allowed limit of 1000 rules.',
      $metadata: { httpStatusCode: 400 },
    });
    expect(host.account.s3.lifecycle(Bucket)?.Rules).toHaveLength(1000);
  });

  test.each<[string, readonly LifecycleRule[], string, RegExp]>([
    ['no rules', [], 'InvalidRequest', /At least one lifecycle rule/u],
    ['two rules of one name', [expires, expires], 'InvalidArgument', /Rule ID must be unique/u],
    ['a name that is too long', [{ ...expires, ID: 'x'.repeat(256) }], 'InvalidArgument', /limit of 255/u],
    ['an expiry at once', [days(0)], 'InvalidArgument', /'Days' for Expiration action must be a positive integer/u],
    ['half a day', [days(1.5)], 'MalformedXML', /not well-formed/u],
    ['old prefixes that overlap', ['', 'a/'].map((Prefix) => ({ Status: 'Enabled' as const, Prefix, Expiration: { Days: 1 } })), 'InvalidRequest', /Found overlapping prefixes '' and 'a\/' for same action type 'Expiration'/u],
    ['a filter after an old prefix', [{ Status: 'Enabled', Prefix: '', Expiration: { Days: 1 } }, expires], 'InvalidRequest', /Filter element can only be used in Lifecycle V2/u],
    ['an old prefix after a filter', [expires, { Status: 'Enabled', Prefix: '', Expiration: { Days: 1 } }], 'InvalidRequest', /Base level prefix cannot be used in Lifecycle V2/u],
  ])('%s', async (_, rules, name, message) => {
    await expect(put(rules)).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
    expect(host.account.s3.lifecycle(Bucket)).toBeUndefined();
  });

  const Expiration = { Days: 400 };
  const sizes = (ObjectSizeGreaterThan: number, ObjectSizeLessThan: number) => ({ And: { ObjectSizeGreaterThan, ObjectSizeLessThan } });
  const transition = (StorageClass: 'STANDARD_IA' | 'ONEZONE_IA' | 'GLACIER_IR' | 'GLACIER' | 'DEEP_ARCHIVE', Days: number) => ({ StorageClass, Days });
  const newYear = new Date('2028-01-01T00:00:00Z');

  test.each<[string, Partial<LifecycleRule>, string, string]>([
    ['a status that it does not know', { Status: 'enabled' as 'Enabled', Expiration }, 'MalformedXML', ''],
    ['neither filter nor prefix', { Filter: undefined, Expiration }, 'MalformedXML', ''],
    ['filter and prefix', { Prefix: '', Expiration }, 'MalformedXML', ''],
    ['two predicates outside of an And', { Filter: { Prefix: 'a', ObjectSizeGreaterThan: 1 }, Expiration }, 'MalformedXML', ''],
    ['one predicate in an And', { Filter: { And: { Prefix: 'a' } }, Expiration }, 'MalformedXML', ''],
    ['a size of nothing', { Filter: { ObjectSizeLessThan: 0 }, Expiration }, 'InvalidRequest', "'ObjectSizeLessThan' should be between 1 and 1099511627776000."],
    ['sizes the wrong way round', { Filter: sizes(10, 10), Expiration }, 'InvalidRequest', "'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'."],
    ['a tag twice', { Filter: { And: { Tags: [{ Key: 'a', Value: '1' }, { Key: 'a', Value: '2' }] } }, Expiration }, 'InvalidRequest', 'Duplicate Tag Keys are not allowed.'],
    ['a rule that does nothing', {}, 'InvalidRequest', 'At least one action needs to be specified in a rule'],
    ['days and a date', { Expiration: { Days: 1, Date: newYear } }, 'MalformedXML', ''],
    ['days and expired markers', { Expiration: { Days: 1, ExpiredObjectDeleteMarker: true } }, 'MalformedXML', ''],
    ['a date at noon', { Expiration: { Date: new Date('2028-01-01T12:00:00Z') } }, 'InvalidArgument', "'Date' must be at midnight GMT"],
    ['expired markers by tag', { Filter: { Tag: { Key: 'a', Value: '' } }, Expiration: { ExpiredObjectDeleteMarker: true } }, 'InvalidRequest', 'ExpiredObjectDeleteMarker cannot be specified with Tags.'],
    ['expired markers by size', { Filter: { ObjectSizeGreaterThan: 1 }, Expiration: { ExpiredObjectDeleteMarker: true } }, 'InvalidRequest', 'ExpiredObjectDeleteMarker cannot be specified with Object Size.'],
    ['uploads by tag', { Filter: { Tag: { Key: 'a', Value: '' } }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }, 'InvalidRequest', 'AbortIncompleteMultipartUpload cannot be specified with Tags.'],
    ['uploads at once', { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 0 } }, 'InvalidArgument', "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer"],
    ['kept versions without days', { NoncurrentVersionExpiration: { NewerNoncurrentVersions: 3 } }, 'MalformedXML', ''],
    ['versions that go at once', { NoncurrentVersionExpiration: { NoncurrentDays: 0 } }, 'InvalidArgument', "'NoncurrentDays' for NoncurrentVersionExpiration action must be a positive integer"],
    ['no version kept', { NoncurrentVersionExpiration: { NoncurrentDays: 1, NewerNoncurrentVersions: 0 } }, 'InvalidArgument', "'NewerNoncurrentVersions' for NoncurrentVersionExpiration action must be a positive integer"],
    ['kept versions by an old prefix', { Filter: undefined, Prefix: '', NoncurrentVersionExpiration: { NoncurrentDays: 1, NewerNoncurrentVersions: 1 } }, 'InvalidRequest', 'NewerNoncurrentVersions element can only be used in Lifecycle V2.'],
    ['infrequent access before 30 days', { Transitions: [transition('STANDARD_IA', 29)] }, 'InvalidArgument', "'Days' in Transition action must be greater than or equal to 30 for storageClass 'STANDARD_IA'"],
    ['the same of versions', { NoncurrentVersionTransitions: [{ NoncurrentDays: 29, StorageClass: 'ONEZONE_IA' }] }, 'InvalidArgument', "'NoncurrentDays' in NoncurrentVersionTransition action must be greater than or equal to 30 for storageClass 'ONEZONE_IA'"],
    ['a class twice', { Transitions: [transition('GLACIER', 30), transition('GLACIER', 60)] }, 'InvalidRequest', "'StorageClass' must be different for 'Transition' actions in same 'Rule' with filter '(prefix=)'"],
    ['an archive too soon after infrequent access', { Transitions: [transition('STANDARD_IA', 30), transition('GLACIER_IR', 59)] }, 'InvalidArgument', "'Days' in the 'Transition' action for StorageClass 'GLACIER_IR' for filter '(prefix=)' must be 30 days more than 'filter '(prefix=)'' in the 'Transition' action for StorageClass 'STANDARD_IA'"],
    ['the deep archive too soon after the archive', { Transitions: [transition('GLACIER', 30), transition('DEEP_ARCHIVE', 119)] }, 'InvalidArgument', "'Days' in the 'Transition' action for StorageClass 'DEEP_ARCHIVE' for filter '(prefix=)' must be 90 days more than 'filter '(prefix=)'' in the 'Transition' action for StorageClass 'GLACIER'"],
    ['a colder class first', { Transitions: [transition('GLACIER', 90), transition('STANDARD_IA', 120)] }, 'InvalidArgument', "'Days' in the Transition action for StorageClass 'GLACIER' for filter '(prefix=)' must be greater than 'Days' in the Transition action for StorageClass 'STANDARD_IA' for filter '(prefix=)'"],
    ['a transition by days and by date', { Transitions: [{ StorageClass: 'GLACIER', Days: 1, Date: newYear }] }, 'MalformedXML', ''],
    ['transitions by days and by date', { Transitions: [transition('STANDARD_IA', 30), { StorageClass: 'GLACIER', Date: newYear }] }, 'InvalidRequest', "Found mixed 'Date' and 'Days' based Transition actions in lifecycle rule for filter '(prefix=)'"],
    ['a class that is none', { Transitions: [transition('STANDARD' as 'GLACIER', 1)] }, 'MalformedXML', ''],
    ['an expiry before a transition', { Filter: { Prefix: 'logs/' }, Expiration: { Days: 90 }, Transitions: [transition('GLACIER', 90)] }, 'InvalidArgument', "'Days' in the Expiration action for filter '(prefix=logs/)' must be greater than 'Days' in the Transition action"],
    ['an expiry by date with a transition by days', { Expiration: { Date: newYear }, Transitions: [transition('GLACIER', 90)] }, 'InvalidRequest', "Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule for filter '(prefix=)'"],
    ['versions that expire before they move', { NoncurrentVersionExpiration: { NoncurrentDays: 5 }, NoncurrentVersionTransitions: [{ NoncurrentDays: 5, StorageClass: 'GLACIER' }] }, 'InvalidArgument', "'NoncurrentDays' in the NoncurrentVersionExpiration action for filter '(prefix=)' must be greater than 'NoncurrentDays' in the NoncurrentVersionTransition action"],
  ])('%s', async (_, rule, name, message) => {
    const expected = message === '' ? 'The XML you provided was not well-formed or did not validate against our published schema' : message;
    await expect(putOne(rule)).rejects.toMatchObject({ name, message: expected, $metadata: { httpStatusCode: 400 } });
  });

  test.each<[string, Partial<LifecycleRule>]>([
    ['infrequent access from 30 days, and an archive 30 days after it', { Transitions: [transition('STANDARD_IA', 30), transition('GLACIER_IR', 60)] }],
    ['an archive at once', { Transitions: [transition('GLACIER', 0)], Expiration: { Days: 1 } }],
    ['expired markers in a rule of their own', { Expiration: { ExpiredObjectDeleteMarker: true }, NoncurrentVersionExpiration: { NoncurrentDays: 1 } }],
    ['transitions out of order in the text', { Transitions: [transition('DEEP_ARCHIVE', 180), transition('GLACIER', 90)] }],
    ['an And with an empty prefix', { Filter: { And: { Prefix: '', ObjectSizeGreaterThan: 1 } }, Expiration }],
  ])('but not %s', async (_, rule) => {
    await putOne(rule);
    expect(host.account.s3.lifecycle(Bucket)?.Rules).toMatchObject([rule]);
  });

  test('a mode of minimum sizes that it does not know', async () => {
    await expect(put([expires], 'none' as Minimum)).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: 'Invalid TransitionDefaultMinimumObjectSize found: none',
    });
  });
});

describe('permissions', () => {
  const as = (actions: readonly string[]): Principal => ({ kind: 'role', roleArn: host.role('Keeper', actions), session: 's' });
  const calls: [string, string, () => Promise<unknown>][] = [
    ['GetBucketLifecycleConfiguration', 's3:GetLifecycleConfiguration', () => client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))],
    ['PutBucketLifecycleConfiguration', 's3:PutLifecycleConfiguration', () => client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [expires] } }))],
    ['DeleteBucketLifecycle', 's3:PutLifecycleConfiguration', () => client.send(new DeleteBucketLifecycleCommand({ Bucket }))],
    ['GetBucketVersioning', 's3:GetBucketVersioning', () => client.send(new GetBucketVersioningCommand({ Bucket }))],
    ['ListObjectVersions', 's3:ListBucketVersions', () => client.send(new ListObjectVersionsCommand({ Bucket }))],
  ];

  test.each(calls)('%s wants %s, and that is enough', async (operation, action, send) => {
    await host.asInvocation(() => client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [expires] } })));
    await settle();
    const all = ['s3:GetLifecycleConfiguration', 's3:PutLifecycleConfiguration', 's3:GetBucketVersioning', 's3:ListBucketVersions', 's3:ListBucket', 's3:DeleteObject'];
    const principal = as(all.filter((other) => other !== action));
    await expect(host.asInvocation(send, { principal })).rejects.toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
    await host.asInvocation(send, { principal: as([action]) });
    expect(host.records.at(-1)).toMatchObject({ operation, authorisations: [{ action, resource: 'arn:aws:s3:::documents' }] });
  });

  test('whoever expects another owner is refused, whatever they ask for', async () => {
    const ExpectedBucketOwner = '210987654321';
    const LifecycleConfiguration = { Rules: [expires] };
    const sends = [
      () => client.send(new GetBucketLifecycleConfigurationCommand({ Bucket, ExpectedBucketOwner })),
      () => client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, ExpectedBucketOwner, LifecycleConfiguration })),
      () => client.send(new DeleteBucketLifecycleCommand({ Bucket, ExpectedBucketOwner })),
      () => client.send(new GetBucketVersioningCommand({ Bucket, ExpectedBucketOwner })),
      () => client.send(new ListObjectVersionsCommand({ Bucket, ExpectedBucketOwner })),
      () => client.send(new PutObjectCommand({ Bucket, Key: 'x', Body: 'x', ExpectedBucketOwner })),
    ];
    for (const send of sends) await expect(run(send)).rejects.toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
    expect(host.account.s3.lifecycle(Bucket)).toBeUndefined();
    await run(() => client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, ExpectedBucketOwner: host.account.id, LifecycleConfiguration })));
    expect(host.account.s3.lifecycle(Bucket)?.Rules).toEqual([expires]);
  });

  test('an object with tags wants the permission for tags as well', async () => {
    const write = () => client.send(new PutObjectCommand({ Bucket, Key: 'x', Body: 'x', Tagging: 'class=public&year=2027' }));
    await expect(host.asInvocation(write, { principal: as(['s3:PutObject']) })).rejects.toMatchObject({ name: 'AccessDenied' });
    await host.asInvocation(write, { principal: as(['s3:PutObject', 's3:PutObjectTagging']) });
    expect(host.account.s3.objects(Bucket)).toMatchObject([{ tags: { class: 'public', year: '2027' } }]);
  });
});

test('versioning is told of a bucket that has it, and nothing of one that never had', async () => {
  host.account.s3.putBucket({ name: 'plain', isVersioned: false, encryption: { algorithm: 'AES256' }, tags: {} });
  expect(await run(() => client.send(new GetBucketVersioningCommand({ Bucket })))).toMatchObject({ Status: 'Enabled' });
  expect(await run(() => client.send(new GetBucketVersioningCommand({ Bucket: 'plain' })))).not.toHaveProperty('Status');
});
