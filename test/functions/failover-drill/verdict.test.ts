import * as fc from 'fast-check';
import type { Drill } from '../../../functions/failover-drill/drill-records.ts';
import type { Judgement } from '../../../functions/failover-drill/drill-report.ts';
import type { Failover } from '../../../functions/failover-drill/failover.ts';
import { probeReportOf } from '../../../functions/failover-drill/measurement.ts';
import type { ProbeProgress } from '../../../functions/failover-drill/probe/probe-records.ts';
import type { ProbeReport, WriterReport } from '../../../functions/failover-drill/probe/probe-report.ts';
import { isPassed, judgeDrill } from '../../../functions/failover-drill/verdict.ts';
import { at, calmProbeOf, drillOf, observationOf, planOf, probeOf, readingOf, settings, verdictOf, verificationOf, writerOf } from './report-fixtures.ts';

const failoverOf = (changes: Partial<Failover> = {}): Failover => ({ ...(drillOf().failover ?? { outcome: 'pending', zoneBefore: '', statuses: [], events: [] }), ...changes });

function judgementOf(objective: Judgement['objective'], drill: Drill = drillOf(), probe: ProbeReport | 'none' = probeOf()): Judgement {
  const found = verdictOf(drill, probe).judgements.find((judgement) => judgement.objective === objective);
  if (found === undefined) throw new Error(`There is no judgement of ${objective}.`);
  return found;
}

/** A client that stopped committing and did not come back. */
function awayOf(writer: WriterReport['writer']): WriterReport {
  const { firstCommitAfter: _, outageSeconds: _seconds, ...rest } = writerOf(writer);
  return rest;
}

/** A client that never saw anything go wrong. */
function calmOf(writer: WriterReport['writer']): WriterReport {
  const { lastCommitBefore: _, ...rest } = awayOf(writer);
  return rest;
}

function outageOf(seconds: number): ProbeReport {
  return probeOf({ writers: [writerOf('pooled', { outageSeconds: seconds, firstCommitAfter: at(5.1 + seconds) }), writerOf('fresh', { outageSeconds: seconds / 2 })] });
}

