import type { SaleRequest } from '../scenario.ts';
import type { Invariant } from './invariant.ts';

export const oneReportASale = (sale: SaleRequest): Invariant => ({
  id: 'one-report-a-sale',
  statement: 'A sale has exactly one report, in exactly one version, and it was announced',
  check: (stage) => {
    const { s3, sns } = stage.account;
    const versions = s3.versions(stage.output('EvidenceBucketName'), `sales/${sale.id}/report.json`).length;
    const isAnnounced = sns.messages.some(({ attributes, message }) => attributes['kind'] === 'sale.report' && message.includes(sale.id));
    return [
      ...(versions === 1 ? [] : [`${versions} reports of ${sale.id} in the evidence bucket`]),
      ...(isAnnounced ? [] : [`the report of ${sale.id} was not announced`]),
    ];
  },
});
