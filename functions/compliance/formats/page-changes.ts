import type { FormatSubject } from './format.ts';
import type { ReportedFinding } from '../report.ts';
import { statusWords } from './page-findings.ts';
import { type Html, html, nothing } from '../../platform/html.ts';
import { time } from './page-words.ts';

const shown = 12;

/** What is otherwise than after the run before. */
export function changes({ digest }: FormatSubject): Html {
  const { appeared, changed, resolved, silenced, expiredExceptions } = digest;
  const blocks = [
    block('New', 'appeared', appeared.map((finding) => row(finding, html`${statusWords[finding.status]}`))),
    block('Changed', 'changed', changed.map(({ finding, from }) => row(finding, html`${statusWords[finding.status]}, before: ${statusWords[from].toLowerCase()}`))),
    block('Gone', 'resolved', resolved.map((finding) => row(finding, nothing))),
    block('Not evaluated any more', 'silenced', silenced.map(({ id, title, reason }) => html`<li><b>${id}</b> ${title}: ${reason ?? 'no reason given'}</li>\n`)),
    block(
      'Exceptions that expired',
      'expired',
      expiredExceptions.map(({ check, resource, owner, expiresAt }) => html`<li><b>${check}</b> <code>${resource}</code>, ${owner}, until ${time(expiresAt)}</li>\n`),
    ),
  ];
  const isQuiet = blocks.every(({ markup }) => markup === '');
  return html`<section aria-labelledby="changes">
<h2 id="changes">What changed since the last run</h2>
${isQuiet ? html`<p class="empty">Nothing. ${digest.unchanged.length === 0 ? '' : 'What is below was there before.'}</p>` : html`<div class="changes">
${blocks}</div>`}
</section>
`;
}

function row({ severity, checkId, message }: ReportedFinding, status: Html): Html {
  return html`<li><span class="dot ${severity}" title="${severity}"></span><span class="hidden">${severity}: </span><b>${checkId}</b> ${message} <span class="outcome">${status}</span></li>\n`;
}

function block(title: string, kind: string, rows: readonly Html[]): Html {
  if (rows.length === 0) return nothing;
  const rest = rows.length - shown;
  return html`<div class="change ${kind}">
<h3>${title} <span class="count">${rows.length}</span></h3>
<ul>
${rows.slice(0, shown)}${rest > 0 ? html`<li class="rest">and ${rest} more</li>\n` : nothing}</ul>
</div>
`;
}
