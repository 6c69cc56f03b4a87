import { deniedPermissions, type UnusedPermissions, unusedPermissions } from './promises/account.ts';
import { formatParisTime } from './paris.ts';
import type { PromiseResult, Scenario } from './scenario.ts';
import type { Stage } from './stage.ts';

/** One line of the timeline. `at` is Paris time with its offset. */
export interface TimelineEntry {
  readonly at: string;
  /** `story.step`, the kind of a message, or what a service noted. */
  readonly kind: string;
  readonly text: string;
}

/** `report.json`: what a rehearsal found. */
export interface RehearsalReport {
  readonly scenario: string;
  readonly seed: number;
  readonly virtualSeconds: number;
  /** The one figure that differs from run to run. */
  readonly wallSeconds: number;
  readonly promises: readonly PromiseResult[];
  readonly calls: number;
  readonly stateTransitions: number;
  readonly lambdaInvocations: number;
  readonly permissions: UnusedPermissions & { readonly denied: readonly string[] };
  /** Resource types of the templates that the account gave an id and nothing else. */
  readonly unmodelled: readonly string[];
  readonly timeline: readonly TimelineEntry[];
}

export function writeReport(
  stage: Stage,
  scenario: Scenario,
  promises: readonly PromiseResult[],
  run: { readonly seed: number; readonly wallSeconds: number },
): RehearsalReport {
  const { account } = stage;
  return {
    scenario: scenario.name,
    seed: run.seed,
    virtualSeconds: Math.round((stage.now - stage.startedAt) / 1000),
    wallSeconds: run.wallSeconds,
    promises,
    calls: account.calls.total,
    stateTransitions: account.stepFunctions.stateTransitions,
    lambdaInvocations: account.lambda.usage.invocations,
    permissions: { denied: deniedPermissions(stage), ...unusedPermissions(stage) },
    unmodelled: [...new Set(stage.deployer.unmodelled.map(({ type }) => type))].toSorted(),
    timeline: timelineOf(stage),
  };
}

/** Steps of the story, messages that were sent, what the services noted, and each change of the floor, in order. */
export function timelineOf(stage: Stage): TimelineEntry[] {
  const entries = [
    ...stage.steps.map(({ at, text }) => ({ at, kind: 'story.step', text })),
    ...stage.account.sns.messages.map(({ at, subject, message, attributes }) => ({
      at,
      kind: attributes['kind'] ?? 'alarm',
      text: subject ?? message.slice(0, 100),
    })),
    ...stage.account.occurrences.map(({ at, kind, text }) => ({ at, kind, text })),
    ...floorChanges(stage),
  ];
  return entries
    .toSorted((left, right) => left.at - right.at)
    .map(({ at, kind, text }) => ({ at: formatParisTime(at), kind, text: withoutPhysicalNames(text) }));
}

function floorChanges(stage: Stage): { at: number; kind: string; text: string }[] {
  const { samples } = stage.account.shop;
  return samples.flatMap((sample, index) => {
    const before = samples[index - 1];
    if (before === undefined || before.minSize === sample.minSize) return [];
    return [{ at: sample.at, kind: 'group.floor', text: `MinSize ${before.minSize} → ${sample.minSize}, ${sample.healthy} healthy` }];
  });
}

/** CloudFormation's names hold stack, logical id, hash and suffix; people know the logical id. */
function withoutPhysicalNames(text: string): string {
  return text.replaceAll(/WebMarket-[A-Z][a-z]+-[A-Z][a-z]+-([A-Za-z]+?)(?:ASG)?[0-9A-F]{8}-[0-9A-F]{12}/gu, '$1');
}
