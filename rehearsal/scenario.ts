import type { EnvironmentConfig } from '../infra/config.ts';
import type { Account } from '../simulator/kernel/account.ts';
import type { Stage } from './stage.ts';
import type { Synthesis, SynthesisOptions } from './synthesis.ts';

/** A sale as an operator writes it; `register-sale` is what validates it. */
export interface SaleRequest {
  readonly id: string;
  readonly name: string;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly expectedPeakRequestsPerSecond?: number;
  readonly floor?: number;
  readonly leadMinutes?: number;
}

/** One thing that a rehearsal is to prove, and what it found. */
export interface PromiseResult {
  readonly id: string;
  readonly statement: string;
  readonly held: boolean;
  /** What was measured, for people: `31 min`. */
  readonly figure: string;
}

export interface Scenario {
  readonly name: string;
  /** One line for `--help`. */
  readonly title: string;
  /** Epoch milliseconds at which the account is empty. */
  readonly startsAt: number;
  /** What the configuration is in this story, where the shipped one does not tell it. @default as it is shipped */
  readonly change?: (config: EnvironmentConfig) => EnvironmentConfig;
  /** Exceptions and code that this story needs. @default as they are shipped */
  readonly options?: SynthesisOptions;
  /** What the world is like: visitors, what instances serve, what AWS has. */
  readonly prepare: (account: Account, synthesis: Synthesis) => void;
  /** The story, at explicit times. */
  readonly play: (stage: Stage) => Promise<void>;
  /** What is to hold when it is over. */
  readonly judge: (stage: Stage) => Promise<readonly PromiseResult[]>;
}
