import { adviceVerdicts, type AdviceReport, adviceReportSchema } from '../../../functions/reservations/advice.ts';
import { describeAdvice } from '../../../functions/reservations/announcement.ts';
import { advicePage } from '../../../functions/reservations/formats/page.ts';
import { adviceOf, commitmentsOf, observationOf, offerOf, pricesOf, settingsOf } from './fixtures.ts';

const undecided = settingsOf({ settled: { instanceFamily: false, databaseEngine: false } });
const endsAt = '2027-09-01T00:00:00.000Z';
const held = commitmentsOf({
  instances: [{ type: 't3.medium', count: 1, endsAt, isSizeFlexible: true }],
  databases: [{ type: 'db.m6g.large', count: 1, endsAt, engine: 'mysql', isMultiAz: true }],
  savingsPlans: [{ kind: 'EC2Instance', family: 't3', perHourUsd: 0.01, endsAt }],
  costExplorer: { lookBackDays: 60, instances: { count: 24, of: 't3.nano', monthlySavingUsd: 43.8 }, databases: { count: 0, of: '', monthlySavingUsd: 0 }, savingsPlan: { perHourUsd: 0.108, monthlySavingUsd: 30.66 } },
});

const reports: readonly (readonly [string, AdviceReport])[] = [
  ['advised', adviceOf()],
  ['too early', adviceOf({ observation: observationOf({ days: { observed: 46.4, wanted: 90 } }), commitments: undefined })],
  ['without anything seen', adviceOf({ observation: observationOf({ days: { observed: 0, wanted: 90 }, hours: { all: 0, seen: 0, inEvents: 0 }, hoursByInstances: [], instanceTypes: {}, database: 'unknown' }), commitments: undefined })],
  ['undecided', adviceOf({ settings: undecided, prices: pricesOf([offerOf('ec2-reserved-instance', 0.03), offerOf('rds-reserved-instance', 0.3)]) })],
  ['unknown', adviceOf({ commitments: commitmentsOf({ instances: 'unknown', databases: 'unknown', savingsPlans: 'unknown', unread: ['Denied.'] }) })],
  ['nothing to buy', adviceOf({ settings: settingsOf({ leastSavingUsdPerMonth: 5000 }) })],
  ['committed to already', adviceOf({ commitments: held })],
];

/** Elements that have no end. */
const hollow = new Set(['meta', 'rect', 'br']);

