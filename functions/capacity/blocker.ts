/**
 * One reason, machine-readable, why something cannot be done (a blocker) or should be watched (a
 * warning). `code` is stable and in kebab-case; `message` is a sentence for the operator;
 * `evidence` is the figures it rests on.
 */
export interface Blocker<Code extends string = string> {
  readonly code: Code;
  readonly message: string;
  readonly evidence: Readonly<Record<string, unknown>>;
}
