import type { AdviceOption, AdviceVerdict, SubjectAdvice } from '../advice.ts';
import { isSavingsPlan } from '../reckoning.ts';

/** Words that reasons, messages and the page share. */

export const subjectWords: Readonly<Record<SubjectAdvice['subject'], string>> = { instances: 'Instances', database: 'Database' };

export const verdictWords: Readonly<Record<AdviceVerdict, string>> = {
  'too-early': 'too early to say',
  unsettled: 'undecided',
  unknown: 'unknown',
  nothing: 'nothing to buy',
  advised: 'advised',
};

export const kindWords: Readonly<Record<AdviceOption['kind'], string>> = {
  'ec2-reserved-instance': 'reserved instances',
  'ec2-instance-savings-plan': 'an EC2 instance savings plan',
  'compute-savings-plan': 'a compute savings plan',
  'rds-reserved-instance': 'reserved database instances',
  'database-savings-plan': 'a database savings plan',
};

export const paymentWords: Readonly<Record<AdviceOption['payment'], string>> = {
  'no-upfront': 'nothing upfront', 'partial-upfront': 'a part upfront', 'all-upfront': 'all upfront',
};

export const refusalWords: Readonly<Record<NonNullable<AdviceOption['refusal']>, string>> = {
  unsettled: 'binds what is not decided',
  'term-too-long': 'longer than wanted',
  'saves-too-little': 'saves too little',
  'not-eligible': 'not for this class',
};

/** `2 × t3.medium`, `$0.115 an hour`. */
export function quantityInWords({ kind, for: type, quantity }: AdviceOption): string {
  return isSavingsPlan(kind) ? `$${quantity.toFixed(3)} an hour` : `${quantity} × ${type}`;
}

/** `a compute savings plan of $0.115 an hour for 1 year, nothing upfront`. */
export function optionInWords(option: AdviceOption): string {
  return `${kindWords[option.kind]} of ${quantityInWords(option)} for ${yearsInWords(option.years)}, ${paymentWords[option.payment]}`;
}

export function yearsInWords(years: number): string {
  return `${years} ${years === 1 ? 'year' : 'years'}`;
}

export function usd(amount: number): string {
  return `${amount < 0 ? '−' : ''}$${Math.abs(amount).toLocaleString('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

export function percent(value: number): string {
  return `${value.toLocaleString('en-GB', { maximumFractionDigits: 1 })} %`;
}
