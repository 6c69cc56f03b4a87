import { z } from 'zod';
import { show, valueAt, type ConfigProblem } from './config-error.ts';
import { findLifecycleProblems } from './lifecycle-rules.ts';

/** A rule over several fields. It is applied whenever the fields that it reads are themselves usable. */
interface CrossFieldRule {
  /** Where the problem is reported: the field that is most likely to be changed. */
  readonly path: string;
  readonly check: (config: unknown, environment: string) => string | undefined;
}

/** A rule is checked as soon as its own fields parse, so a typo elsewhere in the file hides nothing. */
function rule<T>(path: string, needs: z.ZodType<T>, expectation: (fields: T, environment: string) => string | undefined): CrossFieldRule {
  return {
    path,
    check: (config, environment) => {
      const fields = needs.safeParse(config);
      return fields.success ? expectation(fields.data, environment) : undefined;
    },
  };
}

/** Paris: the target architecture names no other Region. */
export const REGION = 'eu-west-3';

/** What the target architecture allows: t3.medium, balanced, or c5, when computing is what takes the time. */
export const INSTANCE_TYPE_PATTERN = /^(t3\.medium|c5\.(\d{0,2}x?large))$/;

const zones = z.object({ network: z.object({ availabilityZones: z.array(z.string()) }) });
const instanceTypes = z.object({
  web: z.object({
    instanceType: z.string().regex(INSTANCE_TYPE_PATTERN),
    fallbackInstanceTypes: z.array(z.string()),
    creditMode: z.string().optional(),
  }),
});

const RULES: readonly CrossFieldRule[] = [
  rule('environment', z.object({ environment: z.string() }), ({ environment }, fileEnvironment) =>
    environment === fileEnvironment ? undefined : `${fileEnvironment}, the name of the file`,
  ),
  rule('network.availabilityZones', zones, ({ network: { availabilityZones } }) =>
    new Set(availabilityZones).size === availabilityZones.length ? undefined : 'each zone once',
  ),
  rule('network.availabilityZones', zones.extend({ region: z.literal(REGION) }), ({ region, network }) =>
    network.availabilityZones.every((zone) => zone.slice(0, -1) === region) ? undefined : `zones of ${region}`,
  ),
  rule(
    'capacity.baseline.floor',
    zones.extend({ capacity: z.object({ baseline: z.object({ floor: z.number() }) }) }),
    ({ network, capacity }) => {
      // Below one instance a zone, the loss of a zone on an ordinary day may take the whole shop with it.
      const minimum = network.availabilityZones.length;
      return capacity.baseline.floor >= minimum ? undefined : `at least ${minimum}, one instance for each availability zone`;
    },
  ),
  rule(
    'web.healthCheckGraceSeconds',
    z.object({
      web: z.object({ healthCheckGraceSeconds: z.number() }),
      capacity: z.object({ bootSeconds: z.number() }),
    }),
    // A grace shorter than the boot makes the group kill every instance before it can serve, for ever.
    ({ web, capacity }) =>
      web.healthCheckGraceSeconds >= capacity.bootSeconds
        ? undefined
        : `at least capacity.bootSeconds (${capacity.bootSeconds})`,
  ),
  rule('web.fallbackInstanceTypes', instanceTypes, ({ web: { instanceType, fallbackInstanceTypes } }) => {
    // The capacity model counts instances, whichever type they are: sizes of these families have equal vCPUs.
    const size = sizeOf(instanceType);
    return fallbackInstanceTypes.every((type) => sizeOf(type) === size) ? undefined : `types of size ${size}, as instanceType`;
  }),
  rule('web.fallbackInstanceTypes', instanceTypes, ({ web: { instanceType, fallbackInstanceTypes } }) =>
    // One launch template serves every type, and CPU credits are refused on a type that is not burstable.
    fallbackInstanceTypes.every((type) => isBurstable(type) === isBurstable(instanceType))
      ? undefined
      : 'burstable types with a burstable instanceType, and none otherwise',
  ),
  rule('web.fallbackInstanceTypes', instanceTypes, ({ web: { instanceType, fallbackInstanceTypes } }) =>
    new Set([instanceType, ...fallbackInstanceTypes]).size === fallbackInstanceTypes.length + 1
      ? undefined
      : 'each type once, instanceType left out',
  ),
  rule('web.creditMode', instanceTypes, ({ web: { instanceType, creditMode } }) => {
    if (isBurstable(instanceType)) return creditMode === undefined ? `unlimited or standard, for ${instanceType}` : undefined;
    return creditMode === undefined ? undefined : `no such field: ${instanceType} has no CPU credits`;
  }),
  rule(
    'data.engineVersion',
    z.object({ data: z.object({ engine: z.string(), engineVersion: z.string() }) }),
    // Source: the values that CloudFormation's own schema lists for EngineVersion.
    ({ data }) => (data.engine === 'mysql' && data.engineVersion.split('.').length < 3 ? 'a full version for mysql, such as 8.4.9' : undefined),
  ),
  rule(
    'data.maxStorageGib',
    z.object({ data: z.object({ storageGib: z.number(), maxStorageGib: z.number() }) }),
    // Source: RDS user guide, storage autoscaling: the threshold is at least 10 % above the allocated storage.
    ({ data }) => {
      const minimum = Math.ceil((data.storageGib * 11) / 10);
      return data.maxStorageGib >= minimum ? undefined : `at least ${minimum}, 10 % above data.storageGib`;
    },
  ),
  rule(
    'data.backupWindow',
    z.object({ data: z.object({ backupWindow: z.string() }) }),
    ({ data }) => (windowMinutes(data.backupWindow) >= 30 ? undefined : 'a window of 30 minutes or more'),
  ),
  rule(
    'data.maintenanceWindow',
    z.object({ data: z.object({ backupWindow: z.string(), maintenanceWindow: z.string() }) }),
    // RDS refuses an instance whose two windows overlap.
    ({ data }) => (overlaps(data.backupWindow, data.maintenanceWindow) ? `a window apart from backupWindow (${data.backupWindow})` : undefined),
  ),
  rule(
    'drills.rtoSeconds',
    z.object({ drills: z.object({ rtoSeconds: z.number(), failoverMinutes: z.number() }) }),
    // A failover that the objective still allows would be given up as one that did not happen.
    ({ drills }) => (drills.rtoSeconds <= drills.failoverMinutes * 60 ? undefined : `at most ${drills.failoverMinutes * 60}, the drills.failoverMinutes for which a failover is waited for`),
  ),
];

