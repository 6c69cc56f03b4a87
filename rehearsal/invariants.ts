import { adviceIsOfWhatWasSeen } from './invariants/advice-is-of-what-was-seen.ts';
import { approvalsAreValid } from './invariants/approvals-are-valid.ts';
import { drillLockIsReleased } from './invariants/drill-lock-is-released.ts';
import { drillsAreReported } from './invariants/drills-are-reported.ts';
import { driftIsHealed } from './invariants/drift-is-healed.ts';
import { everyWriteCanBeUndone } from './invariants/every-write-can-be-undone.ts';
import { failoversAreApproved } from './invariants/failovers-are-approved.ts';
import { failuresAreTold } from './invariants/failures-are-told.ts';
import { everyRunIsReported } from './invariants/every-run-is-reported.ts';
import { floorNeverLowered } from './invariants/floor-never-lowered.ts';
import { foreignRulesAreKept } from './invariants/foreign-rules-are-kept.ts';
import type { Invariant } from './invariants/invariant.ts';
import { lifecycleIsDeclared } from './invariants/lifecycle-is-declared.ts';
import { nothingIsLostEarly } from './invariants/nothing-is-lost-early.ts';
import { nothingIsBought } from './invariants/nothing-is-bought.ts';
import { nothingLeftRaised } from './invariants/nothing-left-raised.ts';
import { oneReportASale } from './invariants/one-report-a-sale.ts';
import { repairsAreCleared } from './invariants/repairs-are-cleared.ts';
import { repairsDoNotLoop } from './invariants/repairs-do-not-loop.ts';
import { secondRunChangesNothing } from './invariants/second-run-changes-nothing.ts';
import { shorterLivesAreApproved } from './invariants/shorter-lives-are-approved.ts';
import { writesAreJournalled } from './invariants/writes-are-journalled.ts';
import type { SaleRequest } from './scenario.ts';

/** What holds at the end of every day with a sale, whatever went wrong in it. */
export function saleInvariants(sale: SaleRequest): readonly Invariant[] {
  return [
    floorNeverLowered(sale),
    nothingLeftRaised(sale),
    failuresAreTold,
    oneReportASale(sale),
    // Last, because it runs the workflows once more.
    secondRunChangesNothing(sale),
  ];
}

/** What holds after changes by hand and a night, whatever went wrong in their repair. */
export const driftInvariants: readonly Invariant[] = [
  driftIsHealed,
  writesAreJournalled,
  repairsAreCleared,
  approvalsAreValid,
  repairsDoNotLoop,
  failuresAreTold,
  // Last, because it brings the drift back.
  everyWriteCanBeUndone,
];

/** What holds after a drill, whatever went wrong in it. */
export const drillInvariants: readonly Invariant[] = [failoversAreApproved, drillsAreReported, drillLockIsReleased, failuresAreTold];

/** What holds after changes of lifecycle rules, whatever went wrong in putting them right. */
export const lifecycleInvariants: readonly Invariant[] = [
  lifecycleIsDeclared, foreignRulesAreKept, nothingIsLostEarly, shorterLivesAreApproved, everyRunIsReported('StorageLifecycle', 'lifecycle/'), failuresAreTold,
];

/** What holds after an advice, whatever went wrong in it. */
export const adviceInvariants: readonly Invariant[] = [adviceIsOfWhatWasSeen, nothingIsBought, everyRunIsReported('ReservationAdvice', 'reservations/'), failuresAreTold];
