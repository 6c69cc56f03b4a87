import { findMalformed, InvalidSaleError, parseRegistration } from '../../../functions/capacity/sale-request.ts';
import { DAY, model, OPENS } from './fixtures.ts';

const NOW = OPENS - 10 * DAY;

const sale = {
  id: 'hiver-2027',
  name: 'Soldes d’hiver 2027',
  startsAt: '2027-01-13T08:00',
  endsAt: '2027-02-10T08:00',
  expectedPeakRequestsPerSecond: 800,
};

/** Code and field of everything wrong with a request. */
function issuesOf(input: unknown): string[] {
  const parsed = parseRegistration(input, model(), NOW);
  return parsed.kind === 'parsed' ? [] : parsed.issues.map(({ code, field }) => `${code} ${field}`);
}

function add(change: Record<string, unknown>): unknown {
  return { action: 'add', sale: { ...sale, ...change } };
}

describe('parseRegistration', () => {
  it('turns Paris times into UTC', () => {
    expect(parseRegistration({ action: 'add', sale }, model(), NOW)).toEqual({
      kind: 'parsed',
      saleId: 'hiver-2027',
      request: { action: 'add', sale: { ...sale, startsAt: '2027-01-13T07:00:00.000Z', endsAt: '2027-02-10T07:00:00.000Z' } },
    });
  });

  it.each([
    [{ action: 'extend', saleId: 'ete', endsAt: '2027-07-28T08:00' }, { action: 'extend', saleId: 'ete', endsAt: '2027-07-28T06:00:00.000Z' }],
    [{ action: 'bring-forward', saleId: 'ete', startsAt: '2027-06-30T06:00Z' }, { action: 'bring-forward', saleId: 'ete', startsAt: '2027-06-30T06:00:00.000Z' }],
    [{ action: 'cancel', saleId: 'ete' }, { action: 'cancel', saleId: 'ete' }],
    [{ action: 'cancel', saleId: 'ete', dryRun: true }, { action: 'cancel', saleId: 'ete', dryRun: true }],
  ])('parses %j', (input, request) => {
    expect(parseRegistration(input, model(), NOW)).toEqual({ kind: 'parsed', saleId: 'ete', request });
  });

  it.each([
    ['an unknown field', add({ colour: 'red' }), ['unknown-field sale.colour']],
    ['an unknown field beside the sale', { action: 'add', sale, force: true }, ['unknown-field force']],
    ['a missing name', add({ name: undefined }), ['missing-field sale.name']],
    ['an id that no execution name can have', add({ id: 'Hiver 2027' }), ['invalid-value sale.id']],
    ['an id of 41 characters', add({ id: 'a'.repeat(41) }), ['invalid-value sale.id']],
    ['an id that another kind of lease uses', add({ id: 'surge' }), ['id-reserved sale.id']],
    ['neither peak nor floor', add({ expectedPeakRequestsPerSecond: undefined }), ['one-of-peak-and-floor sale.expectedPeakRequestsPerSecond']],
    ['both peak and floor', add({ floor: 12 }), ['one-of-peak-and-floor sale.expectedPeakRequestsPerSecond']],
    ['half an instance', add({ expectedPeakRequestsPerSecond: undefined, floor: 2.5 }), ['invalid-value sale.floor']],
    ['a time that does not exist', add({ startsAt: '2027-03-28T02:30', endsAt: '2027-04-03T08:00' }), ['time-nonexistent sale.startsAt']],
    ['a time that happens twice', add({ endsAt: '2027-10-31T02:30' }), ['time-ambiguous sale.endsAt']],
    ['a time that is none', { action: 'extend', saleId: 'ete', endsAt: 'soon' }, ['time-malformed endsAt']],
    ['an unknown action', { action: 'delete', saleId: 'ete' }, ['invalid-value action']],
    ['a field of another action', { action: 'cancel', saleId: 'ete', endsAt: '2027-07-28T08:00' }, ['unknown-field endsAt']],
    ['nothing', undefined, ['missing-field request']],
    ['a list', [], ['invalid-value request']],
    ['a dry run that is neither true nor false', { action: 'add', sale, dryRun: 'yes' }, ['invalid-value dryRun']],
  ])('refuses %s', (_what, input, issues) => {
    expect(issuesOf(input)).toEqual(issues);
  });

  it('names everything wrong at once, the malformed and the senseless', () => {
    const input = add({
      id: 'HIVER',
      colour: 'red',
      startsAt: '2026-01-13T08:00',
      endsAt: '2026-01-12T08:00',
      expectedPeakRequestsPerSecond: undefined,
      floor: 41,
      leadMinutes: 5,
    });
    expect(issuesOf(input).toSorted()).toEqual([
      'end-before-start sale.endsAt',
      'floor-above-maximum sale.floor',
      'invalid-value sale.id',
      'lead-too-short sale.leadMinutes',
      'start-in-past sale.startsAt',
      'unknown-field sale.colour',
    ]);
  });
});

describe('InvalidSaleError', () => {
  it('has a stable name, and names every field with its value and what was expected', () => {
    const parsed = parseRegistration(add({ id: 'HIVER', name: '' }), model(), NOW);
    const error = new InvalidSaleError(parsed.kind === 'refused' ? parsed.issues : []);
    expect(error.name).toBe('InvalidSaleError');
    expect(error.message).toContain('sale.id: "HIVER" given, expected lower-case letters and digits');
    expect(error.message).toContain('sale.name: "" given, expected a name of 1 to 100 characters');
  });
});

describe('findMalformed', () => {
  it('names what is wrong in itself, and leaves to the model and the clock what is theirs', () => {
    const codes = findMalformed(add({ startsAt: 'soon', floor: 12 })).map(({ code, field }) => `${code} ${field}`);
    expect(codes).toEqual(['time-malformed sale.startsAt', 'one-of-peak-and-floor sale.expectedPeakRequestsPerSecond']);
    expect(findMalformed(add({ startsAt: '2020-01-01T08:00', expectedPeakRequestsPerSecond: 1e9 }))).toEqual([]);
  });
});
