import { evaluatePreflight, type Fact, type LoadBalancerFact, type PreflightFacts, type PreflightPlan, type SubnetFact } from '../../../functions/capacity/preflight.ts';
import { isStandardFamily } from '../../../functions/capacity/preflight-quotas.ts';

function known<T>(value: T): Fact<T> {
  return { known: true, value };
}
const unread = { known: false, reason: 'AccessDenied' } as const;

function subnet(zone: string, availableIpAddresses: number, id = `subnet-${zone}`): SubnetFact {
  return { id, zone, availableIpAddresses };
}

const plan: PreflightPlan = { saleId: 'hiver-2027', floor: 20, ceiling: 30, maxCeiling: 40 };

type FactsChange = Partial<Omit<PreflightFacts, 'group'>> & { readonly group?: Partial<PreflightFacts['group']> };

/** Two instances of two vCPUs run in the group; the Region runs ten vCPUs in all. */
function facts(change: FactsChange = {}): PreflightFacts {
  return {
    quotaVcpus: known(128),
    runningVcpus: known(10),
    instanceRefresh: known('none'),
    cpuCredits: known('unlimited'),
    subnets: known([
      { id: 'subnet-a', zone: 'eu-west-3a', availableIpAddresses: 200 },
      { id: 'subnet-b', zone: 'eu-west-3b', availableIpAddresses: 200 },
    ]),
    loadBalancer: unread,
    ...change,
    group: {
      name: 'shop',
      maxSize: 6,
      runningByZone: { 'eu-west-3a': 1, 'eu-west-3b': 1 },
      instanceTypes: [{ type: 'c5.large', vcpus: 2 }],
      suspendedProcesses: [],
      ...change.group,
    },
  };
}

function found(change: FactsChange, planned: Partial<PreflightPlan> = {}): { blockers: string[]; warnings: string[] } {
  const verdict = evaluatePreflight(facts(change), { ...plan, ...planned });
  expect(verdict.feasible).toBe(verdict.blockers.length === 0);
  return { blockers: verdict.blockers.map(({ code }) => code), warnings: verdict.warnings.map(({ code }) => code) };
}

const nothing = { blockers: [], warnings: [] };

describe('evaluatePreflight', () => {
  it('finds a sound plan feasible, with its figures', () => {
    const verdict = evaluatePreflight(facts(), plan);
    expect(verdict).toMatchObject({ feasible: true, blockers: [], warnings: [] });
    expect(verdict.evidence).toMatchObject({
      vcpus: { quota: 128, running: 10, groupInstances: 2, byType: [{ type: 'c5.large', floorVcpus: 46, ceilingVcpus: 66 }] },
      freeAddressesByZone: { 'eu-west-3a': 200, 'eu-west-3b': 200 },
    });
  });

  it('names every blocker, not the first one', () => {
    const verdict = found(
      { quotaVcpus: known(20), cpuCredits: known('standard'), subnets: unread, group: { instanceTypes: [{ type: 't3.medium', vcpus: 2 }], suspendedProcesses: ['Launch'] } },
      { reservationLcus: 100 },
    );
    expect(verdict.blockers).toEqual(['process-suspended', 'cpu-credits-standard', 'vcpu-quota-exceeded', 'lcu-quota-unknown', 'subnets-unknown']);
  });
});

describe('preflight of the vCPU quota', () => {
  it.each([
    ['fits to the last vCPU', 66, nothing],
    ['does not carry the ceiling', 65, { blockers: [], warnings: ['vcpu-quota-exceeded'] }],
    ['carries the floor to the last vCPU', 46, { blockers: [], warnings: ['vcpu-quota-exceeded'] }],
    ['does not carry the floor', 45, { blockers: ['vcpu-quota-exceeded'], warnings: [] }],
  ])('%s', (_rule, quota, expected) => {
    expect(found({ quotaVcpus: known(quota) })).toEqual(expected);
  });

  it('says how much is missing, and under which quota', () => {
    const verdict = evaluatePreflight(facts({ quotaVcpus: known(40) }), plan);
    expect(verdict.blockers[0]?.evidence).toEqual({ quotaCode: 'L-1216C47A', bound: 'floor', needed: 46, quota: 40, missing: 6, type: 'c5.large' });
  });

  it('counts all standard families of the Region together', () => {
    expect(found({ runningVcpus: known(100) }).blockers).toEqual(['vcpu-quota-exceeded']);
  });

  it('judges a mixed group by its largest type', () => {
    const instanceTypes = [
      { type: 'c5.large', vcpus: 2 },
      { type: 'c5.2xlarge', vcpus: 8 },
    ];
    expect(found({ group: { instanceTypes } }).blockers).toEqual(['vcpu-quota-exceeded']);
  });

  it.each([
    ['quota', { quotaVcpus: unread }],
    ['usage', { runningVcpus: unread }],
  ])('an unread %s is a blocker', (_what, change) => {
    expect(found(change).blockers).toEqual(['vcpu-quota-unknown']);
  });

  it('a type of another family, or no type at all, cannot be judged', () => {
    expect(found({ group: { instanceTypes: [{ type: 'g5.xlarge', vcpus: 4 }] } }).blockers).toEqual(['vcpu-quota-other-family']);
    expect(found({ group: { instanceTypes: [] } }).blockers).toEqual(['instance-type-unknown']);
  });

  it.each([
    ['t3.medium', true],
    ['c5.large', true],
    ['m5.large', true],
    ['im4gn.large', true],
    ['hpc7a.96xlarge', false],
    ['dl1.24xlarge', false],
    ['inf1.xlarge', false],
    ['trn1.2xlarge', false],
    ['x2idn.16xlarge', false],
    ['mac1.metal', false],
    ['', false],
  ])('%s counts as standard: %s', (type, expected) => {
    expect(isStandardFamily(type)).toBe(expected);
  });
});

