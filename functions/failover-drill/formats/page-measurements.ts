import type { DrillReport } from '../drill-report.ts';
import { countOf, secondsOf } from '../measurement.ts';
import { type Html, html, nothing } from '../../platform/html.ts';
import { clock, none, time } from './page-words.ts';

type Probe = NonNullable<DrillReport['probe']>;

const endedWords: Readonly<Record<Probe['ended'], string>> = {
  recovered: 'It saw the outage from its beginning to its end.',
  'no-outage': 'It saw no outage.',
  'time-short': 'Its time ran out.',
  'never-wrote': 'Not one of its writes was acknowledged.',
};

/** What two clients felt that wrote all the time. */
export function clients({ probe, judgements }: DrillReport): Html {
  if (probe === undefined) {
    if (judgements.length === 0) return nothing;
    return html`<section aria-labelledby="clients">
<h2 id="clients">What clients felt</h2>
<p class="note">The probe left no report: nothing was measured.</p>
</section>
`;
  }
  const row = (name: string, value: (writer: Probe['writers'][number]) => string | Html): Html =>
    html`<tr><th scope="row">${name}</th>${probe.writers.map((writer) => html`<td class="number">${value(writer)}</td>`)}</tr>
`;
  return html`<section aria-labelledby="clients">
<h2 id="clients">What clients felt</h2>
<p class="note">A probe inside the VPC wrote every ${probe.intervalMilliseconds} ms by each of two clients, from ${clock(probe.startedAt)} to ${clock(probe.endedAt)}. ${endedWords[probe.ended]}</p>
<table class="slim">
<caption class="hidden">Both clients of the probe</caption>
<thead><tr><th scope="col"></th>${probe.writers.map(({ writer }) => html`<th scope="col" class="number">${writer === 'pooled' ? 'Pooled' : 'Fresh'}</th>`)}</tr></thead>
<tbody>
${row('Outage', ({ outageSeconds }) => (outageSeconds === undefined ? none : html`<strong>${secondsOf(outageSeconds)}</strong>`))}${row('Last commit before', ({ lastCommitBefore }) => (lastCommitBefore === undefined ? none : clock(lastCommitBefore)))}${row('First commit after', ({ firstCommitAfter }) => (firstCommitAfter === undefined ? none : clock(firstCommitAfter)))}${row('Writes', ({ attempts }) => String(attempts))}${row('Acknowledged', ({ acknowledged }) => String(acknowledged))}${row('Refused', ({ refused }) => String(refused))}${row('Never answered', ({ unanswered }) => String(unanswered))}${row('Slowest attempt', ({ slowestAttemptMilliseconds }) => `${Math.round(slowestAttemptMilliseconds)} ms`)}</tbody>
</table>
<p class="note">The pooled client keeps its connection, the fresh one opens one for every write.</p>
${errors(probe)}</section>
`;
}

/** The most frequent are enough to see what kind of failure it was. */
const shownErrors = 5;

function errors({ writers }: Probe): Html {
  const found = writers.filter((writer) => writer.errors.length > 0);
  if (found.length === 0) return nothing;
  return html`<table class="stacked">
<caption>What went wrong, in the driver’s words</caption>
<thead><tr><th scope="col">Client</th><th scope="col" class="number">Times</th><th scope="col">Error</th></tr></thead>
<tbody>
${found.flatMap(({ writer, errors: each }) => each.slice(0, shownErrors).map(({ message, count }) => html`<tr><th scope="row">${writer}</th><td data-label="Times" class="number">${count}</td><td data-label="Error"><code>${message}</code></td></tr>
`))}</tbody>
</table>
`;
}

/** What the table held afterwards, and the settings on which it rests that it holds it. */
export function commits({ probe, defects, kind }: DrillReport): Html {
  if (probe === undefined) return nothing;
  const { verification } = probe;
  return html`<section aria-labelledby="commits">
<h2 id="commits">What became of the commits</h2>
${defects.map((defect) => html`<p class="alert bad"><strong>Defect of the measurement.</strong> ${defect}</p>
`)}${kind === 'observation' ? html`<p class="note">The probe began after the failover: this is what became of its own writes since, and says nothing of those before.</p>
` : nothing}${verification.status === 'unread' ? html`<p class="alert warning">The table of the probe could not be read afterwards: ${verification.reason}</p>
` : verificationTable(verification)}${durability(probe)}</section>
`;
}

type Found = Extract<Probe['verification'], { status: 'read' }>;

function verificationTable({ lost, ambiguousPresent, ambiguousAbsent, phantom }: Found): Html {
  const row = (name: string, meaning: string, { count, examples }: Found['lost'], isBad: boolean): Html =>
    html`<tr><th scope="row">${name}</th><td data-label="Rows" class="number${isBad && count > 0 ? ' bad' : ''}">${count}</td><td data-label="Means">${meaning}${count === 0 ? nothing : html` <span class="examples">${exampleWords(examples, count)}</span>`}</td></tr>
`;
  return html`<table class="stacked">
<caption class="hidden">What the table of the probe held afterwards</caption>
<thead><tr><th scope="col">Rows</th><th scope="col" class="number">Count</th><th scope="col">Means</th></tr></thead>
<tbody>
${row('Lost', 'Acknowledged, and missing.', lost, true)}${row('Ambiguous, present', 'Sent without an answer, and there all the same.', ambiguousPresent, false)}${row('Ambiguous, absent', 'Sent without an answer, and missing: nobody was promised them.', ambiguousAbsent, false)}${row('Phantom', 'There, and never sent, or refused. There should be none.', phantom, true)}</tbody>
</table>
`;
}

