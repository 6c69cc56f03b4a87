import type { AssemblyStack, TemplateResource } from '../../simulator/deploy/assembly.ts';
import type { Quantity } from './quantity.ts';

/** Of resources that are paid for by standing there, each with its price for a month. */
export interface Standing {
  readonly quantities: readonly Quantity[];
  /** Types that are neither known to be free nor reckoned: they are said, not passed over. */
  readonly notReckoned: readonly string[];
}

/** A dashboard of more metrics is not one of the three free ones (CloudWatch pricing, "Free tier"). */
const freeDashboardMetrics = 50;

/** Types that cost nothing by themselves; what is done with them is metered. */
const free: readonly RegExp[] = [
  /^AWS::(IAM|CDK|CloudFormation|Lambda|Scheduler|StepFunctions|SNS|Events|S3|DynamoDB)::/u,
  /^AWS::Logs::(LogGroup|ResourcePolicy)$/u,
  /^AWS::EC2::SecurityGroup(Egress|Ingress)?$/u,
  // Budgets without actions and the detection of cost anomalies are free (AWS cost management pricing).
  /^AWS::(Budgets::Budget|CE::Anomaly\w+)$/u,
  /^AWS::KMS::Alias$/u,
  // Of which tier they are, their values decide: they are counted where those are known.
  /^AWS::SSM::Parameter$/u,
  /^AWS::SecretsManager::(ResourcePolicy|RotationSchedule|SecretTargetAttachment)$/u,
  /^Custom::/u,
];

export function standingOf(stacks: readonly AssemblyStack[]): Standing {
  const resources = stacks.flatMap(({ template }) => Object.entries(template.Resources ?? {}));
  const quantities: Quantity[] = [];
  const notReckoned = new Set<string>();
  for (const [logicalId, resource] of resources) {
    const found = priced(logicalId, resource);
    if (found !== undefined) quantities.push(...found);
    else if (!free.some((pattern) => pattern.test(resource.Type))) notReckoned.add(resource.Type);
  }
  return { quantities, notReckoned: [...notReckoned].toSorted() };
}

function priced(logicalId: string, { Type, Properties = {} }: TemplateResource): readonly Quantity[] | undefined {
  const one = { amount: 1, what: '', certainty: 'declared' } as const;
  switch (Type) {
    case 'AWS::CloudWatch::Alarm':
      return [{ ...one, rate: 'alarms', amount: alarmMetrics(logicalId, Properties) }];
    case 'AWS::CloudWatch::Dashboard':
      return [{ ...one, rate: 'dashboards', isNeverFree: dashboardMetrics(Properties['DashboardBody']) > freeDashboardMetrics }];
    case 'AWS::Logs::MetricFilter':
      // As if something were counted in every hour.
      return [{ ...one, rate: 'metrics', what: 'Metric filters', certainty: 'estimated' }];
    case 'AWS::KMS::Key':
      return [{ ...one, rate: 'keys' }];
    case 'AWS::SecretsManager::Secret':
      return [{ ...one, rate: 'secrets' }];
    default:
      return undefined;
  }
}

/** An alarm is charged by the metrics that it looks at; one on a band is charged for the band's two as well (CloudWatch pricing). */
function alarmMetrics(logicalId: string, properties: Readonly<Record<string, unknown>>): number {
  const queries = (properties['Metrics'] ?? []) as readonly { readonly Expression?: unknown; readonly MetricStat?: unknown }[];
  if (queries.length === 0) return 1;
  if (queries.some(({ Expression }) => /SELECT/iu.test(JSON.stringify(Expression ?? '')))) {
    throw new Error(`The alarm ${logicalId} looks at as many metrics as its query finds: it is not reckoned.`);
  }
  const metrics = queries.filter(({ MetricStat }) => MetricStat !== undefined).length;
  const isOnBand = queries.some(({ Expression }) => /ANOMALY_DETECTION_BAND/u.test(JSON.stringify(Expression ?? '')));
  return isOnBand ? 3 * metrics : metrics;
}

/** How many metrics a dashboard shows: the rows of its widgets that are no expressions. */
function dashboardMetrics(body: unknown): number {
  const dashboard = JSON.parse(textOf(body)) as { readonly widgets?: readonly { readonly properties?: { readonly metrics?: readonly unknown[] } }[] };
  const rows = (dashboard.widgets ?? []).flatMap(({ properties }) => properties?.metrics ?? []);
  return rows.filter((row) => Array.isArray(row) && typeof row[0] === 'string').length;
}

/** Text of a template with intrinsic functions in it: what they would give is not needed. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const join = (value as { readonly 'Fn::Join'?: readonly [string, readonly unknown[]] } | undefined)?.['Fn::Join'];
  return join === undefined ? 'x' : join[1].map(textOf).join(join[0]);
}
