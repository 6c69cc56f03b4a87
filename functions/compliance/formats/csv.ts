import { stringify } from 'csv-stringify/sync';
import type { ReportedFinding } from '../report.ts';
import type { FormatSubject } from './format.ts';

const columns = [
  'severity', 'check', 'title', 'status', 'resource_type', 'resource_id', 'message', 'remediation', 'first_seen_at',
  'exception_owner', 'exception_reason', 'exception_expires_at', 'repair_id', 'repair_outcome', 'key',
  'account_id', 'region', 'environment', 'run_id',
] as const;

const rowsPerPiece = 50;

/**
 * One finding a row (RFC 4180). What a spreadsheet would take for a formula is made text by an apostrophe: anybody who
 * may name a resource could otherwise run formulas on the machine of whoever opens the file (OWASP, "CSV Injection").
 */
export function* csvPieces({ report, checks }: FormatSubject): Generator<string> {
  const titles = new Map([...report.checks, ...checks].map(({ id, title }) => [id, title]));
  yield write([columns]);
  for (let start = 0; start < report.findings.length; start += rowsPerPiece) {
    const rows = report.findings.slice(start, start + rowsPerPiece).map((finding) => {
      const cells: Readonly<Record<(typeof columns)[number], string>> = {
        ...cellsOf(finding),
        title: titles.get(finding.checkId) ?? '',
        account_id: report.accountId,
        region: report.region,
        environment: report.environment,
        run_id: report.runId,
      };
      return columns.map((column) => cells[column]);
    });
    yield write(rows);
  }
}

function cellsOf({ severity, checkId, status, resource, message, remediation, firstSeenAt, exception, repair, key }: ReportedFinding) {
  return {
    severity,
    check: checkId,
    status,
    resource_type: resource.type,
    resource_id: resource.id,
    message,
    remediation,
    first_seen_at: firstSeenAt,
    exception_owner: exception?.owner ?? '',
    exception_reason: exception?.reason ?? '',
    exception_expires_at: exception?.expiresAt ?? '',
    repair_id: repair?.repairId ?? '',
    repair_outcome: repair?.outcome ?? '',
    key,
  };
}

function write(rows: readonly (readonly string[])[]): string {
  // Left to itself the library quotes a line end only where it is CR LF, and readers end a row at either of them.
  return stringify(rows.map((row) => [...row]), { escape_formulas: true, record_delimiter: 'windows', quoted_match: /[\r\n]/u });
}
