import { blockerCodes } from '../../../functions/failover-drill/blocker.ts';
import { type Drill, type DrillOutcome, drillOutcomes } from '../../../functions/failover-drill/drill-records.ts';
import type { DrillReport } from '../../../functions/failover-drill/drill-report.ts';
import { drillPage } from '../../../functions/failover-drill/formats/page.ts';
import { timelineOf } from '../../../functions/failover-drill/formats/timeline.ts';
import { actAt, at, calmProbeOf, drillOf, observationOf, planOf, probeOf, reportOf, token, untouchedOf, verificationOf, writerOf } from './report-fixtures.ts';

const withoutLooks = (page: string): string => page.replace(/<style>[\s\S]*?<\/style>/u, '');
const titleOf = (page: string): string | undefined => /<h1>(.*)<\/h1>/u.exec(page)?.[1];

/** Elements that have no end. */
const hollow = new Set(['meta', 'line', 'rect', 'path']);

/** Names of elements in the order in which they begin; every one of them ends where it must, and no text holds a stray bracket. */
function elementsOf(page: string): string[] {
  const open: string[] = [];
  const closed: [string | undefined, string][] = [];
  const names: string[] = [];
  const markup = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-zA-Z][\w-]*(?:="[^"<>]*")?)*)\s*(\/?)>/gu;
  const text = withoutLooks(page).replace('<!doctype html>', '').replaceAll(markup, (_all, end: string, name: string) => {
    if (end === '/') closed.push([open.pop(), name]);
    else {
      names.push(name);
      if (!hollow.has(name)) open.push(name);
    }
    return '';
  });
  expect(open).toEqual([]);
  expect(closed.filter(([opened, name]) => opened !== name)).toEqual([]);
  expect(text).not.toMatch(/[<>]/u);
  return names;
}

const brokenOff = drillOf({ failover: { outcome: 'pending', zoneBefore: 'eu-west-3a', statuses: [], events: [] } });
const endings: readonly DrillOutcome[] = ['refused', 'dry-run', 'rejected', 'expired', 'altered', 'error'];
const reports: readonly (readonly [string, DrillReport])[] = [
  ['passed', reportOf()],
  ['failed', reportOf(drillOf(), probeOf({ ended: 'time-short', verification: verificationOf({ lost: 20, phantom: 1 }), durability: [] }))],
  ['unmeasured', reportOf(drillOf(), 'none')],
  ['unread', reportOf(drillOf(), probeOf({ verification: { status: 'unread', reason: 'Connection refused.' } }))],
  ['observation', reportOf(observationOf(), calmProbeOf())],
  ['broken', reportOf(brokenOff, 'none', { outcome: 'error', reason: 'Transient' })],
  ...endings.map((outcome) => [outcome, reportOf(untouchedOf({ blockers: [{ code: 'status', message: 'The status is stopped.' }] }), 'none', { outcome, reason: 'Because' })] as const),
];

