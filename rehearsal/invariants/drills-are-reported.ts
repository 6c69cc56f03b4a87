import { drillRecords, drillReports } from '../drill-story.ts';
import type { Invariant } from './invariant.ts';

export const drillsAreReported: Invariant = {
  id: 'drills-are-reported',
  statement: 'Every drill that was started has one report, and every act stands in it',
  check: async (stage) => {
    const reports = new Map((await drillReports(stage)).map((report) => [report.drillId, report]));
    const bucket = stage.output('EvidenceBucketName');
    return drillRecords(stage).flatMap(({ drillId, act, state }) => {
      const report = reports.get(drillId);
      if (report === undefined) return [`${drillId} is ${state} and has no report`];
      const versions = stage.account.s3.versions(bucket, `drills/${drillId}/report.json`).length;
      return [
        ...(act !== undefined && report.act === undefined ? [`the report of ${drillId} does not say that the database was made to fail over`] : []),
        ...(act !== undefined && !['passed', 'failed', 'error'].includes(report.outcome) ? [`${drillId} was carried out and is called ${report.outcome}`] : []),
        // A reply that was lost has the same document written once more.
        ...(versions > 2 ? [`the report of ${drillId} was written ${versions} times`] : []),
      ];
    });
  },
};
