import { arrayPieces, type FormatSubject } from './format.ts';

/** The report itself, one finding a line: what the next run reads back. */
export function* jsonPieces({ report }: FormatSubject): Generator<string> {
  const { findings, ...rest } = report;
  // The braces of the two objects make one.
  yield* arrayPieces(`${JSON.stringify(rest).slice(0, -1)},"findings":[`, findings, ']}\n');
}
