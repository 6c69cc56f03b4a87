import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { OperationsAlarm } from '../../infra/constructs/operations-alarm.ts';
import { Workflow } from '../../infra/constructs/workflow.ts';
import { resourcesOf, synthesise } from './synthesis.ts';

const app = synthesise();
const template = Template.fromStack(app.monitoring);

interface Widget {
  readonly type: 'metric' | 'text' | 'alarm';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title?: string;
    readonly region?: string;
    readonly metrics?: readonly (readonly unknown[])[];
    readonly alarms?: readonly unknown[];
    readonly yAxis?: { readonly left?: { readonly label?: string; readonly min?: number } };
  };
}

/** Tokens of a dashboard's body are put in as text: enough to read it as JSON. */
function widgetsOf(from: Template, purpose: string): readonly Widget[] {
  const found = resourcesOf(from, 'AWS::CloudWatch::Dashboard').find(({ Properties }) => String(Properties['DashboardName']).endsWith(`-${purpose}`));
  const body = found?.Properties['DashboardBody'] as { readonly 'Fn::Join': readonly [string, readonly unknown[]] };
  const text = body['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : JSON.stringify(part).replaceAll('"', "'"))).join('');
  return (JSON.parse(text) as { readonly widgets: readonly Widget[] }).widgets;
}

const purposes = ['Performance', 'Operations', 'Cost'] as const;
const graphs = purposes.flatMap((purpose) =>
  widgetsOf(template, purpose)
    .filter(({ type }) => type === 'metric')
    .map((widget) => ({ name: `${purpose}: ${widget.properties.title}`, widget })),
);

test('the stack stands on those that it shows, and has no role of its own', () => {
  expect(app.monitoring.stackName).toBe('WebMarket-Production-Monitoring');
  expect(app.monitoring.dependencies.map(({ node }) => node.id)).toEqual(expect.arrayContaining(['Operations', 'Web', 'Data', 'Audit']));
  for (const stack of app.node.children.filter(Stack.isStack)) expect(stack.dependencies).not.toContain(app.monitoring);
  expect(resourcesOf(template).filter(({ Type }) => Type.startsWith('AWS::IAM::'))).toEqual([]);
});

test('three dashboards are free, up to fifty metrics each', () => {
  const names = resourcesOf(template, 'AWS::CloudWatch::Dashboard').map(({ Properties }) => String(Properties['DashboardName']));
  expect(names.toSorted()).toEqual(['WebMarket-Production-Cost', 'WebMarket-Production-Operations', 'WebMarket-Production-Performance']);
  for (const purpose of purposes) {
    const lines = widgetsOf(template, purpose).flatMap(({ properties }) => properties.metrics ?? []);
    // A search shows at most as many as it is sorted down to; the others find what is seldom there.
    const limited = lines.map((line) => Number(/DESC, (\d+)\)/u.exec(JSON.stringify(line))?.[1] ?? 1));
    expect(lines.length).toBeGreaterThan(5);
    expect(limited.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(50);
  }
});

test('their names are outputs', () => {
  const outputs = (template.toJSON() as { readonly Outputs: Readonly<Record<string, { readonly Value: string }>> }).Outputs;
  expect(Object.fromEntries(Object.entries(outputs).map(([id, { Value }]) => [id, Value]))).toEqual({
    PerformanceDashboard: 'WebMarket-Production-Performance',
    OperationsDashboard: 'WebMarket-Production-Operations',
    CostDashboard: 'WebMarket-Production-Cost',
  });
});

describe('every graph', () => {
  test.each(graphs)('$name has a title, a unit, and an axis that begins at zero', ({ widget }) => {
    expect(widget.properties.title?.length).toBeGreaterThan(5);
    expect(widget.properties.yAxis?.left).toMatchObject({ min: 0, label: expect.stringMatching(/\w{3}/u) });
  });

  test('has its place: none lies upon another', () => {
    for (const purpose of purposes) {
      const widgets = widgetsOf(template, purpose);
      const overlaps = widgets.flatMap((one, index) =>
        widgets.slice(index + 1).filter((other) => one.x < other.x + other.width && other.x < one.x + one.width && one.y < other.y + other.height && other.y < one.y + one.height),
      );
      expect(overlaps).toEqual([]);
      expect(widgets.every(({ x, width }) => x + width <= 24)).toBe(true);
    }
  });

  test.each(graphs)('$name names its lines for people', ({ widget }) => {
    const options = (widget.properties.metrics ?? []).map((line) => line.at(-1) as { readonly label?: string; readonly expression?: string });
    // A search names its lines by what it finds.
    expect(options.filter(({ expression, label = '' }) => expression === undefined && label === '')).toEqual([]);
  });
});

describe('the dashboard of operations', () => {
  const widgets = widgetsOf(template, 'Operations');
  const parts = app.node.findAll();

  test('shows every alarm of the app', () => {
    const shown = widgets.find(({ type }) => type === 'alarm')?.properties.alarms ?? [];
    expect(shown).toHaveLength(parts.filter((part) => part instanceof OperationsAlarm).length);
    expect(new Set(shown).size).toBe(shown.length);
  });

  test.each(['Workflows that were started', 'Workflows that failed (no line: none)'])('shows every workflow: %s', (title) => {
    const labels = widgets.find(({ properties }) => properties.title === title)?.properties.metrics?.map((line) => (line.at(-1) as { label: string }).label);
    expect(labels?.toSorted()).toEqual(parts.filter((part) => part instanceof Workflow).map(({ node }) => node.id).toSorted());
  });
});

describe('the dashboard of performance', () => {
  const titles = (from: Template): (string | undefined)[] => widgetsOf(from, 'Performance').map(({ properties }) => properties.title);

  test('shows credits of instances that have some', () => {
    expect(titles(template)).toContain('CPU credits');
    const steady = synthesise({ 'web.instanceType': 'c5.large', 'web.fallbackInstanceTypes': [], 'web.creditMode': undefined });
    expect(titles(Template.fromStack(steady.monitoring))).not.toContain('CPU credits');
  });

  test('shows the size of the fleet between its floor and its ceiling', () => {
    const size = widgetsOf(template, 'Performance').find(({ properties }) => properties.title?.startsWith('Size of the fleet'));
    expect(size?.properties.metrics?.map((line) => line[1])).toEqual(expect.arrayContaining(['GroupInServiceInstances', 'GroupMinSize', 'GroupMaxSize']));
  });
});

describe('the dashboard of cost', () => {
  const widgets = widgetsOf(template, 'Cost');

  test('reads the charges where AWS keeps them', () => {
    const charges = widgets.filter(({ properties }) => JSON.stringify(properties.metrics ?? '').includes('EstimatedCharges'));
    expect(charges.map(({ properties }) => properties.region)).toEqual(['us-east-1', 'us-east-1']);
    for (const { properties } of charges) {
      for (const line of properties.metrics ?? []) expect((line.at(-1) as { region?: string }).region).toBe('us-east-1');
    }
  });

  test('counts every bucket and every NAT gateway', () => {
    const lines = widgets.flatMap(({ properties }) => properties.metrics ?? []);
    const buckets = [app.data, app.operations, app.audit].flatMap((stack) => resourcesOf(Template.fromStack(stack), 'AWS::S3::Bucket'));
    expect(lines.filter((line) => line[1] === 'NumberOfObjects')).toHaveLength(buckets.length);
    const gateways = resourcesOf(Template.fromStack(app.network), 'AWS::EC2::NatGateway');
    expect(new Set(lines.filter((line) => line[0] === 'AWS/NATGateway').map((line) => line[3])).size).toBe(gateways.length);
  });
});
