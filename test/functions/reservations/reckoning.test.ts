import * as check from 'fast-check';
import type { CommitmentOffer } from '../../../functions/platform/prices.ts';
import { type Use, type Weighing, weigh } from '../../../functions/reservations/reckoning.ts';
import { reversibilityOf } from '../../../functions/reservations/reversibility.ts';
import { instancesFor, isPlanEligible } from '../../../functions/reservations/sizes.ts';
import { offerOf } from './fixtures.ts';

const use: readonly Use[] = [{ instances: 3, hours: 1600 }, { instances: 4, hours: 400 }];
const weighing: Weighing = { onDemandPerHour: 0.05, use, uncovered: use };

describe('a number of reserved instances', () => {
  it('is the one that saves most: three that run always, and not the fourth, that runs a fifth of the time', () => {
    // Three in every hour: 3 × ($0.05 − $0.03) × 730. The bill is of 3.2 on average.
    expect(weigh(offerOf('ec2-reserved-instance', 0.03), weighing)).toEqual({
      kind: 'ec2-reserved-instance', for: 't3.medium', years: 1, payment: 'no-upfront', quantity: 3, commitmentUsdPerHour: 0.09, upfrontUsd: 0, savingUsdPerMonth: 43.8,
      effectiveSavingPercent: 37.5, headlineSavingPercent: 40, breakEvenPercent: 60, worstLossUsd: 788.4,
    });
  });

  it('takes the fourth where it runs for more than its break-even', () => {
    const often = [{ instances: 3, hours: 700 }, { instances: 4, hours: 1300 }];
    expect(weigh(offerOf('ec2-reserved-instance', 0.03), { onDemandPerHour: 0.05, use: often, uncovered: often }).quantity).toBe(4);
    const lessOften = [{ instances: 3, hours: 810 }, { instances: 4, hours: 1190 }];
    expect(weigh(offerOf('ec2-reserved-instance', 0.03), { onDemandPerHour: 0.05, use: lessOften, uncovered: lessOften }).quantity).toBe(3);
  });

  it('spreads what is paid at once over the term, of one year or three', () => {
    const offer = offerOf('ec2-reserved-instance', 0.01, { years: 3, payment: 'partial-upfront', upfrontUsd: 262.8 });
    // $262.80 over 26,280 hours is a cent an hour.
    expect(weigh(offer, weighing)).toMatchObject({ quantity: 3, upfrontUsd: 788.4, commitmentUsdPerHour: 0.06, breakEvenPercent: 40, worstLossUsd: 1576.8 });
  });

  it('is none where it never pays, or nothing is left', () => {
    expect(weigh(offerOf('ec2-reserved-instance', 0.05), weighing)).toMatchObject({ quantity: 0, savingUsdPerMonth: 0, worstLossUsd: 0 });
    expect(weigh(offerOf('ec2-reserved-instance', 0.03), { ...weighing, uncovered: [] })).toMatchObject({ quantity: 0, savingUsdPerMonth: 0 });
    expect(weigh(offerOf('compute-savings-plan', 0.03), { ...weighing, uncovered: [{ instances: 0, hours: 9 }] })).toMatchObject({ quantity: 0, savingUsdPerMonth: 0 });
  });

  it('an offer that costs nothing is a mistake in the table, and is named', () => {
    expect(() => weigh(offerOf('ec2-reserved-instance', 0), weighing)).toThrow('ec2-reserved-instance of t3.medium, 1 years, no-upfront, for nothing');
  });
});

describe('a savings plan', () => {
  it('is so much an hour, in thousandths of a dollar, rounded down: what is over is lost', () => {
    expect(weigh(offerOf('compute-savings-plan', 0.0383), weighing)).toMatchObject({ quantity: 0.114, commitmentUsdPerHour: 0.114, headlineSavingPercent: 23.4, upfrontUsd: 0 });
  });

  it('may be for a part of an instance', () => {
    const uncovered = [{ instances: 1.5, hours: 10 }];
    expect(weigh(offerOf('compute-savings-plan', 0.04), { ...weighing, uncovered })).toMatchObject({ quantity: 0.06, savingUsdPerMonth: 10.95 });
  });
});

