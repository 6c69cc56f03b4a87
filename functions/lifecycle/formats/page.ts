import { type Html, html, nothing, pageHead } from '../../platform/html.ts';
import type { RuleChange } from '../bucket-plan.ts';
import type { BucketResult, LifecycleReport } from '../lifecycle-run.ts';
import { stylesheet } from './page-stylesheet.ts';
import { countInWords, countsInWords, effectsOf, monthsInWords, outcomesByWeight, outcomeWords, roleWords, usd } from './words.ts';

/** The report for people: one file without scripts or anything from elsewhere, light and dark, on paper and on a phone. */
export function lifecyclePage(report: LifecycleReport): string {
  const { runId, startedAt, endedAt, cause, mode, buckets } = report;
  const outcome = weightiest(buckets);
  const title = titles[outcome];
  return html`${pageHead(html`${title} · ${runId}`, stylesheet)}<body>
<header class="masthead ${toneOf(outcome, buckets)}">
<div class="inner">
<p class="eyebrow">WebMarket+ <span aria-hidden="true">·</span> storage lifecycle</p>
<h1>${title}</h1>
<p class="lead">${leadOf(report)}</p>
<p class="when">${time(endedAt)}</p>
</div>
</header>
<main>
${overview(buckets)}${buckets.map(section)}</main>
<footer>
<p>Run <code>${runId}</code>, started ${time(startedAt)} by ${causeWords[cause]}, in the mode ${mode}. Beside this page stands the same as <code>report.json</code>.</p>
</footer>
</body>
</html>
`.markup;
}

type Outcome = BucketResult['outcome'];
type Tone = 'good' | 'bad' | 'warning' | 'unknown' | 'calm';

const titles: Readonly<Record<Outcome, string>> = {
  failed: 'Not every bucket could be tended',
  refused: 'Rules were refused',
  altered: 'Rules were overtaken by a change',
  asked: 'An approval is wanted',
  written: 'Rules were written',
  'dry-run': 'Dry run: rules would be written',
  unchanged: 'All rules stand as declared',
};

const tones: Readonly<Record<Outcome, Tone>> = {
  failed: 'bad', refused: 'warning', altered: 'warning', asked: 'unknown', written: 'good', 'dry-run': 'calm', unchanged: 'good',
};

const causeWords: Readonly<Record<LifecycleReport['cause'], string>> = {
  schedule: 'the weekly schedule', deployment: 'a deployment', change: 'a change of rules', approval: 'an approval', operator: 'a person',
};

const inParis = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Paris', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' });

/** An instant as Paris reads it, and as machines do. What is no instant stays as it is. */
function time(instant: string): Html {
  const milliseconds = Date.parse(instant);
  return Number.isNaN(milliseconds) ? html`${instant}` : html`<time datetime="${instant}">${inParis.format(milliseconds)}</time>`;
}

function weightiest(buckets: readonly BucketResult[]): Outcome {
  return outcomesByWeight.find((outcome) => buckets.some((bucket) => bucket.outcome === outcome)) ?? 'unchanged';
}

/** Others who let something go too early do so already: that is worse than a refusal. */
function toneOf(outcome: Outcome, buckets: readonly BucketResult[]): Tone {
  return buckets.some(isLosing) ? 'bad' : tones[outcome];
}

function isLosing({ plan }: BucketResult): boolean {
  return plan?.blockers.some(({ code }) => code === 'retention-overlap') ?? false;
}

function leadOf({ buckets, mode }: LifecycleReport): string {
  const losing = buckets.some(isLosing) ? ' A rule of others lets something go before its time, whether ours are written or not.' : '';
  return `Of ${buckets.length} buckets: ${countsInWords(buckets)}.${losing}${mode === 'dry-run' ? ' Nothing is written in a dry run.' : ''}`;
}

function overview(buckets: readonly BucketResult[]): Html {
  return html`<section aria-labelledby="overview">
<h2 id="overview">At a glance</h2>
<table class="stacked">
<caption class="hidden">Every bucket, what became of it, and what the change does</caption>
<thead><tr><th scope="col">Bucket</th><th scope="col">Outcome</th><th scope="col" class="number">Rules that change</th><th scope="col" class="number">Gone for good within a day</th><th scope="col" class="number">Saves a month</th></tr></thead>
<tbody>
${buckets.map(({ role, outcome, plan }) => html`<tr><th scope="row">${roleWords[role]}</th><td data-label="Outcome">${outcomeWords[outcome]}</td><td data-label="Rules that change" class="number">${plan === undefined ? 'unknown' : plan.changes.length}</td><td data-label="Gone for good within a day" class="number">${plan?.effect === undefined ? '–' : countInWords(plan.effect.deleted)}</td><td data-label="Saves a month" class="number">${plan?.saving === undefined ? '–' : amount(plan.saving.perMonthUsd)}</td></tr>
`)}</tbody>
</table>
</section>
`;
}

