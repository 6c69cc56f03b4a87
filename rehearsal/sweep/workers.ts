import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FaultKind } from '../../simulator/kernel/faults.ts';
import type { Position } from './position.ts';
import type { SweepRun } from './run.ts';

export interface SweepJob {
  readonly position: Position;
  readonly fault: FaultKind;
}

/** What a worker is told at its start. */
export interface WorkerSetup {
  readonly environment: string;
  readonly story: string;
  readonly seed: number;
}

interface SweepWork extends WorkerSetup {
  readonly jobs: readonly SweepJob[];
  readonly workers: number;
  readonly onProgress: (done: number) => void;
}

/** What a worker says: it wants a job, or it has done one. */
export type WorkerMessage = { readonly kind: 'ready' } | { readonly kind: 'done'; readonly index: number; readonly run: SweepRun };

const workerModule = fileURLToPath(new URL('./worker.ts', import.meta.url));

/** Runs jobs in processes of their own, since a process can live in one virtual time only. Results in the order of the jobs. */
export async function runInWorkers({ jobs, workers, onProgress, ...setup }: SweepWork): Promise<SweepRun[]> {
  const results: SweepRun[] = [];
  let next = 0;
  let done = 0;
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = fork(workerModule, [JSON.stringify(setup)], { serialization: 'advanced' });
      const send = (): void => {
        const index = next;
        const job = jobs[index];
        next += 1;
        if (job === undefined) worker.disconnect();
        else worker.send({ index, job });
      };
      worker.on('message', (message: WorkerMessage) => {
        if (message.kind === 'done') {
          results[message.index] = message.run;
          done += 1;
          onProgress(done);
        }
        send();
      });
      worker.on('error', reject);
      worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`A worker of the sweep ended with ${code}.`))));
    });
  await Promise.all(Array.from({ length: Math.max(1, workers) }, work));
  return results;
}
