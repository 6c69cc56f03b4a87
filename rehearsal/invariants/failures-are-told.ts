import type { Invariant } from './invariant.ts';

/** Alarms are evaluated by the minute, and look at whole minutes. */
const alarmMilliseconds = 5 * 60_000;

export const failuresAreTold: Invariant = {
  id: 'failures-are-told',
  statement: 'Every execution that failed was told of, by itself or by its alarm',
  check: ({ account }) => {
    const failed = account.stepFunctions.executions.filter(({ status }) => status === 'FAILED' || status === 'TIMED_OUT');
    return failed
      .filter(({ arn, machine, stoppedAt = 0 }) => {
        const byItself = account.sns.messages.some(({ message }) => message.includes(arn));
        const byAlarm = account.sns.messages.some(
          ({ at, message }) => message.includes(machine.arn) && at >= stoppedAt && at <= stoppedAt + alarmMilliseconds,
        );
        return !byItself && !byAlarm;
      })
      .map(({ name, status }) => `${name} ended ${status} and nobody was told`);
  },
};
