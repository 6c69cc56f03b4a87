import type { DrillOutcome } from '../drill-records.ts';
import { type DrillReport, type Judgement, objectiveWords } from '../drill-report.ts';
import { secondsOf } from '../measurement.ts';
import { type Html, html, nothing, pageHead } from '../../platform/html.ts';
import { approval, clients, commits, places, shop } from './page-measurements.ts';
import { stylesheet } from './page-stylesheet.ts';
import { course } from './page-timeline.ts';
import { none, time } from './page-words.ts';

/** The report for people: one file without scripts or anything from elsewhere, light and dark, on paper and on a phone. */
export function drillPage(report: DrillReport): string {
  const title = titleOf(report);
  return html`${pageHead(html`${title} · ${report.drillId}`, stylesheet)}<body>
${masthead(report, title)}
<main>
${objectives(report)}${against(report)}${course(report)}${clients(report)}${commits(report)}${places(report)}${shop(report)}${approval(report)}${limits(report)}</main>
<footer>
<p>${report.kind === 'drill' ? 'Drill' : 'Observation'} <code>${report.drillId}</code>, opened ${time(report.openedAt)}, closed ${time(report.closedAt)}. Beside this page stands the same as <code>report.json</code>.</p>
</footer>
</body>
</html>
`.markup;
}

const tones: Readonly<Record<DrillOutcome, 'good' | 'bad' | 'warning' | 'calm'>> = {
  passed: 'good', failed: 'bad', error: 'bad', refused: 'warning', rejected: 'warning', expired: 'warning', altered: 'warning', 'dry-run': 'calm',
};

function titleOf({ kind, outcome, blockers, isDryRun }: DrillReport): string {
  const what = kind === 'drill' ? 'The drill' : 'The observation';
  switch (outcome) {
    case 'passed':
      return kind === 'drill' ? 'The drill passed' : 'The database failed over, and is well';
    case 'failed':
      return kind === 'drill' ? 'The drill failed' : 'The database failed over, and not all is well';
    case 'error':
      return `${what} broke`;
    case 'refused':
      return isDryRun ? 'Dry run: a drill would be refused' : `${what} was refused`;
    case 'rejected':
      return `${what} was rejected`;
    case 'expired':
      return 'Nobody approved the drill in time';
    case 'altered':
      return `${what} was overtaken by a change`;
    case 'dry-run':
      return blockers.length === 0 ? 'Dry run: a drill would be allowed' : 'Dry run: a drill would be refused';
  }
}

function masthead(report: DrillReport, title: string): Html {
  const { outcome, kind, explanation, plan, closedAt } = report;
  return html`<header class="masthead ${tones[outcome]}">
<div class="inner">
<p class="eyebrow">WebMarket+ <span aria-hidden="true">·</span> ${kind === 'drill' ? 'failover drill' : 'unplanned failover'}${plan === undefined ? nothing : html` of ${plan.databaseId}`}</p>
<h1>${title}</h1>
<p class="lead">${explanation}</p>
<p class="when">${time(closedAt)}</p>
${figures(report)}</div>
</header>`;
}

/** The two figures that a drill is for, beside what was wanted. */
function figures({ judgements, measured, objectives: { rtoSeconds, maxLostCommits }, failover }: DrillReport): Html {
  if (judgements.length === 0) return nothing;
  const judgementOf = (name: Judgement['objective']): Judgement | undefined => judgements.find(({ objective }) => objective === name);
  const events = failover?.eventSeconds === undefined ? '' : `; between RDS’s events ${secondsOf(failover.eventSeconds)}`;
  return html`<dl class="figures">
${figure('Without writes', measured.outageSeconds === undefined ? none : secondsOf(measured.outageSeconds), `at most ${rtoSeconds} s wanted${events}`, judgementOf('recovery'))}${figure('Commits lost', measured.lostCommits === undefined ? none : String(measured.lostCommits), `at most ${maxLostCommits} wanted`, judgementOf('lost-commits'))}</dl>
`;
}

function figure(name: string, value: string, wanted: string, judgement: Judgement | undefined): Html {
  const isUnknown = value === none;
  return html`<div class="figure ${isUnknown ? 'unknown' : toneOf(judgement)}"><dt>${name}</dt><dd><span class="value${isUnknown ? ' words' : ''}">${isUnknown ? 'not measured' : value}</span><span class="wanted">${wanted}</span></dd></div>
`;
}

function toneOf(judgement: Judgement | undefined): 'good' | 'bad' | 'unknown' {
  if (judgement === undefined || !judgement.isMeasured) return 'unknown';
  return judgement.isMet ? 'good' : 'bad';
}

function objectives({ judgements }: DrillReport): Html {
  if (judgements.length === 0) return nothing;
  const words = { good: 'Met', bad: 'Missed', unknown: 'Not measured' } as const;
  return html`<section aria-labelledby="objectives">
<h2 id="objectives">What was wanted, and what came of it</h2>
<ul class="list">
${judgements.map((judgement) => html`<li class="${toneOf(judgement)}"><span class="badge">${words[toneOf(judgement)]}</span><span><strong>${capitalised(objectiveWords[judgement.objective])}.</strong> ${judgement.statement}</span></li>
`)}</ul>
</section>
`;
}

/** What spoke against it, and what is worth knowing. */
function against({ blockers, remarks }: DrillReport): Html {
  if (blockers.length + remarks.length === 0) return nothing;
  return html`<section aria-labelledby="against">
<h2 id="against">${blockers.length === 0 ? 'Worth knowing' : 'What speaks against a drill'}</h2>
<ul class="list${blockers.length === 0 ? '' : ' codes'}">
${blockers.map(({ code, message }) => html`<li class="bad"><span class="badge">${code}</span><span>${message}</span></li>
`)}${remarks.map((remark) => html`<li class="unknown"><span class="badge">remark</span><span>${remark}</span></li>
`)}</ul>
</section>
`;
}

function limits({ limits: each }: DrillReport): Html {
  if (each.length === 0) return nothing;
  return html`<section aria-labelledby="limits">
<h2 id="limits">What the figures do not say</h2>
<ul class="plain">
${each.map((limit) => html`<li>${limit}</li>
`)}</ul>
</section>
`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
