import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '../../infra/config-error.ts';
import { renderSchemas } from '../../infra/config-schema.ts';
import { loadConfig, parseConfig } from '../../infra/config.ts';
import { configText, configWith, type ConfigChanges } from './synthesis.ts';

const CONFIG_FOLDER = fileURLToPath(new URL('../../config/', import.meta.url));
const environments = readdirSync(CONFIG_FOLDER)
  .filter((name) => name.endsWith('.yaml') && readFileSync(CONFIG_FOLDER + name, 'utf8').includes('environment.schema.json'))
  .map((name) => name.replace('.yaml', ''));

function problemsOf(text: string): string[] {
  try {
    parseConfig(text, 'config/production.yaml');
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, found, expected }) => `${path}: found ${found}, expected ${expected}`);
  }
  return [];
}

describe('environment files', () => {
  test('production and staging are shipped', () => {
    expect(environments).toEqual(expect.arrayContaining(['production', 'staging']));
  });

  test.each(environments)('%s is valid, and names the schema in its first line', (environment) => {
    expect(loadConfig(environment).environment).toBe(environment);
    const text = readFileSync(`${CONFIG_FOLDER}${environment}.yaml`, 'utf8');
    expect(text.split('\n', 1)[0]).toBe('# yaml-language-server: $schema=schema/environment.schema.json');
  });

  test.each([...renderSchemas()])('%s is up to date (node infra/config-schema.ts writes it)', (file, text) => {
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  test('a configuration is frozen all the way down', () => {
    const config = configWith();
    expect(() => Object.assign(config.capacity.baseline, { floor: 99 })).toThrow(TypeError);
    expect(() => Array.prototype.push.call(config.network.availabilityZones, 'eu-west-3z')).toThrow(TypeError);
  });

  test('a missing file names the path that was tried', () => {
    expect(() => loadConfig('nowhere', '/srv')).toThrow('/srv/nowhere.yaml: found none, expected a readable file, one for each environment');
  });
});

/** One change each, and the one problem that it must cause. */
const REFUSALS: readonly [rule: string, changes: ConfigChanges, problem: string][] = [
  ['a missing field', { 'network.cidr': undefined }, 'network.cidr: found nothing, expected a value of type string'],
  ['a wrong type', { 'capacity.baseline.floor': 'three' }, 'capacity.baseline.floor: found "three", expected a value of type number'],
  ['an unknown field', { 'web.instanceTypes': ['x'] }, 'web.instanceTypes: found ["x"], expected no such field'],
  ['a value outside a list', { 'data.engine': 'oracle' }, 'data.engine: found "oracle", expected one of postgres, mysql'],
  ['another Region', { region: 'us-east-1' }, 'region: found "us-east-1", expected eu-west-3'],
  ['one zone', { 'network.availabilityZones': ['eu-west-3a'] }, 'network.availabilityZones: found ["eu-west-3a"], expected at least 2 entries'],
  ['a zone twice', { 'network.availabilityZones': ['eu-west-3a', 'eu-west-3a'] }, 'network.availabilityZones: found ["eu-west-3a","eu-west-3a"], expected each zone once'],
  ['a zone elsewhere', { 'network.availabilityZones': ['eu-west-3a', 'eu-west-1b'] }, 'network.availabilityZones: found ["eu-west-3a","eu-west-1b"], expected zones of eu-west-3'],
  ['a public block', { 'network.cidr': '52.47.0.0/16' }, 'network.cidr: found "52.47.0.0/16", expected a private block of /16 to /18 such as 10.20.0.0/16'],
  ['a retention that CloudWatch lacks', { 'operations.logRetentionDays': 45 }, 'operations.logRetentionDays: found 45, expected one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653'],
  ['another family', { 'web.instanceType': 'm5.large' }, 'web.instanceType: found "m5.large", expected t3.medium, or a c5 size such as c5.large'],
  ['a fallback of another size', { 'web.fallbackInstanceTypes': ['t3a.large'] }, 'web.fallbackInstanceTypes: found ["t3a.large"], expected types of size medium, as instanceType'],
  ['the first choice as fallback', { 'web.fallbackInstanceTypes': ['t3.medium'] }, 'web.fallbackInstanceTypes: found ["t3.medium"], expected each type once, instanceType left out'],
  ['t3 without a credit mode', { 'web.creditMode': undefined }, 'web.creditMode: found nothing, expected unlimited or standard, for t3.medium'],
  [
    'c5 with a credit mode',
    { 'web.instanceType': 'c5.large', 'web.fallbackInstanceTypes': [] },
    'web.creditMode: found "unlimited", expected no such field: c5.large has no CPU credits',
  ],
  [
    'a burstable fallback of a type that is not',
    { 'web.instanceType': 'c5.large', 'web.creditMode': undefined, 'web.fallbackInstanceTypes': ['t3a.large'] },
    'web.fallbackInstanceTypes: found ["t3a.large"], expected burstable types with a burstable instanceType, and none otherwise',
  ],
  ['a path that a shell would read', { 'web.healthCheckPath': '/$(reboot)' }, 'web.healthCheckPath: found "/$(reboot)", expected a path such as /health'],
  ['a grace shorter than the boot', { 'web.healthCheckGraceSeconds': 120 }, 'web.healthCheckGraceSeconds: found 120, expected at least capacity.bootSeconds (180)'],
  ['a floor below one a zone', { 'capacity.baseline.floor': 2 }, 'capacity.baseline.floor: found 2, expected at least 3, one instance for each availability zone'],
  ['a floor above the ceiling', { 'capacity.baseline.floor': 9 }, 'capacity.baseline.floor: found 9, expected it to not be above baseline.ceiling (8)'],
  ['a ceiling above the hard limit', { 'capacity.maxCeiling': 7 }, 'capacity.baseline.ceiling: found 8, expected it to not be above maxCeiling (7)'],
  ['a gate before the lead', { 'capacity.gateMinutes': 60 }, 'capacity.gateMinutes: found 60, expected it to be less than leadMinutes (60)'],
  ['a boot that does not fit the lead', { 'capacity.leadMinutes': 17 }, 'capacity.bootSeconds: found 180, expected it to fit between the start of the lead time and the gate (120 seconds)'],
  ['a descent of over an hour', { 'capacity.descent.windowMinutes': 61 }, 'capacity.descent.windowMinutes: found 61, expected at most 60'],
  ['a MySQL version that is not full', { 'data.engine': 'mysql', 'data.engineVersion': '8.4' }, 'data.engineVersion: found "8.4", expected a full version for mysql, such as 8.4.9'],
  ['no room for storage to grow', { 'data.maxStorageGib': 105 }, 'data.maxStorageGib: found 105, expected at least 110, 10 % above data.storageGib'],
  ['a short backup window', { 'data.backupWindow': '01:00-01:20' }, 'data.backupWindow: found "01:00-01:20", expected a window of 30 minutes or more'],
  ['windows that overlap', { 'data.maintenanceWindow': 'tue:01:15-tue:02:15' }, 'data.maintenanceWindow: found "tue:01:15-tue:02:15", expected a window apart from backupWindow (01:00-01:30)'],
  [
    'windows that overlap across the end of the week',
    { 'data.backupWindow': '00:10-00:40', 'data.maintenanceWindow': 'sun:23:30-mon:00:30' },
    'data.maintenanceWindow: found "sun:23:30-mon:00:30", expected a window apart from backupWindow (00:10-00:40)',
  ],
  ['an objective beyond the wait for a failover', { 'drills.rtoSeconds': 481 }, 'drills.rtoSeconds: found 481, expected at most 480, the drills.failoverMinutes for which a failover is waited for'],
  ['a cool-down of nothing', { 'drills.coolDownHours': 0 }, 'drills.coolDownHours: found 0, expected at least 1'],
  ['what is not an address', { 'notifications.emails': ['operations'] }, 'notifications.emails.0: found "operations", expected an e-mail address'],
  ['a file that describes another environment', { environment: 'staging' }, 'environment: found "staging", expected production, the name of the file'],
];

describe('a configuration is refused for', () => {
  test.each(REFUSALS)('%s', (_rule, changes, problem) => {
    expect(problemsOf(configText(changes))).toEqual([problem]);
  });

  test('every problem at once, with file and line of each', () => {
    const text = configText({ 'network.cidr': 'everything', 'web.creditMode': undefined, 'data.maxStorageGib': 105, extra: 1 });
    const lineOf = (words: string): number => text.split('\n').findIndex((line) => line.includes(words)) + 1;
    expect(() => parseConfig(text, 'config/production.yaml')).toThrow(
      new RegExp(
        [
          'config/production.yaml has 4 problems:',
          `  config/production.yaml:${lineOf('cidr:')}: network.cidr: found "everything", expected a private block .*`,
          `  config/production.yaml:${lineOf('extra:')}: extra: found 1, expected no such field`,
          '  config/production.yaml: web.creditMode: found nothing, expected unlimited or standard, for t3.medium',
          `  config/production.yaml:${lineOf('maxStorageGib:')}: data.maxStorageGib: found 105, .*`,
        ].join('\n'),
      ),
    );
  });

  test('text that is not YAML, or names a field twice', () => {
    expect(problemsOf('environment: [')[0]).toContain('expected valid YAML');
    expect(problemsOf('environment: production\nenvironment: staging')[0]).toContain('Map keys must be unique');
  });

  test('an empty file', () => {
    expect(problemsOf('')).toEqual([': found null, expected a value of type object']);
  });
});
