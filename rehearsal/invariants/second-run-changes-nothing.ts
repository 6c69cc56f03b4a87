import { ledgerItems, leaseOf } from '../promises/evidence.ts';
import type { SaleRequest } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import type { Invariant } from './invariant.ts';

const minute = 60_000;

/** The triggers come once more, under other names; what they should have done stands already. */
export const secondRunChangesNothing = (sale: SaleRequest): Invariant => ({
  id: 'second-run-changes-nothing',
  statement: 'Running every workflow of a finished sale once more changes nothing and tells nothing',
  check: async (stage) => {
    const before = snapshot(stage, sale);
    const { revision } = leaseOf(stage, sale.id);
    await stage.start('SaleScaling', 'second-run', { saleId: sale.id, revision });
    await stage.start('CapacityReconciliation', 'second-run');
    await stage.start('SurgeScaling', 'second-run');
    await stage.start('SalePreflight', 'second-run');
    await stage.until(stage.now + 4 * minute, 'second run');
    const after = snapshot(stage, sale);
    return Object.keys(before).flatMap((part) =>
      before[part] === after[part] ? [] : [`${part} changed: ${before[part]?.slice(0, 300)} → ${after[part]?.slice(0, 300)}`],
    );
  },
});

/** Everything durable, as text, part by part. Locks come and go. */
function snapshot(stage: Stage, sale: SaleRequest): Readonly<Record<string, string>> {
  const { account } = stage;
  const last = account.shop.samples.at(-1);
  return {
    ledger: JSON.stringify(ledgerItems(stage).filter((item) => item['type'] !== 'lock')),
    group: JSON.stringify({ minSize: last?.minSize }),
    evidence: JSON.stringify(account.s3.objects(stage.output('EvidenceBucketName')).map(({ key, versionId }) => [key, versionId])),
    messages: String(account.sns.messages.filter(({ message }) => message.includes(sale.id)).length),
  };
}
