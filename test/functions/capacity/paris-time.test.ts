import * as fc from 'fast-check';
import { formatParisTime, resolveParisTime } from '../../../functions/capacity/paris-time.ts';
import { at, DAY, HOUR } from './fixtures.ts';

/** Epoch milliseconds of the beginning of a day in Paris. */
function midnight(date: string): number {
  const resolved = resolveParisTime(`${date}T00:00`, 'at');
  return resolved.kind === 'resolved' ? at(resolved.instant) : Number.NaN;
}

describe('resolveParisTime', () => {
  it.each([
    ['2027-01-13T08:00', '2027-01-13T07:00:00.000Z'],
    ['2027-01-13T08:00:30', '2027-01-13T07:00:30.000Z'],
    ['2027-06-30T08:00', '2027-06-30T06:00:00.000Z'],
    ['2027-01-13T08:00:00+01:00', '2027-01-13T07:00:00.000Z'],
    ['2027-01-13T07:00:00Z', '2027-01-13T07:00:00.000Z'],
    ['2027-01-12T22:00:00-09:00', '2027-01-13T07:00:00.000Z'],
    ['2027-03-28T01:59:59', '2027-03-28T00:59:59.000Z'],
    ['2027-03-28T03:00', '2027-03-28T01:00:00.000Z'],
    ['2027-10-31T01:59', '2027-10-30T23:59:00.000Z'],
    ['2027-10-31T03:00', '2027-10-31T02:00:00.000Z'],
    ['2027-10-31T02:30:00+01:00', '2027-10-31T01:30:00.000Z'],
    ['2028-02-29T08:00', '2028-02-29T07:00:00.000Z'],
  ])('%s is %s', (text, instant) => {
    expect(resolveParisTime(text, 'startsAt')).toEqual({ kind: 'resolved', instant });
  });

  it('refuses a time that spring skips, and offers the two instants around it', () => {
    expect(resolveParisTime('2027-03-28T02:30', 'sale.startsAt')).toMatchObject({
      kind: 'unresolved',
      reason: 'nonexistent',
      field: 'sale.startsAt',
      value: '2027-03-28T02:30',
      candidates: ['2027-03-28T01:30:00+01:00', '2027-03-28T03:30:00+02:00'],
    });
  });

  it('refuses a time that autumn repeats, and offers both instants', () => {
    expect(resolveParisTime('2027-10-31T02:30', 'sale.endsAt')).toMatchObject({
      reason: 'ambiguous',
      field: 'sale.endsAt',
      candidates: ['2027-10-31T02:30:00+02:00', '2027-10-31T02:30:00+01:00'],
    });
  });

  it.each([
    '',
    'tomorrow',
    '2027-01-13',
    '2027-02-29T08:00',
    '2027-13-01T08:00',
    '2027-01-13T24:00',
    '2027-01-13T08:60',
    '2027-01-13 08:00',
    '13/01/2027 08:00',
    '2027-01-13T08:00[Europe/London]',
    '2027-02-30T08:00:00Z',
  ])('refuses %j as malformed', (text) => {
    expect(resolveParisTime(text, 'startsAt')).toMatchObject({ kind: 'unresolved', reason: 'malformed', candidates: [] });
  });

  it('every candidate it offers is accepted', () => {
    for (const text of ['2027-03-28T02:00', '2027-03-28T02:59:59', '2027-10-31T02:00', '2027-10-31T02:59:59']) {
      const refused = resolveParisTime(text, 'startsAt');
      const candidates = refused.kind === 'unresolved' ? refused.candidates : [];
      expect(candidates).toHaveLength(2);
      for (const candidate of candidates) expect(resolveParisTime(candidate, 'startsAt').kind).toBe('resolved');
    }
  });
});

describe('formatParisTime', () => {
  it.each([
    ['2027-01-13T05:30:00Z', '2027-01-13T06:30:00+01:00'],
    ['2027-07-01T05:30:00Z', '2027-07-01T07:30:00+02:00'],
    ['2027-03-28T00:59:59Z', '2027-03-28T01:59:59+01:00'],
    ['2027-03-28T01:00:00Z', '2027-03-28T03:00:00+02:00'],
  ])('%s is written %s', (instant, written) => {
    expect(formatParisTime(at(instant))).toBe(written);
  });

  it('what it writes resolves to the same second', () => {
    const start = at('2027-01-01T00:00:00Z');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: (400 * DAY) / 1000 }), (seconds) => {
        const instant = start + seconds * 1000;
        const resolved = resolveParisTime(formatParisTime(instant), 'at');
        expect(resolved).toEqual({ kind: 'resolved', instant: new Date(instant).toISOString() });
      }),
    );
  });

  it('the two days of the year that have not 24 hours have 23 and 25', () => {
    expect((midnight('2027-03-29') - midnight('2027-03-28')) / HOUR).toBe(23);
    expect((midnight('2027-11-01') - midnight('2027-10-31')) / HOUR).toBe(25);
  });
});
