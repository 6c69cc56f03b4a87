/** Stands in records where a secret was. */
export const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS';

/** Names with a small first letter, at every level. */
export function spellValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(spellValue);
  if (value instanceof Date) return spellDate(value);
  if (value instanceof Uint8Array) return hidden;
  if (typeof value !== 'object' || value === null) return value;
  const given = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(given.map(([name, inner]): [string, unknown] => [lowerFirst(name), spellValue(inner)]));
}

/** Only the first letter: RDS shows `dBInstanceIdentifier`. */
export function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Jan 6, 2027, 7:04:05 AM`: how records write a time inside a response. */
function spellDate(date: Date): string {
  const hours = date.getUTCHours();
  const clock = [hours % 12 === 0 ? 12 : hours % 12, twoDigits(date.getUTCMinutes()), twoDigits(date.getUTCSeconds())].join(':');
  return `${months[date.getUTCMonth()]} ${date.getUTCDate()}, ${date.getUTCFullYear()}, ${clock} ${hours < 12 ? 'AM' : 'PM'}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
