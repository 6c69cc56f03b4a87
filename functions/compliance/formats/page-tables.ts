import type { CheckFacts } from './format.ts';
import type { CheckStatus, ComplianceReport } from '../report.ts';
import { type Html, html, nothing } from '../../platform/html.ts';
import { countOf, time } from './page-words.ts';

/** Exceptions in force that covered something in this run, and those that have expired. */
export function exceptionTables({ findings, expiredExceptions }: ComplianceReport): Html {
  const inForce = new Map<string, { check: string; owner: string; reason: string; expiresAt: string; resources: Set<string> }>();
  for (const { checkId, resource, exception } of findings) {
    if (exception === undefined) continue;
    const key = [checkId, exception.owner, exception.reason, exception.expiresAt].join('\n');
    const among = inForce.get(key) ?? { check: checkId, ...exception, resources: new Set<string>() };
    among.resources.add(resource.id);
    inForce.set(key, among);
  }
  const rows = [...inForce.values()].map(({ resources, ...exception }) => {
    const [only = ''] = resources;
    return exceptionRow({ ...exception, resource: resources.size === 1 ? only : countOf(resources.size, 'resource') });
  });
  return html`<section aria-labelledby="exceptions">
<h2 id="exceptions">Exceptions</h2>
${rows.length === 0 ? html`<p class="empty">None covers anything that was found.</p>` : exceptionTable('In force', rows)}
${expiredExceptions.length === 0 ? nothing : exceptionTable('Expired: they count for nothing. Renew them or take them out.', expiredExceptions.map(exceptionRow))}
</section>
`;
}

function exceptionTable(caption: string, rows: readonly Html[]): Html {
  return html`<table class="stacked">
<caption>${caption}</caption>
<thead><tr><th scope="col">Check</th><th scope="col">Resource</th><th scope="col">Owner</th><th scope="col">Until</th><th scope="col">Reason</th></tr></thead>
<tbody>
${rows}</tbody>
</table>`;
}

function exceptionRow(exception: { check: string; resource: string; owner: string; expiresAt: string; reason: string }): Html {
  const { check, resource, owner, expiresAt, reason } = exception;
  return html`<tr><th scope="row">${check}</th><td data-label="Resource"><code>${resource}</code></td><td data-label="Owner">${owner}</td><td data-label="Until">${time(expiresAt)}</td><td data-label="Reason">${reason}</td></tr>
`;
}

const results: Readonly<Record<CheckStatus, string>> = { passed: 'Passed', failed: 'Failed', 'not-evaluated': 'Not evaluated' };

export function checkTable({ checks }: ComplianceReport, facts: readonly CheckFacts[]): Html {
  const referencesOf = new Map(facts.map(({ id, references }) => [id, references]));
  const rows = checks.map(
    ({ id, title, status, reason, findings }) => html`<tr id="check-${id}"><th scope="row">${id}</th><td data-label="Tests">${title}${reason === undefined ? nothing : html` <span class="reason">${reason}</span>`}</td><td data-label="Result"><span class="result ${status}">${results[status]}</span></td><td data-label="Findings" class="number">${status === 'not-evaluated' ? '–' : findings}</td><td data-label="References">${referencesOf.get(id)?.join(', ') || '–'}</td></tr>
`,
  );
  return html`<section aria-labelledby="checks">
<h2 id="checks">Checks</h2>
<table class="stacked">
<caption class="hidden">Every check, its result and its findings</caption>
<thead><tr><th scope="col">Check</th><th scope="col">Tests</th><th scope="col">Result</th><th scope="col" class="number">Findings</th><th scope="col">References</th></tr></thead>
<tbody>
${rows}</tbody>
</table>
</section>
`;
}
