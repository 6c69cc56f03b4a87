import type { Commitments } from '../../../functions/reservations/commitments.ts';
import { adviceReportSchema } from '../../../functions/reservations/advice.ts';
import { advisedKind, adviceOf, commitmentsOf, database, observationOf, offerOf, offers, onDatabase, onInstances, pricesOf, refusalsOf, settingsOf } from './fixtures.ts';

const undecided = settingsOf({ settled: { instanceFamily: false, databaseEngine: false } });
const endsAt = '2027-09-01T00:00:00.000Z';

describe('when it is advised', () => {
  it('before the days are over nothing is reckoned, and it says which day it is', () => {
    const report = adviceOf({ observation: observationOf({ days: { observed: 46.4, wanted: 90 } }), commitments: undefined });
    expect(report.subjects).toEqual([
      { subject: 'instances', verdict: 'too-early', reason: 'Day 47 of 90.', options: [] },
      { subject: 'database', verdict: 'too-early', reason: 'Day 47 of 90.', options: [] },
    ]);
    expect(report.limits).toEqual([]);
    expect(report).not.toHaveProperty('commitments');
  });

  it('too early is too early also where commitments were read', () => {
    expect(onInstances({ observation: observationOf({ days: { observed: 89.99, wanted: 90 } }) })).toMatchObject({ verdict: 'too-early', reason: 'Day 90 of 90.' });
    expect(onInstances({ observation: observationOf({ days: { observed: 90, wanted: 90 } }) }).verdict).toBe('advised');
  });

  it('a group without metrics is not one that runs nothing', () => {
    const observation = observationOf({ days: { observed: 0, wanted: 90 }, hours: { all: 0, seen: 0, inEvents: 0 }, hoursByInstances: [] });
    expect(onInstances({ observation, commitments: undefined })).toMatchObject({ verdict: 'too-early', reason: 'Day 0 of 90: CloudWatch knows no hour of the group yet.' });
  });

  it('the option that saves most is advised, with what it is worth', () => {
    const advice = onInstances();
    expect(advice).toMatchObject({ verdict: 'advised', uncovered: 3.2, reason: 'Reserved instances of 3 × t3.medium for 1 year, nothing upfront, would save $43.80 a month.' });
    expect(advisedKind(advice)).toBe('ec2-reserved-instance');
    expect(advice.options).toHaveLength(4);
  });

  it('of two that save as much, the one that risks less', () => {
    const same = [offerOf('ec2-reserved-instance', 0.03, { years: 3 }), offerOf('ec2-reserved-instance', 0.03)];
    expect(onInstances({ prices: pricesOf(same), settings: settingsOf({ longestTermYears: 3 }) }).advised).toBe(1);
  });

  it('the evidence of every advice fits its schema', () => {
    for (const report of [adviceOf(), adviceOf({ settings: undecided }), adviceOf({ commitments: undefined })]) {
      expect(adviceReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
    }
  });
});

describe('what is refused', () => {
  it('while the family is undecided, what binds it; a compute savings plan is still advised', () => {
    const advice = onInstances({ settings: undecided });
    expect(refusalsOf(advice)).toEqual({
      'ec2-reserved-instance 1 no-upfront': 'unsettled', 'ec2-instance-savings-plan 1 no-upfront': 'unsettled', 'compute-savings-plan 1 no-upfront': 'none',
      'ec2-reserved-instance 3 no-upfront': 'term-too-long',
    });
    expect(advisedKind(advice)).toBe('compute-savings-plan');
  });

  it('undecided is the verdict only where nothing else is to be had, and it would pay', () => {
    const family = [offerOf('ec2-reserved-instance', 0.03)];
    expect(onInstances({ settings: undecided, prices: pricesOf(family) })).toMatchObject({ verdict: 'unsettled', reason: expect.stringContaining('up to $43.80 a month, but it is not decided') });
    expect(onInstances({ settings: undecided, prices: pricesOf([offerOf('ec2-reserved-instance', 0.0499)]) }).verdict).toBe('nothing');
  });

  it('while the engine is undecided, reservations of the database; each offer of its engine alone', () => {
    const advice = onDatabase({ settings: undecided });
    expect(refusalsOf(advice)).toEqual({ 'rds-reserved-instance 1 no-upfront': 'unsettled', 'rds-reserved-instance 1 all-upfront': 'unsettled', 'database-savings-plan 1 no-upfront': 'not-eligible' });
    expect(advice).toMatchObject({ verdict: 'unsettled', uncovered: 1, reason: expect.stringContaining('which engine the database has') });
  });

  it('a database savings plan binds no engine: on a class that it is for, it is advised', () => {
    const eligible = { ...database, instanceClass: 'db.m7g.large' };
    const prices = pricesOf([offerOf('rds-reserved-instance', 0.3, { for: 'db.m7g.large' }), offerOf('database-savings-plan', 0.34, { for: 'db.m7g.large' })]);
    expect(advisedKind(onDatabase({ settings: undecided, prices, observation: observationOf({ database: eligible }) }))).toBe('database-savings-plan');
  });

  it('what saves less than is worth it; then there is nothing to buy', () => {
    const advice = onInstances({ settings: settingsOf({ leastSavingUsdPerMonth: 100 }) });
    expect(advice).toMatchObject({ verdict: 'nothing', reason: 'No offer that may be taken would save $100.00 a month.', uncovered: 3.2 });
    expect(advice.options.filter(({ refusal }) => refusal === undefined)).toEqual([]);
    expect(onInstances({ settings: settingsOf({ leastSavingUsdPerMonth: 0 }), prices: pricesOf([offerOf('compute-savings-plan', 0.06)]) }).verdict).toBe('nothing');
  });

  it('three years only where they are wanted', () => {
    expect(onInstances({ settings: settingsOf({ longestTermYears: 3 }) })).toMatchObject({ verdict: 'advised', advised: 3 });
  });
});

describe('unknown is not nothing', () => {
  const commitments = (changes: Partial<Commitments>) => ({ commitments: commitmentsOf(changes) });

  it.each([
    ['too few hours are known', { observation: observationOf({ hours: { all: 2184, seen: 2074, inEvents: 0 } }) }, '94.9 % of the hours'],
    ['no hour was an ordinary one', { observation: observationOf({ hours: { all: 2184, seen: 2184, inEvents: 2184 }, hoursByInstances: [] }) }, 'no ordinary one'],
    ['reservations were not read', commitments({ instances: 'unknown' }), 'What is reserved of EC2 could not be read.'],
    ['savings plans were not read', commitments({ savingsPlans: 'unknown' }), 'Which savings plans there are could not be read.'],
    ['a plan is of a strange type', commitments({ savingsPlans: [{ kind: 'Quantum', perHourUsd: 1, endsAt }] }), 'of the type Quantum'],
    ['the type has no price', { instanceType: 'm7g.large' }, 'no on-demand price of m7g.large'],
    ['the type has no offer', { prices: pricesOf([]) }, 'no offer for t3.medium'],
    ['a plan has no rate', { ...commitments({ savingsPlans: [{ kind: 'Compute', perHourUsd: 1, endsAt }] }), prices: pricesOf([offerOf('ec2-reserved-instance', 0.03)]) }, 'no rate'],
  ])('of instances, where %s', (_what, changes, reason) => {
    expect(onInstances(changes)).toMatchObject({ verdict: 'unknown', reason: expect.stringContaining(reason), options: [] });
  });

  it.each([
    ['it was not read', { observation: observationOf({ database: 'unknown' }) }, 'could not be read'],
    ['nobody says since when it stands', { observation: observationOf({ database: { id: 'shop', instanceClass: 'db.m6g.large', engine: 'postgres', isMultiAz: true } }) }, 'since when'],
    ['reservations were not read', commitments({ databases: 'unknown' }), 'What is reserved of RDS could not be read.'],
    ['savings plans were not read', commitments({ savingsPlans: 'unknown' }), 'Which savings plans'],
    ['the engine has no price', { observation: observationOf({ database: { ...database, engine: 'mariadb' } }) }, 'no on-demand price of mariadb on db.m6g.large'],
    ['the class has no offer', { observation: observationOf({ database: { ...database, instanceClass: 'db.m7g.large' } }) }, 'no offer for postgres on db.m7g.large'],
  ])('of the database, where %s', (_what, changes, reason) => {
    expect(onDatabase(changes)).toMatchObject({ verdict: 'unknown', reason: expect.stringContaining(reason), options: [] });
  });

  it('of the one says nothing of the other', () => {
    expect(onDatabase(commitments({ instances: 'unknown' })).verdict).toBe('advised');
    expect(onInstances(commitments({ databases: 'unknown' })).verdict).toBe('advised');
    expect(onInstances({ observation: observationOf({ database: 'unknown' }) }).verdict).toBe('advised');
  });

  it('every reason is named', () => {
    const { reason } = onInstances({ instanceType: 'm7g.large', ...commitments({ instances: 'unknown', savingsPlans: 'unknown' }) });
    for (const part of ['reserved of EC2', 'Which savings plans', 'no on-demand price', 'no offer']) expect(reason).toContain(part);
  });

  it('just enough hours are enough', () => {
    expect(onInstances({ observation: observationOf({ hours: { all: 2000, seen: 1900, inEvents: 0 } }) }).verdict).toBe('advised');
  });

  it('Cost Explorer decides nothing, whatever it says', () => {
    const opinion = { lookBackDays: 60, instances: { count: 99, of: 't3.nano', monthlySavingUsd: 1e6 }, databases: { count: 0, of: '', monthlySavingUsd: 0 } };
    expect(adviceOf(commitments({ costExplorer: opinion })).subjects).toEqual(adviceOf().subjects);
  });
});

describe('what is committed already', () => {
  const reserved = (type: string, count: number, isSizeFlexible = true) => ({ type, count, endsAt, isSizeFlexible });

  it('is taken off, in sizes of the family', () => {
    const advice = onInstances({ commitments: commitmentsOf({ instances: [reserved('t3.large', 1)] }) });
    expect(advice).toMatchObject({ uncovered: 1.2, options: expect.arrayContaining([expect.objectContaining({ kind: 'ec2-reserved-instance', years: 1, quantity: 1 })]) });
    expect(advice.options[0]).toMatchObject({ savingUsdPerMonth: 14.6, effectiveSavingPercent: 12.5, headlineSavingPercent: 40 });
  });

  it('of another family, or of a zone and another size, is none of it', () => {
    expect(onInstances({ commitments: commitmentsOf({ instances: [reserved('c5.large', 5), reserved('t3.large', 5, false)] }) }).uncovered).toBe(3.2);
    expect(onInstances({ commitments: commitmentsOf({ instances: [reserved('t3.medium', 2, false)] }) }).uncovered).toBe(1.2);
  });

  it('by savings plans counts at the cheapest rate of the table', () => {
    // A compute plan of $0.08 an hour pays for two at $0.04; one of the family of $0.032 for one.
    const savingsPlans = [{ kind: 'Compute', perHourUsd: 0.08, endsAt }, { kind: 'EC2Instance', family: 't3', perHourUsd: 0.032, endsAt }, { kind: 'EC2Instance', family: 'c5', perHourUsd: 9, endsAt }];
    expect(onInstances({ commitments: commitmentsOf({ savingsPlans: [...savingsPlans, { kind: 'SageMaker', perHourUsd: 9, endsAt }, { kind: 'Database', perHourUsd: 9, endsAt }] }) }).uncovered).toBe(0.2);
  });

  it('by a plan is rather taken for too much than for too little', () => {
    const prices = pricesOf([...offers, offerOf('compute-savings-plan', 0.025, { years: 3 })]);
    expect(onInstances({ prices, commitments: commitmentsOf({ savingsPlans: [{ kind: 'Compute', perHourUsd: 0.05, endsAt }] }) }).uncovered).toBe(1.2);
  });

  it('may be all of it: then there is nothing to buy, and it says why', () => {
    expect(onInstances({ commitments: commitmentsOf({ instances: [reserved('t3.medium', 4)] }) })).toMatchObject({
      verdict: 'nothing', reason: 'All that runs in ordinary hours is committed to already.', uncovered: 0,
    });
    const databases = [{ type: 'db.m6g.large', count: 1, endsAt, engine: 'postgres', isMultiAz: true }];
    expect(onDatabase({ commitments: commitmentsOf({ databases }) })).toMatchObject({ verdict: 'nothing', uncovered: 0 });
  });

  it('of a database binds engine and family, and without a standby is half', () => {
    const databases = (changes: object) => ({ commitments: commitmentsOf({ databases: [{ type: 'db.m6g.large', count: 1, endsAt, engine: 'postgres', isMultiAz: true, ...changes }] }) });
    expect(onDatabase(databases({ engine: 'mysql' })).uncovered).toBe(1);
    expect(onDatabase(databases({ type: 'db.m5.large' })).uncovered).toBe(1);
    expect(onDatabase(databases({ isMultiAz: false })).uncovered).toBe(0.5);
    expect(onDatabase({ commitments: commitmentsOf({ savingsPlans: [{ kind: 'Database', perHourUsd: 9, endsAt }] }) }).uncovered).toBe(1);
  });
});

describe('the database', () => {
  it('counts as observed since its creation', () => {
    const young = { ...database, createdAt: '2026-12-01T00:00:00.000Z' };
    expect(onDatabase({ observation: observationOf({ database: young }) })).toMatchObject({ verdict: 'too-early', reason: 'Day 44 of 90.' });
    expect(onInstances({ observation: observationOf({ database: young }) }).verdict).toBe('advised');
  });

  it('with a standby costs what the table says, without one half of it', () => {
    const advice = onDatabase();
    // $0.40 − $0.28 of the year paid at once.
    expect(advice).toMatchObject({ verdict: 'advised', advised: 1, options: expect.arrayContaining([expect.objectContaining({ payment: 'all-upfront', savingUsdPerMonth: 87.6, upfrontUsd: 2452.8 })]) });
    expect(onDatabase({ observation: observationOf({ database: { ...database, isMultiAz: false } }) }).options[1]).toMatchObject({ savingUsdPerMonth: 43.8, upfrontUsd: 1226.4, headlineSavingPercent: 30 });
  });

  it('an offer without an engine is for any', () => {
    expect(onDatabase({ observation: observationOf({ database: { ...database, engine: 'mysql' } }) }).options.map(({ kind }) => kind)).toEqual(['rds-reserved-instance', 'database-savings-plan']);
  });
});

describe('types beside the first choice', () => {
  const mixed = observationOf({ instanceTypes: { 't3.medium': 2, 't3a.medium': 1 } });

  it('are not covered by what is for the family: as large a part of every hour is taken to be theirs', () => {
    const advice = onInstances({ observation: mixed });
    expect(advice.options.map(({ kind, years, quantity }) => [kind, years, quantity])).toEqual([
      ['ec2-reserved-instance', 1, 2], ['ec2-instance-savings-plan', 1, 0.064], ['compute-savings-plan', 1, 0.12], ['ec2-reserved-instance', 3, 2],
    ]);
    expect(advice.uncovered).toBe(3.2);
  });

  it('reservations that are more than the first choice runs cover none of the others', () => {
    const instances = [{ type: 't3.medium', count: 5, endsAt, isSizeFlexible: true }];
    expect(onInstances({ observation: mixed, commitments: commitmentsOf({ instances }) })).toMatchObject({ uncovered: 1.2, verdict: 'advised' });
  });

  it('are said to be there', () => {
    expect(adviceOf({ observation: mixed }).limits.join(' ')).toContain('Not all that runs now is t3.medium: 1 t3a.medium of 3 instances.');
    expect(adviceOf().limits.join(' ')).not.toContain('Not all that runs now');
  });
});

test('the limits say what was left out, and which commitment ends first', () => {
  const databases = [{ type: 'db.m6g.large', count: 1, endsAt, engine: 'postgres', isMultiAz: false }];
  const limits = adviceOf({ commitments: commitmentsOf({ databases }) }).limits.join(' ');
  for (const text of ['2000 of 2184 hours', 'In 184 a sale', '0 are unknown', 'ends on 2027-09-01']) expect(limits).toContain(text);
  expect(adviceOf().limits.join(' ')).not.toContain('ends on');
  expect(adviceOf({ prices: pricesOf(offers) }).pricesAsOf).toEqual({ instances: '2026-11-01', databases: '2026-11-02', commitments: '2026-11-03' });
});
