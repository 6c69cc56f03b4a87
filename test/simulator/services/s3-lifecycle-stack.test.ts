import type { Template } from '../../../simulator/deploy/assembly.ts';
import { Deployer } from '../../../simulator/deploy/deployer.ts';
import { Account } from '../../../simulator/kernel/account.ts';
import { VirtualClock } from '../../../simulator/kernel/clock.ts';
import type { Principal } from '../../../simulator/kernel/principal.ts';

const day = 86_400_000;
const person: Principal = { kind: 'outside', name: 'Somebody at a console' };
const name = 'trail-logs';

interface Standing {
  readonly account: Account;
  readonly clock: VirtualClock;
  readonly deploy: (lifecycle: unknown, rest?: object) => Promise<unknown>;
}

function stand(): Standing {
  const clock = VirtualClock.detached(Date.parse('2027-01-06T14:00:00Z'));
  const account = new Account({ clock });
  const deployer = new Deployer(account);
  const template = (lifecycle: unknown, rest: object): Template => ({
    Resources: {
      Bucket: {
        Type: 'AWS::S3::Bucket',
        Properties: {
          BucketName: name,
          VersioningConfiguration: { Status: 'Enabled' },
          ...(lifecycle === undefined ? {} : { LifecycleConfiguration: lifecycle }),
          ...rest,
        },
      },
    },
  });
  return {
    account,
    clock,
    deploy: (lifecycle, rest = {}) => deployer.deploy({ stacks: [{ name: 'Data', template: template(lifecycle, rest), assets: [] }] }),
  };
}

const rule = { Id: 'keep-for-a-year', Status: 'Enabled', ExpirationInDays: 365 };
const handMade = { Rules: [{ ID: 'by-hand', Status: 'Enabled', Filter: { Prefix: 'tmp/' }, Expiration: { Days: 1 } }] };
const putByHand = ({ account }: Standing) =>
  account.call({ principal: person, sdkId: 'S3', operation: 'PutBucketLifecycleConfiguration', input: { Bucket: name, LifecycleConfiguration: handMade } });
const idsOf = ({ account }: Standing) => account.s3.lifecycle(name)?.Rules.map(({ ID: id }) => id);

describe('a template\'s rules', () => {
  test('become the API\'s', async () => {
    const standing = stand();
    await standing.deploy({
      TransitionDefaultMinimumObjectSize: 'varies_by_storage_class',
      Rules: [
        {
          ...rule,
          Transitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: 90 }],
          NoncurrentVersionExpiration: { NoncurrentDays: 365, NewerNoncurrentVersions: 2 },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
        },
        { Id: 'one', Status: 'Disabled', Prefix: 'a/', ExpirationDate: '2028-01-01T00:00:00Z' },
        { Id: 'tag', Status: 'Enabled', TagFilters: [{ Key: 'k', Value: 'v' }], NoncurrentVersionExpirationInDays: 3 },
        {
          Id: 'several',
          Status: 'Enabled',
          Prefix: 'b/',
          TagFilters: [{ Key: 'k', Value: 'v' }],
          ObjectSizeGreaterThan: '10',
          Transition: { StorageClass: 'GLACIER', TransitionInDays: 1 },
          NoncurrentVersionTransition: { StorageClass: 'GLACIER', TransitionInDays: 1, NewerNoncurrentVersions: 3 },
        },
        { Id: 'markers', Status: 'Enabled', ExpiredObjectDeleteMarker: true },
      ],
    });
    expect(standing.account.s3.lifecycle(name)).toEqual({
      TransitionDefaultMinimumObjectSize: 'varies_by_storage_class',
      Rules: [
        {
          ID: 'keep-for-a-year',
          Status: 'Enabled',
          Filter: { Prefix: '' },
          Expiration: { Days: 365 },
          Transitions: [{ StorageClass: 'GLACIER_IR', Days: 90 }],
          NoncurrentVersionExpiration: { NoncurrentDays: 365, NewerNoncurrentVersions: 2 },
          AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
        },
        { ID: 'one', Status: 'Disabled', Filter: { Prefix: 'a/' }, Expiration: { Date: new Date('2028-01-01T00:00:00Z') } },
        { ID: 'tag', Status: 'Enabled', Filter: { Tag: { Key: 'k', Value: 'v' } }, NoncurrentVersionExpiration: { NoncurrentDays: 3 } },
        {
          ID: 'several',
          Status: 'Enabled',
          Filter: { And: { Prefix: 'b/', Tags: [{ Key: 'k', Value: 'v' }], ObjectSizeGreaterThan: 10 } },
          Transitions: [{ StorageClass: 'GLACIER', Days: 1 }],
          NoncurrentVersionTransitions: [{ StorageClass: 'GLACIER', NoncurrentDays: 1, NewerNoncurrentVersions: 3 }],
        },
        { ID: 'markers', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { ExpiredObjectDeleteMarker: true } },
      ],
    });
  });

  test('are seen by reads as soon as the deployment is done, and act', async () => {
    const standing = stand();
    await standing.deploy({ Rules: [rule] });
    const { account, clock } = standing;
    const read = await account.call({ principal: person, sdkId: 'S3', operation: 'GetBucketLifecycleConfiguration', input: { Bucket: name } });
    expect(read).toMatchObject({ Rules: [{ ID: 'keep-for-a-year' }] });
    account.s3.place(name, { key: 'AWSLogs/1', bytes: 10, at: clock.now() - 366 * day });
    await clock.runUntil(clock.now() + day);
    expect(account.s3.lifecycleActions).toMatchObject([{ key: 'AWSLogs/1', kind: 'hidden' }]);
  });

  test('that S3 refuses, or that nobody knows, stop the deployment', async () => {
    const standing = stand();
    const tooSoon = { ...rule, Transitions: [{ StorageClass: 'STANDARD_IA', TransitionInDays: 7 }] };
    await expect(standing.deploy({ Rules: [tooSoon] })).rejects.toThrow("must be greater than or equal to 30 for storageClass 'STANDARD_IA'");
    await expect(stand().deploy({ Rules: [{ ...rule, ExpirationInWeeks: 1 }] })).rejects.toThrow('ExpirationInWeeks');
  });
});

describe('an update of the stack', () => {
  const tag = { Tags: [{ Key: 'owner', Value: 'shop' }] };

  test('leaves rules that were set past a template without any', async () => {
    const standing = stand();
    await standing.deploy(undefined);
    await putByHand(standing);
    await standing.deploy(undefined, tag);
    expect(idsOf(standing)).toEqual(['by-hand']);
  });

  test('leaves them too where the template\'s rules did not change', async () => {
    const standing = stand();
    await standing.deploy({ Rules: [rule] });
    await putByHand(standing);
    await standing.deploy({ Rules: [rule] }, tag);
    expect(idsOf(standing)).toEqual(['by-hand']);
  });

  test('replaces everything where they did, and takes all away with the property', async () => {
    const standing = stand();
    await standing.deploy({ Rules: [rule] });
    await putByHand(standing);
    await standing.deploy({ Rules: [{ ...rule, ExpirationInDays: 400 }] });
    expect(standing.account.s3.lifecycle(name)?.Rules).toMatchObject([{ ID: 'keep-for-a-year', Expiration: { Days: 400 } }]);
    await standing.deploy(undefined);
    expect(standing.account.s3.lifecycle(name)).toBeUndefined();
  });

  test('that suspends versioning is not modelled, and says so', async () => {
    const standing = stand();
    await standing.deploy(undefined);
    await expect(standing.deploy(undefined, { VersioningConfiguration: { Status: 'Suspended' } })).rejects.toThrow('suspended');
  });
});
