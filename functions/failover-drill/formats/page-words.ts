import { type Html, html } from '../../platform/html.ts';

const inParis = { timeZone: 'Europe/Paris' } as const;
const dayAndMinute = new Intl.DateTimeFormat('en-GB', { ...inParis, day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' });
const timeOfDay = new Intl.DateTimeFormat('en-GB', { ...inParis, hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 1 });

/** An instant as Paris reads it, and as machines do. What is no instant stays as it is. */
export function time(instant: string): Html {
  return marked(instant, dayAndMinute);
}

/** The same to a tenth of a second, without its day. */
export function clock(instant: string): Html {
  return marked(instant, timeOfDay);
}

function marked(instant: string, format: Intl.DateTimeFormat): Html {
  const milliseconds = Date.parse(instant);
  return Number.isNaN(milliseconds) ? html`${instant}` : html`<time datetime="${instant}">${format.format(milliseconds)}</time>`;
}

/** Seconds from one instant to another: `+12.3 s`, `−4 s`. */
export function offset(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 100) / 10;
  return `${seconds < 0 ? '−' : '+'}${Math.abs(seconds)} s`;
}

export const none = '–';
