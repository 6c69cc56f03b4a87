import type { Ledger } from '../platform/ledger.ts';
import { type Assessment, assessResources } from './assessment.ts';
import type { Baseline } from './baseline.ts';
import { checks } from './checks/registry.ts';
import { collectResources, readBaseline } from './collect-account.ts';
import type { Place } from './environment.ts';
import { listExceptions } from './exception-records.ts';
import type { Resource } from './finding.ts';
import { judgeHandovers } from './handover.ts';
import { planRepairs, type RepairSchedule } from './planning.ts';
import { listTargets } from './repair-records.ts';
import type { ComplianceSettings } from './settings.ts';
import type { Snapshot } from './snapshot.ts';

export interface Inspection {
  readonly snapshot: Snapshot;
  readonly baseline: Baseline;
  readonly assessment: Assessment;
  readonly schedule: RepairSchedule;
}

/** Looks at a few resources as they are now: reads them, judges them, plans. Writes nothing. */
export async function inspect(
  resources: readonly Resource[],
  { ledger, environment, now }: { ledger: Ledger; environment: Place & { COMPLIANCE_SETTINGS: ComplianceSettings }; now: number },
): Promise<Inspection> {
  const settings = environment.COMPLIANCE_SETTINGS;
  const [snapshot, baseline, exceptions, targets] = await Promise.all([
    collectResources(resources, now, contextOf(environment)),
    readBaseline(environment.ENVIRONMENT),
    listExceptions(ledger),
    listTargets(ledger),
  ]);
  const assessment = assessResources({ checks, snapshot, baseline, settings }, withDependants(resources, snapshot));
  const { findings } = assessment;
  const handovers = judgeHandovers(targets, settings, now);
  const schedule = planRepairs({ findings, checks, exceptions, settings, handovers, isInReach: reachOf(snapshot, baseline), now });
  return { snapshot, baseline, assessment, schedule };
}

export function contextOf({ ACCOUNT_ID: accountId, AWS_REGION: region, PARTITION: partition }: Place) {
  return { accountId, region, partition };
}

/** Writers are allowed to change the groups of the VPCs that the app declares, and no others. */
export function reachOf(snapshot: Snapshot, baseline: Baseline): (resource: Resource) => boolean {
  const vpcIds = new Set(baseline.groups.map(({ vpcId }) => vpcId));
  const vpcOf = new Map<string, string>([
    ...snapshot.securityGroups.map(({ id, vpcId }) => [id, vpcId] as const),
    ...snapshot.networkInterfaces.map(({ id, vpcId }) => [id, vpcId] as const),
    ...snapshot.networkAcls.map(({ id, vpcId }) => [id, vpcId] as const),
  ]);
  return ({ id }) => {
    const vpcId = vpcOf.get(id);
    return vpcId === undefined || vpcIds.has(vpcId);
  };
}

/** Who changes the groups of an instance changes its interface; who changes a list, the groups whose rules name it. */
function withDependants(resources: readonly Resource[], { networkInterfaces, securityGroups }: Snapshot): Resource[] {
  const idsOf = (wanted: Resource['type']): Set<string> => new Set(resources.flatMap(({ type, id }) => (type === wanted ? [id] : [])));
  const instances = idsOf('AWS::EC2::Instance');
  const lists = idsOf('AWS::EC2::PrefixList');
  const interfaces = networkInterfaces.filter(({ instanceId }) => instanceId !== undefined && instances.has(instanceId));
  const groups = securityGroups.filter(({ rules }) => rules.some(({ peer }) => peer.kind === 'prefix-list' && lists.has(peer.id)));
  return [
    ...resources,
    ...interfaces.map(({ id }): Resource => ({ type: 'AWS::EC2::NetworkInterface', id })),
    ...groups.map(({ id }): Resource => ({ type: 'AWS::EC2::SecurityGroup', id })),
  ];
}
