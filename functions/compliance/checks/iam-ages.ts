const dayMilliseconds = 86_400_000;

/** Whole and part days from one instant to another, both ISO 8601. */
export function daysBetween(from: string, to: string): number {
  const days = (Date.parse(to) - Date.parse(from)) / dayMilliseconds;
  if (Number.isNaN(days)) throw new RangeError(`instants are ISO 8601: not "${from}" and "${to}"`);
  return days;
}

/** The later of the instants that there are. */
export function latest(first: string, ...others: readonly (string | undefined)[]): string {
  return others.reduce<string>((last, instant) => (instant !== undefined && Date.parse(instant) > Date.parse(last) ? instant : last), first);
}
