import { type Html, html, nothing, pageHead } from '../../platform/html.ts';
import type { AdviceReport, AdviceVerdict, SubjectAdvice } from '../advice.ts';
import { dayOf } from '../hours-of-use.ts';
import { held, secondOpinion } from './page-commitments.ts';
import { hoursOfUse } from './page-hours.ts';
import { options } from './page-options.ts';
import { stylesheet } from './page-stylesheet.ts';
import { subjectWords, usd, verdictWords } from './words.ts';

/** The advice for people: one file without scripts or anything from elsewhere, light and dark, on paper and on a phone. */
export function advicePage(report: AdviceReport): string {
  const { adviceId, at, subjects, limits, pricesAsOf } = report;
  const verdict = weightiest(subjects);
  return html`${pageHead(html`${titles[verdict]} · ${adviceId}`, stylesheet)}<body>
<header class="masthead ${tones[verdict]}">
<div class="inner">
<p class="eyebrow">WebMarket+ <span aria-hidden="true">·</span> reservations and savings plans</p>
<h1>${titles[verdict]}</h1>
<p class="lead">${leadOf(report)} Nothing was bought, and nothing is ever bought from here.</p>
<p class="when">${time(at)}</p>
<dl class="figures">
${subjects.map(figure)}</dl>
</div>
</header>
<main>
${subjects.map(section)}${hoursOfUse(report.observation)}${held(report.commitments)}${secondOpinion(report.commitments)}${limitList(limits)}</main>
<footer>
<p>Advice <code>${adviceId}</code>. Prices in US dollars without taxes: on demand of ${pricesAsOf.instances} (instances) and ${pricesAsOf.databases} (databases), commitments of ${pricesAsOf.commitments}. A month has 730 hours. Beside this page stands the same as <code>advice.json</code>.</p>
</footer>
</body>
</html>
`.markup;
}

type Tone = 'good' | 'warning' | 'unknown' | 'calm';

/** What wants a person most comes first. */
const byWeight: readonly AdviceVerdict[] = ['advised', 'unknown', 'unsettled', 'too-early', 'nothing'];

const titles: Readonly<Record<AdviceVerdict, string>> = {
  advised: 'A commitment would pay',
  unknown: 'Not enough is known to advise',
  unsettled: 'A decision is wanted first',
  'too-early': 'Too early to advise',
  nothing: 'There is nothing to buy',
};

const tones: Readonly<Record<AdviceVerdict, Tone>> = { advised: 'good', unknown: 'unknown', unsettled: 'warning', 'too-early': 'calm', nothing: 'calm' };

const inParis = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Paris', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' });

/** An instant as Paris reads it, and as machines do. What is no instant stays as it is. */
function time(instant: string): Html {
  const milliseconds = Date.parse(instant);
  return Number.isNaN(milliseconds) ? html`${instant}` : html`<time datetime="${instant}">${inParis.format(milliseconds)}</time>`;
}

function weightiest(subjects: readonly SubjectAdvice[]): AdviceVerdict {
  return byWeight.find((verdict) => subjects.some((subject) => subject.verdict === verdict)) ?? 'nothing';
}

function leadOf({ observation: { days } }: AdviceReport): string {
  return days.observed < days.wanted ? dayOf(days.observed, days.wanted) : `Observed for ${Math.floor(days.observed)} days, of which ${days.wanted} are wanted.`;
}

function figure({ subject, verdict, options: all, advised }: SubjectAdvice): Html {
  const option = advised === undefined ? undefined : all[advised];
  const value = option === undefined ? verdictWords[verdict] : usd(option.savingUsdPerMonth);
  return html`<div class="figure ${tones[verdict]}"><dt>${subjectWords[subject]}</dt><dd><span class="value${option === undefined ? ' words' : ''}">${value}</span><span class="wanted">${option === undefined ? '' : 'less to pay a month'}</span></dd></div>
`;
}

function section(subject: SubjectAdvice): Html {
  const { subject: name, verdict, reason, uncovered } = subject;
  return html`<section aria-labelledby="${name}">
<h2 id="${name}">${subjectWords[name]} <span class="badge ${tones[verdict]}">${verdictWords[verdict]}</span></h2>
<dl class="facts">
<div><dt>Why</dt><dd>${reason}</dd></div>
${uncovered === undefined ? nothing : html`<div><dt>Not committed to yet</dt><dd>${uncovered}, on an average of ordinary hours</dd></div>
`}</dl>
${options(subject)}</section>
`;
}

function limitList(limits: readonly string[]): Html {
  if (limits.length === 0) return nothing;
  return html`<section aria-labelledby="limits">
<h2 id="limits">What the figures do not say</h2>
<ul class="plain">
${limits.map((limit) => html`<li>${limit}</li>
`)}</ul>
</section>
`;
}