describe('recovery', () => {
  test.each([
    { seconds: 0.5, isMet: true },
    { seconds: 119.9, isMet: true },
    { seconds: 120, isMet: true },
    { seconds: 120.1, isMet: false },
    { seconds: 500, isMet: false },
  ])('of $seconds s against an objective of 120 s is met: $isMet', ({ seconds, isMet }) => {
    const verdict = verdictOf(drillOf(), outageOf(seconds));
    expect(verdict.judgements[0]).toMatchObject({ objective: 'recovery', isMet, isMeasured: true });
    expect(verdict.judgements[0]?.statement).toContain(`${seconds} s`);
    expect(verdict.measured.outageSeconds).toBe(seconds);
  });

  test('is not flattered by rounding: what is missed by a hair is told as more than what was wanted', () => {
    expect(verdictOf(drillOf(), outageOf(120.004)).judgements[0]).toMatchObject({ isMet: false, statement: 'For 120.1 s nothing could be written. The objective is at most 120 s.' });
  });

  test('is the longer of what the two clients felt', () => {
    expect(verdictOf(drillOf(), probeOf()).measured.outageSeconds).toBe(74.5);
    expect(verdictOf(drillOf(), probeOf({ writers: [writerOf('pooled', { outageSeconds: 1 }), writerOf('fresh')] })).measured.outageSeconds).toBe(66.8);
  });

  test.each<{ what: string; probe: ProbeReport | 'none'; why: string }>([
    { what: 'there is no probe', probe: 'none', why: 'never began' },
    { what: 'the probe saw no outage', probe: probeOf({ ended: 'no-outage', writers: [calmOf('pooled'), calmOf('fresh')] }), why: 'saw no outage' },
    { what: 'the time of the probe ran out', probe: probeOf({ ended: 'time-short' }), why: 'ran out' },
    { what: 'the probe never wrote', probe: probeOf({ ended: 'never-wrote', writers: [writerOf('pooled', { acknowledged: 0 }), writerOf('fresh', { acknowledged: 0 })] }), why: 'not one write' },
    { what: 'one client did not come back', probe: probeOf({ writers: [awayOf('pooled'), writerOf('fresh')] }), why: 'the pooled client had not committed again' },
    { what: 'one client never wrote', probe: probeOf({ writers: [writerOf('pooled'), writerOf('fresh', { acknowledged: 0 })] }), why: 'the fresh client' },
    { what: 'one client is missing', probe: probeOf({ writers: [writerOf('pooled')] }), why: 'the fresh client' },
    { what: 'one client felt nothing', probe: probeOf({ writers: [writerOf('pooled'), calmOf('fresh')] }), why: 'the fresh client felt no outage' },
    { what: 'no client felt anything', probe: probeOf({ writers: [calmOf('pooled'), calmOf('fresh')] }), why: 'the pooled and the fresh client felt no outage' },
    { what: 'the outage has no time in it', probe: outageOf(0), why: 'without its length' },
    { what: 'the outage is another one', probe: probeOf({ writers: [writerOf('pooled', { firstCommitAfter: at(-5) }), writerOf('fresh', { firstCommitAfter: at(-6) })] }), why: 'before the failover was asked for' },
  ])('is not met and has no figure where $what', ({ probe, why }) => {
    const verdict = verdictOf(drillOf(), probe);
    expect(verdict.judgements[0]).toMatchObject({ objective: 'recovery', isMet: false, isMeasured: false });
    expect(verdict.judgements[0]?.statement).toContain(why);
    expect(verdict.measured).not.toHaveProperty('outageSeconds');
    expect(isPassed(drillOf(), verdict)).toBe(false);
  });

  test('says when a probe was last heard of that left no report', () => {
    const progress: ProbeProgress = { runId: 'r', startedAt: at(-20), at: at(31), state: 'outage', acknowledged: 50 };
    const verdict = judgeDrill(drillOf(), probeReportOf(progress), settings);
    expect(verdict.judgements[0]?.statement).toContain(`last heard of at ${at(31)}, in the outage, after 50 acknowledged writes`);
    expect(verdict.judgements[1]).toMatchObject({ objective: 'lost-commits', isMet: false, isMeasured: false });
    expect(probeReportOf(undefined)).toMatchObject({ kind: 'unmeasured' });
    expect(probeReportOf({ ...progress, report: probeOf() })).toEqual(readingOf(probeOf()));
  });

  test('is judged by the objective that was approved, and by the settings only where there is no plan', () => {
    const plan = planOf({ objectives: { rtoSeconds: 60, maxLostCommits: 5 } });
    expect(verdictOf(drillOf({ plan }), probeOf())).toMatchObject({ objectives: { rtoSeconds: 60, maxLostCommits: 5 }, judgements: [{ isMet: false }, {}, {}, {}] });
    const { plan: _, ...without } = drillOf();
    expect(verdictOf(without, probeOf()).objectives).toEqual({ rtoSeconds: 120, maxLostCommits: 0 });
  });
});