const anyUse = check.array(check.record({ instances: check.integer({ min: 0, max: 12 }), hours: check.integer({ min: 1, max: 500 }) }), { minLength: 1, maxLength: 6 });
const anyOffer = check.record({ perHour: check.integer({ min: 1, max: 120 }), upfrontUsd: check.integer({ min: 0, max: 300 }), years: check.constantFrom(1 as const, 3 as const) });

/** USD a month of just so many instances, added up hour by hour. */
function hourByHour(hours: readonly Use[], offer: CommitmentOffer, instances: number): number {
  const rate = offer.perHour + offer.upfrontUsd / (offer.years * 8760);
  let saved = 0;
  let all = 0;
  for (const each of hours) {
    for (let one = 0; one < each.hours; one += 1) saved += Math.min(each.instances, instances) * 0.05 - instances * rate;
    all += each.hours;
  }
  return (saved / all) * 730;
}

test('no other number saves more, and what is really saved is never more than the headline', () => {
  check.assert(
    check.property(anyUse, anyOffer, (hours, { perHour, ...terms }) => {
      const offer = offerOf('ec2-reserved-instance', perHour / 2000, terms);
      const reckoned = weigh(offer, { onDemandPerHour: 0.05, use: hours, uncovered: hours });
      expect(reckoned.savingUsdPerMonth).toBeCloseTo(hourByHour(hours, offer, reckoned.quantity), 1);
      for (let count = 0; count <= 13; count += 1) expect(hourByHour(hours, offer, count)).toBeLessThanOrEqual(reckoned.savingUsdPerMonth + 0.01);
      expect(reckoned.effectiveSavingPercent).toBeLessThanOrEqual(Math.max(0, reckoned.headlineSavingPercent) + 0.01);
    }),
    { numRuns: 60 },
  );
});

test('no other commitment of a plan saves more either', () => {
  check.assert(
    check.property(anyUse, check.integer({ min: 20, max: 110 }), (hours, perHour) => {
      const offer = offerOf('compute-savings-plan', perHour / 2000);
      const reckoned = weigh(offer, { onDemandPerHour: 0.05, use: hours, uncovered: hours });
      // What is rounded down of a commitment, at most $0.001 an hour, would have saved at most so much.
      const roundedAway = 0.001 * Math.max(0, 0.05 / offer.perHour - 1) * 730;
      for (let thousandths = 0; thousandths <= 700; thousandths += 7) {
        expect(hourByHour(hours, offer, thousandths / 1000 / offer.perHour)).toBeLessThanOrEqual(reckoned.savingUsdPerMonth + roundedAway + 0.01);
      }
    }),
    { numRuns: 40 },
  );
});

test('sizes of a family stand for one another, families do not', () => {
  expect(instancesFor('t3.large', 't3.medium')).toBe(2);
  expect(instancesFor('t3.nano', 't3.medium')).toBe(0.125);
  expect(instancesFor('db.m6g.2xlarge', 'db.m6g.large')).toBe(4);
  expect(instancesFor('t3a.medium', 't3.medium')).toBe(0);
  expect(instancesFor('c5.metal', 'c5.large')).toBe(0);
  expect(instancesFor('c5.metal', 'c5.metal')).toBe(1);
});

test('database savings plans are for the seventh generation and later, and for nothing that can burst', () => {
  expect(['db.m7g.large', 'db.r8g.xlarge', 'db.r7i.large', 'db.m7i.large'].filter((name) => !isPlanEligible(name))).toEqual([]);
  expect(['db.m6g.large', 'db.r6i.large', 'db.t4g.medium', 'db.t7g.medium', 'db.x2g.large', 'db.m5.large', 'large'].filter(isPlanEligible)).toEqual([]);
});

test('a plan is returnable up to $100 an hour, and reservations never are', () => {
  for (const kind of ['compute-savings-plan', 'ec2-instance-savings-plan', 'database-savings-plan'] as const) {
    expect(reversibilityOf(kind, 100)).toContain('seven days');
    expect(reversibilityOf(kind, 100.01)).toContain('cannot be returned');
  }
  expect(reversibilityOf('ec2-reserved-instance', 1)).toContain('can be sold');
  expect(reversibilityOf('rds-reserved-instance', 1)).toContain('Cannot be cancelled, sold or exchanged');
});
