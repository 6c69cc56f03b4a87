import { failuresAreTold } from './invariants/failures-are-told.ts';
import { floorNeverLowered } from './invariants/floor-never-lowered.ts';
import { nothingLeftRaised } from './invariants/nothing-left-raised.ts';
import { oneReportASale } from './invariants/one-report-a-sale.ts';
import { secondRunChangesNothing } from './invariants/second-run-changes-nothing.ts';
import type { Invariant } from './invariants/invariant.ts';

/** What holds at the end of every run, whatever went wrong in it. */
export const invariants: readonly Invariant[] = [
  floorNeverLowered,
  nothingLeftRaised,
  failuresAreTold,
  oneReportASale,
  // Last, because it runs the workflows once more.
  secondRunChangesNothing,
];
