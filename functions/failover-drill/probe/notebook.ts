import { Transient } from '../../platform/errors.ts';
import type { Ledger } from '../../platform/ledger.ts';
import { pause, type ProbeClock, within } from './probe-clock.ts';
import { getProgress, noteProgress, type ProbeProgress } from './probe-records.ts';
import type { ProbeReport } from './probe-report.ts';

const patienceMilliseconds = 5000;
const betweenTriesMilliseconds = 1000;
/** The answer must still get out. */
const marginMilliseconds = 1000;
/** A run that noted nothing for so long has died. */
const silenceMilliseconds = 10_000;

/**
 * The report of a drill, if there is one. Throws {@link Transient} while another run is at it; one that may have died is waited
 * for, and given up when it keeps silent.
 */
export async function findReport(ledger: Ledger, drillId: string, clock: ProbeClock): Promise<ProbeReport | undefined> {
  const before = await getProgress(ledger, drillId);
  if (before === undefined || before.report !== undefined) return before?.report;
  const silence = clock.now() - Date.parse(before.at);
  if (silence >= silenceMilliseconds) return undefined;
  await pause(clock, Math.min(silenceMilliseconds - silence, silenceMilliseconds));
  const after = await getProgress(ledger, drillId);
  const isSilent = after?.at === before.at && after.runId === before.runId;
  if (after?.report === undefined && !isSilent) throw new Transient(`Another run is at the probe of ${drillId}, and noted its progress a moment ago.`);
  return after?.report;
}

/** Where one run of the probe notes its progress, and at last its report. */
export class Notebook {
  readonly #ledger: Ledger;
  readonly #drillId: string;
  #isFirst = true;

  constructor(ledger: Ledger, drillId: string) {
    this.#ledger = ledger;
    this.#drillId = drillId;
  }

  /** False when another run took over, or has filed its report. A note that lost a race is left to the next one. */
  async note(progress: ProbeProgress): Promise<boolean> {
    return (await this.#write(progress)) !== 'superseded';
  }

  /** Files the report, and tries again until the deadline. False when another run took over. */
  async file(progress: ProbeProgress, { clock, deadline, warn }: { clock: ProbeClock; deadline: number; warn: (message: string, error: Error) => void }): Promise<boolean> {
    for (;;) {
      try {
        const fate = await within(clock, Math.min(patienceMilliseconds, deadline - marginMilliseconds - clock.now()), this.#write(progress));
        if (fate !== 'outrun') return fate === 'written';
      } catch (error) {
        if (clock.now() + betweenTriesMilliseconds >= deadline - marginMilliseconds) throw error;
        warn('The report of the probe could not be filed; it is tried again.', error as Error);
      }
      await pause(clock, betweenTriesMilliseconds);
    }
  }

  async #write(progress: ProbeProgress): Promise<'written' | 'outrun' | 'superseded'> {
    if (await noteProgress(this.#ledger, this.#drillId, progress, this.#isFirst)) {
      this.#isFirst = false;
      return 'written';
    }
    const standing = await getProgress(this.#ledger, this.#drillId);
    if (standing === undefined || standing.runId === progress.runId) return 'outrun';
    return this.#isFirst && standing.report === undefined ? 'outrun' : 'superseded';
  }
}
