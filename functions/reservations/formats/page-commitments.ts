import { type Html, html, nothing } from '../../platform/html.ts';
import type { Commitments } from '../commitments.ts';
import { usd } from './words.ts';

interface Held {
  readonly what: string;
  readonly endsAt: string;
}

/** What is committed already. Unknown is shown as such, and never as none. */
export function held(commitments: Commitments | undefined): Html {
  if (commitments === undefined) return nothing;
  const { instances, databases, savingsPlans, unread } = commitments;
  return html`<section aria-labelledby="held">
<h2 id="held">What is committed already</h2>
<dl class="facts">
${group('Instances', instances, ({ type, count, endsAt }) => ({ what: `${count} × ${type}`, endsAt }))}${group('Databases', databases, ({ type, count, engine, isMultiAz, endsAt }) => ({ what: `${count} × ${type}, ${engine}${isMultiAz ? ', with a standby' : ''}`, endsAt }))}${group('Savings plans', savingsPlans, ({ kind, family, perHourUsd, endsAt }) => ({ what: `${kind}${family === undefined ? '' : ` of ${family}`}, $${perHourUsd} an hour`, endsAt }))}</dl>
${unread.length === 0 ? nothing : html`<ul class="plain">
${unread.map((sentence) => html`<li>${sentence}</li>
`)}</ul>
`}</section>
`;
}

function group<Item>(name: string, items: readonly Item[] | 'unknown', describe: (item: Item) => Held): Html {
  const words = items === 'unknown' ? 'unknown' : items.map(describe).map(({ what, endsAt }) => `${what}, until ${endsAt.slice(0, 10)}`).join('; ');
  return html`<div><dt>${name}</dt><dd>${words === '' ? 'none' : words}</dd></div>
`;
}

/** What AWS would advise itself. It decides nothing here: it looks back 60 days, and knows nothing of sales. */
export function secondOpinion(commitments: Commitments | undefined): Html {
  if (commitments === undefined) return nothing;
  return html`<section aria-labelledby="opinion">
<h2 id="opinion">A second opinion: AWS Cost Explorer</h2>
${opinion(commitments.costExplorer)}</section>
`;
}

function opinion(costExplorer: Commitments['costExplorer']): Html {
  if (costExplorer === 'unknown') return html`<p class="note">Unknown: Cost Explorer is not enabled, or has nothing to go by yet. That changes no advice.</p>
`;
  const { lookBackDays, instances, databases, savingsPlan } = costExplorer;
  const reserve = (suggestion: typeof instances): string => {
    if (suggestion === undefined) return 'unknown';
    return suggestion.count === 0 ? 'nothing' : `${suggestion.count} × ${suggestion.of}, ${usd(suggestion.monthlySavingUsd)} a month`;
  };
  const plan = savingsPlan === undefined ? 'unknown' : savingsPlan.perHourUsd === 0 ? 'nothing' : `$${savingsPlan.perHourUsd.toFixed(3)} an hour, ${usd(savingsPlan.monthlySavingUsd)} a month`;
  return html`<p class="note">Over the last ${lookBackDays} days, sales and all, for the whole account, one year with nothing upfront. Reservations are counted in the smallest size of a family. It decides nothing here.</p>
<dl class="facts">
<div><dt>Reserved instances</dt><dd>${reserve(instances)}</dd></div>
<div><dt>Reserved databases</dt><dd>${reserve(databases)}</dd></div>
<div><dt>Compute savings plan</dt><dd>${plan}</dd></div>
</dl>
`;
}
