import { ConfigError } from '../../infra/config-error.ts';
import { loadConfig, parseConfig } from '../../infra/config.ts';
import { configText, type ConfigChanges } from './synthesis.ts';

function problemsOf(changes: ConfigChanges): string[] {
  try {
    parseConfig(configText(changes), 'production.yaml');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, found, expected }) => `${path}: found ${found}, expected ${expected}`);
  }
  return [];
}

const rules = 'lifecycle.buckets.logs.rules';
const sound = { id: 'sound', expireAfterDays: 400, noncurrentExpireAfterDays: 365, removeExpiredDeleteMarkers: true };

/** Rules of the logs, which are to be kept for 365 days, and what is wrong with them. */
const refusals: readonly (readonly [what: string, declared: readonly object[], ...problems: string[]])[] = [
  ['an expiry before the retention', [{ ...sound, expireAfterDays: 364 }], `${rules}.0.expireAfterDays: found 364, expected at least 365, the retentionDays of the bucket`],
  [
    'an expiry of replaced versions before the retention, though newer ones are kept',
    [{ id: 'replaced', noncurrentExpireAfterDays: 364, noncurrentVersionsKept: 3 }],
    `${rules}.0.noncurrentExpireAfterDays: found 364, expected at least 365, the retentionDays of the bucket`,
  ],
  ['an id that is taken', [sound, { ...sound, prefix: 's3/' }], `${rules}.1.id: found "sound", expected each id once in a bucket`],
  [
    'infrequent access before its thirtieth day',
    [{ id: 'early', transitions: [{ afterDays: 29, storageClass: 'STANDARD_IA' }] }],
    `${rules}.0.transitions.0.afterDays: found 29, expected at least 30, for STANDARD_IA`,
  ],
  [
    'replaced versions that go there before',
    [{ id: 'early', noncurrentTransitions: [{ afterDays: 0, storageClass: 'ONEZONE_IA' }] }],
    `${rules}.0.noncurrentTransitions.0.afterDays: found 0, expected at least 30, for ONEZONE_IA`,
  ],
  [
    'a class after infrequent access in less than 30 days',
    [{ id: 'hasty', transitions: [{ afterDays: 40, storageClass: 'STANDARD_IA' }, { afterDays: 69, storageClass: 'GLACIER' }] }],
    `${rules}.0.transitions.1.afterDays: found 69, expected at least 70, 30 days after the transition to STANDARD_IA`,
  ],
  [
    'transitions out of order',
    [{ id: 'backwards', transitions: [{ afterDays: 200, storageClass: 'GLACIER' }, { afterDays: 200, storageClass: 'DEEP_ARCHIVE' }] }],
    `${rules}.0.transitions.1.afterDays: found 200, expected at least 201, after the transition to GLACIER`,
  ],
  [
    'a transition that the expiry comes before',
    [{ ...sound, transitions: [{ afterDays: 400, storageClass: 'GLACIER_IR' }] }],
    `${rules}.0.expireAfterDays: found 400, expected more than 400, the days of the last of its transitions`,
  ],
  [
    'an expiry that only hides',
    [{ id: 'hides', expireAfterDays: 400 }],
    `${rules}.0.expireAfterDays: found 400, expected noncurrentExpireAfterDays without noncurrentVersionsKept and removeExpiredDeleteMarkers for the same objects: the bucket keeps versions`,
  ],
  [
    'an expiry whose last versions stay for ever',
    [{ ...sound, noncurrentVersionsKept: 1 }],
    `${rules}.0.expireAfterDays: found 400, expected noncurrentExpireAfterDays without noncurrentVersionsKept for the same objects: the bucket keeps versions`,
  ],
  [
    'an expiry whose rest is cleaned up elsewhere',
    [{ id: 'hides', expireAfterDays: 400, prefix: 's3/' }, { ...sound, id: 'clean', prefix: 's3/a', expireAfterDays: undefined }],
    `${rules}.0.expireAfterDays: found 400, expected noncurrentExpireAfterDays without noncurrentVersionsKept and removeExpiredDeleteMarkers for the same objects: the bucket keeps versions`,
  ],
];

describe('declared lifecycle rules are refused for', () => {
  test.each(refusals)('%s', (_what, declared, ...problems) => {
    expect(problemsOf({ [rules]: declared })).toEqual(problems);
  });

  test.each([
    ['a rule that does nothing', { id: 'idle', prefix: 's3/' }],
    ['what S3 takes with a prefix only', { id: 'uploads', tags: { kind: 'raw' }, abortUploadsAfterDays: 7 }],
    ['versions kept of nothing', { id: 'kept', noncurrentVersionsKept: 2, abortUploadsAfterDays: 7 }],
  ])('%s, which its schema says', (_what, rule) => {
    expect(problemsOf({ [rules]: [rule] })).toEqual([expect.stringContaining(`${rules}.0: found `)]);
  });

  test('everything at once, each with its place, while another bucket cannot be read', () => {
    const changes = { [rules]: [{ ...sound, expireAfterDays: 30 }, { id: 'hides', expireAfterDays: 400, prefix: 's3/' }, sound], 'lifecycle.buckets.evidence.retentionDays': 'long' };
    const places = problemsOf(changes).map((problem) => problem.split(': ', 1).join());
    expect(places.toSorted()).toEqual(['lifecycle.buckets.evidence.retentionDays', `${rules}.0.expireAfterDays`, `${rules}.2.id`]);
  });

  test('a retention that was raised above what is declared', () => {
    expect(problemsOf({ 'lifecycle.buckets.evidence.retentionDays': 3650 })).toEqual([
      'lifecycle.buckets.evidence.rules.0.expireAfterDays: found 1461, expected at least 3650, the retentionDays of the bucket',
      'lifecycle.buckets.evidence.rules.0.noncurrentExpireAfterDays: found 1096, expected at least 3650, the retentionDays of the bucket',
    ]);
  });
});

describe('declared lifecycle rules are taken', () => {
  test.each([
    ['where an expiry is finished by other rules over more objects', [{ id: 'hides', expireAfterDays: 400, prefix: 's3/', tags: { kind: 'raw' } }, { ...sound, id: 'clean', expireAfterDays: undefined }]],
    ['where everything is at its least', [{ ...sound, expireAfterDays: 366, transitions: [{ afterDays: 30, storageClass: 'STANDARD_IA' }, { afterDays: 60, storageClass: 'GLACIER_IR' }] }]],
    ['where there are none', []],
  ])('%s', (_what, declared) => {
    expect(problemsOf({ [rules]: declared })).toEqual([]);
  });

  test.each(['production', 'staging'])('as %s ships them', (environment) => {
    expect(loadConfig(environment).lifecycle.mode).toBe('dry-run');
  });
});
