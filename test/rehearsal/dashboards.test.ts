import { approveWhenAsked, requestDrill } from '../../rehearsal/drill-story.ts';
import { groupOfTier, openPort } from '../../rehearsal/drift-story.ts';
import { paris } from '../../rehearsal/paris.ts';
import { registerSale } from '../../rehearsal/sale-story.ts';
import { Stage } from '../../rehearsal/stage.ts';
import { synthesise } from '../../rehearsal/synthesis.ts';
import { ordinaryDays } from '../../rehearsal/visitors.ts';
import { prepareShop } from '../../rehearsal/world.ts';
import { providersByType } from '../../simulator/deploy/providers.ts';
import type { ResourceProvider, ResourceRequest } from '../../simulator/deploy/provider.ts';
import type { Account } from '../../simulator/kernel/account.ts';
import type { MetricIdentity } from '../../simulator/services/cloudwatch/alarm.ts';
import { parseStatistic } from '../../simulator/services/cloudwatch/statistics.ts';

/** Metrics that a dashboard shows and the simulated account does not publish, each with the reason. */
const UNPUBLISHED: Readonly<Record<string, string>> = {
  'AWS/ApplicationELB ConsumedLCUs': 'What the load balancer costs is no part of the simulated shop.',
  'AWS/ApplicationELB RejectedConnectionCount': 'The simulated load balancer never runs out of connections.',
  'AWS/Billing EstimatedCharges': 'The simulated account sends no bill.',
  'AWS/EC2 CPUCreditBalance': 'Simulated instances publish their credits one by one, not for their group.',
  'AWS/EC2 CPUSurplusCreditBalance': 'Simulated instances publish their credits one by one, not for their group.',
  'AWS/EC2 CPUSurplusCreditsCharged': 'Simulated instances publish no charged credits: the account keeps them for the report.',
  'AWS/Lambda Throttles': 'The simulated account does not limit concurrent functions.',
  'AWS/NATGateway BytesInFromDestination': 'Traffic through NAT gateways is not simulated.',
  'AWS/NATGateway BytesInFromSource': 'Traffic through NAT gateways is not simulated.',
  'AWS/RDS CPUUtilization': 'The load of the simulated database is not its physics: its outages are.',
  'AWS/RDS DatabaseConnections': 'The load of the simulated database is not its physics: its outages are.',
  'AWS/RDS FreeStorageSpace': 'The load of the simulated database is not its physics: its outages are.',
  'AWS/RDS FreeableMemory': 'The load of the simulated database is not its physics: its outages are.',
  'AWS/RDS ReadLatency': 'The load of the simulated database is not its physics: its outages are.',
  'AWS/RDS ReplicaLag': 'The shop has no read replica.',
  'AWS/RDS WriteLatency': 'The load of the simulated database is not its physics: its outages are.',
  'AWS/S3 BucketSizeBytes': 'S3 measures its buckets once a day; simulated ones are not measured.',
  'AWS/S3 NumberOfObjects': 'S3 measures its buckets once a day; simulated ones are not measured.',
  'AWS/States ExecutionsTimedOut': 'Reported only where an execution runs out of time, and none does.',
};

const at = (time: string): number => paris(`2027-01-20T${time}`);
const sale = { id: 'short', name: 'Short sale', startsAt: '2027-01-20T08:00', endsAt: '2027-01-20T09:00', floor: 8 };
const dashboardType = 'AWS::CloudWatch::Dashboard';

interface DashboardBody {
  readonly widgets: readonly { readonly type: string; readonly properties: { readonly alarms?: readonly string[]; readonly metrics?: readonly (readonly unknown[])[] } }[];
}

/** A metric of a dashboard: itself, or what a search finds by the names of its dimensions. */
type Shown =
  | { readonly kind: 'metric'; readonly metric: MetricIdentity; readonly statistic: string }
  | { readonly kind: 'search'; readonly namespace: string; readonly metricName: string; readonly dimensionNames: readonly string[]; readonly statistic: string };

interface Played {
  readonly shown: readonly Shown[];
  readonly alarmArns: { readonly shown: readonly string[]; readonly standing: readonly string[] };
  readonly isPublished: (shown: Shown) => boolean;
}

/** Bodies of the dashboards as they are deployed: with every reference resolved. */
async function recordDashboards<T>(story: (bodies: readonly string[]) => Promise<T>): Promise<T> {
  const bodies: string[] = [];
  const provider = providersByType.get(dashboardType) as { -readonly [K in keyof ResourceProvider]: ResourceProvider[K] };
  const { create } = provider;
  provider.create = (request: ResourceRequest) => {
    bodies.push(String(request.properties['DashboardBody']));
    return create(request);
  };
  try {
    return await story(bodies);
  } finally {
    provider.create = create;
  }
}

/** Every metric that anything names: those that are published are among them. */
function recordMetrics(account: Account): ReadonlyMap<string, MetricIdentity> {
  const named = new Map<string, MetricIdentity>();
  const { cloudWatch } = account;
  const series = cloudWatch.series.bind(cloudWatch);
  cloudWatch.series = (metric) => {
    named.set(JSON.stringify(metric), { namespace: metric.namespace, metricName: metric.metricName, dimensions: metric.dimensions });
    return series(metric);
  };
  return named;
}

