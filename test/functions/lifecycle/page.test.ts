import { lifecycleBlockerCodes } from '../../../functions/lifecycle/blocker.ts';
import { lifecyclePage } from '../../../functions/lifecycle/formats/page.ts';
import { bytesInWords, countInWords, usd } from '../../../functions/lifecycle/formats/words.ts';
import { type BucketResult, bucketOutcomes, type LifecycleReport } from '../../../functions/lifecycle/lifecycle-run.ts';
import { planOf, reportOf, resultOf } from './report-fixtures.ts';

const titleOf = (page: string): string | undefined => /<h1>(.*)<\/h1>/u.exec(page)?.[1];
const toneOf = (page: string): string | undefined => /<header class="masthead (\w+)">/u.exec(page)?.[1];

/** Names of elements in the order in which they begin; every one of them ends where it must, and no text holds a stray bracket. */
function elementsOf(page: string): string[] {
  const open: string[] = [];
  const closed: [string | undefined, string][] = [];
  const names: string[] = [];
  const markup = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-zA-Z][\w-]*(?:="[^"<>]*")?)*)\s*>/gu;
  const text = page.replace(/<style>[\s\S]*?<\/style>/u, '').replace('<!doctype html>', '').replaceAll(markup, (_all, end: string, name: string) => {
    if (end === '/') closed.push([open.pop(), name]);
    else {
      names.push(name);
      if (name !== 'meta') open.push(name);
    }
    return '';
  });
  expect(open).toEqual([]);
  expect(closed.filter(([opened, name]) => opened !== name)).toEqual([]);
  expect(text).not.toMatch(/[<>]/u);
  return names;
}

const asked: BucketResult = { role: 'logs', bucket: 'webmarket-logs', outcome: 'asked', plan: planOf('logs'), reason: 'It was asked.' };
const failed: BucketResult = { role: 'documents', bucket: 'webmarket-documents', outcome: 'failed', reason: 'It could not be planned.' };
const refused: BucketResult = resultOf('evidence', {
  outcome: 'refused', plan: planOf('evidence', { verdict: 'refused', blockers: lifecycleBlockerCodes.map((code) => ({ code, message: `About ${code}.` })), remarks: ['A remark.'] }),
});
const reports: readonly (readonly [string, LifecycleReport])[] = [
  ['calm', reportOf()],
  ['asked', reportOf(asked)],
  ['failed', reportOf(asked, failed, refused)],
  ['uncounted', reportOf({ ...asked, plan: { ...planOf('logs'), effect: { deleted: 'unknown', hidden: 'unknown', moved: 'unknown' }, saving: { perMonthUsd: 'unknown', onceUsd: 'unknown', pricesAsOf: '2027-03-01' } } })],
];

