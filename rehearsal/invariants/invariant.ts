import type { Stage } from '../stage.ts';

/** Something that no fault may break. */
export interface Invariant {
  readonly id: string;
  readonly statement: string;
  /** One sentence for everything that broke it; none when it holds. Looks at the account, not at what workflows say. */
  check(stage: Stage): Promise<readonly string[]> | readonly string[];
}
