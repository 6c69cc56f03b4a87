import { setImmediate } from 'node:timers/promises';
import { ServiceException } from '@smithy/core/client';
import { Reading } from '../../../../functions/compliance/collect-reading.ts';
import { snapshotParts } from '../../../../functions/compliance/snapshot.ts';
import { Defect, Transient } from '../../../../functions/platform/errors.ts';

const context = { accountId: '123456789012', region: 'eu-west-3', partition: 'aws' };
const now = Date.parse('2027-01-13T02:00:00Z');

function awsError(name: string, httpStatusCode: number): Error {
  return new ServiceException({ name, message: 'AWS said no', $fault: 'client', $metadata: { httpStatusCode } });
}

describe('a reading', () => {
  test('says of every part that nobody read why it is empty', () => {
    const snapshot = new Reading().snapshot(now, context);
    expect(Object.keys(snapshot.unread).toSorted()).toEqual([...snapshotParts].toSorted());
    expect(new Set(Object.values(snapshot.unread))).toEqual(new Set(['not asked for']));
    expect(snapshot).toMatchObject({ ...context, takenAt: '2027-01-13T02:00:00.000Z', securityGroups: [], monitoring: { trails: [] } });
  });

  test('what is refused is unread with the reason, and stops nothing else', async () => {
    const reading = new Reading();
    await Promise.all([
      reading.keep('vpcs', () => Promise.reject(awsError('UnauthorizedOperation', 403))),
      reading.keep('roles', () => Promise.resolve([])),
    ]);
    const { unread } = reading.snapshot(now, context);
    expect(unread.vpcs).toBe('UnauthorizedOperation: AWS said no');
    expect(unread.roles).toBeUndefined();
  });

  test('a part that is undefined was read all the same', async () => {
    const reading = new Reading();
    await reading.keep('passwordPolicy', () => Promise.resolve(undefined));
    expect(reading.snapshot(now, context).unread.passwordPolicy).toBeUndefined();
  });

  test('a part of which half was refused is empty', async () => {
    const reading = new Reading();
    reading.put('instanceProfiles', [{ name: 'web', arn: 'arn', roleNames: [] }]);
    await reading.read(['instanceProfiles'], () => Promise.reject(awsError('AccessDenied', 403)));
    expect(reading.snapshot(now, context)).toMatchObject({ instanceProfiles: [], unread: { instanceProfiles: 'AccessDenied: AWS said no' } });
  });

  test.each([
    ['what may pass', awsError('ThrottlingException', 400), Transient],
    ['what should not be possible', new Defect('odd'), Defect],
    ['a mistake of ours', new TypeError('undefined'), TypeError],
  ])('%s is thrown once everything under way has ended, and nothing more is begun', async (_what, error, kind) => {
    const reading = new Reading();
    let ended = 0;
    let begun = 0;
    const under = reading.keep('roles', async () => {
      await setImmediate();
      ended += 1;
      return [];
    });
    const failing = reading.keep('vpcs', () => Promise.reject(error));
    const begin = () => {
      begun += 1;
      return Promise.resolve([]);
    };
    const later = failing.then(() => reading.keep('instances', begin));
    await Promise.all([under, failing, later]);
    expect(() => reading.snapshot(now, context)).toThrow(kind);
    expect({ ended, begun }).toEqual({ ended: 1, begun: 0 });
  });

  test('four readings go on at a time, and all of them get their turn', async () => {
    const reading = new Reading();
    let running = 0;
    let most = 0;
    const values = await Promise.all(
      Array.from({ length: 11 }, (_reading, index) =>
        reading.read(['roles'], async () => {
          running += 1;
          most = Math.max(most, running);
          await setImmediate();
          running -= 1;
          return index;
        }),
      ),
    );
    expect(values).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(most).toBe(4);
  });
});