/** Problems that no single field shows. `environment` is the name that the file should describe. */
export function findCrossFieldProblems(config: unknown, environment: string): ConfigProblem[] {
  const problems = RULES.flatMap(({ path, check }) => {
    const expected = check(config, environment);
    return expected === undefined ? [] : [{ path, found: show(valueAt(config, path.split('.'))), expected }];
  });
  return [...problems, ...findLifecycleProblems(config)];
}

/** Whether an instance type runs on CPU credits. Every family of that kind has a name that starts with t. */
function isBurstable(instanceType: string): boolean {
  return instanceType.startsWith('t');
}

function sizeOf(instanceType: string): string {
  return instanceType.slice(instanceType.indexOf('.') + 1);
}

const DAY_MINUTES = 24 * 60;
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

function minuteOfDay(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

function windowMinutes(window: string): number {
  const [start = '', end = ''] = window.split('-');
  return (minuteOfDay(end) - minuteOfDay(start) + DAY_MINUTES) % DAY_MINUTES;
}

/** Whether a daily window (`hh:mm-hh:mm`) meets a weekly one (`ddd:hh:mm-ddd:hh:mm`). Either may cross midnight. */
function overlaps(daily: string, weekly: string): boolean {
  const week = 7 * DAY_MINUTES;
  const [weeklyStart, weeklyEnd] = weekly.split('-').map((moment) => DAYS.indexOf(moment.slice(0, 3)) * DAY_MINUTES + minuteOfDay(moment.slice(4)));
  if (weeklyStart === undefined || weeklyEnd === undefined) return false;
  const weeklyLength = (weeklyEnd - weeklyStart + week) % week;
  const dailyLength = windowMinutes(daily);
  return DAYS.some((_, day) => {
    const dailyStart = day * DAY_MINUTES + minuteOfDay(daily);
    const dailyAfterWeekly = (dailyStart - weeklyStart + week) % week;
    const weeklyAfterDaily = (weeklyStart - dailyStart + week) % week;
    return dailyAfterWeekly < weeklyLength || weeklyAfterDaily < dailyLength;
  });
}
