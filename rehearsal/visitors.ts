/** Requests per second at an instant in epoch milliseconds. */
export type Visitors = (at: number) => number;

const hour = 3_600_000;
const day = 24 * hour;

/**
 * An ordinary day of a French shop: quiet at night, a bump at noon, the evening the highest. Shares of the evening's
 * load by hour of the day in Paris, taken as UTC+1: an hour's shift in summer changes nothing that is measured.
 */
const hourlyShares = [
  0.2, 0.13, 0.09, 0.07, 0.07, 0.1, 0.18, 0.32, 0.48, 0.6, 0.68, 0.74, 0.82, 0.8, 0.72, 0.68, 0.7, 0.76, 0.84, 0.92, 1,
  0.96, 0.7, 0.4,
];

/** An ordinary day whose evening reaches `peak` requests per second. */
export function ordinaryDays(peak: number): Visitors {
  return (at) => {
    const hours = (((at + hour) % day) + day) % day / hour;
    const before = Math.floor(hours);
    const share = hourlyShares[before] ?? 0;
    const next = hourlyShares[(before + 1) % 24] ?? 0;
    return peak * (share + (next - share) * (hours - before));
  };
}

/**
 * A sale on top of other visitors: they gather in the quarter of an hour before the opening, rush in, thin out to
 * about half, come back in the evening, and are gone within half an hour of the end.
 */
export function sale(peak: number, opensAt: number, endsAt: number): Visitors {
  return (at) => {
    const sinceOpening = (at - opensAt) / hour;
    if (sinceOpening < -0.25 || at > endsAt + 0.5 * hour) return 0;
    if (sinceOpening < 0) return peak * 0.35 * (1 + sinceOpening / 0.25);
    if (at > endsAt) return peak * 0.4 * (1 - (at - endsAt) / (0.5 * hour));
    const rush = Math.exp(-sinceOpening / 1.5);
    const untilEnd = (endsAt - at) / hour;
    const evening = Math.exp(-((untilEnd - 1.5) ** 2) / 2);
    return peak * Math.min(1, 0.4 + 0.6 * rush + 0.35 * evening);
  };
}

/** A rush that nobody announced: up within ten minutes, held, gone within twenty. */
export function rush(peak: number, from: number, until: number): Visitors {
  return (at) => {
    if (at < from || at > until + hour / 3) return 0;
    if (at > until) return peak * (1 - (at - until) / (hour / 3));
    return peak * Math.min(1, (at - from) / (hour / 6));
  };
}

export function together(...visitors: readonly Visitors[]): Visitors {
  return (at) => visitors.reduce((sum, each) => sum + each(at), 0);
}
