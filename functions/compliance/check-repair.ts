import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { cloudFormation } from '../platform/clients.ts';
import { isNamed } from '../platform/errors.ts';
import { createHandler } from '../platform/handler.ts';
import { Ledger } from '../platform/ledger.ts';
import { readHealth } from '../platform/shop-health.ts';
import type { Baseline } from './baseline.ts';
import { complianceVariables, placeVariables } from './environment.ts';
import type { Resource } from './finding.ts';
import { isWatched } from './health.ts';
import { inspect } from './inspection.ts';
import { clear } from './repair-clearance.ts';
import { getRepair, repairReferenceSchema, updateRepair } from './repair-records.ts';

const { LEDGER_TABLE, TARGET_GROUP_ARN, LOAD_BALANCER_FULL_NAME, COMPLIANCE_SETTINGS } = complianceVariables;

/** The last look before a write: reads the resource again, and clears the repair only if all is as it was planned. */
export const handler = createHandler({
  input: repairReferenceSchema,
  environment: { ...placeVariables, LEDGER_TABLE, TARGET_GROUP_ARN, LOAD_BALANCER_FULL_NAME, COMPLIANCE_SETTINGS },
  handle: async (reference, { environment, now }) => {
    const ledger = new Ledger(environment.LEDGER_TABLE);
    const settings = environment.COMPLIANCE_SETTINGS;
    const repair = await getRepair(ledger, reference);
    if (repair === undefined) return { verdict: 'stop' as const, outcome: 'superseded' as const, reason: 'It is no longer under way.' };
    const { baseline, assessment, schedule } = await inspect([repair.resource], { ledger, environment, now });
    const busyStack = await findBusyStack(ownersOf(repair.resource, baseline));
    const clearance = clear({ repair, assessment, schedule, settings, busyStack, now });
    const about = { writer: repair.writer, isWatched: isWatched(repair.writer), approvalSeconds: settings.approvalHours * 3600 };
    if (clearance.verdict !== 'go') return { reason: '', ...about, ...clearance };
    const health = isWatched(repair.writer) ? { healthBefore: repair.healthBefore ?? (await readHealth(environment, now)) } : {};
    await updateRepair(ledger, repair, { state: 'cleared', clearedAt: new Date(now).toISOString(), ...health }, now);
    return { reason: '', ...about, ...clearance };
  },
});

/** Stacks whose template says what the resource should be. */
function ownersOf({ id }: Resource, { groups, memberships, roles }: Baseline): string[] {
  return [
    ...groups.filter(({ groupId }) => groupId === id),
    ...memberships.filter((membership) => membership.id === id),
    ...roles.filter(({ roleName }) => roleName === id),
  ].map(({ stackName }) => stackName);
}

/** Any status that ends so: creation, update, roll-back and their clean-up (CloudFormation, "Stack status codes"). */
const inProgress = /_IN_PROGRESS$/u;

async function findBusyStack(names: readonly string[]): Promise<{ name: string; status: string } | undefined> {
  for (const name of new Set(names)) {
    try {
      const { Stacks = [] } = await cloudFormation().send(new DescribeStacksCommand({ StackName: name }));
      const status = Stacks[0]?.StackStatus ?? 'UNKNOWN';
      // A review in progress has changed nothing yet.
      if (inProgress.test(status) && status !== 'REVIEW_IN_PROGRESS') return { name, status };
    } catch (error) {
      // A stack that was deleted owns nothing any more.
      if (!isNamed(error, 'ValidationError')) throw error;
    }
  }
  return undefined;
}
