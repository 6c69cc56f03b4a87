import type { CallRequest } from '../../simulator/kernel/calls.ts';
import { type FaultKind, faultKinds, type FaultPlan } from '../../simulator/kernel/faults.ts';

/**
 * Where a fault can strike: a call of a handler in a phase of the story. Calls of the same operation within one
 * invocation are told apart by their number; the same call of a later invocation in the same phase is the same
 * position, as of three hundred equal reconciliations.
 */
export interface Position {
  readonly phase: string;
  /** Logical id of the function. */
  readonly caller: string;
  /** `<SDK client> <operation>`. */
  readonly operation: string;
  /** Which call of this operation in its invocation, from 1. */
  readonly occurrence: number;
}

/** `raise / ReconcileCapacity… / DynamoDB Query / 1`: names a position on the command line. */
export function describePosition({ phase, caller, operation, occurrence }: Position): string {
  return [phase, caller, operation, occurrence].join(' / ');
}

/** The position that a text of {@link describePosition} names, or undefined. */
export function parsePosition(text: string): Position | undefined {
  const [phase = '', caller = '', operation = '', occurrence = ''] = text.split(' / ');
  const number = Number(occurrence);
  return phase === '' || caller === '' || operation === '' || !Number.isSafeInteger(number)
    ? undefined
    : { phase, caller, operation, occurrence: number };
}

/** In a row of equal calls the first, the second and one further on: the fiftieth page fails as the third does. */
const occurrencesToldApart = 3;

/** Follows the calls of each invocation, so that one can say which position a call is at. */
class PositionFinder {
  readonly #seen = new Map<string, Map<string, number[]>>();

  find(request: CallRequest, phase: string): Position | undefined {
    const { origin } = request;
    if (origin?.invocationId === undefined) return undefined;
    const operation = `${request.sdkId} ${request.operation}`;
    const calls = this.#seen.get(origin.invocationId) ?? new Map<string, number[]>();
    this.#seen.set(origin.invocationId, calls);
    const indices = calls.get(operation) ?? [];
    calls.set(operation, indices);
    // A retry of the SDK carries the index of its call.
    if (!indices.includes(origin.index)) indices.push(origin.index);
    return { phase, caller: origin.caller, operation, occurrence: Math.min(indices.indexOf(origin.index) + 1, occurrencesToldApart) };
  }
}

/** Lists the positions of a run without disturbing it. */
export class PositionList implements FaultPlan {
  readonly #without: ReadonlySet<string>;
  readonly #finder = new PositionFinder();
  readonly #positions = new Map<string, Position>();

  /** `without` names phases in which nothing strikes any more: the time that a story has to heal. */
  constructor(without: readonly string[] = []) {
    this.#without = new Set(without);
  }

  get positions(): readonly Position[] {
    return [...this.#positions.values()];
  }

  faultFor(request: CallRequest, phase: string): undefined {
    const position = this.#finder.find(request, phase);
    if (position !== undefined && !this.#without.has(phase)) this.#positions.set(describePosition(position), position);
  }
}

/** One fault at the first call that comes to one position, then none any more. */
export class AimedFault implements FaultPlan {
  readonly #finder = new PositionFinder();
  readonly #target: string;
  readonly #kind: FaultKind;
  #struck: { readonly invocationId: string; readonly index: number } | undefined;
  #attempts = 0;

  constructor(position: Position, kind: FaultKind) {
    this.#target = describePosition(position);
    this.#kind = kind;
  }

  get hasStruck(): boolean {
    return this.#struck !== undefined;
  }

  faultFor(request: CallRequest, phase: string): FaultKind | undefined {
    const position = this.#finder.find(request, phase);
    if (position === undefined || request.origin?.invocationId === undefined) return undefined;
    const { invocationId, index } = request.origin;
    if (this.#struck === undefined && describePosition(position) === this.#target) this.#struck = { invocationId, index };
    if (this.#struck?.invocationId !== invocationId || this.#struck.index !== index) return undefined;
    this.#attempts += 1;
    // A reply that is lost once reaches the caller at the SDK's next attempt.
    return this.#kind === 'reply-lost' && this.#attempts > 1 ? undefined : this.#kind;
  }
}

const reading = /^(Get|List|Describe|Query|Scan|Head|BatchGet)/u;

/** The faults that differ at a position: a read has no effect that could stay behind when its reply is lost. */
export function faultsAt(position: Position): readonly FaultKind[] {
  const operation = position.operation.split(' ').at(-1) ?? '';
  return reading.test(operation)
    ? faultKinds.filter((kind) => kind !== 'reply-lost-for-good' && kind !== 'reply-lost' && kind !== 'killed-after')
    : faultKinds;
}
