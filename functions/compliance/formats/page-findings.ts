import { adviceOn } from './format.ts';
import type { ComplianceReport, FindingStatus, ReportedFinding } from '../report.ts';
import { type Html, html, nothing } from '../../platform/html.ts';
import { age, time } from './page-words.ts';

/** A status in a word or two. */
export const statusWords: Readonly<Record<FindingStatus, string>> = {
  open: 'Open',
  excepted: 'Accepted',
  repaired: 'Repaired',
  'would-repair': 'Dry run',
  'awaiting-approval': 'Awaiting approval',
  'handed-over': 'Handed over',
  'held-back': 'Held back',
  failed: 'Repair failed',
};

/** What the sentence about a repair answers. */
const repairWords: Readonly<Record<FindingStatus, string>> = {
  open: 'Repair',
  excepted: 'Repair',
  repaired: 'What was done',
  'would-repair': 'What would be done',
  'awaiting-approval': 'Asked for',
  'handed-over': 'Why a person',
  'held-back': 'Why it waits',
  failed: 'What went wrong',
};

export function finding(reported: ReportedFinding, title: string, report: ComplianceReport): Html {
  const { checkId, severity, status, resource, message, firstSeenAt, exception } = reported;
  return html`<article class="card ${severity}">
<header><p class="check"><a href="#check-${checkId}">${checkId}</a> ${title}</p><p class="status ${status}">${statusWords[status]}</p></header>
<h4>${message}</h4>
<dl>
<div><dt>Resource</dt><dd><code>${resource.id}</code> <span class="type">${resource.type}</span></dd></div>
<div><dt>First seen</dt><dd>${time(firstSeenAt)}${firstSeenAt === report.startedAt ? ', in this run' : `, ${age(firstSeenAt, report.finishedAt)}`}</dd></div>
${exception === undefined ? whatIsDone(reported) : accepted(exception)}
</dl>
</article>
`;
}

function whatIsDone(reported: ReportedFinding): Html {
  const { repair, status } = reported;
  const id = repair?.repairId === undefined ? nothing : html` <code>${repair.repairId}</code>`;
  return html`<div><dt>${repair === undefined ? 'What to do' : repairWords[status]}</dt><dd>${adviceOn(reported)}${id}</dd></div>`;
}

function accepted({ owner, reason, expiresAt }: NonNullable<ReportedFinding['exception']>): Html {
  return html`<div><dt>Accepted by</dt><dd>${owner}, until ${time(expiresAt)}</dd></div>
<div><dt>Because</dt><dd>${reason}</dd></div>`;
}
