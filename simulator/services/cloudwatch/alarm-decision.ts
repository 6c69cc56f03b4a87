export const missingDataTreatments = ['breaching', 'notBreaching', 'ignore', 'missing'] as const;
export type MissingDataTreatment = (typeof missingDataTreatments)[number];

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export interface AlarmEvaluation {
  /** One entry a period, oldest first: whether it breaches, or undefined where there is no data. */
  readonly periods: readonly (boolean | undefined)[];
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly treatment: MissingDataTreatment;
  readonly current: AlarmState;
}

/** CloudWatch reads more periods than it evaluates, to bridge gaps; its guide shows five for three. */
export const extraPeriods = 2;

/**
 * The state that an alarm takes, after the CloudWatch user guide, "Configuring how CloudWatch alarms treat missing
 * data": with enough data the latest `evaluationPeriods` decide and gaps do not count; otherwise each missing one
 * is filled as `treatment` says.
 */
export function decideAlarm(evaluation: AlarmEvaluation): AlarmState {
  const { periods, evaluationPeriods, datapointsToAlarm, treatment, current } = evaluation;
  const known = periods.filter((period) => period !== undefined);
  const counted = known.slice(-evaluationPeriods);
  const missing = evaluationPeriods - counted.length;
  const breaching = counted.filter(Boolean).length;
  if (missing === 0) return breaching >= datapointsToAlarm ? 'ALARM' : 'OK';
  if (treatment === 'breaching') return breaching + missing >= datapointsToAlarm ? 'ALARM' : 'OK';
  if (treatment === 'notBreaching') return breaching >= datapointsToAlarm ? 'ALARM' : 'OK';
  if (known.length === 0) return treatment === 'ignore' ? current : 'INSUFFICIENT_DATA';
  if (breaching >= datapointsToAlarm) return 'ALARM';
  if (counted.some((period) => !period)) return breaching + missing >= datapointsToAlarm && breaching > 0 ? current : 'OK';
  return treatment === 'missing' && isSustained(evaluation) ? 'ALARM' : current;
}

/**
 * "Premature" alarms are avoided: too few points make an alarm only when the oldest one breaches, lies at least
 * `datapointsToAlarm` periods back, and everything after it breaches or is missing.
 */
function isSustained({ periods, datapointsToAlarm }: AlarmEvaluation): boolean {
  const oldest = periods.findIndex((period) => period !== undefined);
  return oldest >= 0 && periods.length - oldest >= datapointsToAlarm && periods.every((period) => period !== false);
}
