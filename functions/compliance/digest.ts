import type { Notification } from '../platform/notifications.ts';
import type { Exception } from './exceptions.ts';
import { severities } from './finding.ts';
import { bySeverityAndKey, type ComplianceReport, type FindingStatus, isStanding, type ReportedCheck, type ReportedFinding, standingBefore } from './report.ts';

/** How a run differs from the one before it. The most severe first. */
export interface Digest {
  readonly appeared: readonly ReportedFinding[];
  /** Gone, and not by a repair of ours. */
  readonly resolved: readonly ReportedFinding[];
  readonly changed: readonly { readonly finding: ReportedFinding; readonly from: FindingStatus }[];
  /** Seen before, and nothing has happened to it. */
  readonly unchanged: readonly ReportedFinding[];
  /** Checks that said something last time, and nothing this time. */
  readonly silenced: readonly ReportedCheck[];
  /** Those that expired since the last run. */
  readonly expiredExceptions: readonly Exception[];
}

/** What changed from `previous` (undefined: there was no run before) to `current`, which was compiled after it. */
export function compareReports(previous: ComplianceReport | undefined, current: ComplianceReport): Digest {
  const known = standingBefore(previous);
  const appeared: ReportedFinding[] = [];
  const changed: { finding: ReportedFinding; from: FindingStatus }[] = [];
  const unchanged: ReportedFinding[] = [];
  for (const finding of current.findings) {
    const before = known.get(finding.key);
    if (before === undefined) appeared.push(finding);
    else if (before.status === finding.status) unchanged.push(finding);
    else changed.push({ finding, from: before.status });
  }
  const silentBefore = new Set(previous?.checks.flatMap(({ id, status }) => (status === 'not-evaluated' ? [id] : [])));
  const toldBefore = new Set(previous?.expiredExceptions.map(nameOf));
  return {
    appeared,
    changed,
    unchanged,
    resolved: current.resolved.toSorted(bySeverityAndKey),
    silenced: current.checks.filter(({ id, status }) => status === 'not-evaluated' && !silentBefore.has(id)),
    expiredExceptions: current.expiredExceptions.filter((exception) => !toldBefore.has(nameOf(exception))),
  };
}

/** Lines of one section of a message, and characters of a line; the page has the rest. SNS takes 256 KB. */
const linesPerSection = 20;
const charactersPerLine = 400;

/**
 * The message about a run, or nothing when nobody needs one: a mail that says "as yesterday" teaches people not to read
 * the next one. `page` is where the whole report can be read.
 */
export function describeDigest(digest: Digest, report: ComplianceReport, page: string): Notification | undefined {
  const appeared = digest.appeared.filter(isTold);
  // What an exception covers from now on was decided by the person who would be told.
  const changed = digest.changed.filter(({ finding }) => isTold(finding));
  const { resolved, silenced, expiredExceptions } = digest;
  if (appeared.length + changed.length + resolved.length + silenced.length + expiredExceptions.length === 0) return undefined;
  const sections = [
    section('New', appeared.map(lineOf)),
    section('Changed', changed.map(({ finding, from }) => `${lineOf(finding)} (was ${phraseOf[from]})`)),
    section('Gone', resolved.map(lineWithoutStatus)),
    section('Checks that could not be evaluated', silenced.map(({ id, title, reason }) => `${id} ${title}: ${reason ?? 'no reason given'}`)),
    section(
      'Exceptions that have expired and count for nothing now',
      expiredExceptions.map(({ check, resource, owner, expiresAt }) => `${check} ${resource}: ${owner}, until ${expiresAt}`),
    ),
  ];
  return {
    key: `compliance/${report.environment}/${report.runId}/digest`,
    kind: 'compliance.digest',
    severity: severityOf([...appeared, ...changed.map(({ finding }) => finding)], silenced.length + expiredExceptions.length),
    subject: subjectOf(report, appeared, digest),
    text: [standingLine(report), ...sections.filter((text) => text !== ''), `The whole report: ${page}`].join('\n\n'),
    detail: {
      runId: report.runId,
      appeared: appeared.length,
      changed: changed.length,
      resolved: resolved.length,
      unchanged: digest.unchanged.length,
      notEvaluated: silenced.length,
      expiredExceptions: expiredExceptions.length,
      standing: report.counts.bySeverity,
    },
  };
}

/** Where a status stands in a sentence. */
const phraseOf: Readonly<Record<FindingStatus, string>> = {
  open: 'open',
  excepted: 'covered by an exception',
  repaired: 'repaired',
  'would-repair': 'only not repaired as it is a dry run',
  'awaiting-approval': 'awaiting approval',
  'handed-over': 'handed over to a person',
  'held-back': 'held back',
  failed: 'its repair failed',
};

function isTold({ status }: ReportedFinding): boolean {
  return status !== 'excepted';
}

function severityOf(findings: readonly ReportedFinding[], otherWorries: number): Notification['severity'] {
  const standing = findings.filter(isStanding);
  if (standing.some(({ severity, status }) => severity === 'critical' || status === 'failed')) return 'critical';
  return standing.length + otherWorries > 0 ? 'warning' : 'info';
}

/** The counts that fit, the most telling first. */
function subjectOf({ environment }: ComplianceReport, appeared: readonly ReportedFinding[], digest: Digest): string {
  const worst = severities.findLast((severity) => appeared.some((finding) => finding.severity === severity && isStanding(finding)));
  const parts = [
    part(appeared.length, `new${worst === undefined ? '' : ` (worst: ${worst})`}`),
    part(digest.changed.filter(({ finding }) => isTold(finding)).length, 'changed'),
    part(digest.resolved.length, 'gone'),
    part(digest.silenced.length, 'not evaluated'),
    part(digest.expiredExceptions.length, 'expired'),
  ];
  return `Compliance of ${environment}: ${parts.filter((text) => text !== '').join(', ')}`.slice(0, 100);
}

function part(count: number, what: string): string {
  return count === 0 ? '' : `${count} ${what}`;
}

function standingLine({ counts, checks }: ComplianceReport): string {
  const standing = severities.toReversed().map((severity) => `${counts.bySeverity[severity]} ${severity}`);
  const evaluated = checks.filter(({ status }) => status !== 'not-evaluated').length;
  return `Standing now: ${standing.join(', ')}. ${evaluated} of ${checks.length} checks were evaluated.`;
}

function section(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  const rest = lines.length - linesPerSection;
  return [`${title} (${lines.length}):`, ...lines.slice(0, linesPerSection).map((line) => `- ${line}`), ...(rest > 0 ? [`- and ${rest} more`] : [])].join('\n');
}

function lineOf(finding: ReportedFinding): string {
  return `${lineWithoutStatus(finding)} [${phraseOf[finding.status]}]`;
}

function lineWithoutStatus({ severity, checkId, message }: ReportedFinding): string {
  return `${severity} ${checkId}: ${message.length > charactersPerLine ? `${message.slice(0, charactersPerLine)}…` : message}`;
}

function nameOf({ check, resource, expiresAt }: Exception): string {
  return `${check} ${resource} ${expiresAt}`;
}
