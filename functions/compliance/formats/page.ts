import type { FormatSubject } from './format.ts';
import { severities, type Severity } from '../finding.ts';
import { bySeverityAndKey, type ComplianceReport, isStanding, type ReportedFinding } from '../report.ts';
import { changes } from './page-changes.ts';
import { finding } from './page-findings.ts';
import { type Html, html, nothing, pageHead } from '../../platform/html.ts';
import { stylesheet } from './page-stylesheet.ts';
import { checkTable, exceptionTables } from './page-tables.ts';
import { capitalise, countOf, time } from './page-words.ts';

/** Findings of one severity that the page shows; nobody reads more, and the other formats have all of them. */
const shownPerSeverity = 150;

/** The report for people: one file without scripts or anything from elsewhere, light and dark, fit for a phone. */
export function* pagePieces(subject: FormatSubject): Generator<string> {
  const { report, checks } = subject;
  const verdict = judge(report);
  yield html`${pageHead(html`${verdict.title} · compliance of ${report.environment}`, stylesheet)}<body>
<a class="skip" href="#findings">Skip to the findings</a>
${masthead(report, verdict)}
<main>
${changes(subject)}
`.markup;
  yield* findingSections(subject);
  yield exceptionTables(report).markup;
  yield checkTable(report, checks).markup;
  yield html`</main>
<footer>
<p>Run <code>${report.runId}</code> of account <code>${report.accountId}</code>, ${time(report.startedAt)} to ${time(report.finishedAt)}.</p>
<p>CIS numbers are of the AWS Foundations Benchmark v7.0; EC2.x and IAM.x are controls of AWS Security Hub. Beside this page stand the same findings as JSON, CSV, SARIF, ASFF and OCSF.</p>
</footer>
</body>
</html>
`.markup;
}

interface Verdict {
  readonly tone: 'good' | 'unknown' | 'warning' | 'bad';
  readonly title: string;
  readonly text: string;
}

function judge({ counts, checks }: ComplianceReport): Verdict {
  const standing = severities.reduce((sum, severity) => sum + counts.bySeverity[severity], 0);
  const { critical } = counts.bySeverity;
  const silent = checks.filter(({ status }) => status === 'not-evaluated').length;
  const looked = `${checks.length - silent} of ${countOf(checks.length, 'check')} ${checks.length - silent === 1 ? 'was' : 'were'} evaluated.`;
  const { failed } = counts.byStatus;
  const failures = failed === 0 ? '' : ` ${capitalise(countOf(failed, 'repair'))} failed.`;
  if (critical > 0) {
    const others = standing === critical ? '' : `, and ${standing - critical} less severe`;
    return { tone: 'bad', title: `${countOf(critical, 'critical finding')}${others}`, text: `${looked}${failures}` };
  }
  if (standing > 0) return { tone: failed > 0 ? 'bad' : 'warning', title: `${countOf(standing, 'finding')} to look at`, text: `None of them is critical. ${looked}${failures}` };
  if (silent > 0) return { tone: 'unknown', title: 'Nothing found, but not everything was looked at', text: looked };
  const title = counts.byStatus.excepted > 0 ? 'Nothing beyond what was accepted' : 'Everything is as declared';
  return { tone: 'good', title, text: looked };
}

function masthead({ environment, accountId, region, finishedAt, counts }: ComplianceReport, { tone, title, text }: Verdict): Html {
  const standing = severities.toReversed().map((severity) => ({ severity, count: counts.bySeverity[severity] }));
  const { repaired, excepted } = counts.byStatus;
  return html`<header class="masthead ${tone}">
<div class="inner">
<p class="eyebrow">WebMarket+ <span aria-hidden="true">·</span> compliance of ${environment}</p>
<h1>${title}</h1>
<p class="lead">${text}</p>
<p class="when">${time(finishedAt)} <span aria-hidden="true">·</span> account ${accountId} <span aria-hidden="true">·</span> ${region}</p>
<dl class="tiles">
${standing.map(({ severity, count }) => tile(severity, count, severity))}
${tile('repaired', repaired, 'calm')}
${tile('accepted', excepted, 'calm')}
</dl>
</div>
</header>`;
}

function tile(label: string, count: number, kind: Severity | 'calm'): Html {
  return html`<div class="tile ${kind}${count === 0 ? ' none' : ''}"><dt>${label}</dt><dd>${count}</dd></div>
`;
}

function* findingSections({ report, checks }: FormatSubject): Generator<string> {
  const titles = new Map([...report.checks, ...checks].map(({ id, title }) => [id, title]));
  const shown = report.findings.filter(isStanding);
  const settled = report.findings.filter((reported) => !isStanding(reported));
  yield html`<section aria-labelledby="findings">
<h2 id="findings">Findings that stand</h2>
${shown.length === 0 ? html`<p class="empty">None.</p>` : nothing}
`.markup;
  for (const severity of severities.toReversed()) {
    yield* group(capitalise(severity), shown.filter((reported) => reported.severity === severity), titles, report);
  }
  yield '</section>\n';
  if (settled.length > 0) {
    yield html`<section aria-labelledby="settled">
<h2 id="settled">Repaired or accepted</h2>
`.markup;
    yield* group('Repaired', settled.filter(({ status }) => status === 'repaired'), titles, report);
    yield* group('Accepted for a time', settled.filter(({ status }) => status === 'excepted'), titles, report);
    yield '</section>\n';
  }
  if (report.unverified.length > 0) {
    yield html`<section aria-labelledby="unverified">
<h2 id="unverified">Seen before, and not looked at this time</h2>
<p class="note">The checks that found them could not be evaluated. They are as they were last seen.</p>
`.markup;
    yield* group('As last seen', report.unverified.toSorted(bySeverityAndKey), titles, report);
    yield '</section>\n';
  }
}

function* group(title: string, findings: readonly ReportedFinding[], titles: ReadonlyMap<string, string>, report: ComplianceReport): Generator<string> {
  if (findings.length === 0) return;
  yield html`<h3>${title} <span class="count">${findings.length}</span></h3>\n`.markup;
  yield '<div class="cards">\n';
  for (const reported of findings.slice(0, shownPerSeverity)) yield finding(reported, titles.get(reported.checkId) ?? '', report).markup;
  yield '</div>\n';
  const rest = findings.length - shownPerSeverity;
  if (rest > 0) yield html`<p class="note">And ${rest} more, which stand in <code>findings.csv</code> beside this page.</p>\n`.markup;
}