describe('lost commits', () => {
  test.each([
    { lost: 0, most: 0, isMet: true },
    { lost: 1, most: 0, isMet: false },
    { lost: 3, most: 3, isMet: true },
    { lost: 4, most: 3, isMet: false },
  ])('$lost, where $most may be, is met: $isMet', ({ lost, most, isMet }) => {
    const drill = drillOf({ plan: planOf({ objectives: { rtoSeconds: 120, maxLostCommits: most } }) });
    const verdict = verdictOf(drill, probeOf({ verification: verificationOf({ lost }) }));
    expect(verdict.judgements[1]).toMatchObject({ objective: 'lost-commits', isMet, isMeasured: true });
    expect(verdict.measured.lostCommits).toBe(lost);
  });

  test('that nobody could look for are not met, and not zero', () => {
    const verdict = verdictOf(drillOf(), probeOf({ verification: { status: 'unread', reason: 'Connection refused.' } }));
    expect(verdict.judgements[1]).toMatchObject({ isMet: false, isMeasured: false });
    expect(verdict.judgements[1]?.statement).toContain('could not be measured: the table of the probe could not be read afterwards: Connection refused. ');
    expect(verdict.measured).toEqual({ outageSeconds: 74.5 });
  });

  test('are not measured where nothing was acknowledged that could be lost', () => {
    const probe = probeOf({ ended: 'never-wrote', writers: [writerOf('pooled', { acknowledged: 0 }), writerOf('fresh', { acknowledged: 0 })] });
    expect(judgementOf('lost-commits', drillOf(), probe)).toMatchObject({ isMet: false, isMeasured: false });
  });

  test('are not made of writes without an answer: those are told, and count for neither', () => {
    const judgement = judgementOf('lost-commits', drillOf(), probeOf({ verification: verificationOf({ present: 7, absent: 9 }) }));
    expect(judgement).toMatchObject({ isMet: true });
    expect(judgement.statement).toContain('16 more writes nothing was ever heard: they count for neither');
  });

  test('stand beside rows that nobody sent: a defect of the measurement', () => {
    expect(verdictOf(drillOf(), probeOf()).defects).toEqual([]);
    const { defects } = verdictOf(drillOf(), probeOf({ verification: verificationOf({ phantom: 2 }) }));
    expect(defects).toEqual([expect.stringContaining('2 rows that the probe never sent')]);
  });
});

describe('the failover itself', () => {
  test.each<{ failover: Failover | undefined; isMet: boolean; says: string }>([
    { failover: failoverOf(), isMet: true, says: 'moved from eu-west-3a to eu-west-3b' },
    { failover: failoverOf({ outcome: 'abandoned', zoneAfter: 'eu-west-3a' }), isMet: false, says: 'accepted, but no failover happened' },
    { failover: failoverOf({ outcome: 'timed-out', zoneAfter: 'eu-west-3a' }), isMet: false, says: 'accepted, but no failover happened in time' },
    { failover: failoverOf({ outcome: 'pending' }), isMet: false, says: 'still looked at' },
    { failover: undefined, isMet: false, says: 'nobody saw' },
  ])('$failover.outcome is met: $isMet', ({ failover, isMet, says }) => {
    const { failover: _, ...rest } = drillOf();
    const judgement = judgementOf('failover', failover === undefined ? rest : { ...rest, failover });
    expect(judgement.isMet).toBe(isMet);
    expect(judgement.statement).toContain(says);
  });

  test('of a request that nobody answered is not called accepted', () => {
    const judgement = judgementOf('failover', drillOf({ act: { begunAt: at(0) }, failover: failoverOf({ outcome: 'timed-out' }) }));
    expect(judgement.statement).toContain('asked for, without an answer');
  });
});

