import type { Blocker } from './blocker.ts';
import type { DrillFacts, Fact } from './drill-facts.ts';
import { guardDatabase, guardMaintenance, guardReplicas, guardWindows } from './guards-database.ts';
import { remarkDurability } from './guards-durability.ts';
import { guardAlarms, guardCoolDown, guardLeases, guardLock, guardTargets, pastFailoverEvents, pastFailovers, remarkAlarms, remarkCoolDown } from './guards-shop.ts';
import type { DrillSettings } from './settings.ts';

/** What speaks against a drill, and what is worth knowing of it. */
export interface GuardFindings {
  readonly blockers: Blocker[];
  readonly remarks: string[];
}

/** Parts of the facts, as people are told of them. */
const partNames: Readonly<Record<Exclude<keyof DrillFacts, 'subject'>, string>> = {
  database: 'The database',
  maintenance: 'Its pending maintenance',
  durability: 'Its parameters',
  replicas: 'The lag of its read replicas',
  failoverEvents: 'The events of earlier failovers',
  alarms: 'The alarms',
  floor: 'The floor of the Auto Scaling group',
  health: 'The health of the targets',
  leases: 'The claims on capacity',
  lockOwner: 'The lock of drills',
  drills: 'The drills before it',
};

/** Looks at every guard, whatever the others found. Nothing is concluded from a part that could not be read: that blocks by itself. */
export function judgeGuards(facts: DrillFacts, settings: DrillSettings, now: number): GuardFindings {
  const { subject, database, floor, health } = facts;
  const unread = (Object.keys(partNames) as (keyof typeof partNames)[]).flatMap((part): Blocker[] => {
    const fact: Fact<unknown> = facts[part];
    return fact.isKnown ? [] : [{ code: 'facts-unread', message: `${partNames[part]} could not be read: ${fact.reason}` }];
  });
  const failovers = [
    ...of(facts.drills, (drills) => pastFailovers(drills, subject.drillId)),
    ...of(facts.failoverEvents, pastFailoverEvents),
  ];
  return {
    blockers: [
      ...of(database, (known) => guardDatabase(known, subject)),
      ...of(facts.maintenance, guardMaintenance),
      ...of(database, (known) => (known === undefined ? [] : guardWindows(known, settings, now))),
      ...of(facts.alarms, guardAlarms),
      ...of(facts.replicas, guardReplicas),
      ...of(facts.leases, (leases) => guardLeases(leases, settings, now)),
      ...of(facts.lockOwner, (owner) => guardLock(owner, subject)),
      ...guardCoolDown(failovers, settings, now),
      ...of(health, (known) => of(floor, (wanted) => guardTargets(known, wanted))),
      ...unread,
    ],
    remarks: [
      ...of(facts.durability, (parameters) => remarkDurability(subject.engine, parameters)),
      ...of(facts.alarms, remarkAlarms),
      ...remarkCoolDown(settings),
    ],
  };
}

function of<Value, Found>(fact: Fact<Value>, look: (value: Value) => Found[]): Found[] {
  return fact.isKnown ? look(fact.value) : [];
}
