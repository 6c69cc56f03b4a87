import type { CommitmentKind, CommitmentOffer } from '../platform/prices.ts';
import type { AdviceOption } from './advice.ts';
import { type Use, weigh } from './reckoning.ts';
import { reversibilityOf } from './reversibility.ts';
import type { ReservationSettings } from './settings.ts';
import { isPlanEligible } from './sizes.ts';

/** What a commitment binds for its term; nothing, where it follows whatever runs. */
const binds: Readonly<Record<CommitmentKind, keyof ReservationSettings['settled'] | 'nothing'>> = {
  'ec2-reserved-instance': 'instanceFamily',
  'ec2-instance-savings-plan': 'instanceFamily',
  'compute-savings-plan': 'nothing',
  'rds-reserved-instance': 'databaseEngine',
  'database-savings-plan': 'nothing',
};

export interface Choice {
  readonly offers: readonly CommitmentOffer[];
  readonly onDemandPerHour: number;
  readonly use: readonly Use[];
  /** What ran and is not committed to, by whether an offer binds something or not. */
  readonly uncovered: { readonly ofFamily: readonly Use[]; readonly ofAny: readonly Use[] };
  readonly settings: ReservationSettings;
}

/** Every offer, each reckoned as if it alone were taken, in the order of the price table. */
export function optionsOf({ offers, onDemandPerHour, use, uncovered, settings }: Choice): AdviceOption[] {
  return offers.map((offer) => {
    const reckoned = weigh(offer, { onDemandPerHour, use, uncovered: binds[offer.kind] === 'nothing' ? uncovered.ofAny : uncovered.ofFamily });
    const refusal = refusalOf(reckoned, settings);
    return { ...reckoned, reversibility: reversibilityOf(offer.kind, reckoned.commitmentUsdPerHour), ...(refusal === undefined ? {} : { refusal }) };
  });
}

/** Last that it is undecided: such an option would be worth it, if it were decided. */
function refusalOf(option: Omit<AdviceOption, 'reversibility' | 'refusal'>, { settled, longestTermYears, leastSavingUsdPerMonth }: ReservationSettings): AdviceOption['refusal'] {
  const { kind, years, quantity, savingUsdPerMonth } = option;
  if (kind === 'database-savings-plan' && !isPlanEligible(option.for)) return 'not-eligible';
  if (years > longestTermYears) return 'term-too-long';
  if (quantity === 0 || savingUsdPerMonth < leastSavingUsdPerMonth) return 'saves-too-little';
  const bound = binds[kind];
  return bound === 'nothing' || settled[bound] ? undefined : 'unsettled';
}

/** Index of the option that saves most of those that may be taken; of two that save as much, the one that risks less. */
export function bestOf(options: readonly AdviceOption[]): number | undefined {
  const allowed = options.map((option, index) => ({ option, index })).filter(({ option }) => option.refusal === undefined);
  const [best] = allowed.toSorted((left, right) => right.option.savingUsdPerMonth - left.option.savingUsdPerMonth || left.option.worstLossUsd - right.option.worstLossUsd);
  return best?.index;
}