/** Names of elements in the order in which they begin; every one of them ends where it must, and no text holds a stray bracket. */
function elementsOf(page: string): string[] {
  const open: string[] = [];
  const closed: [string | undefined, string][] = [];
  const names: string[] = [];
  const markup = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-zA-Z][\w-]*(?:="[^"<>]*")?)*)\s*(\/?)>/gu;
  const text = page.replace(/<style>[\s\S]*?<\/style>/u, '').replace('<!doctype html>', '').replaceAll(markup, (_all, end: string, name: string) => {
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

test.each(reports)('the page of what is %s is whole, by itself, and made for all', (_name, report) => {
  const page = advicePage(report);
  const names = elementsOf(page);
  expect(names.filter((name) => name === 'h1')).toHaveLength(1);
  expect(names.filter((name) => ['script', 'img', 'link', 'iframe', 'form', 'use', 'image'].includes(name))).toEqual([]);
  expect(page).not.toMatch(/@import|url\(|https?:|javascript:|\son[a-z]+=|\sstyle=/iu);
  expect(page).not.toMatch(/undefined|NaN|Infinity|Invalid Date|\[object/u);
  for (const table of page.match(/<table\b[\s\S]*?<\/table>/gu) ?? []) {
    expect(table).toMatch(/<caption/u);
    expect(table.match(/<tr/gu)).toHaveLength((table.match(/<th scope="row">/gu) ?? []).length + 1);
  }
  const ids = [...page.matchAll(/ id="([^"]+)"/gu)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, target = ''] of page.matchAll(/aria-labelledby="([^"]+)"/gu)) expect(ids).toContain(target);
  expect(page).toContain('Nothing was bought');
});

test('every verdict has a title and a tone, and what wants a person most gives the page its own', () => {
  const pages = adviceVerdicts.map((verdict) => advicePage({ ...adviceOf(), subjects: [{ subject: 'instances', verdict, reason: 'Because.', options: [] }] }));
  expect(new Set(pages.map((page) => /<h1>(.*)<\/h1>/u.exec(page)?.[1])).size).toBe(adviceVerdicts.length);
  expect(advicePage(adviceOf({ commitments: commitmentsOf({ instances: 'unknown' }) }))).toContain('<h1>A commitment would pay</h1>');
  expect(advicePage(adviceOf({ commitments: commitmentsOf({ instances: 'unknown', databases: 'unknown' }) }))).toContain('<h1>Not enough is known to advise</h1>');
});

test('everything of the advice is there: options side by side, refusals, ways out, hours, what is held, the second opinion, limits', () => {
  const report = adviceOf({ settings: undecided, commitments: held });
  const page = advicePage(report);
  const texts = [
    ...report.subjects.flatMap(({ reason, options }) => [reason, ...options.map(({ reversibility }) => reversibility)]), ...report.limits,
    'binds what is not decided', 'longer than wanted', 'not for this class', 'advised', '1 × t3.medium, until 2027-09-01', 'EC2Instance of t3', '1 × db.m6g.large, mysql, with a standby',
    '24 × t3.nano, $43.80 a month', '$0.108 an hour, $30.66 a month', '1600', '2026-11-03',
  ];
  for (const text of texts) expect(page).toContain(text);
  expect(page.match(/<tr class="advised">/gu)).toHaveLength(1);
});

test('unknown is never shown as none, nor none as unknown', () => {
  const unknown = advicePage(adviceOf({ commitments: commitmentsOf({ instances: 'unknown' }) }));
  expect(unknown).toContain('<dt>Instances</dt><dd>unknown</dd>');
  expect(unknown).toContain('<dt>Databases</dt><dd>none</dd>');
  expect(unknown).toContain('Cost Explorer is not enabled, or has nothing to go by yet.');
});

test('what AWS and people have named stays text, wherever it stands', () => {
  const nasty = `"><script>alert(1)</script>'&amp;`;
  const report = adviceOf({
    adviceId: nasty,
    instanceType: 't3.medium',
    observation: observationOf({ instanceTypes: { [nasty]: 1, 't3.medium': 2 }, database: { id: nasty, instanceClass: 'db.m6g.large', engine: 'postgres', isMultiAz: true, createdAt: '2026-01-01T00:00:00.000Z' } }),
    commitments: commitmentsOf({ instances: [{ type: nasty, count: 1, endsAt: nasty, isSizeFlexible: true }], savingsPlans: [{ kind: 'SageMaker', family: nasty, perHourUsd: 1, endsAt: nasty }], unread: [nasty] }),
  });
  const page = advicePage(report);
  elementsOf(page);
  expect(page).not.toContain('<script');
  expect(page).toContain('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#39;&amp;amp;');
  expect(adviceReportSchema.safeParse(report).success).toBe(true);
});

test('one message says the verdict of each on one line that a mail can have as its subject', () => {
  for (const [, report] of reports) {
    const { subject, severity, text, key } = describeAdvice(report, 's3://evidence/advice.html');
    expect([subject.length <= 100, /^[ -~]+$/u.test(subject), severity]).toEqual([true, true, 'info']);
    expect(key).toBe('reservations/advice-1/advice');
    for (const { reason } of report.subjects) expect(text).toContain(reason);
  }
  expect(describeAdvice(adviceOf(), '').text).toContain('docs/runbooks/reservations.md');
  expect(describeAdvice(adviceOf({ commitments: undefined }), '').text).not.toContain('runbooks');
});
