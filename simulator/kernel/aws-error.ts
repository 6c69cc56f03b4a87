/** An error as an AWS service answers it: its code, its message, and the HTTP status that decides on retries. */
export class AwsError extends Error {
  readonly statusCode: number;
  /** Modelled members beside the message, for example `CancellationReasons`. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, options: { statusCode?: number; members?: Record<string, unknown> } = {}) {
    super(message);
    this.name = code;
    this.statusCode = options.statusCode ?? 400;
    this.members = options.members ?? {};
  }

  get fault(): 'client' | 'server' {
    return this.statusCode >= 500 ? 'server' : 'client';
  }
}

/**
 * The simulated account was asked for something that it does not model. This is a gap in the simulator and
 * never an answer of AWS: it passes through every retry and catch of the product and ends the rehearsal.
 */
export class NotModelledError extends Error {
  override readonly name = 'NotModelledError';
}
