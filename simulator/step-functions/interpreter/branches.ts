import type { MapState, ParallelState } from '../definition/program.ts';
import { Halted, StateFailure, statesErrors } from '../errors.ts';
import type { Json, JsonObject } from '../json.ts';
import { jsonTypeOf } from '../json.ts';
import { evaluateAs, evaluateTemplate, expected, QueryEvaluationFailure } from '../language/template.ts';
import { addEvent, failureDetails, scopeOf, type Thread, type Visit } from './run.ts';
import { runProgram } from './run-program.ts';

/** Lines of control that run side by side below one state, and that end together. */
class Siblings {
  readonly #controller = new AbortController();
  readonly #parent: AbortSignal;
  readonly #onHalt = (): void => this.#controller.abort(this.#parent.reason);

  constructor(parent: AbortSignal) {
    this.#parent = parent;
    parent.addEventListener('abort', this.#onHalt, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /**
   * Waits until all have ended. The first failure halts the others and is thrown; a defect of the simulator
   * is thrown before any failure of the product.
   */
  async join(lines: readonly Promise<void>[]): Promise<void> {
        const errors: unknown[] = [];
    await Promise.all(lines.map((line) => line.catch((error: unknown) => {
      errors.push(error);
      this.#controller.abort(new Halted('sibling-failed'));
    })));
    this.#parent.removeEventListener('abort', this.#onHalt);
    const defect = errors.find((error) => !(error instanceof StateFailure) && !(error instanceof Halted));
    if (defect !== undefined) throw defect;
    this.#parent.throwIfAborted();
    if (errors.length > 0) throw errors[0];
  }
}

function newThread(visit: Visit, siblings: Siblings, startEventId: number, map: JsonObject | undefined): Thread {
  return { variables: visit.variables, lastEventId: startEventId, signal: siblings.signal, map };
}

export async function attemptParallel(visit: Visit, state: ParallelState, retryCount: number): Promise<Json> {
  const { run, thread } = visit;
  const scope = scopeOf(visit, { retryCount });
  const input = state.arguments === undefined ? visit.input : await evaluateTemplate(state.arguments, 'Arguments', scope);
  const startEventId = addEvent(run, thread, 'ParallelStateStarted');
  const siblings = new Siblings(thread.signal);
  const results: Json[] = state.branches.map(() => null);
  try {
    await siblings.join(state.branches.map(async (branch, index) => {
      const line = newThread(visit, siblings, startEventId, thread.map);
      try {
        results[index] = await runProgram(run, line, branch, input);
      } finally {
        thread.lastEventId = Math.max(thread.lastEventId, line.lastEventId);
      }
    }));
  } catch (error) {
    if (error instanceof StateFailure) {
      addEvent(run, thread, 'ParallelStateFailed', () => ({ parallelStateFailedEventDetails: failureDetails(error) }));
    }
    throw error;
  }
  addEvent(run, thread, 'ParallelStateSucceeded');
  return results;
}

/** How many iterations may fail, and at once run. */
interface MapLimits {
  /** 0 is no limit. */
  readonly maxConcurrency: number;
  readonly toleratedCount: number | undefined;
  readonly toleratedPercentage: number | undefined;
}

async function readItems(visit: Visit, state: MapState, retryCount: number): Promise<readonly Json[]> {
  const scope = scopeOf(visit, { retryCount });
  if (state.items !== undefined) return evaluateAs(state.items, 'Items', expected.array, scope);
  if (expected.array.matches(visit.input)) return visit.input;
  throw new QueryEvaluationFailure('Items', `Map state input must be an array but was: ${jsonTypeOf(visit.input)}`);
}

async function readLimits(visit: Visit, state: MapState, retryCount: number): Promise<MapLimits> {
  const scope = scopeOf(visit, { retryCount });
  const { nonNegativeInteger, percentage } = expected;
  return {
    maxConcurrency: state.maxConcurrency === undefined
      ? 0 : await evaluateAs(state.maxConcurrency, 'MaxConcurrency', nonNegativeInteger, scope),
    toleratedCount: state.toleratedFailureCount
      && (await evaluateAs(state.toleratedFailureCount, 'ToleratedFailureCount', nonNegativeInteger, scope)),
    toleratedPercentage: state.toleratedFailurePercentage
      && (await evaluateAs(state.toleratedFailurePercentage, 'ToleratedFailurePercentage', percentage, scope)),
  };
}

/** Gives back what to fail with once `failed` of `total` iterations have failed, if that is too many. */
function excessFailure(limits: MapLimits, failed: number, total: number, latest: StateFailure): StateFailure | undefined {
  const { toleratedCount, toleratedPercentage } = limits;
  if (toleratedCount === undefined && toleratedPercentage === undefined) return latest;
  const isExcess = (toleratedCount !== undefined && failed > toleratedCount)
    || (toleratedPercentage !== undefined && (failed / total) * 100 > toleratedPercentage);
  if (!isExcess) return undefined;
  return new StateFailure(
    statesErrors.exceedToleratedFailureThreshold,
    'The specified tolerated failure threshold was exceeded',
  );
}

export async function attemptMap(visit: Visit, state: MapState, retryCount: number): Promise<Json> {
  const { run, thread } = visit;
  const items = await readItems(visit, state, retryCount);
  const limits = await readLimits(visit, state, retryCount);
  const startEventId = addEvent(run, thread, 'MapStateStarted', () => ({ mapStateStartedEventDetails: { length: items.length } }));
  const siblings = new Siblings(thread.signal);
  const results: (Json | undefined)[] = items.map(() => undefined);
  let nextIndex = 0;
  let failed = 0;

  async function iterate(index: number, item: Json): Promise<void> {
    const line = newThread(visit, siblings, startEventId, { Item: { Index: index, Value: item } });
    try {
      results[index] = await runIteration(visit, state, line, retryCount, index, item);
    } catch (error) {
      if (!(error instanceof StateFailure)) throw error;
      failed += 1;
      const excess = excessFailure(limits, failed, items.length, error);
      if (excess !== undefined) throw excess;
    } finally {
      thread.lastEventId = Math.max(thread.lastEventId, line.lastEventId);
    }
  }

  async function work(): Promise<void> {
    while (nextIndex < items.length && !siblings.signal.aborted) {
      const index = nextIndex;
      nextIndex += 1;
      await iterate(index, items[index] ?? null);
    }
  }

  try {
    const workers = limits.maxConcurrency === 0 ? items.length : Math.min(limits.maxConcurrency, items.length);
    await siblings.join(Array.from({ length: workers }, work));
  } catch (error) {
    if (error instanceof StateFailure) {
      addEvent(run, thread, 'MapStateFailed', () => ({ mapStateFailedEventDetails: failureDetails(error) }));
    }
    throw error;
  }
  addEvent(run, thread, 'MapStateSucceeded');
  return results.filter((result) => result !== undefined);
}

async function runIteration(
  visit: Visit,
  state: MapState,
  line: Thread,
  retryCount: number,
  index: number,
  item: Json,
): Promise<Json> {
  const { run } = visit;
  const details = (member: string) => () => ({ [member]: { name: state.name, index } });
  const map = line.map;
  const input = state.itemSelector === undefined || map === undefined
    ? item
    : await evaluateTemplate(state.itemSelector, 'ItemSelector', scopeOf(visit, { retryCount, map }));
  addEvent(run, line, 'MapIterationStarted', details('mapIterationStartedEventDetails'));
  try {
    const result = await runProgram(run, line, state.processor, input);
    addEvent(run, line, 'MapIterationSucceeded', details('mapIterationSucceededEventDetails'));
    return result;
  } catch (error) {
    if (error instanceof StateFailure) addEvent(run, line, 'MapIterationFailed', details('mapIterationFailedEventDetails'));
    else if (error instanceof Halted && error.reason === 'sibling-failed') {
      addEvent(run, line, 'MapIterationAborted', details('mapIterationAbortedEventDetails'));
    }
    throw error;
  }
}