describe('preflight of the group', () => {
  it.each([
    ['Launch', 'blockers'],
    ['AddToLoadBalancer', 'blockers'],
    ['SomethingNew', 'blockers'],
    ['HealthCheck', 'warnings'],
    ['ReplaceUnhealthy', 'warnings'],
    ['AZRebalance', 'warnings'],
    ['AlarmNotification', 'warnings'],
    ['Terminate', 'warnings'],
    ['toString', 'blockers'],
  ] as const)('%s suspended is among the %s', (process, weight) => {
    expect(found({ group: { suspendedProcesses: [process] } })).toEqual({ ...nothing, [weight]: ['process-suspended'] });
  });

  it('a refresh under way, or one that cannot be ruled out, is a warning', () => {
    expect(found({ instanceRefresh: known('in-progress') })).toEqual({ blockers: [], warnings: ['instance-refresh-in-progress'] });
    expect(found({ instanceRefresh: unread })).toEqual({ blockers: [], warnings: ['instance-refresh-unknown'] });
  });

  it('a floor above the maximum is a blocker, a ceiling at it a warning', () => {
    expect(found({}, { floor: 41, ceiling: 41 }).blockers).toContain('floor-above-maximum');
    expect(found({}, { ceiling: 40 })).toEqual({ blockers: [], warnings: ['ceiling-at-maximum'] });
  });
});

describe('preflight of CPU credits', () => {
  const group = { instanceTypes: [{ type: 't3.medium', vcpus: 2 }] };
  it.each([
    ['standard', { blockers: ['cpu-credits-standard'], warnings: [] }],
    ['unlimited', { blockers: [], warnings: ['cpu-credits-unlimited'] }],
  ] as const)('%s', (mode, expected) => {
    expect(found({ group, cpuCredits: known(mode) })).toEqual(expected);
  });

  it('unread is a blocker for burstable types, and of no interest for others', () => {
    expect(found({ group, cpuCredits: unread }).blockers).toEqual(['cpu-credits-unknown']);
    expect(found({ cpuCredits: unread })).toEqual(nothing);
  });
});

describe('preflight of zones and addresses', () => {
  it('one zone is a blocker', () => {
    expect(found({ subnets: known([subnet('a', 200)]) }).blockers).toEqual(['too-few-zones']);
  });

  it.each([
    ['enough for the ceiling', 14, nothing],
    ['enough for the floor only', 13, { blockers: [], warnings: ['subnet-addresses-short'] }],
    ['the last that is enough for the floor', 9, { blockers: [], warnings: ['subnet-addresses-short'] }],
    ['too few for the floor', 8, { blockers: ['subnet-addresses-short'], warnings: [] }],
  ])('a zone with %s', (_what, free, expected) => {
    expect(found({ subnets: known([subnet('eu-west-3a', 200), subnet('eu-west-3b', free)]) })).toEqual(expected);
  });

  it('adds up the subnets of a zone, and mentions that they are uneven', () => {
    const subnets = known([subnet('eu-west-3a', 7, 'one'), subnet('eu-west-3a', 7, 'two'), subnet('eu-west-3b', 14)]);
    expect(found({ subnets })).toEqual({ blockers: [], warnings: ['subnets-uneven'] });
  });
});

describe('preflight of load balancer capacity', () => {
  const loadBalancer: LoadBalancerFact = {
    quotaLcus: known(500),
    reservedInRegionLcus: known(300),
    reservedHereLcus: 100,
    states: ['provisioned'],
    decreasesRemaining: 2,
  };
  const check = (change: Partial<LoadBalancerFact>, reservationLcus = 300): ReturnType<typeof found> =>
    found({ loadBalancer: known({ ...loadBalancer, ...change }) }, { reservationLcus });

  it('replaces its own reservation and fits to the last unit', () => {
    expect(check({})).toEqual(nothing);
    expect(check({}, 301).blockers).toEqual(['lcu-quota-exceeded']);
  });

  it('the default quota of 0 is a blocker', () => {
    expect(check({ quotaLcus: known(0), reservedInRegionLcus: known(0), reservedHereLcus: 0 }, 100).blockers).toEqual(['lcu-quota-exceeded']);
  });

  it('an unread figure is a blocker', () => {
    expect(check({ quotaLcus: unread }).blockers).toEqual(['lcu-quota-unknown']);
    expect(check({ reservedInRegionLcus: unread }).blockers).toEqual(['lcu-quota-unknown']);
  });

  it('a request under way and used-up decreases are warnings', () => {
    expect(check({ states: ['provisioned', 'pending'], decreasesRemaining: 0 })).toEqual({ blockers: [], warnings: ['lcu-reservation-busy', 'lcu-decreases-used-up'] });
  });

  it('is not looked at when nothing is reserved', () => {
    expect(found({ loadBalancer: unread })).toEqual(nothing);
  });
});
