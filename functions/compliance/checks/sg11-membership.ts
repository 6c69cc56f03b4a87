import type { Baseline, DeclaredMembership } from '../baseline.ts';
import { defineCheck } from '../check.ts';
import type { Finding, Resource } from '../finding.ts';
import type { RepairAction } from '../repair.ts';
import type { Attachment, Snapshot, SnapshotPart } from '../snapshot.ts';

interface Detail {
  readonly kind: Attachment['kind'] | 'interface';
  readonly id: string;
  readonly declared: readonly string[];
  readonly found: readonly string[];
}

const partsOf = {
  'load-balancer': ['attachments'],
  database: ['attachments'],
  'launch-template': ['attachments'],
  'auto-scaling-group': ['instances', 'networkInterfaces'],
} as const satisfies Readonly<Record<DeclaredMembership['kind'], readonly SnapshotPart[]>>;

export const membership = defineCheck<Detail>({
  id: 'SG11',
  title: 'Load balancers, databases and instances are in the groups that they declare',
  description:
    'The groups on a load balancer, a database, a launch template, or any interface of an instance that a declared Auto Scaling group launched are others than the declared ones. Rules stay as they were and yet other traffic passes, so that checks of rules see nothing. The declared groups are put back with approval; a launch template is for its stack, since a new version of it is a deployment.',
  severity: 'critical',
  references: [],
  remediation: 'approval',
  // An event reads the attachments or the instances, and either can be judged without the other: see refuseUnread.
  reads: [],
  scope: 'resource',
  evaluate(snapshot, baseline) {
    refuseUnread(snapshot, baseline);
    return [...attachmentFindings(snapshot, baseline), ...interfaceFindings(snapshot, baseline)];
  },
  repair({ detail }) {
    return { actions: [repairOf(detail)] };
  },
});

/** Throws where something that is declared could not be looked at, or nothing could: silence would pass for consent. */
function refuseUnread({ unread }: Snapshot, { memberships }: Baseline): void {
  const missing = (kind: DeclaredMembership['kind']): readonly SnapshotPart[] => partsOf[kind].filter((part) => unread[part] !== undefined);
  const kinds = Object.keys(partsOf) as DeclaredMembership['kind'][];
  const needed = new Set(memberships.map(({ kind }) => kind));
  const isBlind = kinds.every((kind) => missing(kind).length > 0);
  const parts = new Set(kinds.filter((kind) => isBlind || needed.has(kind)).flatMap(missing));
  if (parts.size > 0) throw new Error([...parts].map((part) => `${part}: ${unread[part]}`).join('; '));
}

function attachmentFindings({ attachments }: Snapshot, { memberships }: Baseline): readonly Finding<Detail>[] {
  const declared = new Map(memberships.map((one) => [`${one.kind}/${one.id}`, one]));
  return attachments.flatMap(({ kind, id, groupIds, version }) => {
    const expected = declared.get(`${kind}/${id}`);
    if (expected === undefined || isSame(groupIds, expected.groupIds)) return [];
    return [report({ kind, id, declared: expected.groupIds, found: groupIds }, version === undefined ? '' : ` in version ${version}`)];
  });
}

/** Instances that are gone keep their record for an hour, and their interfaces for a moment. */
const goneStates: ReadonlySet<string> = new Set(['shutting-down', 'terminated']);

function interfaceFindings({ instances, networkInterfaces }: Snapshot, { memberships }: Baseline): readonly Finding<Detail>[] {
  const byName = new Map(memberships.filter(({ kind }) => kind === 'auto-scaling-group').map((one) => [one.id, one]));
  const expectedOf = new Map(
    instances.flatMap(({ id, state, autoScalingGroupName }) => {
      const expected = goneStates.has(state) ? undefined : byName.get(autoScalingGroupName ?? '');
      return expected === undefined ? [] : [[id, expected] as const];
    }),
  );
  return networkInterfaces.flatMap(({ id, instanceId = '', groupIds, requesterManaged }) => {
    const expected = expectedOf.get(instanceId);
    if (expected === undefined || isSame(groupIds, expected.groupIds)) return [];
    const finding = report({ kind: 'interface', id, declared: expected.groupIds, found: groupIds }, ` of ${instanceId}`);
    return [requesterManaged ? { ...finding, remediation: 'report-only' as const } : finding];
  });
}

function isSame(found: readonly string[], declared: readonly string[]): boolean {
  return [...new Set(found)].toSorted().join() === [...new Set(declared)].toSorted().join();
}

const resourceTypeOf = {
  'load-balancer': 'AWS::ElasticLoadBalancingV2::LoadBalancer',
  database: 'AWS::RDS::DBInstance',
  'launch-template': 'AWS::EC2::LaunchTemplate',
  interface: 'AWS::EC2::NetworkInterface',
} as const satisfies Readonly<Record<Detail['kind'], Resource['type']>>;

function report(detail: Detail, place: string): Finding<Detail> {
  const { kind, id, declared, found } = detail;
  // A write that leaves a resource without groups, or could not be undone to that, is for a person.
  const isForAPerson = kind === 'launch-template' || declared.length === 0 || found.length === 0;
  return {
    checkId: 'SG11',
    // Templates are listed once for each version that is launched.
    key: `SG11/${id}${kind === 'launch-template' ? place.replace(' in version ', '/') : ''}`,
    resource: { type: resourceTypeOf[kind], id },
    severity: 'critical',
    remediation: isForAPerson ? 'report-only' : 'approval',
    message: `The ${kind} ${id}${place} is in ${list(found)}, and declared to be in ${list(declared)}.`,
    detail,
  };
}

function list(groupIds: readonly string[]): string {
  return groupIds.length === 0 ? 'no group' : groupIds.join(', ');
}

function repairOf({ kind, id, declared, found }: Detail): RepairAction {
  const change = { groupIds: [...declared], before: [...found] };
  switch (kind) {
    case 'interface':
      return { kind: 'set-interface-groups', interfaceId: id, ...change };
    case 'load-balancer':
      return { kind: 'set-load-balancer-groups', loadBalancerArn: id, ...change };
    case 'database':
      return { kind: 'set-database-groups', databaseId: id, ...change };
    case 'launch-template':
      throw new Error(`The groups of the launch template ${id} are for its stack, expected a load balancer, a database or an interface.`);
  }
}