describe('the shop', () => {
  type Look = NonNullable<Drill['healthAfter']>[number];
  const look = (minute: number, changes: Partial<Look> = {}): Look => ({ at: at(121 + minute * 60), healthy: 3, unhealthy: 0, errorPercent: 0, ...changes });
  const ill = (minute: number): Look => look(minute, { errorPercent: 30 });

  test.each<{ what: string; looks: Look[]; isMet: boolean; floor?: number }>([
    { what: 'it is as before', looks: [look(1), look(5)], isMet: true },
    { what: 'errors ebb away in time', looks: [ill(1), ill(3), look(5)], isMet: true },
    { what: 'the looks are not in order', looks: [look(5), ill(1)], isMet: true },
    { what: 'errors come back at the end', looks: [look(1), look(4), ill(5)], isMet: false },
    { what: 'it is well again only later than allowed', looks: [ill(5), ill(9), look(10)], isMet: false },
    { what: 'a target is gone', looks: [look(5, { healthy: 2 })], isMet: false },
    { what: 'targets start that are not healthy yet', looks: [look(5, { healthy: 1, unhealthy: 0 })], isMet: false },
    { what: 'the group was made smaller, and has what it keeps', looks: [look(5, { healthy: 2 })], isMet: true, floor: 2 },
    { what: 'the group has fewer than it keeps', looks: [look(5, { healthy: 1 })], isMet: false, floor: 2 },
    { what: 'the floor is above what was healthy', looks: [look(5)], isMet: true, floor: 8 },
    { what: 'no target is left, and none is kept', looks: [look(5, { healthy: 0 })], isMet: false, floor: 0 },
    { what: 'a few more errors are chance', looks: [look(5, { errorPercent: 2 })], isMet: true },
    { what: 'more errors than before', looks: [look(5, { errorPercent: 2.2 })], isMet: false },
    { what: 'nobody looked', looks: [], isMet: false },
  ])('is met $isMet where $what', ({ looks, isMet, floor = 3 }) => {
    expect(judgementOf('shop-health', drillOf({ healthAfter: looks, healthyFloor: floor })).isMet).toBe(isMet);
  });

  test('needs as many targets as before where the floor of the group is not known', () => {
    const { healthyFloor: _, ...drill } = drillOf({ healthAfter: [look(5, { healthy: 2 })] });
    expect(judgementOf('shop-health', drill).isMet).toBe(false);
  });

  test.each([
    { unhealthy: 0, errorPercent: 0, isMet: true },
    { unhealthy: 1, errorPercent: 0, isMet: false },
    { unhealthy: 0, errorPercent: 5, isMet: false },
  ])('of which nobody knows how it was may have nothing wrong: $unhealthy unhealthy, $errorPercent% errors', ({ isMet, ...health }) => {
    expect(judgementOf('shop-health', observationOf({ healthAfter: [look(5, health)] }), calmProbeOf()).isMet).toBe(isMet);
  });
});

describe('an observation', () => {
  const passes = (drill: Drill, probe: ProbeReport | 'none'): boolean => isPassed(drill, verdictOf(drill, probe));

  test('is judged by the events of RDS, and its lost commits are not measured', () => {
    const verdict = verdictOf(observationOf(), calmProbeOf());
    expect(verdict.judgements[0]).toMatchObject({ objective: 'recovery', isMet: true, isMeasured: true });
    expect(verdict.judgements[1]).toMatchObject({ objective: 'lost-commits', isMet: false, isMeasured: false });
    expect(verdict.judgements[1]?.statement).toContain('nobody wrote numbered rows before');
    expect(verdict.measured).toEqual({});
  });

  test('does not take what its probe saw for the outage: it may be the end of it alone', () => {
    expect(verdictOf(observationOf(), probeOf()).measured).toEqual({});
  });

  const withoutSeconds = (changes: Partial<Failover> = {}): Drill => {
    const { eventSeconds: _, ...failover } = failoverOf(changes);
    return observationOf({ failover });
  };

  test.each<{ what: string; drill: Drill; probe: ProbeReport | 'none'; isPassed: boolean }>([
    { what: 'all is well', drill: observationOf(), probe: calmProbeOf(), isPassed: true },
    { what: 'the events tell no time', drill: withoutSeconds(), probe: calmProbeOf(), isPassed: true },
    { what: 'the events tell of no time between them', drill: observationOf({ failover: failoverOf({ eventSeconds: 0 }) }), probe: calmProbeOf(), isPassed: true },
    { what: 'the events tell of too long a time', drill: observationOf({ failover: failoverOf({ eventSeconds: 121 }) }), probe: calmProbeOf(), isPassed: false },
    { what: 'the swap was not seen, and the database is available', drill: withoutSeconds({ outcome: 'timed-out' }), probe: calmProbeOf(), isPassed: true },
    { what: 'the database is not available', drill: withoutSeconds({ outcome: 'timed-out', statuses: [{ at: at(5), status: 'rebooting' }] }), probe: calmProbeOf(), isPassed: false },
    { what: 'it is still looked at', drill: withoutSeconds({ outcome: 'pending' }), probe: calmProbeOf(), isPassed: false },
    { what: 'nobody wrote', drill: observationOf(), probe: 'none', isPassed: false },
    { what: 'nobody could write', drill: observationOf(), probe: calmProbeOf({ ended: 'never-wrote', writers: [writerOf('pooled', { acknowledged: 0 }), writerOf('fresh', { acknowledged: 0 })] }), isPassed: false },
    { what: 'one client is still away', drill: observationOf(), probe: calmProbeOf({ ended: 'time-short', writers: [calmOf('pooled'), awayOf('fresh')] }), isPassed: false },
    { what: 'the probe saw the end of the outage', drill: observationOf(), probe: probeOf(), isPassed: true },
    { what: 'the shop is not well', drill: observationOf({ healthAfter: [{ at: at(400), healthy: 2, unhealthy: 1, errorPercent: 0 }] }), probe: calmProbeOf(), isPassed: false },
  ])('is passed $isPassed where $what', ({ drill, probe, isPassed: expected }) => {
    expect(passes(drill, probe)).toBe(expected);
  });

  test('of which nobody knows where it ran names no zone', () => {
    expect(judgementOf('failover', observationOf({ failover: failoverOf({ zoneBefore: 'unknown' }) }), calmProbeOf()).statement).toContain('from an unknown zone');
  });
});