const shownExamples = 8;

function exampleWords(examples: Found['lost']['examples'], count: number): string {
  const shown = examples.slice(0, shownExamples).map(({ writer, id }) => `${writer} ${id}`);
  return `${shown.join(', ')}${count > shown.length ? ` and ${count - shown.length} more` : ''}`;
}

function durability({ durability: settings }: Probe): Html {
  if (settings.length === 0) return html`<p class="note">The settings on which durability rests were not read.</p>
`;
  return html`<table class="slim">
<caption>Settings on which “acknowledged means kept” rests</caption>
<thead><tr><th scope="col">Setting</th><th scope="col">Value</th><th scope="col">Safe</th></tr></thead>
<tbody>
${settings.map(({ name, value, isSafe }) => html`<tr><th scope="row"><code>${name}</code></th><td><code>${value}</code></td><td>${isSafe ? 'Yes' : html`<strong class="bad">No</strong>`}</td></tr>
`)}</tbody>
</table>
`;
}

/** Where the database was and is. */
export function places({ plan, failover, probe }: DrillReport): Html {
  if (failover === undefined && probe === undefined) return nothing;
  return html`<section aria-labelledby="places">
<h2 id="places">Where the database runs</h2>
<table class="slim">
<caption class="hidden">Zone and address, before and after</caption>
<thead><tr><th scope="col"></th><th scope="col">Before</th><th scope="col">After</th></tr></thead>
<tbody>
<tr><th scope="row">Zone</th><td>${failover?.zoneBefore ?? none}</td><td>${failover?.zoneAfter ?? none}</td></tr>
<tr><th scope="row">Address</th><td>${addressesOf(probe?.addresses.before)}</td><td>${addressesOf(probe?.addresses.after)}</td></tr>
</tbody>
</table>
${plan === undefined ? nothing : html`<p class="note"><code>${plan.databaseId}</code> (<code>${plan.resourceId}</code>), ${plan.engine} ${plan.engineVersion}, ${plan.instanceClass}, at <code>${plan.endpoint.address}:${plan.endpoint.port}</code>, parameters ${plan.parameterGroups.join(', ') || none}.</p>
`}</section>
`;
}

function addressesOf(addresses: readonly string[] = []): Html {
  if (addresses.length === 0) return html`${none}`;
  return html`${addresses.map((address, index) => html`${index === 0 ? '' : ', '}<code>${address}</code>`)}`;
}

/** The shop before and after: the looks at which something was otherwise than at the one before. */
export function shop({ healthBefore, healthAfter = [] }: DrillReport): Html {
  if (healthBefore === undefined && healthAfter.length === 0) return nothing;
  type Look = NonNullable<DrillReport['healthAfter']>[number];
  const isSame = (left: Look, right: Look): boolean => left.healthy === right.healthy && left.unhealthy === right.unhealthy && left.errorPercent === right.errorPercent;
  const told = healthAfter.filter((look, index) => {
    const previous = healthAfter[index - 1];
    return previous === undefined || index === healthAfter.length - 1 || !isSame(previous, look);
  });
  const row = (when: string | Html, { healthy, unhealthy, errorPercent }: Omit<Look, 'at'>): Html =>
    html`<tr><th scope="row">${when}</th><td class="number">${healthy}</td><td class="number">${unhealthy}</td><td class="number">${Number(errorPercent.toFixed(1))}%</td></tr>
`;
  return html`<section aria-labelledby="shop">
<h2 id="shop">The shop</h2>
<table class="slim">
<caption>As its load balancer tells; ${countOf(healthAfter.length, 'look')} afterwards, and here those at which something had changed</caption>
<thead><tr><th scope="col">When</th><th scope="col" class="number">Healthy</th><th scope="col" class="number">Unhealthy</th><th scope="col" class="number">Errors</th></tr></thead>
<tbody>
${healthBefore === undefined ? nothing : row('Before', healthBefore)}${told.map((look) => row(clock(look.at), look))}</tbody>
</table>
</section>
`;
}

/** Who asked, and who said yes. */
export function approval({ kind, requester, reason, openedAt, isDryRun, approval: asked, planHash, clearedAt }: DrillReport): Html {
  const answer = asked?.decision === undefined ? html`Nobody answered` : html`${asked.approver ?? 'Somebody'} ${asked.decision} it${asked.answeredAt === undefined ? nothing : html`, ${time(asked.answeredAt)}`}`;
  return html`<section aria-labelledby="approval">
<h2 id="approval">${kind === 'drill' ? 'Who asked, and who approved' : 'How it was noticed'}</h2>
<dl class="facts">
${line(kind === 'drill' ? 'Asked for by' : 'Noticed by', html`${requester}, ${time(openedAt)}${isDryRun ? ', as a dry run' : ''}`)}${line('Reason', reason)}${asked === undefined ? nothing : html`${line('Asked for approval', html`${time(asked.askedAt)}, until ${time(asked.expiresAt)}`)}${line('Answer', answer)}${asked.comment === undefined ? nothing : line('Comment', asked.comment)}${line('Plan approved', html`<code>${asked.planHash}</code>`)}`}${asked !== undefined || planHash === undefined ? nothing : line('Plan', html`<code>${planHash}</code>`)}${clearedAt === undefined ? nothing : line('Last look before the act', time(clearedAt))}</dl>
</section>
`;
}

function line(name: string, value: string | Html): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>
`;
}
