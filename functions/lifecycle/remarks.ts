import { archiveClasses, infrequentClasses, isStorageClass } from './class-moves.ts';
import type { GuardSubject } from './guards.ts';
import { foreignRules, ownRules } from './configuration.ts';
import { retentionViolations, type Taking, takingsOf } from './retention.ts';
import { overlaps } from './rule-filter.ts';
import { daysInWords, enabledMeanings, meaningOf, type RuleMeaning } from './rule-meaning.ts';
import { ruleInWords } from './rule-words.ts';

/** What is worth knowing and stops nothing. */
export function remarksOf(subject: GuardSubject): string[] {
  const ours = enabledMeanings(ownRules(subject.wanted));
  return [
    ...standingViolations(subject),
    ...switchedOff(subject),
    ...foreignMoves(subject, ours),
    ...ours.flatMap((rule) => ownRemarks(rule, takingsOf(subject.wanted.rules, subject.isVersioned), subject)),
  ];
}

/** A rule of ours that was changed by hand is put right by the write; until then it takes objects too early. */
function standingViolations({ current, declared: { retentionDays }, isVersioned }: GuardSubject): string[] {
  return retentionViolations(ownRules(current), retentionDays, isVersioned).map(
    ({ taking: { ruleId, leastDays, kind } }) =>
      `Rule ${ruleId} as it stands ${kind === 'gone' ? 'lets objects go' : 'hides objects'} from ${daysInWords(leastDays)} on, before the ${daysInWords(retentionDays)} that they are kept for.`,
  );
}

function switchedOff({ wanted, declared: { retentionDays }, isVersioned }: GuardSubject): string[] {
  return foreignRules(wanted)
    .filter(({ Status }) => Status === 'Disabled')
    .map((rule) => {
      const isEarly = retentionViolations([{ ...rule, Status: 'Enabled' }], retentionDays, isVersioned).length > 0;
      return `Rule ${rule.ID ?? ''}, which is not ours, is switched off${isEarly ? '; switched on it would take objects before their time' : ''} (${ruleInWords(rule)}).`;
    });
}

function foreignMoves({ wanted }: GuardSubject, ours: readonly RuleMeaning[]): string[] {
  return foreignRules(wanted)
    .map(meaningOf)
    .filter((rule) => rule.isEnabled && isMoving(rule))
    .flatMap((rule) => {
      const same = ours.filter((own) => isMoving(own) && overlaps(own.filter, rule.filter)).map(({ id }) => id);
      return same.length === 0 ? [] : [`Rule ${rule.id}, which is not ours, moves objects that ${same.join(', ')} moves too: S3 takes the cheaper class where both are due.`];
    });
}

function isMoving({ transitions, noncurrentTransitions }: RuleMeaning): boolean {
  return transitions.length + noncurrentTransitions.length > 0;
}

function ownRemarks(rule: RuleMeaning, takings: readonly Taking[], { isVersioned, prices }: GuardSubject): string[] {
  const { id, transitions, noncurrentExpiration, noncurrentTransitions, filter } = rule;
  const classes = [...new Set([...transitions, ...noncurrentTransitions].map(({ storageClass }) => storageClass))];
  const sooner = isVersioned ? earlyGone(rule, takings.filter((taking) => taking.subject === 'noncurrent' && overlaps(taking.filter, filter)), prices) : [];
  return [
    ...classes.filter((name) => archiveClasses.includes(name)).map((name) => `Rule ${id} moves to ${name}: an object there can be read only hours after it was asked for.`),
    ...classes.filter((name) => infrequentClasses.includes(name) && name === 'ONEZONE_IA').map((name) => `Rule ${id} moves to ${name}: an object there is in one zone only.`),
    ...((noncurrentExpiration?.kept ?? 0) > 0
      ? [`Rule ${id} leaves the newest ${noncurrentExpiration?.kept} replaced versions of every key for ever, also of keys that were deleted.`]
      : []),
    ...sooner,
  ];
}

/** An object that was moved yesterday and replaced today is gone after the days of replaced versions, paid for or not. */
function earlyGone({ id, transitions }: RuleMeaning, takings: readonly Taking[], prices: GuardSubject['prices']): string[] {
  const days = Math.min(...takings.map(({ leastDays }) => leastDays));
  return transitions.flatMap(({ storageClass }) => {
    const minimumDays = isStorageClass(storageClass) ? prices.classes[storageClass].minimumDays : 0;
    return days >= minimumDays
      ? []
      : [`Rule ${id}: an object that is replaced just after it went to ${storageClass} is gone ${daysInWords(days)} later, and is paid for ${minimumDays}.`];
  });
}
