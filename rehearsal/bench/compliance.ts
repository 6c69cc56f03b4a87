import type { Night, NightFigures } from './night.ts';
import { measure } from './measure.ts';
import type { Replay } from './replay.ts';

/** What a nightly run costs: its calls, as the simulated account saw them, and its functions, replayed without it. */

/** Of one function. */
type FunctionFigures = Pick<Replay, 'cpuSeconds' | 'startCpuSeconds' | 'memoryMebibytes'>;

export interface ComplianceFigures extends NightFigures {
  /** Of the three processes, from their start to their end, together. */
  readonly cpuSeconds: number;
  readonly functions: Readonly<Record<string, FunctionFigures>>;
  /** Of the function that needs most. */
  readonly peakMemoryMebibytes: number;
}

/** Replays what a night recorded, one function after the other, with files in `folder`. */
export function measureNight({ figures, recordings }: Night, folder: string): ComplianceFigures {
  const functions = Object.fromEntries(
    recordings.map((recording) => {
      const { cpuSeconds, startCpuSeconds, memoryMebibytes } = measure(recording, folder);
      return [recording.name, { cpuSeconds: round(cpuSeconds), startCpuSeconds: round(startCpuSeconds), memoryMebibytes }];
    }),
  );
  const replays = Object.values(functions);
  return {
    ...figures,
    cpuSeconds: round(replays.reduce((sum, { cpuSeconds, startCpuSeconds }) => sum + cpuSeconds + startCpuSeconds, 0)),
    functions,
    peakMemoryMebibytes: Math.max(...replays.map(({ memoryMebibytes }) => memoryMebibytes)),
  };
}

/** How the handlers' seconds grew from the half to the whole: twice the account, so 2 is linear. */
export function growth(whole: ComplianceFigures, half: ComplianceFigures): number {
  return round(handlerSeconds(whole) / handlerSeconds(half));
}

function handlerSeconds({ functions }: ComplianceFigures): number {
  return Object.values(functions).reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
}

function round(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
