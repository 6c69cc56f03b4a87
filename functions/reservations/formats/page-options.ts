import { type Html, html, nothing } from '../../platform/html.ts';
import type { AdviceOption, SubjectAdvice } from '../advice.ts';
import { kindWords, paymentWords, percent, quantityInWords, refusalWords, subjectWords, usd, yearsInWords } from './words.ts';

/** Every option side by side, and how one gets out of each kind. */
export function options({ subject, options: all, advised }: SubjectAdvice): Html {
  if (all.length === 0) return nothing;
  return html`<table class="stacked">
<caption>Every option is reckoned as if it alone were taken: ${subjectWords[subject].toLowerCase()}</caption>
<thead><tr><th scope="col">Commitment</th><th scope="col" class="number">Saves a month</th><th scope="col" class="number">Of the bill</th><th scope="col" class="number">Headline</th><th scope="col" class="number">Break-even</th><th scope="col" class="number">Worst loss</th><th scope="col">Verdict</th></tr></thead>
<tbody>
${all.map((option, index) => row(option, index === advised))}</tbody>
</table>
<p class="note">Headline is what an hour that is covered costs less; of the bill is what is really saved. Break-even is the share of hours in which it must be used to cost no more than on demand. Worst loss is what is still to be paid if nothing of it is needed from the first day.</p>
<dl class="facts">
${waysOut(all)}</dl>
`;
}

function row(option: AdviceOption, isAdvised: boolean): Html {
  const { kind, years, payment, upfrontUsd, savingUsdPerMonth, effectiveSavingPercent, headlineSavingPercent, breakEvenPercent, worstLossUsd, refusal } = option;
  const verdict = refusal === undefined ? html`<span class="badge ${isAdvised ? 'good' : 'calm'}">${isAdvised ? 'advised' : 'possible'}</span>` : html`${refusalWords[refusal]}`;
  return html`<tr${isAdvised ? html` class="advised"` : nothing}><th scope="row">${capitalised(kindWords[kind])}<br><span class="terms">${quantityInWords(option)}<br>${yearsInWords(years)}, ${paymentWords[payment]}${upfrontUsd === 0 ? '' : ` (${usd(upfrontUsd)})`}</span></th><td data-label="Saves a month" class="number">${usd(savingUsdPerMonth)}</td><td data-label="Of the bill" class="number">${percent(effectiveSavingPercent)}</td><td data-label="Headline" class="number">${percent(headlineSavingPercent)}</td><td data-label="Break-even" class="number">${percent(breakEvenPercent)}</td><td data-label="Worst loss" class="number">${usd(worstLossUsd)}</td><td data-label="Verdict">${verdict}</td></tr>
`;
}

function waysOut(all: readonly AdviceOption[]): Html[] {
  const byKind = new Map(all.map(({ kind, reversibility }) => [kind, reversibility]));
  return [...byKind].map(([kind, reversibility]) => html`<div><dt>Out of ${kindWords[kind]}</dt><dd>${reversibility}</dd></div>
`);
}

function capitalised(text: string): string {
  const bare = text.replace(/^an? /u, '');
  return bare.charAt(0).toUpperCase() + bare.slice(1);
}