test.each(reports)('the page of what is %s is whole, by itself, and made for all', (_name, report) => {
  const page = drillPage(report);
  const names = elementsOf(page);
  expect(names.filter((name) => name === 'h1')).toHaveLength(1);
  const levels = names.flatMap((name) => /^h([1-6])$/u.exec(name)?.[1] ?? []).map(Number);
  for (const [index, level] of levels.entries()) expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1);
  expect(names.filter((name) => ['script', 'img', 'link', 'iframe', 'form', 'use', 'image'].includes(name))).toEqual([]);
  expect(page).not.toMatch(/@import|url\(|https?:|javascript:|\son[a-z]+=|\sstyle=/iu);
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  expect(page).toContain('<html lang="en">');
  expect(page).toContain('prefers-color-scheme: dark');
  expect(page).toContain('@media print');
  expect(page).not.toMatch(/undefined|NaN|Invalid Date|\[object/u);
  for (const table of page.match(/<table\b[\s\S]*?<\/table>/gu) ?? []) {
    expect(table).toMatch(/<caption/u);
    expect(table.match(/<tr/gu)).toHaveLength((table.match(/<th scope="row">/gu) ?? []).length + 1);
  }
  const ids = [...page.matchAll(/ id="([^"]+)"/gu)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, targets = ''] of page.matchAll(/aria-labelledby="([^"]+)"/gu)) for (const target of targets.split(' ')) expect(ids).toContain(target);
});

test.each([
  ['passed', drillOf(), 'The drill passed', 'good'],
  ['observed', observationOf(), 'The database failed over, and is well', 'good'],
] as const)('the verdict comes first: %s', (_name, drill, title, tone) => {
  const page = drillPage(reportOf(drill, drill.kind === 'drill' ? probeOf() : calmProbeOf()));
  expect(titleOf(page)).toBe(title);
  expect(page).toContain(`<header class="masthead ${tone}">`);
  expect(page.indexOf('<h1>')).toBeLessThan(page.indexOf('<h2'));
});

test('every outcome has its own title', () => {
  const titles = drillOutcomes.map((outcome) => titleOf(drillPage({ ...reportOf(), outcome })));
  expect(new Set(titles).size).toBe(drillOutcomes.length);
  expect(titleOf(drillPage({ ...reportOf(untouchedOf({ isDryRun: true }), 'none', { outcome: 'refused' }) }))).toBe('Dry run: a drill would be refused');
});

/** The two large figures: tone, value and what was wanted. */
function figuresOf(page: string): string[][] {
  return [...page.matchAll(/<div class="figure (\w+)">.*?<span class="value[^"]*">(.*?)<\/span><span class="wanted">(.*?)<\/span>/gu)].map(([, ...parts]) => parts);
}

test('the outage and the lost commits stand in large type beside what was wanted', () => {
  expect(figuresOf(drillPage(reportOf()))).toEqual([
    ['good', '74.5 s', 'at most 120 s wanted; between RDS’s events 74 s'],
    ['good', '0', 'at most 0 wanted'],
  ]);
  const missed = reportOf(drillOf({ plan: planOf({ objectives: { rtoSeconds: 60, maxLostCommits: 0 } }) }), probeOf({ verification: verificationOf({ lost: 2 }) }));
  expect(figuresOf(drillPage(missed)).map(([tone, value]) => [tone, value])).toEqual([['bad', '74.5 s'], ['bad', '2']]);
});

test('what was not measured is never shown as zero, nor as good', () => {
  expect(figuresOf(drillPage(reportOf(drillOf(), 'none'))).map(([tone, value]) => [tone, value])).toEqual([['unknown', 'not measured'], ['unknown', 'not measured']]);
});

test('a drill that did nothing shows no figures and no course', () => {
  const page = drillPage(reportOf(untouchedOf(), 'none', { outcome: 'expired' }));
  expect(figuresOf(page)).toEqual([]);
  expect(elementsOf(page)).not.toContain('svg');
});

test('everything of the report is there: judgements, blockers, remarks, approval, places, settings, limits', () => {
  const blockers = blockerCodes.map((code) => ({ code, message: `About ${code}.` }));
  const report = reportOf(drillOf({ blockers, remarks: ['A remark.'] }));
  const page = drillPage(report);
  const texts = [
    ...report.judgements.map(({ statement }) => statement), ...blockers.flatMap(({ code, message }) => [code, message]), 'A remark.', ...report.limits,
    'the-engineer-on-duty', 'the-lead-engineer', 'Quiet afternoon.', drillOf().planHash ?? '', '10.20.64.17', '10.20.80.201', 'synchronous_commit',
    'Multi-AZ instance failover started.', 'connect ETIMEDOUT',
  ];
  for (const text of texts) expect(page).toContain(text);
  expect(page).toContain('<time datetime="2027-01-18T14:15:15.300Z">15:15:15.3</time>');
  expect(page).not.toContain(token);
});

test('examples of lost rows are named, and how many more there are', () => {
  expect(drillPage(reportOf(drillOf(), probeOf({ verification: verificationOf({ lost: 20 }) })))).toContain('pooled 67, pooled 68 and 12 more');
});

test('what people, AWS and drivers have typed stays text, wherever it stands', () => {
  const nasty = `"><script>alert(1)</script><img src=x onerror=alert(1)>'&amp;`;
  const writer = (name: 'pooled' | 'fresh') => writerOf(name, { errors: [{ message: nasty, count: 1 }] });
  const drill: Drill = drillOf({
    drillId: nasty, requester: nasty, reason: nasty, remarks: [nasty], blockers: [{ code: 'status', message: nasty }], planHash: nasty,
    plan: planOf({ databaseId: nasty, resourceId: nasty, instanceClass: nasty, engineVersion: nasty, parameterGroups: [nasty], endpoint: { address: nasty, port: 1 } }),
    approval: { token: nasty, planHash: nasty, askedAt: nasty, expiresAt: nasty, approver: nasty, comment: nasty, answeredAt: nasty, decision: 'approved' },
    failover: { outcome: 'swapped', zoneBefore: nasty, zoneAfter: nasty, statuses: [{ at: at(1), status: nasty }], events: [{ at: at(2), message: nasty }], settledAt: at(30) },
  });
  const probe = probeOf({ writers: [writer('pooled'), writer('fresh')], verification: { status: 'unread', reason: nasty }, addresses: { before: [nasty], after: [nasty] }, durability: [{ name: nasty, value: nasty, isSafe: false }] });
  const names = elementsOf(drillPage(reportOf(drill, probe)));
  expect(names.filter((name) => name === 'script' || name === 'img')).toEqual([]);
  expect(drillPage(reportOf(untouchedOf({ requester: '<script>' }), 'none', { outcome: 'error', reason: nasty }))).toContain('&lt;script&gt;');
});

describe('the picture of the course', () => {
  const laneOf = (report: DrillReport, name: string) => timelineOf(report)?.lanes.find((lane) => lane.name === name);

  test('draws for each client when it could write and when it could not', () => {
    const spans = laneOf(reportOf(), 'Pooled client')?.spans ?? [];
    expect(spans.map(({ kind, label }) => [kind, label])).toEqual([['well', ''], ['away', '74.5 s'], ['well', '']]);
    expect(spans[1]).toMatchObject({ from: Date.parse(at(5.1)), until: Date.parse(at(79.6)) });
  });

  test('draws a client that did not come back as away until the end, and one that never wrote from the beginning', () => {
    const { firstCommitAfter: _, outageSeconds: _seconds, ...away } = writerOf('pooled');
    const { lastCommitBefore: _before, firstCommitAfter: _after, outageSeconds: _outage, ...mute } = writerOf('fresh', { acknowledged: 0 });
    const report = reportOf(drillOf(), probeOf({ writers: [away, mute] }));
    expect(laneOf(report, 'Pooled client')?.spans.map(({ kind, label }) => [kind, label])).toEqual([['well', ''], ['away', 'not back']]);
    expect(laneOf(report, 'Fresh client')?.spans.map(({ kind, label }) => [kind, label])).toEqual([['away', 'never wrote']]);
  });

  test('moves the database to its zone when that was seen, and not where it did not move', () => {
    expect(laneOf(reportOf(), 'Zone')?.spans.map(({ label }) => label)).toEqual(['eu-west-3a', 'eu-west-3b']);
    const failover = drillOf().failover ?? { outcome: 'pending' as const, zoneBefore: '', statuses: [], events: [] };
    expect(laneOf(reportOf(drillOf({ failover: { ...failover, outcome: 'abandoned' } })), 'Zone')?.spans.map(({ label }) => label)).toEqual(['eu-west-3a']);
  });

  test('counts its seconds from the act, and lists every moment in its order', () => {
    const timeline = timelineOf(reportOf());
    expect(timeline?.origin).toBe(actAt);
    const times = timeline?.moments.map((moment) => moment.at) ?? [];
    expect(times).toHaveLength(13);
    expect(times).toEqual(times.toSorted((left, right) => left - right));
    for (const time of times) {
      expect(time).toBeGreaterThan(timeline?.from ?? Infinity);
      expect(time).toBeLessThan(timeline?.until ?? -Infinity);
    }
  });

  test('stays within its frame, whatever is in it', () => {
    const events = Array.from({ length: 40 }, (_, index) => ({ at: at(index / 4), message: `Event ${index}` }));
    const far = drillOf({ failover: { outcome: 'timed-out', zoneBefore: 'eu-west-3a', statuses: [{ at: at(-90_000), status: 'available' }], events, settledAt: at(360) } });
    for (const report of [reportOf(), reportOf(far), ...reports.map(([, each]) => each)]) {
      const page = drillPage(report);
      for (const [, x = '', width = ''] of page.matchAll(/<rect class="[a-z]+" x="([^"]+)" y="[^"]+" width="([^"]+)"/gu)) {
        expect(Number(x)).toBeGreaterThanOrEqual(100);
        expect(Number(x) + Number(width)).toBeLessThanOrEqual(1000);
        expect(Number(width)).toBeGreaterThan(0);
      }
      expect((page.match(/class="tick/gu) ?? []).length).toBeLessThanOrEqual(20);
    }
  });
});
