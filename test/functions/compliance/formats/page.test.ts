import { severities } from '../../../../functions/compliance/finding.ts';
import type { FormatSubject } from '../../../../functions/compliance/formats/format.ts';
import { pagePieces } from '../../../../functions/compliance/formats/page.ts';
import { findingStatuses } from '../../../../functions/compliance/report.ts';
import { eventfulSubject, exceptionOf, findingOf, subjectOf } from '../report/fixtures.ts';

const pageOf = (subject: FormatSubject): string => [...pagePieces(subject)].join('');
const withoutLooks = (page: string): string => page.replace(/<style>[\s\S]*?<\/style>/u, '');
const titleOf = (page: string): string | undefined => /<h1>(.*)<\/h1>/u.exec(page)?.[1];

/** Elements that have no end. */
const hollow = new Set(['meta', 'br', 'hr']);

/** Names of elements in the order in which they begin; every one of them ends where it must. */
function elementsOf(page: string): string[] {
  const open: string[] = [];
  const closed: [string | undefined, string][] = [];
  const names: string[] = [];
  for (const [, end, name = ''] of withoutLooks(page).matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*>/gu)) {
    if (end === '/') closed.push([open.pop(), name]);
    else {
      names.push(name);
      if (!hollow.has(name)) open.push(name);
    }
  }
  expect(open).toEqual([]);
  expect(closed.filter(([opened, name]) => opened !== name)).toEqual([]);
  return names;
}

describe('the verdict comes first', () => {
  const critical = findingOf({ severity: 'critical', key: 'critical' });
  const silent = [{ id: 'SG4', status: 'not-evaluated', reason: 'AccessDenied' }] as const;
  it.each([
    ['nothing was found', {}, 'good', 'Everything is as declared'],
    ['what was found is repaired', { findings: [findingOf({ status: 'repaired' })] }, 'good', 'Everything is as declared'],
    ['what was found is accepted', { findings: [findingOf({ status: 'excepted' })] }, 'good', 'Nothing beyond what was accepted'],
    ['a check could not look', { results: silent }, 'unknown', 'Nothing found, but not everything was looked at'],
    ['something stands', { findings: [findingOf()] }, 'warning', '1 finding to look at'],
    ['a repair failed', { findings: [findingOf({ status: 'failed' })] }, 'bad', '1 finding to look at'],
    ['something critical stands', { findings: [critical] }, 'bad', '1 critical finding'],
    ['something critical stands, and something else', { findings: [critical, findingOf()] }, 'bad', '1 critical finding, and 1 less severe'],
  ] as const)('when %s', (_what, over, tone, title) => {
    const page = pageOf(subjectOf(over));
    expect(titleOf(page)).toBe(title);
    expect(page).toContain(`<header class="masthead ${tone}">`);
    expect(page.indexOf('<h1>')).toBeLessThan(page.indexOf('<h2'));
  });
});

test('every finding is there with its message, its resource and what became of it', () => {
  const subject = eventfulSubject();
  const page = pageOf(subject);
  for (const { message, resource, repair } of [...subject.report.findings, ...subject.report.unverified]) {
    expect(page).toContain(`<h4>${message}</h4>`);
    expect(page).toContain(`<code>${resource.id}</code>`);
    expect(page).toContain(repair?.outcome ?? '');
  }
  for (const { key } of subject.report.resolved) expect(page).toContain(key.split('/')[1]);
});

test('findings stand from the most to the least severe', () => {
  const page = pageOf(eventfulSubject());
  const places = severities.toReversed().map((severity) => page.indexOf(`<article class="card ${severity}">`));
  expect(places).toEqual(places.toSorted((left, right) => left - right));
  expect(places).not.toContain(-1);
});

test('every check is a row, with why it was not evaluated', () => {
  const page = pageOf(eventfulSubject());
  for (const { id } of eventfulSubject().report.checks) expect(page).toContain(`<tr id="check-${id}">`);
  expect(page).toContain('managedPolicies: AccessDenied');
});

test('times are those of Paris, and machines read the instant', () => {
  expect(pageOf(subjectOf())).toContain('<time datetime="2027-01-13T01:01:30.000Z">13 January 2027 at 02:01</time>');
});

test('exceptions in force and expired stand with owner, reason and end', () => {
  const page = pageOf(eventfulSubject());
  const { owner, reason } = exceptionOf();
  expect(page).toContain('<caption>In force</caption>');
  expect(page).toContain(`<td data-label="Owner">${owner}</td>`);
  expect(page).toContain(`<td data-label="Reason">${reason}</td>`);
  expect(page).toMatch(/<caption>Expired[^<]*<\/caption>[\s\S]*<code>sg-old<\/code>/u);
});

test('the text of an account stays text, wherever it stands', () => {
  const nasty = `"><img src=x onerror=alert(1)><script>'&amp;`;
  const { check } = exceptionOf();
  const page = pageOf(
    subjectOf({
      environment: nasty,
      runId: nasty,
      findings: findingStatuses.map((status, index) =>
        findingOf({
          checkId: nasty,
          key: `${nasty}${index}`,
          message: nasty,
          status,
          resource: { type: 'AWS::IAM::Role', id: nasty },
          exception: { owner: nasty, reason: nasty, expiresAt: nasty },
          repair: { repairId: nasty, outcome: nasty },
        }),
      ),
      checks: [{ id: nasty, title: nasty }],
      results: [{ id: nasty, status: 'not-evaluated', reason: nasty }],
      expiredExceptions: [{ check, resource: nasty, owner: nasty, reason: nasty, expiresAt: nasty }],
    }),
  );
  expect(page).toContain('&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&lt;script&gt;&#39;&amp;amp;');
  expect(elementsOf(page).filter((name) => name === 'img' || name === 'script')).toEqual([]);
  expect(elementsOf(page).filter((name) => name === 'article')).toHaveLength(findingStatuses.length);
});

test.each([['eventful', eventfulSubject()], ['quiet', subjectOf()]])('the page of an %s night is whole, by itself, and made for all', (_night, subject) => {
  const page = pageOf(subject);
  const names = elementsOf(page);
  expect(names.filter((name) => name === 'h1')).toHaveLength(1);
  // A heading is at most one level below the one before it.
  const levels = names.flatMap((name) => /^h([1-6])$/u.exec(name)?.[1] ?? []).map(Number);
  for (const [index, level] of levels.entries()) expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1);
  expect(page).not.toMatch(/<script|<link|<img|@import|url\(|https?:/u);
  expect(page).toContain('<html lang="en">');
  expect(page).toContain('prefers-color-scheme: dark');
  const tables = page.match(/<table\b[\s\S]*?<\/table>/gu) ?? [];
  expect(tables).not.toEqual([]);
  for (const table of tables) {
    expect(table).toMatch(/<caption/u);
    expect(table.match(/<tr/gu)).toHaveLength((table.match(/<th scope="row">/gu) ?? []).length + 1);
  }
  const ids = [...page.matchAll(/ id="([^"]+)"/gu)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, target] of page.matchAll(/(?:href="#|aria-labelledby=")([^"]+)"/gu)) expect(ids).toContain(target);
});

test('a page can be read after the worst of nights: it says what it leaves out', () => {
  const findings = Array.from({ length: 1_000 }, (_, index) => findingOf({ key: `SG4/${index}`, message: `Finding ${index}.` }));
  const page = pageOf(subjectOf({ findings }));
  expect(page.match(/<article/gu)).toHaveLength(150);
  expect(page).toContain('And 850 more, which stand in <code>findings.csv</code>');
  expect(titleOf(page)).toBe('1000 findings to look at');
});
