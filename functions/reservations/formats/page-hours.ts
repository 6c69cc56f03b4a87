import { type Html, html, nothing } from '../../platform/html.ts';
import type { Observation } from '../observation.ts';
import { percent } from './words.ts';

/** What was observed: how many ordinary hours ran on how many instances. */
export function hoursOfUse({ from, until, hours, hoursByInstances, instanceTypes, database }: Observation): Html {
  const types = Object.entries(instanceTypes).map(([type, count]) => `${count} × ${type}`);
  return html`<section aria-labelledby="observed">
<h2 id="observed">What was observed</h2>
<dl class="facts">
<div><dt>Hours</dt><dd>${hours.all}, of which ${hours.seen} are known; in ${hours.inEvents} of those a sale, a surge, a rehearsal or a descent held capacity</dd></div>
<div><dt>From, until</dt><dd>${from}, ${until}</dd></div>
<div><dt>Instances now</dt><dd>${types.length === 0 ? 'none' : types.join(', ')}</dd></div>
<div><dt>Database now</dt><dd>${databaseInWords(database)}</dd></div>
</dl>
${histogram(hoursByInstances)}</section>
`;
}

function databaseInWords(database: Observation['database']): string {
  if (database === 'unknown') return 'unknown';
  const { id, instanceClass, engine, isMultiAz, createdAt } = database;
  return `${id}: ${engine} on ${instanceClass}${isMultiAz ? ', with a standby' : ''}${createdAt === undefined ? '' : `, since ${createdAt.slice(0, 10)}`}`;
}

function histogram(hoursByInstances: Observation['hoursByInstances']): Html {
  if (hoursByInstances.length === 0) return nothing;
  const most = Math.max(...hoursByInstances.map(([, hours]) => hours));
  const all = hoursByInstances.reduce((sum, [, hours]) => sum + hours, 0);
  const width = (hours: number): string => ((hours / most) * 100).toFixed(2);
  return html`<table>
<caption>Ordinary hours by the fewest instances in service</caption>
<thead><tr><th scope="col">Instances</th><th scope="col" class="number">Hours</th><th scope="col" class="number">Share</th><th scope="col"><span class="hidden">Share as a bar</span></th></tr></thead>
<tbody>
${hoursByInstances.map(([instances, hours]) => html`<tr><th scope="row">${instances}</th><td class="number">${hours}</td><td class="number">${percent((hours / all) * 100)}</td><td class="bar"><svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect width="${width(hours)}" height="10"/></svg></td></tr>
`)}</tbody>
</table>
`;
}