/** One of everything: a sale, a drift and its repair, a night, a run over the buckets, an advice, a failure, a drill. */
async function playEverything(stage: Stage): Promise<void> {
  await stage.until(at('06:20'), 'first deployment');
  await registerSale(stage, sale);
  await stage.start('NightlyCompliance', 'night');
  await stage.start('StorageLifecycle', 'weekly', { cause: 'schedule' });
  await stage.start('ReservationAdvice', 'monthly');
  await stage.start('DriftRemediation', 'broken', { trigger: 'none' });
  await stage.until(at('06:40'), 'night');
  const { groupId } = await groupOfTier(stage, 'application');
  await openPort(stage, 'a-developer', groupId, 22, '0.0.0.0/0');
  await stage.until(at('10:30'), 'sale');
  await requestDrill(stage, 'quarterly');
  await approveWhenAsked(stage, 'quarterly', at('11:15'), 'drill');
}

function shownIn(body: string): Shown[] {
  const { widgets } = JSON.parse(body) as DashboardBody;
  return widgets.flatMap(({ properties }) => properties.metrics ?? []).map(readLine);
}

/** A line of a graph: namespace, name, dimensions by name and value, options. CDK writes all of them out. */
function readLine(line: readonly unknown[]): Shown {
  const options = line.at(-1) as { readonly expression?: string; readonly stat?: string };
  if (options.expression === undefined) {
    const [namespace = '', metricName = '', ...pairs] = line.slice(0, -1).map(String);
    const dimensions = Object.fromEntries(pairs.flatMap((name, index) => (index % 2 === 0 ? [[name, String(pairs[index + 1])]] : [])));
    return { kind: 'metric', metric: { namespace, metricName, dimensions }, statistic: options.stat ?? 'Average' };
  }
  const found = /SEARCH\('\{"?(?<namespace>[\w/]+)"?,(?<names>[\w,]+)\} MetricName="(?<metricName>\w+)"', '(?<statistic>\w+)', \d+\)/u.exec(options.expression)?.groups;
  if (found === undefined) throw new Error(`No search that this test can read: ${options.expression}`);
  const { namespace = '', names = '', metricName = '', statistic = '' } = found;
  return { kind: 'search', namespace, metricName, dimensionNames: names.split(',').toSorted(), statistic };
}

function nameOf(shown: Shown): string {
  return shown.kind === 'metric' ? `${shown.metric.namespace} ${shown.metric.metricName}` : `${shown.namespace} ${shown.metricName}`;
}

const isMeasured = (account: Account, metric: MetricIdentity): boolean => account.cloudWatch.series(metric).lastMinute > -Infinity;

function isPublished(account: Account, named: ReadonlyMap<string, MetricIdentity>, shown: Shown): boolean {
  if (shown.kind === 'metric') {
    const { dimensions } = shown.metric;
    // Not every workflow has a turn, and one fails: any of them shows that the figure is called so.
    const machines = account.stepFunctions.stateMachines.map(({ arn }) => arn);
    if (machines.includes(String(dimensions['StateMachineArn']))) return machines.some((StateMachineArn) => isMeasured(account, { ...shown.metric, dimensions: { StateMachineArn } }));
    return isMeasured(account, shown.metric);
  }
  return [...named.values()].some(
    (metric) =>
      metric.namespace === shown.namespace &&
      metric.metricName === shown.metricName &&
      Object.keys(metric.dimensions).toSorted().join() === shown.dimensionNames.join() &&
      isMeasured(account, metric),
  );
}

function play(look: (played: Played) => void): Promise<void> {
  const synthesis = synthesise('production', (config) => ({ ...config, compliance: { ...config.compliance, mode: 'enforce' } }));
  let named: ReadonlyMap<string, MetricIdentity> = new Map();
  return recordDashboards((bodies) =>
    Stage.open(
      {
        synthesis,
        seed: 1,
        startsAt: at('06:00'),
        prepare: (account, { config }) => {
          named = recordMetrics(account);
          prepareShop(account, config);
          account.shop.visitors = ordinaryDays(60);
        },
      },
      async (stage) => {
        await playEverything(stage);
        const widgets = bodies.flatMap((body) => (JSON.parse(body) as DashboardBody).widgets);
        look({
          shown: bodies.flatMap(shownIn),
          alarmArns: {
            shown: widgets.flatMap(({ properties }) => properties.alarms ?? []),
            standing: stage.account.cloudWatch.alarms.all().filter(({ definition }) => !definition.name.startsWith('TargetTracking-')).map(({ arn }) => arn),
          },
          isPublished: (shown) => isPublished(stage.account, named, shown),
        });
      },
    ),
  );
}

describe('what the dashboards show', () => {
  /** Whether it is published, by name, for every metric that is shown. */
  const published = new Map<Shown, boolean>();
  let alarmArns: Played['alarmArns'];
  beforeAll(() =>
    play((played) => {
      for (const shown of played.shown) published.set(shown, played.isPublished(shown));
      alarmArns = played.alarmArns;
    }),
  );

  test('is published, by that very name and with those dimensions, or listed with the reason', () => {
    const missing = [...published].filter(([shown, isThere]) => !isThere && !(nameOf(shown) in UNPUBLISHED));
    expect(missing.map(([shown]) => shown)).toEqual([]);
    expect([...published.values()].filter(Boolean).length).toBeGreaterThan(30);
  });

  test('is listed as unpublished only where it is shown, and nowhere published', () => {
    const unpublished = new Set([...published].filter(([, isThere]) => !isThere).map(([shown]) => nameOf(shown)));
    const there = new Set([...published].filter(([, isThere]) => isThere).map(([shown]) => nameOf(shown)));
    expect(Object.keys(UNPUBLISHED).filter((name) => !unpublished.has(name) || there.has(name))).toEqual([]);
  });

  test('is asked for by a statistic that there is', () => {
    for (const { statistic } of published.keys()) expect(() => parseStatistic(statistic)).not.toThrow();
  });

  test('is every alarm that stands, by its ARN', () => {
    expect(alarmArns.shown.toSorted()).toEqual(alarmArns.standing.toSorted());
  });
});
