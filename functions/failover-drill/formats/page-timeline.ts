import type { DrillReport } from '../drill-report.ts';
import { type Html, html, nothing } from '../../platform/html.ts';
import { clock, offset } from './page-words.ts';
import { type Lane, type Moment, type Span, type Timeline, timelineOf } from './timeline.ts';

/** The course of a failover: drawn, and as a table of everything that is known of it. */
export function course(report: DrillReport): Html {
  const timeline = timelineOf(report);
  if (timeline === undefined) return nothing;
  return html`<section aria-labelledby="course">
<h2 id="course">What happened when</h2>
<div class="picture" tabindex="0" role="region" aria-label="Picture of the course, which the table below lists">
${picture(timeline)}
</div>
<table class="stacked">
<caption>Times are those of Paris, to a tenth of a second; seconds count from ${timeline.originName}. Events and statuses stand where they were seen.</caption>
<thead><tr><th scope="col">Time</th><th scope="col" class="number">Seconds</th><th scope="col">Seen by</th><th scope="col">What</th></tr></thead>
<tbody>
${momentRows(timeline)}</tbody>
</table>
</section>
`;
}

function momentRows({ moments, origin }: Timeline): Html[] {
  let events = 0;
  return moments.map((moment: Moment) => {
    const { at, source, what } = moment;
    const number = source === 'RDS event' ? html` <span class="number-mark">${(events += 1)}</span>` : nothing;
    return html`<tr><th scope="row">${clock(new Date(at).toISOString())}</th><td data-label="Seconds" class="number">${offset(at - origin)}</td><td data-label="Seen by" class="by">${source}${number}</td><td data-label="What">${what}</td></tr>
`;
  });
}

/** Of the picture, in its own units. */
const width = 1000;
const labelWidth = 128;
const right = width - 14;
const laneHeight = 40;
const top = 12;
/** Of one character, about: whether a label fits. */
const characterWidth = 8;

function picture(timeline: Timeline): Html {
  const { lanes, from, until, origin, originName } = timeline;
  const bottom = top + lanes.length * laneHeight;
  const x = (at: number): number => round(labelWidth + ((at - from) / (until - from)) * (right - labelWidth));
  const ticks = ticksOf(timeline).map(
    (at) => html`<line class="tick${at === origin ? ' origin' : ''}" x1="${x(at)}" x2="${x(at)}" y1="${top - 6}" y2="${bottom}"/><text class="axis" x="${x(at)}" y="${bottom + 18}" text-anchor="middle">${offset(at - origin)}</text>
`,
  );
  return html`<svg viewBox="0 0 ${width} ${bottom + 28}" role="img" aria-labelledby="picture-title picture-text">
<title id="picture-title">The course of the failover</title>
<desc id="picture-text">Seconds from ${originName}. ${lanes.map((lane) => describeLane(lane, origin)).join(' ')}</desc>
${ticks}${lanes.map((lane, index) => drawLane(lane, top + index * laneHeight + laneHeight / 2, x))}</svg>`;
}

function describeLane({ name, spans, marks }: Lane, origin: number): string {
  const parts = [
    ...spans.map(({ from, until, kind, label }) => `${kind === 'away' ? 'no writes' : label === '' ? 'writes' : label} from ${offset(from - origin)} to ${offset(until - origin)}`),
    ...marks.map(({ at, label }) => `${label} at ${offset(at - origin)}`),
  ];
  return `${name}: ${parts.join(', ')}.`;
}

function drawLane({ name, spans, marks }: Lane, y: number, x: (at: number) => number): Html {
  return html`<text class="lane" x="0" y="${y + 5}">${name}</text>
${spans.map((span) => drawSpan(span, y, x))}${drawMarks(marks, y, x)}`;
}

/** What is well is a thin line; what is not is a bar, so that it is told apart without its colour. */
function drawSpan({ from, until, kind, label }: Span, y: number, x: (at: number) => number): Html {
  const [left, end] = [x(from), x(until)];
  const height = kind === 'well' ? 8 : 24;
  const fits = label.length * characterWidth + 8 <= end - left;
  const text = label === '' || !fits ? nothing : html`<text class="on ${kind}" x="${round((left + end) / 2)}" y="${kind === 'well' ? y - 8 : y + 5}" text-anchor="middle">${label}</text>`;
  return html`<rect class="${kind}" x="${left}" y="${y - height / 2}" width="${round(Math.max(end - left - 1, 1))}" height="${height}" rx="3"/>${text}
`;
}

/** Marks so near to one another that their labels would stand on each other share one. */
function drawMarks(marks: Lane['marks'], y: number, x: (at: number) => number): Html[] {
  return clusters(marks, x).map((cluster) => {
    const places = cluster.map(({ at }) => x(at));
    const [first = 0, last = 0] = [places.at(0), places.at(-1)];
    const labels = cluster.map(({ label }) => label);
    if (isNumbered(cluster)) {
      const label = labels.length === 1 ? labels.join('') : `${labels.at(0) ?? ''}–${labels.at(-1) ?? ''}`;
      const [left, length] = [first - markWidth / 2, last - first + markWidth];
      return html`<rect class="mark" x="${round(left)}" y="${y - 10}" width="${round(length)}" height="20" rx="10"/><text class="in-mark" x="${round(left + length / 2)}" y="${y + 4.5}" text-anchor="middle">${label}</text>
`;
    }
    const points = places.map((place) => html`<path class="mark" d="M${place} ${y - 7}l7 7l-7 7l-7 -7z"/>`);
    return html`${points}<text class="by-mark" x="${round(last + 12)}" y="${y + 5}">${labels.join(', ')}</text>
`;
  });
}

const markWidth = 20;

function clusters(marks: Lane['marks'], x: (at: number) => number): Lane['marks'][] {
  const found: Lane['marks'][] = [];
  for (const mark of marks) {
    const cluster = found.at(-1) ?? [];
    const last = cluster.at(-1);
    const room = isNumbered(cluster) ? markWidth + 2 : cluster.map(({ label }) => label).join(', ').length * characterWidth + 24;
    if (last !== undefined && x(mark.at) - x(last.at) < room) found[found.length - 1] = [...cluster, mark];
    else found.push([mark]);
  }
  return found;
}

function isNumbered(marks: Lane['marks']): boolean {
  return marks.every(({ label }) => /^\d+$/u.test(label));
}

const stepsSeconds = [5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400] as const;
const mostTicks = 10;

/** Round numbers of seconds from the origin, about ten of them. */
function ticksOf({ from, until, origin }: Timeline): number[] {
  const step = (stepsSeconds.find((seconds) => (until - from) / (seconds * 1000) <= mostTicks) ?? 86_400) * 1000;
  const first = Math.ceil((from - origin) / step);
  const last = Math.floor((until - origin) / step);
  return Array.from({ length: Math.min(Math.max(last - first + 1, 0), 2 * mostTicks) }, (_, index) => origin + (first + index) * step);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
