import { type Html, html } from '../../platform/html.ts';

const parisTime = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Paris', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit',
});

/** An instant as Paris reads it, and as machines do. What is no instant stays as it is. */
export function time(instant: string): Html {
  const milliseconds = Date.parse(instant);
  if (Number.isNaN(milliseconds)) return html`${instant}`;
  return html`<time datetime="${instant}">${parisTime.format(milliseconds)}</time>`;
}

/** `1 finding`, `2 findings` */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Whole days from one instant to another, for people. */
export function age(from: string, to: string): string {
  const days = Math.floor((Date.parse(to) - Date.parse(from)) / 86_400_000);
  return days < 1 ? 'less than a day ago' : `${countOf(days, 'day')} ago`;
}

export function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