test.each(reports)('the page of what is %s is whole, by itself, and made for all', (_name, report) => {
  const page = lifecyclePage(report);
  const names = elementsOf(page);
  expect(names.filter((name) => name === 'h1')).toHaveLength(1);
  expect(names.filter((name) => ['script', 'img', 'link', 'iframe', 'form'].includes(name))).toEqual([]);
  expect(page).not.toMatch(/@import|url\(|https?:|javascript:|\son[a-z]+=|\sstyle=/iu);
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  expect(page).toContain('prefers-color-scheme: dark');
  expect(page).toContain('@media print');
  expect(page).not.toMatch(/undefined|NaN|Invalid Date|\[object/u);
  for (const table of page.match(/<table\b[\s\S]*?<\/table>/gu) ?? []) {
    expect(table).toMatch(/<caption/u);
    expect(table.match(/<tr/gu)).toHaveLength((table.match(/<th scope="row">/gu) ?? []).length + 1);
  }
  const ids = [...page.matchAll(/ id="([^"]+)"/gu)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, target = ''] of page.matchAll(/aria-labelledby="([^"]+)"/gu)) expect(ids).toContain(target);
});

test('the verdict comes first, and it is that of the bucket that wants a person most', () => {
  const pages = bucketOutcomes.map((outcome) => lifecyclePage(reportOf(resultOf('logs', { outcome }))));
  expect(new Set(pages.map(titleOf)).size).toBe(bucketOutcomes.length);
  const page = lifecyclePage(reportOf(asked, failed));
  expect(titleOf(page)).toBe('Not every bucket could be tended');
  expect(toneOf(page)).toBe('bad');
  expect(page.indexOf('<h1>')).toBeLessThan(page.indexOf('<h2'));
  expect(toneOf(lifecyclePage(reportOf()))).toBe('good');
});

test('a rule of others that lets something go before its time is never shown as anything but bad', () => {
  expect(toneOf(lifecyclePage(reportOf(refused)))).toBe('bad');
  expect(toneOf(lifecyclePage(reportOf(resultOf('logs', { outcome: 'refused', plan: planOf('logs', { blockers: [{ code: 'unread', message: 'x' }] }) }))))).toBe('warning');
});

test('everything of a bucket is there: rules before and after, first day, saving with the date of its prices, blockers, remarks', () => {
  const plan = planOf('logs', {
    changes: [{ kind: 'replace', ruleId: 'webmarket-access-logs', before: 'expire after 9 days', after: 'expire after 400 days' }, { kind: 'remove', ruleId: 'webmarket-old', before: 'gone after 1 day' }],
  });
  const page = lifecyclePage(reportOf({ ...asked, plan, outcome: 'written', approver: 'Grace', reason: 'A reason.' }, failed, refused));
  const texts = [
    'expire after 9 days', 'expire after 400 days', 'gone after 1 day', 'replaced', 'removed', '1,200 versions, 5.0 GiB', 'Moved to GLACIER_IR', 'at least 1 version, 2.0 KiB',
    '$12.50', '$2.00', 'after 0.2 months', 'prices of 2027-03-01', 'Grace', 'A reason.', plan.planHash, '2, kept as they are', 'A remark.', 'It could not be planned.',
    ...lifecycleBlockerCodes.flatMap((code) => [code, `About ${code}.`]),
  ];
  for (const text of texts) expect(page).toContain(text);
});

test('what was not counted, or cannot be told, is never shown as nothing', () => {
  const uncounted = planOf('logs');
  delete uncounted.effect;
  delete uncounted.saving;
  expect(lifecyclePage(reportOf({ ...asked, plan: uncounted }))).toContain('was not counted');
  expect(countInWords('unknown')).toContain('unknown');
  expect(countInWords({ objects: 0, bytes: 0, isComplete: false })).not.toBe('nothing');
  expect(countInWords({ objects: 0, bytes: 0, isComplete: true })).toBe('nothing');
  expect([usd(0), usd(0.001), usd(-0.001), usd(-3.5), usd(1234.5)]).toEqual(['$0.00', 'less than $0.01', 'minus less than $0.01', '−$3.50', '$1,234.50']);
  expect([bytesInWords(0), bytesInWords(1023), bytesInWords(1024), bytesInWords(2 ** 40)]).toEqual(['0 bytes', '1023 bytes', '1.0 KiB', '1.0 TiB']);
});

test('what people and AWS have typed stays text, wherever it stands', () => {
  const nasty = `"><script>alert(1)</script><img src=x onerror=alert(1)>'&amp;`;
  const plan = planOf('logs', {
    bucket: nasty, blockers: [{ code: 'unread', message: nasty }], remarks: [nasty], planHash: nasty,
    changes: [{ kind: 'replace', ruleId: nasty, before: nasty, after: nasty }],
    effect: { deleted: 'unknown', hidden: 'unknown', moved: { [nasty]: { objects: 1, bytes: 1, isComplete: true } } },
    saving: { perMonthUsd: 1, onceUsd: 1, pricesAsOf: nasty },
  });
  const report = { ...reportOf({ role: 'logs', bucket: nasty, outcome: 'written', plan, approver: nasty, reason: nasty }), runId: nasty, startedAt: nasty, endedAt: nasty };
  expect(elementsOf(lifecyclePage(report)).filter((name) => name === 'script' || name === 'img')).toEqual([]);
});