test('a drill passes when, and only when, the outage was measured and short, few enough commits are lost, the database moved, and the shop is well', () => {
  const away = fc.constantFrom('none', 'pooled', 'fresh');
  fc.assert(
    fc.property(
      fc.constantFrom('recovered', 'no-outage', 'time-short', 'never-wrote'), fc.double({ min: 0.1, max: 400, noNaN: true }), away, fc.integer({ min: 0, max: 3 }),
      fc.boolean(), fc.constantFrom('pending', 'swapped', 'abandoned', 'timed-out'), fc.integer({ min: 0, max: 4 }), fc.boolean(), fc.integer({ min: 0, max: 2 }),
      (ended, seconds, missing, lost, isRead, outcome, healthy, hasProbe, maxLostCommits) => {
        const drill = drillOf({
          plan: planOf({ objectives: { rtoSeconds: 120, maxLostCommits } }),
          failover: failoverOf({ outcome }),
          healthAfter: [{ at: at(300), healthy, unhealthy: 0, errorPercent: 0 }],
        });
        const writers = (['pooled', 'fresh'] as const).map((writer) => (writer === missing ? awayOf(writer) : writerOf(writer, { outageSeconds: seconds, acknowledged: ended === 'never-wrote' ? 0 : 10 })));
        const probe = probeOf({ ended, writers, verification: isRead ? verificationOf({ lost }) : { status: 'unread', reason: 'x' } });
        const verdict = verdictOf(drill, hasProbe ? probe : 'none');
        const isOutageMeasured = hasProbe && ended === 'recovered' && missing === 'none';
        const isLossMeasured = hasProbe && isRead && (ended !== 'never-wrote' || missing !== 'none');
        expect(verdict.measured.outageSeconds).toBe(isOutageMeasured ? seconds : undefined);
        expect(verdict.measured.lostCommits).toBe(isLossMeasured ? lost : undefined);
        const expected = isOutageMeasured && seconds <= 120 && isLossMeasured && lost <= maxLostCommits && outcome === 'swapped' && healthy >= 3;
        expect(isPassed(drill, verdict)).toBe(expected);
        // Whoever reads the sentences learns why.
        for (const { statement } of verdict.judgements) expect(statement).toMatch(/^[A-Z0-9].*\.$/u);
      },
    ),
    { seed: 4, numRuns: 400 },
  );
});