function section(result: BucketResult): Html {
  const { role, outcome, plan } = result;
  const tone = isLosing(result) ? 'bad' : tones[outcome];
  return html`<section aria-labelledby="${role}">
<h2 id="${role}">${roleWords[role]} <span class="badge ${tone}">${outcomeWords[outcome]}</span></h2>
${facts(result)}${plan === undefined ? nothing : html`${list(plan.blockers.map(({ code, message }) => ({ tone: 'bad', badge: code, text: message })))}${changes(plan.changes)}${consequences(plan)}${list(plan.remarks.map((text) => ({ tone: 'unknown', badge: 'remark', text })))}`}</section>
`;
}

function facts({ bucket, plan, approver, reason }: BucketResult): Html {
  const others = plan === undefined ? nothing : line('Rules of others', plan.foreignRules === 0 ? 'none' : `${plan.foreignRules}, kept as they are`);
  return html`<dl class="facts">
${line('Bucket', html`<code>${bucket}</code>`)}${reason === undefined ? nothing : line('What came of it', reason)}${approver === undefined ? nothing : line('Allowed by', approver)}${others}${plan === undefined || plan.changes.length === 0 ? nothing : html`${line('Deletes for good', plan.isDestructive ? 'yes: what stands keeps it, or keeps it for longer' : 'nothing that the rules as they stand keep')}${line('Plan', html`<code>${plan.planHash}</code>`)}`}</dl>
`;
}

const kindWords: Readonly<Record<RuleChange['kind'], string>> = { add: 'added', replace: 'replaced', remove: 'removed' };

function changes(each: readonly RuleChange[]): Html {
  if (each.length === 0) return nothing;
  return html`<table class="stacked">
<caption>Rules before and after</caption>
<thead><tr><th scope="col">Rule</th><th scope="col">Change</th><th scope="col">Before</th><th scope="col">After</th></tr></thead>
<tbody>
${each.map(({ kind, ruleId, before = '–', after = '–' }) => html`<tr><th scope="row"><code>${ruleId}</code></th><td data-label="Change">${kindWords[kind]}</td><td data-label="Before">${before}</td><td data-label="After">${after}</td></tr>
`)}</tbody>
</table>
`;
}

/** What the change does at once, and what it is worth. */
function consequences({ changes: each, effect, saving }: NonNullable<BucketResult['plan']>): Html {
  if (each.length === 0) return nothing;
  if (effect === undefined) return html`<p class="note">What the change would do on its first day was not counted.</p>
`;
  return html`<table class="stacked">
<caption>Within a day of the write: S3 applies a rule to what is old enough already</caption>
<thead><tr><th scope="col">Effect</th><th scope="col">How much</th></tr></thead>
<tbody>
${effectsOf(effect).map(({ name, value }) => html`<tr><th scope="row">${capitalised(name)}</th><td data-label="How much">${value}</td></tr>
`)}</tbody>
</table>
${saving === undefined ? nothing : html`<dl class="facts">
${line('Saves a month', amount(saving.perMonthUsd))}${line('Costs once', amount(saving.onceUsd))}${line('Paid back', saving.monthsToPayBack === undefined ? 'never, or nobody knows' : monthsInWords(saving.monthsToPayBack))}${line('Reckoned', `for what is in the bucket now, at the prices of ${saving.pricesAsOf}`)}</dl>
`}`;
}

function amount(value: number | 'unknown'): string {
  return value === 'unknown' ? 'unknown' : usd(value);
}

interface Item {
  readonly tone: Tone;
  readonly badge: string;
  readonly text: string;
}

function list(items: readonly Item[]): Html {
  if (items.length === 0) return nothing;
  return html`<ul class="list codes">
${items.map(({ tone, badge, text }) => html`<li class="${tone}"><span class="badge">${badge}</span><span>${text}</span></li>
`)}</ul>
`;
}

function line(name: string, value: string | Html): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>
`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
