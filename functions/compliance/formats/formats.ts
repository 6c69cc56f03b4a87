import { pagePieces } from './page.ts';
import { asffPieces } from './asff.ts';
import { csvPieces } from './csv.ts';
import type { Format } from './format.ts';
import { jsonPieces } from './json.ts';
import { ocsfPieces } from './ocsf.ts';
import { sarifPieces } from './sarif.ts';

/** Every way in which a report is written, by name. */
export const formats = {
  json: { fileName: 'report.json', contentType: 'application/json', pieces: jsonPieces },
  asff: { fileName: 'findings.asff.jsonl', contentType: 'application/jsonl', pieces: asffPieces },
  ocsf: { fileName: 'findings.ocsf.jsonl', contentType: 'application/jsonl', pieces: ocsfPieces },
  sarif: { fileName: 'findings.sarif', contentType: 'application/sarif+json', pieces: sarifPieces },
  csv: { fileName: 'findings.csv', contentType: 'text/csv; charset=utf-8', pieces: csvPieces },
  page: { fileName: 'report.html', contentType: 'text/html; charset=utf-8', pieces: pagePieces },
} as const satisfies Readonly<Record<string, Format>>;
