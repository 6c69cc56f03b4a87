import { decideReservation, type ReservationFacts, wantedReservation } from '../../../functions/capacity/reservation.ts';
import { ENDS, HOUR, model, OPENS, rehearsalLease, saleLease } from './fixtures.ts';

const none: ReservationFacts = { reservedLcus: 0, decreasesRemaining: 2, isChanging: false };
/** 800 requests a second with 20 % of headroom, at 25 an LCU, is 39: less than the smallest reservation there is. */
const smallest = 100;
const large = saleLease({ id: 'large', sale: { ...saleLease().sale, id: 'large', expectedPeakRequestsPerSecond: 5000 } });

describe('the reservation of load balancer capacity', () => {
  test.each([
    ['a sale whose lead time has come reserves', [saleLease()], OPENS - HOUR, none, 'reserve'],
    ['a sale that is days away reserves nothing', [saleLease()], OPENS - 48 * HOUR, none, 'hold'],
    ['what stands is left alone', [saleLease()], OPENS, { ...none, reservedLcus: smallest }, 'hold'],
    ['a change that is not complete is waited for', [saleLease()], OPENS, { ...none, isChanging: true }, 'hold'],
    ['a larger sale raises what stands', [saleLease(), large], OPENS, { ...none, reservedLcus: smallest }, 'reserve'],
    ['a smaller need spends no decrease while a sale is active', [saleLease()], OPENS, { ...none, reservedLcus: 240 }, 'hold'],
    ['the last sale over gives it back', [saleLease()], ENDS, { ...none, reservedLcus: smallest }, 'reset'],
    ['without a decrease left it stays', [saleLease()], ENDS, { ...none, reservedLcus: smallest, decreasesRemaining: 0 }, 'hold'],
    ['giving back waits for the change before', [saleLease()], ENDS, { ...none, reservedLcus: smallest, isChanging: true }, 'hold'],
    ['with nothing reserved and no sale there is nothing to do', [], OPENS, none, 'hold'],
  ] as const)('%s', (_rule, leases, now, facts, kind) => {
    expect(decideReservation(leases, model(), facts, now).kind).toBe(kind);
  });

  test('is sized by the highest peak among the active sales', () => {
    expect(wantedReservation([saleLease(), large], model(), OPENS)).toBe(240);
    expect(wantedReservation([saleLease()], model(), OPENS)).toBe(smallest);
  });

  test('is not asked for by a sale that was given as a floor, nor by a lease of another kind', () => {
    const { expectedPeakRequestsPerSecond: _peak, ...sale } = saleLease().sale;
    expect(wantedReservation([saleLease({ sale }), rehearsalLease()], model(), OPENS)).toBe(0);
  });
});
