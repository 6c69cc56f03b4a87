import { runWithFault } from './run.ts';
import { openSubject } from './subject.ts';
import type { SweepJob, WorkerMessage, WorkerSetup } from './workers.ts';

const setup = JSON.parse(process.argv[2] ?? '{}') as WorkerSetup;
const subject = openSubject(setup);


process.on('message', ({ index, job }: { index: number; job: SweepJob }) => {
  runWithFault(subject, job.position, job.fault).then(
    (run) => say({ kind: 'done', index, run }),
    (error: unknown) => {
      // A defect of the simulator is a broken run like any other: it is reported with its position.
      const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      const violations = [{ invariant: 'the-run-ends', what }];
      say({ kind: 'done', index, run: { ...job, hasStruck: true, violations } });
    },
  );
});

say({ kind: 'ready' });

function say(message: WorkerMessage): void {
  process.send?.(message);
}
