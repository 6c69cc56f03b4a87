import type { AdviceOption, SubjectAdvice } from './advice.ts';
import { optionInWords, usd } from './formats/words.ts';
import { bestOf, type Choice, optionsOf } from './options.ts';
import { averageOf, rounded } from './reckoning.ts';

type Subject = SubjectAdvice['subject'];

export function tooEarly(subject: Subject, reason: string): SubjectAdvice {
  return { subject, verdict: 'too-early', reason, options: [] };
}

/** Options would be reckoned on what is not known: none are shown. */
export function unknown(subject: Subject, reasons: readonly string[]): SubjectAdvice {
  return { subject, verdict: 'unknown', reason: reasons.join(' '), options: [] };
}

/** What is decided for years in `settled`, as people say it. */
const undecided: Readonly<Record<Subject, string>> = {
  instances: 'it is not decided for years which family of instances the shop runs on',
  database: 'it is not decided for years which engine the database has',
};

/** Everything that the answer depends on is known: weighs the offers, and says which to take, or why none. */
export function judge(subject: Subject, choice: Choice): SubjectAdvice {
  const options = optionsOf(choice);
  const advised = bestOf(options);
  const uncovered = rounded(averageOf(choice.uncovered.ofAny), 2);
  const option = advised === undefined ? undefined : options[advised];
  if (option !== undefined) {
    return { subject, verdict: 'advised', reason: `${capitalised(optionInWords(option))}, would save ${usd(option.savingUsdPerMonth)} a month.`, uncovered, options, advised };
  }
  const wouldPay = options.filter(({ refusal }) => refusal === 'unsettled');
  if (wouldPay.length > 0) {
    const most = Math.max(...wouldPay.map(({ savingUsdPerMonth }) => savingUsdPerMonth));
    return { subject, verdict: 'unsettled', reason: `A commitment would save up to ${usd(most)} a month, but ${undecided[subject]}.`, uncovered, options };
  }
  return { subject, verdict: 'nothing', reason: nothingBecause(choice, options), uncovered, options };
}

function nothingBecause({ use, uncovered, settings }: Choice, options: readonly AdviceOption[]): string {
  if (averageOf(use) === 0) return 'Nothing ran in ordinary hours.';
  if (averageOf(uncovered.ofAny) === 0) return 'All that runs in ordinary hours is committed to already.';
  const others = options.some(({ refusal }) => refusal !== 'saves-too-little') ? ' that may be taken' : '';
  return `No offer${others} would save ${usd(settings.leastSavingUsdPerMonth)} a month.`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
