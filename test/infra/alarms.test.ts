import { readdirSync, readFileSync } from 'node:fs';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { OperationsAlarm } from '../../infra/constructs/operations-alarm.ts';
import { configWith, resourcesOf, synthesise, templatesOf } from './synthesis.ts';

const runbooks = new URL('../../docs/runbooks/', import.meta.url);
const app = synthesise();

/** Alarms that tell nobody, each with the reason. */
const SILENT: Readonly<Record<string, string>> = {
  CapacitySurgeAlarm: 'A rule starts the workflow that answers it, and the workflow tells what it did.',
};

/** What an alarm costs a month, and what all of them may: the orchestrator is to stay under five dollars. */
const usdPerAlarm = 0.1;
const usdForAlarms = 3.5;

interface AlarmProperties {
  readonly AlarmDescription?: string;
  readonly AlarmActions?: readonly unknown[];
  readonly TreatMissingData?: string;
  readonly Period?: number;
  readonly EvaluationPeriods: number;
  readonly Metrics?: readonly unknown[];
}

const alarms = templatesOf(app).flatMap(({ name, template }) =>
  resourcesOf(template, 'AWS::CloudWatch::Alarm').map(({ logicalId, Properties }) => ({
    name: `${name} ${logicalId}`,
    id: logicalId.replace(/[0-9A-F]{8}$/u, ''),
    properties: Properties as unknown as AlarmProperties,
  })),
);

/** Headings of a runbook as links name them: lower case, without punctuation, words joined by dashes. */
function anchorsOf(file: string): string[] {
  return [...readFileSync(new URL(file, runbooks), 'utf8').matchAll(/^#{1,6} (.+)$/gmu)].map(([, heading = '']) =>
    heading.toLowerCase().replaceAll(/[^\p{L}\p{N}\s-]/gu, '').trim().replaceAll(/\s+/gu, '-'),
  );
}

function linkOf({ AlarmDescription: description = '' }: AlarmProperties): { base: string; file: string; anchor: string } | undefined {
  const groups = / Runbook: (?<base>https:\/\/\S+)\/(?<file>[\w-]+\.md)#(?<anchor>[\w-]+)$/u.exec(description)?.groups;
  return groups === undefined ? undefined : { base: String(groups['base']), file: String(groups['file']), anchor: String(groups['anchor']) };
}

describe('every alarm of the app', () => {
  test.each(alarms)('$name links to a heading that is there', ({ properties }) => {
    const link = linkOf(properties);
    expect(link?.base).toBe(configWith().operations.runbookUrl);
    expect(anchorsOf(link?.file ?? '')).toContain(link?.anchor);
  });

  test.each(alarms)('$name tells somebody, or is listed with the reason', ({ id, properties }) => {
    const told = /^\[\{"(Ref|Fn::ImportValue)":"[^"]*Notifications[^"]*"\}\]$/u;
    expect(JSON.stringify(properties.AlarmActions ?? [])).toMatch(id in SILENT ? /^\[\]$/u : told);
  });

  test.each(alarms)('$name says what no data means, and looks back no further than CloudWatch does', ({ properties }) => {
    expect(properties.TreatMissingData).toMatch(/^(breaching|notBreaching)$/u);
    // API reference, PutMetricAlarm: a day; seven days with periods of an hour and more.
    const { Period: period = 60, EvaluationPeriods: periods } = properties;
    expect(period * periods).toBeLessThanOrEqual(period >= 3600 ? 604_800 : 86_400);
  });

  test.each(alarms)('$name has one metric: another one costs as much as another alarm', ({ properties }) => {
    expect(properties.Metrics ?? []).toEqual([]);
  });

  test('none is listed as telling nobody that is not there', () => {
    expect(Object.keys(SILENT).filter((id) => !alarms.some((alarm) => alarm.id === id))).toEqual([]);
  });

  test('together they cost what they may', () => {
    expect(alarms.length).toBeGreaterThan(20);
    expect(alarms.length * usdPerAlarm).toBeLessThanOrEqual(usdForAlarms);
  });
});

test('every zone has an alarm of its own, to which silence is an empty zone', () => {
  const zones = alarms.filter(({ id }) => id.startsWith('ShopAlarmsZoneEmpty')).map(({ properties }) => properties);
  expect(zones.map((properties) => JSON.stringify(properties).match(/eu-west-3\w/u)?.[0])).toEqual(configWith().network.availabilityZones);
  expect(new Set(zones.map((properties) => properties.TreatMissingData))).toEqual(new Set(['breaching']));
});

describe('the runbook of the alarms', () => {
  const text = readFileSync(new URL('alarms.md', runbooks), 'utf8');

  test('has no section about an alarm that is gone', () => {
    const linked = new Set(alarms.map(({ properties }) => linkOf(properties)).filter((link) => link?.file === 'alarms.md').map((link) => link?.anchor));
    const sections = [...text.matchAll(/^### (.+)$/gmu)].map(([, heading = '']) => heading.toLowerCase().replaceAll(' ', '-').replaceAll(/[^\w-]/gu, ''));
    expect(sections.filter((section) => !linked.has(section))).toEqual([]);
  });

  test('says of each kind of alarm what it means, what to look at, what to do, and when not', () => {
    const sections = text.split(/^### /mu).slice(1);
    for (const section of sections) {
      for (const part of ['**Means.**', '**Look.**', '**Do.**', '**Ignore it**']) expect(section).toContain(part);
    }
  });

  test('names every workflow that can fail, as the alarm calls it', () => {
    const failing = alarms.flatMap(({ properties }) => /An execution of ([\w-]+) failed/u.exec(properties.AlarmDescription ?? '')?.[1] ?? []);
    const rows = [...text.matchAll(/^\| `([\w-]+)` \|/gmu)].map(([, definition = '']) => definition);
    expect(rows.toSorted()).toEqual(failing.toSorted());
    expect(failing.length).toBeGreaterThan(8);
  });

  test('links to nothing that is not there', () => {
    const files = readdirSync(runbooks).filter((name) => name.endsWith('.md'));
    const links = files.flatMap((file) =>
      [...readFileSync(new URL(file, runbooks), 'utf8').matchAll(/\]\((?!https?:|\.\.)([^)#]*)(?:#([^)]+))?\)/gu)].map(([, target = '', anchor]) => ({ file: target === '' ? file : target, anchor })),
    );
    expect(links.filter(({ file }) => !files.includes(file))).toEqual([]);
    expect(links.filter(({ file, anchor }) => anchor !== undefined && !anchorsOf(file).includes(anchor))).toEqual([]);
    expect(links.length).toBeGreaterThan(10);
  });
});

test('an alarm cannot be made where nobody says where the runbooks are', () => {
  const metric = new Metric({ namespace: 'Shop', metricName: 'Errors', period: Duration.minutes(1) });
  const props = { what: 'It broke.', runbook: 'alarms.md#a-surge', metric, threshold: 1, evaluationPeriods: 1, missingData: TreatMissingData.NOT_BREACHING } as const;
  expect(() => new OperationsAlarm(new Stack(new App(), 'Seeded'), 'Alarm', props)).toThrow('runbookUrl');
});
