import { adviceReports, subjectOf } from '../advice-story.ts';
import type { Invariant } from './invariant.ts';

export const adviceIsOfWhatWasSeen: Invariant = {
  id: 'advice-is-of-what-was-seen',
  statement: 'No more is advised than ran in ordinary hours, what was not seen counts for nothing, and the last advice is one',
  check: async (stage) => {
    const reports = await adviceReports(stage);
    const last = reports.at(-1);
    const ran = Math.max(0, ...stage.account.shop.samples.map(({ inService }) => inService));
    return [
      ...(last === undefined || subjectOf(last, 'instances')?.verdict !== 'advised' ? [`the last advice on instances is ${subjectOf(last, 'instances')?.verdict ?? 'missing'}`] : []),
      ...reports.flatMap((report) => {
        const { hours, hoursByInstances } = report.observation;
        const counted = hoursByInstances.reduce((sum, [, each]) => sum + each, 0);
        const most = Math.max(0, ...hoursByInstances.map(([instances]) => instances));
        return [
          ...(counted === hours.seen - hours.inEvents ? [] : [`${report.adviceId} counts ${counted} of ${hours.seen - hours.inEvents} ordinary hours`]),
          ...(most > ran ? [`${report.adviceId} saw ${most} instances, and at most ${ran} ran`] : []),
        ];
      }),
    ];
  },
};
